A gate on a plain file: requirements are decided on confidence bounds.

  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i % 25)) = 0 ] && echo false || echo true), \"latency_ms\": $((300 + i * 7 % 500)), \"cost_usd\": 0.001, \"tags\": {\"lang\": \"$([ $((i % 2)) = 0 ] && echo de || echo en)\"}}"; done >new.jsonl
  $ plimsoll gate --require "success_rate >= 0.9" new.jsonl
  requirement                               observed  
  success_rate >= 0.9  96.0% (92.9% to 98.0%, n 200)  passes
  
  success_rate >= 0.9: passes, success_rate is at least 92.9% with 95% confidence, the limit is 90.0%
  
  ship: the requirement is proven to hold
  95% confidence for each requirement, one-sided
  $ plimsoll gate -r "success_rate >= 0.95" new.jsonl
  requirement                                observed  
  success_rate >= 0.95  96.0% (92.9% to 98.0%, n 200)  undecided
  
  success_rate >= 0.95: undecided, success_rate lies between 92.9% and 98.0%, the limit 95.0% is inside; about 2800 items would settle it
  
  not enough evidence: the requirement is undecided; about 2800 items in all (now 200) would settle it
  95% confidence for each requirement, one-sided
  [3]
  $ plimsoll gate -r "success_rate >= 0.99" -r "p95_latency <= 1s" new.jsonl
  requirement                                   observed  
  success_rate >= 0.99     96.0% (92.9% to 98.0%, n 200)  fails
  p95_latency <= 1s     762 ms (745 ms to 783 ms, n 200)  passes
  
  success_rate >= 0.99: fails, success_rate is at most 98.0% with 95% confidence, the limit is 99.0%
  p95_latency <= 1s: passes, p95_latency is at most 783 ms with 95% confidence, the limit is 1 s
  
  do not ship: 1 of 2 requirements is proven not to hold
  95% confidence for each requirement, one-sided
  [1]
  $ plimsoll gate -r "each lang: success_rate >= 0.85" -r "cost_per_success <= \$0.0012" new.jsonl
  requirement                                                    observed  
  each lang: success_rate >= 0.85           96.0% (91.1% to 98.6%, n 100)  passes
    lang en                                 96.0% (91.1% to 98.6%, n 100)  passes
    lang de                                 96.0% (91.1% to 98.6%, n 100)  passes
  cost_per_success <= $0.0012      $0.00104 ($0.00102 to $0.00107, n 200)  passes
  
  each lang: success_rate >= 0.85: passes, lang en: success_rate is at least 91.1% with 95% confidence, the limit is 85.0% (2 of 2 slices pass)
  cost_per_success <= $0.0012: passes, cost_per_success is at most $0.00107 with 95% confidence, the limit is $0.0012
  
  ship: all 2 requirements are proven to hold
  95% confidence for each requirement, one-sided
  $ plimsoll gate -r "success_rate not_worse_than baseline by 0.02" new.jsonl
  requirement                                       observed  
  success_rate not_worse_than baseline by 0.02  not measured  undecided
  
  success_rate not_worse_than baseline by 0.02: undecided, no baseline was given (--baseline)
  
  not enough evidence: the requirement is undecided
  95% confidence for each requirement, one-sided
  [3]
  $ plimsoll gate -r "success_rate not_worse_than baseline by 0.02" new.jsonl --baseline new.jsonl | tail -2
  ship: the requirement is proven to hold
  95% confidence for each requirement, one-sided; baseline new.jsonl

Errors never ship: here all that was judged passes.

  $ for i in $(seq 1 100); do [ $((i % 10)) = 0 ] && echo "{\"id\": \"t$i\", \"pass\": null, \"error\": \"timeout\"}" || echo "{\"id\": \"t$i\", \"pass\": true}"; done >errors.jsonl
  $ plimsoll gate -r "success_rate >= 0.9" errors.jsonl
  requirement                                observed  
  success_rate >= 0.9  100.0% (96.7% to 100.0%, n 90)  undecided
  
  success_rate >= 0.9: undecided, passes on the outputs that were judged, but not if the 10 errors count against it: run those again
  note: 10 of 100 outputs are errors: they count as neither success nor failure, and nothing ships that needs them to be successes
  
  not enough evidence: the requirement is undecided
  95% confidence for each requirement, one-sided
  [3]
  $ plimsoll gate -r "error_rate <= 0.02" errors.jsonl
  requirement                             observed  
  error_rate <= 0.02  10.0% (5.5% to 16.4%, n 100)  fails
  
  error_rate <= 0.02: fails, error_rate is at least 5.5% with 95% confidence, the limit is 2.0%
  note: 10 of 100 outputs are errors: they count as neither success nor failure, and nothing ships that needs them to be successes
  
  do not ship: the requirement is proven not to hold
  95% confidence for each requirement, one-sided
  [1]

