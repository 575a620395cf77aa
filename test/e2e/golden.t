From a table to a golden set: the columns are guessed and the guess is shown.

  $ cat > faq.csv <<'X'
  > question,answer,language,priority
  > "Where is my order?",track,en,1
  > "Wo ist mein Paket?",track,de,1
  > "I want to send it back",return,en,2
  > "Ich will es zurückgeben",return,de,2
  > X
  $ plimsoll golden import faq.csv -o faq.jsonl
  faq.jsonl: 4 examples
    input        from question
    expected     from answer
    id           made from the row number
    not used: language (--map tags.language=language keeps it)
    not used: priority (--map tags.priority=priority keeps it)
  $ cat faq.jsonl
  {"id":"g-0001","input":"Where is my order?","expected":"track"}
  {"id":"g-0002","input":"Wo ist mein Paket?","expected":"track"}
  {"id":"g-0003","input":"I want to send it back","expected":"return"}
  {"id":"g-0004","input":"Ich will es zurückgeben","expected":"return"}
  $ plimsoll golden import faq.csv --map input.q=question,expected=answer,tags.lang=language --id-prefix f --split anchor -q
  {"id":"f-0001","input":{"q":"Where is my order?"},"expected":"track","tags":{"lang":"en"},"split":"anchor"}
  {"id":"f-0002","input":{"q":"Wo ist mein Paket?"},"expected":"track","tags":{"lang":"de"},"split":"anchor"}
  {"id":"f-0003","input":{"q":"I want to send it back"},"expected":"return","tags":{"lang":"en"},"split":"anchor"}
  {"id":"f-0004","input":{"q":"Ich will es zurückgeben"},"expected":"return","tags":{"lang":"de"},"split":"anchor"}
  $ plimsoll golden import faq.csv -o faq.jsonl
  error: faq.jsonl exists already
  hint: `plimsoll golden add` adds to a set; --force replaces it.
  [2]
  $ plimsoll golden import faq.csv --map expected=answer
  error: faq.csv:2:1: a row without "input"
  hint: Say which column is the input, as in --map input=COLUMN. The row has: question, answer, language, priority.
  [2]
  $ plimsoll golden import faq.csv --map inpt=question
  error: "inpt" is no part of a golden line
  hint: Did you mean "input"?
  [2]
  $ plimsoll golden import faq.csv -o again.jsonl --json
  {
    "path": "again.jsonl",
    "n": 4,
    "made_ids": 4,
    "map": {
      "input": "question",
      "expected": "answer"
    },
    "unused": [
      "language",
      "priority"
    ]
  }

Examples are added once, and contradictions are refused.

  $ plimsoll golden add faq.jsonl --input 'where do I see my bill' --expected billing --tag lang=en
  faq.jsonl: 1 added
    g-0005
  $ plimsoll golden add faq.jsonl --input 'where do  I see my bill' --expected billing
  faq.jsonl: 0 added, 1 there already
  $ plimsoll golden add faq.jsonl --input 'Where is my order?' --expected billing
  error: faq.jsonl:1:1: a new example has the input of "g-0001" and another expected answer
  hint: Correct the older line, or leave the new example out. Nothing was added.
  [2]
  $ printf '{"id": "n1", "input": "new", "expected": "x"}\n{"id": "g-0001", "input": "other", "expected": "y"}\n' | plimsoll golden add faq.jsonl
  error: faq.jsonl:1:1: the id "g-0001" stands for another example
  hint: Correct the older line, or leave the new example out. Nothing was added.
  [2]
  $ printf '{"id": "n1", "input": "new", "expected": "x"}\n{"input": "newer", "expected": "y"}\n' | plimsoll golden add faq.jsonl - --json
  {
    "path": "faq.jsonl",
    "added": 2,
    "known": 0,
    "ids": [
      "n1",
      "g-0006"
    ]
  }
  $ wc -l < faq.jsonl
  7

The version is that of the content, not of the file.

  $ plimsoll golden lint faq.jsonl --json | grep '"version"' > v1
  $ sort -r faq.jsonl | sed 's/:/: /g' > other.jsonl; plimsoll golden lint other.jsonl --json | grep '"version"' | diff v1 - && echo same
  same
  $ plimsoll golden diff faq.jsonl other.jsonl
  2c538ae1351d (7) -> 2c538ae1351d (7): 0 added, 0 removed, 0 changed, 7 unchanged
  $ sed -e 's/"track"/"tracking"/' -e '/newer/d' -e 's/"n1"/"n2"/' faq.jsonl > changed.jsonl
  $ plimsoll golden diff faq.jsonl changed.jsonl
  2c538ae1351d (7) -> c527ce5b56f8 (6): 0 added, 1 removed, 2 changed, 1 renamed, 3 unchanged
    ~ g-0001  expected: track -> tracking
    ~ g-0002  expected: track -> tracking
    > n2 (was n1)
    - g-0006
  [1]
  $ plimsoll golden diff faq.jsonl changed.jsonl --json | tail -42
  {
    "a": {
      "path": "faq.jsonl",
      "version": "2c538ae1351d79dc675cd2173a896eb7",
      "n": 7
    },
    "b": {
      "path": "changed.jsonl",
      "version": "c527ce5b56f86ad734fb608d2c0bd52e",
      "n": 6
    },
    "same": false,
    "unchanged": 3,
    "added": [],
    "removed": [
      "g-0006"
    ],
    "changed": [
      {
        "id": "g-0001",
        "fields": [
          "expected"
        ],
        "before": "track",
        "after": "tracking"
      },
      {
        "id": "g-0002",
        "fields": [
          "expected"
        ],
        "before": "track",
        "after": "tracking"
      }
    ],
    "renamed": [
      {
        "id": "n2",
        "was": "n1"
      }
    ]
  }

Splits keep the mix of labels, and what belongs together stays together.

  $ for i in $(seq 1 60); do for l in a b; do echo "{\"id\": \"$l$i\", \"input\": \"$l $i\", \"expected\": \"$l\", \"cluster\": \"c$((i / 3))\"}"; done; done > many.jsonl
  $ plimsoll golden split many.jsonl --train 0.5 --anchor 0.1 -o split.jsonl
  split.jsonl: 60 train, 48 test, 12 anchor (seed 1; 72 moved)
  $ plimsoll golden split many.jsonl --train 0.5 --anchor 0.1 -o - 2>/dev/null | cmp - split.jsonl && echo the same seed, the same split
  the same seed, the same split
  $ plimsoll golden split many.jsonl --train 0.5 --seed 2 --json
  {
    "path": "many.jsonl",
    "n": 120,
    "train": 62,
    "test": 58,
    "anchor": 0,
    "moved": 62,
    "seed": 2
  }
  $ plimsoll golden split many.jsonl --train 0.9 --anchor 0.2
  error: the shares 0.9 (train) and 0.2 (anchor) do not fit into 1
  [2]
