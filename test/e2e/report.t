A small project with slices, errors and texts that try to be markup.

  $ mkdir golden
  $ for i in $(seq 1 60); do l=$([ $((i % 2)) = 0 ] && echo de || echo en); echo "{\"id\": \"t$i\", \"input\": \"<script>alert($i)</script> question $i\", \"expected\": \"yes\", \"tags\": {\"lang\": \"$l\"}}"; done >golden/q.jsonl
  $ for i in $(seq 1 60); do echo "{\"id\": \"t$i\", \"output\": \"$([ $((i % 6)) = 0 ] && echo no || echo yes)\", \"latency_ms\": $((100 + i)), \"cost_usd\": 0.001}"; done >old.jsonl
  $ for i in $(seq 1 60); do echo "{\"id\": \"t$i\", \"output\": \"$([ $((i % 20)) = 0 ] && echo '<b>no</b>' || echo yes)\", \"latency_ms\": $((200 + i)), \"cost_usd\": 0.002}"; done >new.jsonl
  $ cat >plimsoll.yaml <<END
  > version: 1
  > project: small
  > features:
  >   answers:
  >     task: classification
  >     golden: {path: golden/q.jsonl, slices: [lang]}
  >     variants:
  >       old: {model: "replay:old.jsonl"}
  >       new: {model: "replay:new.jsonl"}
  >     graders:
  >       correct: {type: label}
  >     gate:
  >       baseline: shipped
  >       require:
  >         - success_rate >= 0.80
  >         - success_rate not_worse_than baseline by 0.05
  >         - "each lang: success_rate >= 0.70"
  >         - cost_per_success <= 0.005
  > END
  $ plimsoll gate -v new
  error: there is no store at .plimsoll/plimsoll.db
  hint: Nothing has run yet: `plimsoll run` does.
  [2]
  $ plimsoll run >/dev/null
  $ plimsoll gate answers -v new
  requirement                                                              observed  
  success_rate >= 0.80                                 95.0% (87.6% to 98.6%, n 60)  passes
  success_rate not_worse_than baseline by 0.05                         not measured  undecided
  each lang: success_rate >= 0.70                      90.0% (76.1% to 97.2%, n 30)  passes
    lang en                                          100.0% (90.5% to 100.0%, n 30)  passes
    lang de                                            90.0% (76.1% to 97.2%, n 30)  passes
  cost_per_success <= 0.005                     $0.00211 ($0.002 to $0.00221, n 60)  passes
  
  success_rate >= 0.80: passes, success_rate is at least 87.6% with 95% confidence, the limit is 80.0%
  success_rate not_worse_than baseline by 0.05: undecided, nothing was shipped yet, so there is no baseline (--baseline NAME names one for the first time)
  each lang: success_rate >= 0.70: passes, lang de: success_rate is at least 76.1% with 95% confidence, the limit is 70.0% (2 of 2 slices pass)
  cost_per_success <= 0.005: passes, cost_per_success is at most $0.00221 with 95% confidence, the limit is $0.005
  
  not enough evidence: 1 of 4 requirements is undecided
  95% confidence for each requirement, one-sided; run r1
  [3]
  $ plimsoll gate answers -v new -b old | tail -3
  
  ship: all 4 requirements are proven to hold
  95% confidence for each requirement, one-sided; baseline old; run r1
  $ plimsoll gate answers -v old -b old --ship | tail -3
  not enough evidence: 2 of 4 requirements are undecided; about 2400 items in all (now 60) would settle what more items can settle
  95% confidence for each requirement, one-sided; baseline old; run r1
  not recorded as shipped
  $ PLIMSOLL_USER=maria plimsoll gate answers -v new -b old --ship | tail -1
  recorded: new shipped by maria
  $ plimsoll gate answers -v new --json | grep '"baseline"\|"baseline_run"'
    "baseline": "new",
    "baseline_run": "r1",

What is gated must be what would ship.

  $ echo '{"id": "t61", "input": "one more", "expected": "yes", "tags": {"lang": "en"}}' >>golden/q.jsonl
  $ plimsoll gate answers -v new -b old | tail -4
  note: the golden set changed since run r1: run again
  
  not enough evidence: every requirement holds, but what was measured is not what would ship
  95% confidence for each requirement, one-sided; baseline old; run r1

The page: one file, no script, nothing from outside; texts are escaped, or left out.

  $ plimsoll report -o page.html -q
  $ grep -c '<script' page.html
  0
  [1]
  $ grep -o '&lt;script&gt;alert(12)&lt;/script&gt; question 12' page.html | head -1
  &lt;script&gt;alert(12)&lt;/script&gt; question 12
  $ grep -oE ' (src|href|on[a-z]+)="' page.html | sort -u
  $ plimsoll report answers --public -o public.html -q
  $ grep -c 'question 12\|t12' public.html
  0
  [1]
  $ plimsoll report answers -v old -b new -o - | grep -o 'old is worse than new[^<]*\|not enough evidence[^<]*' | head -1
  old is worse than new: -11.7 points (-23.5 to -1.0).
  $ plimsoll report
  error: report wants -o FILE.html
  hint: usage: plimsoll report [FEATURE] -o FILE.html [--public] — `plimsoll report -h` has examples.
  [2]
  $ plimsoll report -v nobody -o page.html
  error: there is no variant "nobody" in feature answers
  hint: There are: old, new.
  [2]
