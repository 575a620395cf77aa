A small project: 40 recorded answers, of which every eighth is wrong, and a baseline to beat.

  $ export PLIMSOLL_NOW=1764000000
  $ awk 'BEGIN { for (i = 0; i < 60; i++) { l = i % 3 ? (i % 3 == 1 ? "card" : "refund") : "billing"; printf "{\"id\":\"t-%02d\",\"input\":{\"text\":\"help with %s %d\"},\"expected\":\"%s\",\"tags\":{\"lang\":\"%s\"},\"split\":\"%s\"}\n", i, l, i, l, i % 2 ? "en" : "de", i < 20 ? "train" : "test" } }' > golden.jsonl
  $ awk 'BEGIN { for (i = 20; i < 60; i++) { l = i % 3 ? (i % 3 == 1 ? "card" : "refund") : "billing"; printf "{\"id\":\"t-%02d\",\"output\":\"%s\",\"latency_ms\":%d,\"cost_usd\":0.0001,\"tokens\":{\"input\":20,\"output\":2}}\n", i, i % 8 ? l : "none", 100 + 10 * i } }' > v2.jsonl
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: demo
  > features:
  >   triage:
  >     task: classification
  >     golden: {path: golden.jsonl, slices: [lang]}
  >     variants:
  >       boring: {model: builtin:majority}
  >       v2: {model: replay:v2.jsonl}
  >     graders:
  >       correct: {type: label}
  > YAML
  $ plimsoll run
  run r1: triage, golden set ????????, 40 examples (glob)
  
  variant   n  success (95%)         score  errors     p50     p95    cost  per success
  boring   40  32.5% (20.1 to 48.0)  0.325       0   <1 ms   <1 ms      $0           $0
  v2       40  87.5% (73.9 to 94.5)  0.875       0  495 ms  670 ms  $0.004     $0.00011
  $ plimsoll run triage -v v2 --json
  {
    "run": "r2",
    "feature": "triage",
    "golden_version": "*", (glob)
    "ended_why": null,
    "planned": 40,
    "done": 40,
    "cached": 0,
    "called": 40,
    "spent_usd": 0,
    "variants": [
      {
        "variant": "v2",
        "n": 40,
        "epochs": 1,
        "errors": 0,
        "refused": 0,
        "success_rate": {
          "value": 0.875,
          "low": 0.738878801611489,
          "high": 0.945404997490546,
          "n": 40,
          "method": "wilson"
        },
        "score": {
          "value": 0.875,
          "low": 0.738878801611489,
          "high": 0.945404997490546,
          "n": 40,
          "method": "wilson"
        },
        "graders": {
          "correct": {
            "value": 0.875,
            "low": 0.738878801611489,
            "high": 0.945404997490546,
            "n": 40,
            "method": "wilson"
          }
        },
        "slices": {
          "lang": {
            "de": {
              "value": 0.75,
              "low": 0.531299122381256,
              "high": 0.8881382985923343,
              "n": 20,
              "method": "wilson"
            },
            "en": {
              "value": 1,
              "low": 0.8388748419471808,
              "high": 1,
              "n": 20,
              "method": "wilson"
            }
          }
        },
        "latency_ms": {
          "p50": {
            "value": 495,
            "low": 430,
            "high": 560,
            "n": 40,
            "method": "order_statistics"
          },
          "p95": {
            "value": 670.5,
            "low": 640,
            "high": null,
            "n": 40,
            "method": "order_statistics"
          },
          "p99": {
            "value": 686.1,
            "low": 670,
            "high": null,
            "n": 40,
            "method": "order_statistics"
          }
        },
        "ttft_ms": {
          "p50": {
            "value": null,
            "low": null,
            "high": null,
            "n": 0,
            "method": "order_statistics"
          },
          "p95": {
            "value": null,
            "low": null,
            "high": null,
            "n": 0,
            "method": "order_statistics"
          },
          "p99": {
            "value": null,
            "low": null,
            "high": null,
            "n": 0,
            "method": "order_statistics"
          }
        },
        "cost_usd": 0.004,
        "cost_per_success": {
          "value": 0.00011428571428571428,
          "low": 0.00010111745430828923,
          "high": 0.00012916884210686865,
          "n": 40,
          "method": "ratio_log_t"
        },
        "tokens": {
          "input": 800,
          "output": 80,
          "cached": 0
        },
        "wall_s": * (glob)
      }
    ]
  }
  $ plimsoll run -v v2 -n 10
  run r3: triage, golden set ????????, 10 examples (glob)
  
  variant   n  success (95%)         score  errors     p50     p95    cost  per success
  v2       10  90.0% (59.6 to 98.2)  0.900       0  520 ms  676 ms  $0.001     $0.00011
  $ plimsoll run -v v2 --split train
  run r4: triage, golden set ????????, 20 examples (glob)
  
  variant   n  success (95%)  score  errors  p50  p95  cost  per success
  v2       20  –                  –      20    –    –    $0            –
  warning: 20 of 20 calls gave no answer, the first: v2, example "t-00": v2.jsonl has no output for "t-00" epoch 1
  [4]

