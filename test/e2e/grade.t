Recorded outputs are graded line by line, in the order of the file.

  $ printf '%s\n' '{"id": "a", "output": "Refund.", "expected": "refund"}' '{"id": 2, "output": "other", "expected": "refund"}' '{"id": "c", "output": "other"}' '{"id": "d", "error": "429 too many requests"}' >out.jsonl
  $ plimsoll grade label out.jsonl
  pass   1.000  a                         "refund", expected "refund"
  fail   0.000  2                         "other", expected "refund"
  error      -  c                         the item has no expected value and the grader no "value" option
  error      -  d                         the call failed: 429 too many requests
  4 rows: 1 pass, 1 fail, 2 error
  $ plimsoll grade label out.jsonl --json
  {"id":"a","outcome":"pass","score":1,"reason":"\"refund\", expected \"refund\"","details":{"expected":"refund","predicted":"refund"}}
  {"id":"2","outcome":"fail","score":0,"reason":"\"other\", expected \"refund\"","details":{"expected":"refund","predicted":"other"}}
  {"id":"c","outcome":"error","score":null,"reason":"the item has no expected value and the grader no \"value\" option","details":{}}
  {"id":"d","outcome":"error","score":null,"reason":"the call failed: 429 too many requests","details":{}}

The same from CSV; `not-` turns a grader round, but an error stays one.

  $ printf 'id,output,expected,latency_ms\na,Refund,refund,120\nb,other,refund,900\nc,other,,900\n' >out.csv
  $ plimsoll grade not-label out.csv
  fail   0.000  a                         "refund", expected "refund"
  pass   1.000  b                         "other", expected "refund"
  error      -  c                         the item has no expected value and the grader no "value" option
  3 rows: 1 pass, 1 fail, 1 error
  $ plimsoll grade 'latency:{max: 500ms}' out.csv
  pass   1.000  a                         took 120 ms
  fail   0.000  b                         took 900 ms, more than 500
  fail   0.000  c                         took 900 ms, more than 500
  3 rows: 1 pass, 2 fail, 0 error

Members may have other names, and come from a second file.

  $ printf '%s\n' '{"doc": 1, "text": "the cat sat"}' >answers.jsonl
  $ printf '%s\n' '{"doc": 1, "gold": {"summary": "a cat sat down"}}' >gold.jsonl
  $ plimsoll grade token_f1 answers.jsonl --map id=doc,output=text,expected=gold.summary --join gold.jsonl --key doc --json
  {"id":"1","outcome":"pass","score":0.8,"reason":"token F1 0.800","details":{"precision":1,"recall":0.6666666666666666,"f1":0.8}}

Options are checked before anything is read.

  $ plimsoll grade labell out.jsonl
  error: there is no grader type "labell"
  hint: Did you mean "label"? `plimsoll explain graders` lists them all.
  [2]
  $ plimsoll grade 'label:{lables: [a]}' out.jsonl
  error: grader options:1:2: grader label: unknown key "lables"
  hint: Did you mean "labels"?
  [2]
  $ plimsoll grade 'regex:{pattern: "("}' out.jsonl
  error: grader options:1:11: grader regex: not a regular expression: missing closing parenthesis at character 2 of "("
  [2]
  $ plimsoll grade label missing.jsonl
  error: cannot open missing.jsonl: No such file or directory
  [2]
  $ printf '%s\n' '{"id": "a", "output": "x", "expected": "x"}' '{"id": ' >broken.jsonl
  $ plimsoll grade label broken.jsonl --json
  error: broken.jsonl:2:8: not valid JSON: unexpected end of data
  {"id":"a","outcome":"pass","score":1,"reason":"\"x\", expected \"x\"","details":{"expected":"x","predicted":"x"}}
  {
    "error": {
      "code": "input",
      "message": "not valid JSON: unexpected end of data",
      "file": "broken.jsonl",
      "line": 2,
      "column": 8
    }
  }
  [2]
  $ plimsoll grade label out.jsonl --map output
  error: --map: "output" where NAME=KEY was expected
  [2]
  $ plimsoll grade label out.jsonl --key id
  error: --key is for --join
  [2]
