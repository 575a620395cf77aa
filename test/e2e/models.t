Four variants answered the same 240 items: which does no other beat?

  $ awk 'BEGIN { print "id,variant,pass,cost_usd,latency_ms,confidence"; for (i = 0; i < 240; i++) { h = (i * 7919) % 1000 / 1000;
  >   print "q" i ",small," (h < 0.80) "," 0.0004 + h / 10000 "," 200 + (i * 37) % 300 "," 1 - h;
  >   print "q" i ",large," (h < 0.92) "," 0.0060 + h / 1000 "," 900 + (i * 53) % 900 ",";
  >   print "q" i ",slow," (h < 0.80) "," 0.0070 "," 1500 + (i * 53) % 900 ",";
  >   print "q" i ",weak," (h < 0.60) "," 0.0003 "," 150 + (i * 11) % 100 "," } }' >outputs.csv
  $ plimsoll models outputs.csv --volume 100000
  variant  outputs               success                  cost per success               a month      front
  small        240  80.0% (74.5 to 84.6)  $0.000562 (0.000525 to 0.000603)  $45.0 (44.6 to 45.4)  yes, 100%
  large        240  92.1% (88.0 to 94.9)     $0.00706 (0.00678 to 0.00735)     $650 (646 to 654)  yes, 100%
  slow         240  80.0% (74.5 to 84.6)     $0.00875 (0.00821 to 0.00933)     $700 (700 to 700)         0%
  weak         240  59.2% (52.9 to 65.2)  $0.000507 (0.000456 to 0.000564)  $30.0 (30.0 to 30.0)  yes, 100%
  
  latency, ms                  p50                  p95               p99
  small           348 (329 to 367)     485 (476 to 494)    497 (493 to ?)
  large        1330 (1275 to 1384)  1749 (1703 to 1756)  1759 (1755 to ?)
  slow         1930 (1875 to 1984)  2349 (2303 to 2356)  2359 (2355 to ?)
  weak            200 (193 to 205)     245 (242 to 248)    249 (247 to ?)
  
  front: no other variant is at least as good on all of success, cost per success and p95, and
  better on one; the share is in how many of 2000 redraws of the items that held
  $ plimsoll models outputs.csv --json >answer.json
  $ sed -n '/"front"/,/}/p' answer.json
    "front": [
      "small",
      "large",
      "weak"
    ],
    "p_front": {
      "small": 1,
      "large": 1,
      "slow": 0,
      "weak": 1
    },

The same answer for the same seed, whatever the number of threads.

  $ PLIMSOLL_THREADS=1 plimsoll models outputs.csv --json | cmp - answer.json

A file a variant; the file's name is the variant's.

  $ grep -e '^id' -e ,small, outputs.csv | cut -d, -f1,3-5 >small.csv
  $ grep -e '^id' -e ,large, outputs.csv | cut -d, -f1,3-5 >large.csv
  $ plimsoll models small.csv large.csv | sed -n 1,4p
  variant  outputs               success                  cost per success      front
  small        240  80.0% (74.5 to 84.6)  $0.000562 (0.000525 to 0.000603)  yes, 100%
  large        240  92.1% (88.0 to 94.9)     $0.00706 (0.00678 to 0.00735)  yes, 100%
  

A budget is kept or broken by the whole interval.

  $ plimsoll models outputs.csv --min-success 0.7 --max-p95 1000 | grep -e budget -e ' it$' -e undecided
  variant  outputs               success                  cost per success      front     budget
  small        240  80.0% (74.5 to 84.6)  $0.000562 (0.000525 to 0.000603)  yes, 100%   keeps it
  large        240  92.1% (88.0 to 94.9)     $0.00706 (0.00678 to 0.00735)  yes, 100%  breaks it
  slow         240  80.0% (74.5 to 84.6)     $0.00875 (0.00821 to 0.00933)         0%  breaks it
  weak         240  59.2% (52.9 to 65.2)  $0.000507 (0.000456 to 0.000564)  yes, 100%  breaks it
  small is the cheapest that keeps the budget
  $ plimsoll models outputs.csv --min-success 0.99 >/dev/null
  [1]
  $ plimsoll models outputs.csv --min-success 0.9 | tail -1
  no variant is shown to keep the budget

