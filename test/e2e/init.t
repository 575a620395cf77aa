A project to start from, which runs as it is.

  $ plimsoll init --list
  extract     Extract: the fields of an invoice
  rag         RAG: answers from passages
  summarize   Summarize: a note in two sentences
  triage      Triage: which team does a message go to?
  $ plimsoll init shop | head -3
  shop: the template triage
    README.md
    golden/triage.jsonl
  $ cd shop && cat .gitignore
  .plimsoll/
  $ plimsoll check --no-lint
  plimsoll.yaml: triage, 1 feature, 0 models
  
  feature triage (classification)
    variants  boring (builtin:linear), v1 (replay:outputs/triage-v1.jsonl), v2 (replay:outputs/triage-v2.jsonl)
    graders   correct (label)
    success   correct
    gate      success_rate >= 0.70
              success_rate not_worse_than baseline by 0.10
              p50_latency <= 1s
              cost_per_success <= $0.001
  
  0 problems in the spec
  $ plimsoll check | tail -4
  golden/triage.jsonl: 60 examples (40 test, 20 train), version 59c3d8683d0a
    note: small-set: 40 test examples: a rate of 90% would be known to ±10 points
  
  0 problems in the spec; golden sets: 0 errors, 0 warnings, 1 note
  $ plimsoll run -q | tail -3 | cut -c1-50
  boring   40  60.0% (44.6 to 73.7)  0.600       0  
  v1       40  77.5% (62.5 to 87.7)  0.775       0  
  v2       40  85.0% (70.9 to 92.9)  0.850       0  
  $ plimsoll gate triage -v v2 | tail -2
  ship: all 4 requirements are proven to hold
  95% confidence for each requirement, one-sided; baseline v1; run r1

Nothing that exists is touched, and then nothing at all is written.

  $ cd .. && rm shop/plimsoll.yaml && echo mine > shop/README.md
  $ plimsoll init shop
  error: shop/README.md exists already; nothing was written
  hint: Name a new folder: `plimsoll init FOLDER`.
  [2]
  $ cat shop/README.md; ls shop/plimsoll.yaml 2>&1 | grep -c 'No such'
  mine
  1
  $ plimsoll init x --template triag
  error: there is no template "triag"
  hint: Did you mean "triage"?
  [2]
  $ plimsoll init --template extract --json -C shop
  error: ./README.md exists already; nothing was written
  hint: Name a new folder: `plimsoll init FOLDER`.
  {
    "error": {
      "code": "conflict",
      "message": "./README.md exists already; nothing was written",
      "hint": "Name a new folder: `plimsoll init FOLDER`."
    }
  }
  [2]
  $ rm shop/README.md && plimsoll init inner -t extract -C shop | head -1
  inner: the template extract

Every template is in order and runs.

  $ for t in $(plimsoll init --list | awk '{print $1}'); do
  >     plimsoll init "all/$t" --template "$t" -q >/dev/null && cd "all/$t"
  >     plimsoll check >/dev/null; echo "$t: check $?"
  >     plimsoll run -q | tail -2 | cut -c1-48
  >     cd ../..
  > done
  extract: check 0
  v1       30  46.7% (30.2 to 63.9)  0.903       0
  v2       30  80.0% (62.7 to 90.5)  0.960       0
  rag: check 0
  variant   n  success (95%)         score  errors
  v1       48  91.7% (80.4 to 96.7)  0.777       0
  summarize: check 0
  boring   40  100.0% (91.2 to 100.0)  0.873      
  v1       40  92.5% (80.1 to 97.4)    0.892      
  triage: check 0
  v1       40  77.5% (62.5 to 87.7)  0.775       0
  v2       40  85.0% (70.9 to 92.9)  0.850       0
