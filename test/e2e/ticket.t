A failure becomes a ticket, the ticket a regression example, and only a run proves the fix.

  $ mkdir golden outputs && cat > plimsoll.yaml <<'Y'
  > version: 1
  > project: shop
  > features:
  >   refund:
  >     task: qa
  >     golden: {path: golden/refund.jsonl}
  >     variants:
  >       v1: {model: replay:outputs/v1.jsonl}
  >       v2: {model: replay:outputs/v2.jsonl}
  >     graders:
  >       days: {type: contains}
  > Y
  $ printf '{"id":"r1","input":"How long?","expected":"30 days"}\n{"id":"r2","input":"Shoes?","expected":"14 days"}\n' > golden/refund.jsonl
  $ printf '{"id":"r1","output":"You have 60 days."}\n{"id":"r2","output":"14 days."}\n' > outputs/v1.jsonl
  $ printf '{"id":"r1","output":"You have 30 days."}\n{"id":"r2","output":"14 days."}\n' > outputs/v2.jsonl
  $ export PLIMSOLL_NOW=1772366400 USER=dana
  $ plimsoll run -q -v v1 > /dev/null
  $ plimsoll ticket list
  No tickets.
  $ plimsoll ticket from last --grader days --kind hallucination --severity high
  1 tickets opened, 0 seen again
  $ plimsoll ticket from last --grader days --kind hallucination
  0 tickets opened, 1 seen again
  $ plimsoll ticket open "invents a telephone number" --kind halucination
  error: --kind halucination where one of hallucination, refusal, injection, leakage, wrong, other was expected
  hint: Did you mean hallucination?
  [2]
  $ plimsoll ticket open "invents a telephone number" --kind hallucination --evidence "call 555"
  T2 opened
  $ plimsoll ticket list
  id  state  severity  kind           title                       owner  affected   age
  T1  open   high      hallucination  days fails on r1                          2  0 ms
  T2  open   medium    hallucination  invents a telephone number                1  0 ms

On its way.

  $ export PLIMSOLL_NOW=1772370000
  $ plimsoll ticket assign T1 ben
  T1 is open, owner ben
  $ plimsoll ticket ack T1
  T1 is acknowledged, owner ben
  $ plimsoll ticket ack T1
  error: T1 is acknowledged: it cannot be acknowledged
  hint: Only an open ticket waits for that.
  [2]
  $ plimsoll ticket resolve T1
  error: T1: no regression example and no reason
  hint: Name the golden example that proves the fix (--example ID), or say why there is none (--reason TEXT).
  [2]
  $ plimsoll ticket resolve T1 --example r1
  T1 is fixed, owner ben
  $ plimsoll ticket verify last
  1 ticket is fixed but not verified by a run yet
  $ export PLIMSOLL_NOW=1772452800
  $ plimsoll run -q -v v2 > /dev/null && plimsoll ticket verify last
  T1 verified: r1 passes
  0 tickets are fixed but not verified by a run yet
  $ plimsoll ticket show T1
  T1 days fails on r1
  
  state        verified
  kind         hallucination
  severity     high
  feature      refund
  owner        ben
  seen on      r1
  variant      v1
  source       rule days
  proof        r1
  evidence     the output does not contain "30 days"
  affected     2
  
  2026-03-01T12:00:00Z  open         open         (dana)
  2026-03-01T12:00:00Z  seen         open         (dana)
  2026-03-01T13:00:00Z  assign       open         to ben (dana)
  2026-03-01T13:00:00Z  acknowledge  acknowledged (dana)
  2026-03-01T13:00:00Z  fix          fixed        proof: r1 (dana)
  2026-03-02T12:00:00Z  verify       verified     run r2 (run)