Every error says what to do.

  $ plimsoll run -v v3
  error: there is no variant "v3" in feature triage
  hint: There are: boring, v2.
  [2]
  $ plimsoll run --split dev
  error: there is no split "dev"
  hint: It is test (with the anchors), train, anchor or all.
  [2]
  $ plimsoll run -n 0
  error: -n wants 1 or more
  [2]
  $ plimsoll run --resume -v v2
  error: --variant and --resume: a run goes on as it was started
  hint: Leave --variant away, or start a new run without --resume.
  [2]

Recorded errors are errors, neither passes nor failures.

  $ sed -i 's/"output":"none"/"error":"overloaded"/' v2.jsonl
  $ plimsoll run -v v2
  run r5: triage, golden set ????????, 40 examples (glob)
  
  variant   n  success (95%)           score  errors     p50     p95    cost  per success
  v2       40  100.0% (90.1 to 100.0)  1.000       5  490 ms  673 ms  $0.004     $0.00011
  warning: 5 of 40 calls gave no answer, the first: v2, example "t-24": overloaded
  $ sed -i 's/"output":"[a-z]*"/"error":"down"/' v2.jsonl
  $ plimsoll run -v v2
  run r6: triage, golden set ????????, 40 examples (glob)
  
  variant   n  success (95%)  score  errors  p50  p95    cost  per success
  v2       40  –                  –      40    –    –  $0.004            –
  warning: 40 of 40 calls gave no answer, the first: v2, example "t-20": down
  [4]

Graders are combined by the success expression; one that cannot judge makes the unit an error
unless the others decide.

  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: demo
  > features:
  >   triage:
  >     task: classification
  >     golden: golden.jsonl
  >     variants:
  >       boring: {model: builtin:majority}
  >     graders:
  >       correct: {type: label}
  >       short: {type: regex, pattern: "^.{1,6}$", weight: 0.5}
  >     success: correct and short
  > YAML
  $ plimsoll run
  run r7: triage, golden set ????????, 40 examples (glob)
  
  variant   n  success (95%)      score  errors    p50    p95  cost  per success
  boring   40  0.0% (0.0 to 8.8)  0.217       0  <1 ms  <1 ms    $0            –
  $ plimsoll show last
  run r7 of triage, started 2025-11-24T16:00:00Z, ended 2025-11-24T16:00:00Z
  golden set ???????? (golden.jsonl), success: correct and short (glob)
  plimsoll *, prices of 20*, Unicode *, SQLite *, PCRE2 *, utf8proc *, yyjson *, libcurl * (glob)
  
  variant   n  success (95%)      score  errors    p50    p95  cost  per success
  boring   40  0.0% (0.0 to 8.8)  0.217       0  <1 ms  <1 ms    $0            –
  
  boring: builtin:majority
  grader    n  mean score (95%)      errors
  correct  40  32.5% (20.1 to 48.0)       0
  short    40  0.0% (0.0 to 8.8)          0
  slice  value   n  success (95%)
  lang   de     20  0.0% (0.0 to 16.1)
  lang   en     20  0.0% (0.0 to 16.1)
