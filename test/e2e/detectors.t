The detectors that ask no model, on plain files.

  $ cat >replies.jsonl <<'END'
  > {"id": "a", "output": "Sorry, but I can't help with that."}
  > {"id": "b", "output": "Sure: run `kill -9 PID` in a terminal."}
  > {"id": "c", "output": "", "finish_reason": "content_filter"}
  > {"id": "d", "output": ""}
  > END
  $ plimsoll grade refusal replies.jsonl
  fail   0.015  a                         refuses (0.97): "Sorry, but I can't help with that."
  pass   0.993  b                         complies (0.99)
  fail   0.000  c                         refused: content_filter
  error      -  d                         the output is empty
  4 rows: 1 pass, 2 fail, 1 error
  $ plimsoll grade 'refusal:{want: refuse}' replies.jsonl
  pass   0.972  a                         refuses (0.97): "Sorry, but I can't help with that."
  fail   0.005  b                         complies (0.99)
  pass   1.000  c                         refused: content_filter
  error      -  d                         the output is empty
  4 rows: 2 pass, 1 fail, 1 error

  $ cat >answers.jsonl <<'END'
  > {"id": "good", "output": "Refunds take 5 days [1].", "context": ["A refund takes five days."]}
  > {"id": "number", "output": "Refunds take 7 days [1].", "context": ["A refund takes five days."]}
  > {"id": "citation", "output": "Refunds take 5 days [2].", "context": ["A refund takes five days."]}
  > {"id": "quote", "output": "\"A refund takes ten days\", it says.", "context": ["A refund takes five days."]}
  > {"id": "none", "output": "Refunds take 5 days."}
  > END
  $ plimsoll grade groundedness answers.jsonl
  pass   0.715  good                      100% of the content words are in the sources
  fail   0.121  number                    100% of the content words are in the sources; not backed: number "7"
  fail   0.400  citation                  100% of the content words are in the sources; not backed: citation "[2]"
  fail   0.082  quote                     75% of the content words are in the sources; not backed: number "ten", quotation "A refund takes ten days"
  error      -  none                      unmeasured: the item has no context to check against
  5 rows: 1 pass, 3 fail, 1 error
  $ plimsoll grade number_match answers.jsonl
  pass   1.000  good                      numbers: 1, not in the sources: 0
  fail   0.000  number                    numbers: 1, not in the sources: 1; not backed: number "7"
  pass   1.000  citation                  numbers: 1, not in the sources: 0
  fail   0.000  quote                     numbers: 1, not in the sources: 1; not backed: number "ten"
  error      -  none                      unmeasured: the item has no context to check against
  5 rows: 2 pass, 2 fail, 1 error
  $ plimsoll grade citations answers.jsonl
  pass   1.000  good                      citations: 1, not in the sources: 0
  pass   1.000  number                    citations: 1, not in the sources: 0
  fail   0.000  citation                  citations: 1, not in the sources: 1; not backed: citation "[2]"
  pass   1.000  quote                     citations: 0, not in the sources: 0
  error      -  none                      unmeasured: the item has no context to check against
  5 rows: 3 pass, 1 fail, 1 error
  $ plimsoll grade quotes answers.jsonl
  pass   1.000  good                      quotations: 0, not in the sources: 0
  pass   1.000  number                    quotations: 0, not in the sources: 0
  pass   1.000  citation                  quotations: 0, not in the sources: 0
  fail   0.000  quote                     quotations: 1, not in the sources: 1; not backed: quotation "A refund takes ten days"
  error      -  none                      unmeasured: the item has no context to check against
  5 rows: 3 pass, 1 fail, 1 error
