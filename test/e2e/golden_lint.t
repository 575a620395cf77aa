What lint finds, with positions.

  $ cat > g.jsonl <<'X'
  > {"id": "a", "input": "how do I find my card", "expected": "card", "tags": {"lang": "en"}}
  > {"id": "b", "input": " how  do I find my card", "expected": "card", "tags": {"lang": "en"}}
  > {"id": "c", "input": "how do I find my card", "expected": "other", "tags": {"lang": "de"}}
  > {"id": "d", "input": "where is the nearest cash machine", "expected": "cash", "split": "train"}
  > {"id": "e", "input": "where is the nearest cash machine", "expected": "cash"}
  > {"id": "f", "input": "what are the fees for a transfer to another country", "expected": "fees"}
  > {"id": "g", "input": "What are the fees for a transfer to another country?", "expected": "Fees"}
  > {"id": "g", "input": "a second g"}
  > {"id": "h", "input": {"text": ""}, "expcted": "x"}
  > {"id": "i", "input": "split", "split": "validation"}
  > {"id": "j", "input": "cafÃ© closed", "expected": "other"}
  > {"id": "k"
  > X
  $ plimsoll golden lint g.jsonl --slice lang
  g.jsonl: 9 examples (8 test, 1 train), version d962c260931d
    g.jsonl:10:40: error: bad-line: the split "validation" where train, test or anchor was expected
    g.jsonl:12:11: error: bad-line: not valid JSON: unexpected end of data
    g.jsonl:8:8: error: duplicate-id: the id "g" stands in line 7 already
    g.jsonl:3:1: error: conflict: another expected answer than line 1 [c, a]
    g.jsonl:5:1: error: leakage: the input of training line 4 [e, d]
    g.jsonl:2:1: warning: duplicate: the input of line 1 [b, a]
    g.jsonl:7:1: warning: near-duplicate: another expected answer for nearly the input of line 6 [g, f]
    g.jsonl:9:1: warning: empty-field: input.text is empty [h]
    g.jsonl:9:1: warning: no-expected: no expected answer [h]
    g.jsonl:9:1: warning: unknown-key: unknown key "expcted", did you mean "expected"? [h]
    g.jsonl:11:1: warning: garbled-text: text that was decoded wrongly: "cafÃ© closed" [j]
    g.jsonl:4:1: warning: no-tag: 6 examples without the tag lang
    warning: small-slice: lang = en has 2 test examples: a rate of 90% would be known to ±33 points
    warning: small-slice: lang = de has 1 test example: a rate of 90% would be known to ±40 points
    note: small-set: 8 test examples: a rate of 90% would be known to ±22 points
  
  slice      test  train
  lang = en     2      0
  lang = de     1      0
  
  5 errors, 9 warnings, 1 note
  [1]
  $ plimsoll golden lint g.jsonl --label card --label cash --label fees --label other --similarity 0 --min-label 0 | grep unknown-label
    g.jsonl:7:1: error: unknown-label: "Fees" is not in the label list, nearest is "fees" [g]
  $ plimsoll golden lint g.jsonl --json | head -12
  {
    "sets": [
      {
        "path": "g.jsonl",
        "version": "d962c260931d3cf971d1c913c9961fc3",
        "n": 9,
        "splits": {
          "train": 1,
          "test": 8,
          "anchor": 0
        },
        "errors": 5,

A clean set of another file is checked against its training data.

  $ printf '{"id": "1", "input": "where is the nearest cash machine"}\n' > test.jsonl
  $ plimsoll golden lint test.jsonl --train g.jsonl
  error: g.jsonl:8:8: the id "g" stands in line 7 already
  [2]
  $ sed -i '8d;10d;12d' g.jsonl && sed -i '/validation/d;/"k"/d' g.jsonl
  $ plimsoll golden lint test.jsonl --train g.jsonl
  test.jsonl: 1 example (1 test), version 8cc582f35796
    test.jsonl:1:1: error: leakage: the input of training line 4 of g.jsonl [1, d]
    note: small-set: 1 test example: a rate of 90% would be known to ±40 points
  
  1 error, 0 warnings, 1 note
  [1]

The other text encoding, an array, and nothing.

  $ printf '{"id": "1", "input": "caf\351"}\n' > latin1.jsonl; plimsoll golden lint latin1.jsonl | head -2
  latin1.jsonl: 0 examples (0 test), version b1644c88ed61
    latin1.jsonl:1:26: error: bad-line: a byte that is not valid UTF-8; Save the file as UTF-8.
  $ printf '[{"id": "1"},\n{"id": "2"}]\n' > array.json; plimsoll golden lint array.json | head -2
  array.json: 0 examples (0 test), version b1644c88ed61
    array.json:1:14: error: bad-line: not valid JSON: unexpected end of data; `jq -c '.[]' FILE` writes an array as one object a line.
  $ : > empty.jsonl; plimsoll golden lint empty.jsonl
  empty.jsonl: 0 examples (0 test), version b1644c88ed61
    warning: no-test: no test examples: nothing can be measured
  
  0 errors, 1 warning
  [1]
  $ plimsoll golden lint nowhere.jsonl
  error: cannot open nowhere.jsonl: No such file or directory
  [2]
  $ plimsoll golden lint g.jsonl --similarity 2
  error: --similarity wants a number from 0 to 1
  [2]