A run in which the example fails brings it back.

  $ export PLIMSOLL_NOW=1772539200
  $ plimsoll run -q -v v1 --fresh > /dev/null && plimsoll ticket verify last
  T1 reopened: r1 fails
  0 tickets are fixed but not verified by a run yet
  $ plimsoll ticket merge T2 T1 && plimsoll ticket show T2 | tail -1
  T2 is merged
  2026-03-03T12:00:00Z  merge        merged       T1 (dana)
  $ plimsoll ticket resolve T2 --reason no
  error: T2 is merged: it cannot be fixed
  hint: Work on the ticket it was merged into.
  [2]
  $ plimsoll ticket show T9
  error: there is no ticket T9
  hint: `plimsoll ticket list` shows them.
  [2]
  $ plimsoll ticket list --json | grep -E '"(id|state|affected|reopened)"'
        "id": "T1",
        "state": "open",
        "affected": 3,
        "reopened": 1

Statistics count the open ones.

  $ plimsoll ticket stats
  time to resolution  tickets  open       median  95% interval  restricted mean
  all                       1     1  not reached                          2.0 d
  kind hallucination        1     1  not reached                          2.0 d
  severity high             1     1  not reached                          2.0 d
  
  Kaplan–Meier, open tickets counted as not yet resolved; the restricted mean is over 2.0 d.
  
  week of     opened  resolved  open at its end  median of those opened
  2026-02-23       1         0                1             not reached
  2026-03-02       0         0                1                        
  $ cat > t.csv <<'C'
  > opened_at,resolved_at,kind,severity
  > 2026-01-05T09:00Z,2026-01-05T21:00Z,hallucination,high
  > 2026-01-06T09:00Z,2026-01-08T09:00Z,hallucination,low
  > 2026-01-14T09:00Z,,hallucination,high
  > 2026-01-15T09:00Z,2026-01-15T15:00Z,refusal,high
  > 2026-01-20T09:00Z,2026-01-27T09:00Z,refusal,low
  > 2026-01-22T09:00Z,,hallucination,low
  > C
  $ plimsoll ticket stats t.csv --now 2026-02-01 --since 2026-01-12
  time to resolution  tickets  open       median  95% interval               restricted mean
  all                       6     2        4.5 d  6 h 00 min – not reached             7.5 d
  kind hallucination        4     2        9.8 d  12 h 00 min – not reached            9.4 d
  kind refusal              2     0        3.6 d  6 h 00 min – not reached             3.6 d
  severity high             3     1  12 h 00 min  6 h 00 min – not reached             6.1 d
  severity low              3     1        7.0 d  2.0 d – not reached                  6.2 d
  opened before             2     0  30 h 00 min  12 h 00 min – not reached      30 h 00 min
  opened since              4     2       12.3 d  6 h 00 min – not reached            10.6 d
  
  Kaplan–Meier, open tickets counted as not yet resolved; the restricted mean is over 17.6 d.
  The median of the closed ones alone, 30 h 00 min, would leave the open ones out.
  Before against since: log-rank p = 0.207.
  
  week of     opened  resolved  open at its end  median of those opened
  2026-01-05       2         2                0             30 h 00 min
  2026-01-12       2         1                1                   8.9 d
  2026-01-19       2         0                3                   8.3 d
  2026-01-26       0         1                2                        
  $ plimsoll ticket stats t.csv --now 2026-02-01 --json | head -18
  {
    "n": 6,
    "resolved": 4,
    "open": 2,
    "median_hours": {
      "value": 108,
      "low": 6,
      "high": null,
      "n": 6,
      "method": "kaplan_meier"
    },
    "rmst_hours": {
      "value": 180,
      "low": 36.05935893774213,
      "high": 323.9406410622579,
      "n": 6,
      "method": "rmst"
    },
  $ printf 'opened_at,resolved_at\n2026-01-05,yesterday\n' > bad.csv && plimsoll ticket stats bad.csv
  error: bad.csv:2:12: resolved_at: "yesterday" where a date and time was expected
  [2]
  $ printf 'opened_at,resolved_at\n2026-01-05,2026-01-01\n' > bad.csv && plimsoll ticket stats bad.csv
  error: bad.csv:2:12: resolved before it was opened
  [2]
  $ : > empty.csv && plimsoll ticket stats empty.csv
  error: empty.csv holds no tickets
  [2]