What was not measured never passes.

  $ plimsoll gate -r "hallucination_rate <= 0.01" -r "cost_per_success <= 1" -r "p95_latency <= 9s" errors.jsonl
  requirement                     observed  
  hallucination_rate <= 0.01  not measured  undecided
  cost_per_success <= 1       not measured  undecided
  p95_latency <= 9s           not measured  undecided
  
  hallucination_rate <= 0.01: undecided, not measured: no output carries a value of hallucination
  cost_per_success <= 1: undecided, not measured: no output carries a cost
  p95_latency <= 9s: undecided, not measured: no output carries a latency
  note: 10 of 100 outputs are errors: they count as neither success nor failure, and nothing ships that needs them to be successes
  
  not enough evidence: 3 of 3 requirements are undecided
  95% confidence for each requirement, one-sided
  [3]

JSON, JUnit and Markdown.

  $ PLIMSOLL_NOW=1700000000 plimsoll gate -r "success_rate >= 0.95" new.jsonl --json
  {
    "feature": null,
    "variant": "new",
    "baseline": null,
    "verdict": "inconclusive",
    "requirements": [
      {
        "text": "success_rate >= 0.95",
        "limit": 0.95,
        "observed": {
          "value": 0.96,
          "low": 0.9289858313839803,
          "high": 0.9799432404104906,
          "n": 200,
          "method": "clopper_pearson"
        },
        "passes": null,
        "why": "success_rate lies between 92.9% and 98.0%, the limit 95.0% is inside; about 2800 items would settle it",
        "n_needed": 2740,
        "errors": 0
      }
    ],
    "golden_version": null,
    "run": null,
    "n_needed": 2740,
    "decided_at": "2023-11-14T22:13:20Z",
    "n": 200,
    "errors": 0,
    "confidence": 0.95,
    "baseline_run": null,
    "stale": null,
    "shipped_by": null
  }
  [3]
  $ PLIMSOLL_NOW=1700000000 plimsoll gate -r "success_rate >= 0.95" -r "each lang: success_rate >= 0.5" new.jsonl --junit -
  <?xml version="1.0" encoding="UTF-8"?>
  <testsuites><testsuite name="plimsoll gate" tests="3" failures="0" errors="1" timestamp="2023-11-14T22:13:20Z">
    <testcase classname="new" name="success_rate &gt;= 0.95"><error type="inconclusive" message="success_rate lies between 92.9% and 98.0%, the limit 95.0% is inside; about 2800 items would settle it"/></testcase>
    <testcase classname="new" name="each lang: success_rate &gt;= 0.5 [lang=en]"><system-out>success_rate is at least 91.1% with 95% confidence, the limit is 50.0%</system-out></testcase>
    <testcase classname="new" name="each lang: success_rate &gt;= 0.5 [lang=de]"><system-out>success_rate is at least 91.1% with 95% confidence, the limit is 50.0%</system-out></testcase></testsuite></testsuites>
  [3]
  $ PLIMSOLL_NOW=1700000000 plimsoll gate -r "success_rate >= 0.5" new.jsonl --markdown pr.md >/dev/null && cat pr.md
  ### ✅ new: ship: the requirement is proven to hold
  
  | requirement | observed | verdict | why |
  | --- | --- | --- | --- |
  | success\_rate \>= 0.5 | 96.0% \(92.9% to 98.0%, n 200\) | passes | success\_rate is at least 92.9% with 95% confidence, the limit is 50.0% |
  
  - confidence: 95%, one-sided
  - decided: 2023-11-14T22:13:20Z

Mistakes.

  $ plimsoll gate new.jsonl
  error: a plain file needs at least one --require
  hint: For example: --require "success_rate >= 0.9"
  [2]
  $ plimsoll gate -r "sucess_rate >= 0.9" new.jsonl
  requirement             observed  
  sucess_rate >= 0.9  not measured  undecided
  
  sucess_rate >= 0.9: undecided, not measured: no output carries a value of sucess
  
  not enough evidence: the requirement is undecided
  95% confidence for each requirement, one-sided
  [3]
  $ plimsoll gate -r "success_rate >= 90" new.jsonl
  error: --require:1:17: "90" is more than 1, a share such as 0.90 or 90% was expected
  hint: Write 90% or 0.9.
  [2]
  $ plimsoll gate -r "success_rate >= 0.9" new.jsonl --confidence 1
  error: --confidence must be at least 0.5 and below 1, found 1
  [2]
  $ plimsoll gate triage
  error: gate wants -v VARIANT, or a file and --require
  hint: usage: plimsoll gate [FEATURE] -v VARIANT [--ship] | --require REQ… FILE [--baseline B]
  [2]
  $ plimsoll gate -r "success_rate >= 0.5" new.jsonl --ship
  error: --ship records in the project's store; a plain file has none
  [2]
