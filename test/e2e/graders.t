Graders as docs/graders.md shows them.

  $ printf '%s\n' '{"id": 1, "output": "It is: card_lost!", "expected": "card lost"}' >x.jsonl
  $ plimsoll grade 'label:{labels: [card, card lost], find: true}' x.jsonl
  pass   1.000  1                         "card lost", expected "card lost"
  1 rows: 1 pass, 0 fail, 0 error
  $ printf '%s\n' '{"id": 1, "output": "{\"total\": \"RM 9.00\", \"date\": \"2018-03-25\"}", "expected": {"total": "9.00", "date": "25/03/2018", "tax": ""}}' >r.jsonl
  $ plimsoll grade 'fields:{fields: {total: money, date: date, tax: money}}' r.jsonl
  pass   1.000  1                         2 of 2 fields right, 2 found
  1 rows: 1 pass, 0 fail, 0 error

A schema from a file, with every place where the output does not fit.

  $ printf '%s\n' '{"type": "object", "required": ["id", "tags"], "properties": {"tags": {"items": {"enum": ["a", "b"]}}}}' >s.json
  $ printf '%s\n' '{"id": 1, "output": "{\"tags\": [\"a\", \"c\"]}"}' >y.jsonl
  $ plimsoll grade 'json_schema:{file: s.json}' y.jsonl --json
  {"id":"1","outcome":"fail","score":0,"reason":"the output lacks the member \"id\"","details":{"errors":[{"at":"","keyword":"required","message":"lacks the member \"id\""},{"at":"/tags/1","keyword":"enum","message":"is none of [\"a\",\"b\"]"}]}}

A grader of one's own, as a script and as a program.

  $ cat >g.lua <<'END'
  > function grade(item)
  >   local n = select(2, item.output:gsub("%S+", ""))
  >   return {score = math.min(1, n / 4), reason = n .. " words"}
  > end
  > END
  $ plimsoll grade 'lua:{file: g.lua}' x.jsonl
  pass   0.750  1                         3 words
  1 rows: 1 pass, 0 fail, 0 error
  $ cat >g.sh <<'END'
  > while read -r line; do
  >   case $line in *card*) echo '{"pass": true, "reason": "mentions a card"}' ;; *) echo 'what?' ;; esac
  > done
  > END
  $ plimsoll grade 'exec:{command: [sh, g.sh], sandbox: none}' x.jsonl
  pass   1.000  1                         mentions a card
  1 rows: 1 pass, 0 fail, 0 error
  $ plimsoll grade 'exec:{command: [sh, g.sh], sandbox: none}' y.jsonl
  error      -  1                         the program answered "what?" where a JSON object was expected
  1 rows: 0 pass, 0 fail, 1 error
  $ plimsoll grade 'exec:{command: sh g.sh}' x.jsonl
  error: grader options:1:11: grader exec: command: a text with spaces where a list of words was expected
  hint: No shell is involved: write [python3, grader.py].
  [2]

Personal data: the kind is said, never the data.

  $ printf '%s\n' '{"id": 1, "output": "Write to jo@example.org or +44 20 7946 0958."}' >p.jsonl
  $ plimsoll grade not-contains_pii p.jsonl --json
  {"id":"1","outcome":"fail","score":0,"reason":"2 pieces of personal data or secrets, first: email","details":{"found":[{"kind":"email","at":9,"length":14},{"kind":"phone","at":27,"length":16}]}}