A cascade: small first, large for what small is unsure of, measured on items that did not choose it.

  $ plimsoll models outputs.csv --cascade small,large | sed -n '/^cascade/,$p'
  cascade: small first, large when the confidence is under 0.212
    chosen on 120 items, verified on 120 others
    escalated  22.5% (15.9 to 30.8)
    success    89.2% (82.3 to 93.6), always large: 89.2% (82.3 to 93.6)
    difference +0.0 points (-3.1 to +3.1): not shown to be as good as always large
    cost       $0.00200 (0.00148 to 0.00253) a task, always large: $0.00650 (0.00645 to 0.00655)
    saving     69%
    p95        1942 (1670 to 2150) ms

The picture.

  $ plimsoll models outputs.csv --svg front.svg >/dev/null
  $ grep -c '<svg' front.svg
  1
  $ grep -o '<title>[a-z]*</title>' front.svg
  <title>small</title>
  <title>large</title>
  <title>slow</title>
  <title>weak</title>

Errors are neither passes nor failures; what nobody measured does not take part.

  $ printf '{"id":1,"pass":true}\n{"id":2,"error":"timeout"}\n{"id":3,"pass":false}\n' >a.jsonl
  $ plimsoll models a.jsonl
  variant     outputs              success  cost per success      front
  a        3, 1 error  50.0% (9.5 to 90.5)                 –  yes, 100%
  
  front: no other variant is at least as good on all of success, cost per success and p95, and
  better on one; the share is in how many of 2000 redraws of the items that held
  note: a lacks cost_usd in 2 of 3 outputs: its cost is not known and counts as the worst
  note: no output carries latency_ms; the front is over what was measured

Not measured by one only: that one is last on it.

  $ printf '{"id":1,"pass":true,"cost_usd":1}\n{"id":2,"pass":true,"cost_usd":1}\n' >paid.jsonl
  $ printf '{"id":1,"pass":true}\n{"id":2,"pass":true}\n' >free.jsonl
  $ plimsoll models paid.jsonl free.jsonl | grep -e '^note' -e '^paid' -e '^free'
  paid           2  100.0% (34.2 to 100.0)  $1.00 (1.00 to 2.92)  yes, 100%
  free           2  100.0% (34.2 to 100.0)                     –         0%
  note: free lacks cost_usd in 2 of 2 outputs: its cost is not known and counts as the worst
  note: no output carries latency_ms; the front is over what was measured

Refused:

  $ printf '{"id":1}\n' | plimsoll models -
  error: -:1:1: a row without "pass"
  hint: The row has: id.
  [2]
  $ printf '{"pass":1}\n' | plimsoll models -
  error: -:1:1: a row without "id"
  hint: The row has: pass.
  [2]
  $ printf '{"id":1,"pass":1,"cost_usd":-1}\n' | plimsoll models -
  error: -:1:29: a "cost_usd" of -1, expected 0 or more
  [2]
  $ printf 'id,pass\n1,1\n1,0\n' >twice.csv
  $ plimsoll models twice.csv
  error: twice.csv:3:1: "1" epoch 1 stands twice under twice
  hint: Repeated outputs of an item carry an "epoch" of 1, 2, …; different variants a "variant".
  [2]
  $ plimsoll models outputs.csv --cascade large,small
  error: outputs.csv:47:1: large answered "q11" without a "confidence"
  [2]
  $ plimsoll models outputs.csv --cascade smal,large
  error: there is no variant "smal" in the files
  hint: Did you mean small?
  [2]
  $ plimsoll models outputs.csv --cascade small
  error: --cascade wants CHEAP,EXPENSIVE, found "small"
  [2]
  $ plimsoll models
  error: models wants at least 1 argument, found 0
  hint: usage: plimsoll models FILE…|FEATURE [--volume N] [--cascade CHEAP,EXPENSIVE] — `plimsoll models -h` has examples.
  [2]
