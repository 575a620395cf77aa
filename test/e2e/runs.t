What ran can be looked at and taken elsewhere.

  $ export PLIMSOLL_NOW=1764000000
  $ cat > golden.jsonl <<'JSONL'
  > {"id":"a","input":"where is my card","expected":"card","tags":{"lang":"en"}}
  > {"id":"b","input":"wo ist mein Geld","expected":"refund","tags":{"lang":"de"}}
  > JSONL
  $ cat > v1.jsonl <<'JSONL'
  > {"id":"a","output":"card","latency_ms":120.5,"confidence":0.93,"tokens":{"input":10,"output":1,"cached":4},"cost_usd":0.00001}
  > {"id":"b","output":"I \u001b[31mthink\u001b[0m:\n=refund","latency_ms":80,"finish_reason":"length","model":"m-1"}
  > JSONL
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: demo
  > features:
  >   triage:
  >     task: classification
  >     golden: golden.jsonl
  >     variants:
  >       v1: {model: replay:v1.jsonl}
  >     graders:
  >       correct: {type: label}
  > YAML
  $ plimsoll runs
  no runs yet: `plimsoll run` makes one
  $ plimsoll show last
  error: there is no store at .plimsoll/plimsoll.db
  hint: Nothing has run yet: `plimsoll run` does.
  [2]
  $ plimsoll run -q > /dev/null
  $ plimsoll run --epochs 2 -q > /dev/null
  warning: 2 of 4 calls gave no answer, the first: v1, example "a": v1.jsonl has no output for "a" epoch 2
  $ plimsoll runs
  run  feature  started               variants  golden    done  errors  state
  r2   triage   2025-11-24T16:00:00Z  v1        ????????   4/4       2  done (glob)
  r1   triage   2025-11-24T16:00:00Z  v1        ????????   2/2       0  done (glob)
  $ plimsoll runs triage -n 1 --json
  {
    "runs": [
      {
        "run": "r2",
        "feature": "triage",
        "state": "done",
        "started_at": "2025-11-24T16:00:00Z",
        "ended_at": "2025-11-24T16:00:00Z",
        "golden_version": "*", (glob)
        "variants": [
          {
            "variant": "v1",
            "planned": 4,
            "done": 4,
            "errors": 2
          }
        ]
      }
    ]
  }
  $ plimsoll show r1
  run r1 of triage, started 2025-11-24T16:00:00Z, ended 2025-11-24T16:00:00Z
  golden set ???????? (golden.jsonl), success: correct (glob)
  plimsoll *, prices of 20*, Unicode *, SQLite *, PCRE2 *, utf8proc *, yyjson *, libcurl * (glob)
  
  variant  n  success (95%)        score  errors     p50     p95  cost  per success
  v1       2  50.0% (9.5 to 90.5)  0.500       0  100 ms  118 ms     –            –
  
  v1: replay:v1.jsonl, answered by m-1
  slice  value  n  success (95%)
  lang   de     1  0.0% (0.0 to 79.3)
  lang   en     1  100.0% (20.7 to 100.0)
  $ plimsoll show r1 --json | head -24
  {
    "run": "r1",
    "feature": "triage",
    "golden_version": "*", (glob)
    "started_at": "2025-11-24T16:00:00Z",
    "ended_at": "2025-11-24T16:00:00Z",
    "ended_why": null,
    "evidence": {
      "golden_path": "golden.jsonl",
      "success": "correct",
      "seed": 1,
      "price_date": "*", (glob)
      "program": "*", (glob)
      "libraries": "*", (glob)
      "unicode": "*", (glob)
      "options": {"split":"test","items":2,"epochs":1}
    },
    "variants": [
      {
        "variant": "v1",
        "n": 2,
        "epochs": 1,
        "errors": 0,
        "refused": 0,
  $ plimsoll show r1 b
  item b
    input: wo ist mein Geld
    expected: refund
    tags: {"lang":"de"}
  
  v1, epoch 1: fail, score 0.000, 80 ms, m-1
    output
      I ?[31mthink?[0m:
      =refund
    correct: fail 0.000, "I ?[31mthink?[0m: =refund", expected "refund"
  $ plimsoll show r1 b --json
  {
    "run": "r1",
    "item": {"id":"b","input":"wo ist mein Geld","expected":"refund","tags":{"lang":"de"}},
    "units": [
      {
        "variant": "v1",
        "epoch": 1,
        "outcome": "fail",
        "score": 0,
        "messages": null,
        "output": "I \u001b[31mthink\u001b[0m:\n=refund",
        "error": null,
        "model": "m-1",
        "finish_reason": "length",
        "latency_ms": 80,
        "ttft_ms": null,
        "queued_ms": null,
        "retry_wait_ms": null,
        "cost_usd": null,
        "confidence": null,
        "attempts": 0,
        "graders": {
          "correct": {
            "outcome": "fail",
            "score": 0,
            "reason": "\"I ?[31mthink?[0m: =refund\", expected \"refund\"",
            "details": {"expected":"refund","predicted":"I \u001b[31mthink\u001b[0m:\n=refund"}
          }
        }
      }
    ]
  }
  $ plimsoll show r1 c
  error: run r1 has no item "c"
  hint: `plimsoll export results r1` lists its items.
  [2]
  $ plimsoll show r7
  error: there is no run r7
  hint: The newest is r2; `plimsoll runs` lists them.
  [2]
  $ plimsoll export outputs r1
  {"id":"a","output":"card","variant":"v1","epoch":1,"confidence":0.93,"tokens":{"input":10,"output":1,"cached":4},"latency_ms":120.5,"cost_usd":1e-05,"error":null}
  {"id":"b","output":"I \u001b[31mthink\u001b[0m:\n=refund","variant":"v1","epoch":1,"latency_ms":80,"error":null,"model":"m-1","finish_reason":"length"}
  $ plimsoll export outputs r1 --csv
  id,output,variant,epoch,confidence,tokens.input,tokens.output,tokens.cached,latency_ms,ttft_ms,cost_usd,error\x0d (esc)
  a,card,v1,1,0.93,10,1,4,120.5,,1e-05,\x0d (esc)
  b,"I \x1b[31mthink\x1b[0m: (esc)
  =refund",v1,1,,,,,80,,,\x0d (esc)
  $ plimsoll export results r1
  {"id":"a","variant":"v1","epoch":1,"outcome":"pass","pass":true,"score":1,"graders":{"correct":{"outcome":"pass","score":1,"reason":"\"card\", expected \"card\""}},"tags":{"lang":"en"},"confidence":0.93,"latency_ms":120.5,"cost_usd":1e-05}
  {"id":"b","variant":"v1","epoch":1,"outcome":"fail","pass":false,"score":0,"graders":{"correct":{"outcome":"fail","score":0,"reason":"\"I ?[31mthink?[0m: =refund\", expected \"refund\""}},"tags":{"lang":"de"},"latency_ms":80}
  $ plimsoll export results r2 --csv
  id,variant,epoch,outcome,pass,score,confidence,latency_ms,ttft_ms,cost_usd,error_kind,correct,correct.score\x0d (esc)
  a,v1,1,pass,true,1,0.93,120.5,,1e-05,,pass,1\x0d (esc)
  a,v1,2,error,,,,,,,not_found,,\x0d (esc)
  b,v1,1,fail,false,0,,80,,,,fail,0\x0d (esc)
  b,v1,2,error,,,,,,,not_found,,\x0d (esc)
  $ plimsoll export golden r1
  {"id":"a","input":"where is my card","expected":"card","tags":{"lang":"en"}}
  {"id":"b","input":"wo ist mein Geld","expected":"refund","tags":{"lang":"de"}}
  $ plimsoll export labls
  error: there is nothing called "labls" to export
  hint: It is outputs, results or golden.
  [2]

What is exported can be replayed, and gives the same results.

  $ plimsoll export outputs r1 > v1.jsonl && plimsoll export golden r1 > golden.jsonl
  $ plimsoll run -q > /dev/null
  $ plimsoll export results r1 > was && plimsoll export results r3 > is && cmp was is
