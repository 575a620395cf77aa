A gate on a plain file: requirements are decided on confidence bounds.

  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i % 25)) = 0 ] && echo false || echo true), \"latency_ms\": $((300 + i * 7 % 500)), \"cost_usd\": 0.001, \"tags\": {\"lang\": \"$([ $((i % 2)) = 0 ] && echo de || echo en)\"}}"; done >new.jsonl
  $ plimsoll gate --require "success_rate >= 0.9" new.jsonl
  $ plimsoll gate -r "success_rate >= 0.95" new.jsonl
  $ plimsoll gate -r "success_rate >= 0.99" -r "p95_latency <= 1s" new.jsonl
  $ plimsoll gate -r "each lang: success_rate >= 0.85" -r "cost_per_success <= \$0.0012" new.jsonl
  $ plimsoll gate -r "success_rate not_worse_than baseline by 0.02" new.jsonl
  $ plimsoll gate -r "success_rate not_worse_than baseline by 0.02" new.jsonl --baseline new.jsonl | tail -2

Errors never ship: here all that was judged passes.

  $ for i in $(seq 1 100); do [ $((i % 10)) = 0 ] && echo "{\"id\": \"t$i\", \"pass\": null, \"error\": \"timeout\"}" || echo "{\"id\": \"t$i\", \"pass\": true}"; done >errors.jsonl
  $ plimsoll gate -r "success_rate >= 0.9" errors.jsonl
  $ plimsoll gate -r "error_rate <= 0.02" errors.jsonl

What was not measured never passes.

  $ plimsoll gate -r "hallucination_rate <= 0.01" -r "cost_per_success <= 1" -r "p95_latency <= 9s" errors.jsonl

JSON, JUnit and Markdown.

  $ PLIMSOLL_NOW=1700000000 plimsoll gate -r "success_rate >= 0.95" new.jsonl --json
  $ PLIMSOLL_NOW=1700000000 plimsoll gate -r "success_rate >= 0.95" -r "each lang: success_rate >= 0.5" new.jsonl --junit -
  $ PLIMSOLL_NOW=1700000000 plimsoll gate -r "success_rate >= 0.5" new.jsonl --markdown pr.md >/dev/null && cat pr.md

Mistakes.

  $ plimsoll gate new.jsonl
  $ plimsoll gate -r "sucess_rate >= 0.9" new.jsonl
  $ plimsoll gate -r "success_rate >= 90" new.jsonl
  $ plimsoll gate -r "success_rate >= 0.9" new.jsonl --confidence 1
  $ plimsoll gate triage
  $ plimsoll gate -r "success_rate >= 0.5" new.jsonl --ship
