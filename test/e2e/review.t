Outputs that need a person go into a queue, with the chance each had to get there.

  $ mkdir golden outputs && cat > plimsoll.yaml <<'Y'
  > version: 1
  > project: shop
  > review: {scale: 5, double: 0.1, codes: [wrong_number]}
  > routing: {threshold: 0.8, audit: 0.2}
  > features:
  >   refund:
  >     task: qa
  >     golden: {path: golden/refund.jsonl}
  >     variants:
  >       v1: {model: replay:outputs/v1.jsonl}
  >     graders:
  >       days: {type: contains}
  > Y
  $ for i in $(seq 10 69); do
  >   echo "{\"id\":\"r$i\",\"input\":\"Order $i?\",\"expected\":\"$i days\"}" >> golden/refund.jsonl
  >   c=$((i * 37 % 100)); [ $i = 17 ] && c=null || c=0.$(printf %02d $c)
  >   echo "{\"id\":\"r$i\",\"output\":\"$((i % 4 ? i : 99)) days\",\"confidence\":$c}" >> outputs/v1.jsonl
  > done
  $ export PLIMSOLL_NOW=1772366400 USER=ann
  $ plimsoll run -q > /dev/null
  $ plimsoll review route
  v1 of r1: 60 outputs
    threshold  0.8, confidence from output
    routed     48, 1 of them without a confidence
    audit      1 of the 12 that pass unseen
    queue      49 new, 0 there already
  $ plimsoll review route | tail -1
    queue      0 new, 49 there already

Verdicts from a script; the same key again is counted once.

  $ plimsoll review label R1 --verdict pass --key k1
  R1 is done
  $ plimsoll review label R1 --verdict pass --key k1
  R1 is done (this submission was counted before)
  $ plimsoll review label R2
  error: a label without a verdict: pass or fail was expected
  [2]
  $ plimsoll review label R2 --verdict skip
  error: no reason why the item is skipped
  hint: Say what kept you from a verdict.
  [2]
  $ plimsoll review label R8 --verdict fail --corrected '8 working days' --code wrong_number
  R8 is done
  $ plimsoll review label R9 --score 2 --code wrong-nr
  R9 is done
  $ plimsoll review add --id h1 --input 'Where is it?' --output 'On the moon.'
  R50 added
  $ plimsoll review label R99999 --verdict pass
  error: there is no review item R99999
  hint: `plimsoll review stats` says what is in the queue.
  [2]
  $ plimsoll review next < /dev/null
  error: standard input and output are not a terminal
  hint: In scripts: plimsoll review label ITEM --verdict pass|fail.
  [2]

Two reviewers who disagree need a third.

  $ plimsoll review add --id h2 --input 'And now?' --output 'Soon.' --reviewers 2
  R51 added
  $ plimsoll review label R51 --verdict pass
  R51 is pending
  $ plimsoll review show R51 --by ben | grep ann
  [1]
  $ plimsoll review label R51 --verdict fail --by ben
  R51 is disputed
  $ plimsoll review label R51 --verdict fail --by ben --adjudicate
  error: R51: ben is one of those who disagree
  [2]
  $ plimsoll review label R51 --verdict fail --by cem --adjudicate --corrected 'Within a week.'
  R51 is done

A seeded item is judged by everybody and counts for nothing else.

  $ plimsoll review add --id h3 --input 'Shoes?' --output 'Never.' --known fail
  R52 added
  $ plimsoll review label R52 --verdict pass
  R52 is pending

The day's reading, the codes, the numbers.

  $ plimsoll review today
  16 outputs to read today: 8 drawn at random, 3 uncertain, 3 failed, 2 new in their cluster
    read today 4 of 20, streak 0 days
    today: 0 wrong of 1 drawn at random: at most 95.0% of what passes unseen is wrong
    this week: 0 wrong of 1 drawn at random: at most 95.0% of what passes unseen is wrong
    without one failure a day of 10 audits proves at most 25.9%, a week 4.2% (95%)
  plimsoll review next shows them.
  $ plimsoll review codes
  code          n  so far  
  wrong-nr      1     50%  
  wrong_number  1    100%  
  $ plimsoll review codes wrong-nr --merge-into wrong_number
  code          n  so far  
  wrong_number  2    100%  
  $ plimsoll review stats
  queue: 55 pending, 0 locked, 4 done, 0 skipped, 0 declined, 0 disputed
  
  v1 of r1
    pass unseen                        20.0% [10.8, 32.3], n = 60
    wrong among the routed             100.0% [15.8, 100.0], n = 2
    wrong among what passes unseen     0.0% [0.0, 97.5], n = 1
    wrong among all                    –  (routed items are still open)
    reviewed: 2 of 48 routed, 1 of 9 audits
  
  reviewer  verdicts  passed  median time  agrees  seeded right
  ann              5     60%            –  0 of 1        0 of 1
  ben              1      0%            –  0 of 1        0 of 0
  verdict: the same 0%, kappa 0.00, AC1 -1.00, alpha 0.00, 1 items by several
  $ plimsoll review show R8
  R8  refund r57  done
    routed: confidence 0.09 is below 0.8
    output: 57 days
    2026-03-01T12:00:00Z  ann: fail ["wrong_number"]
      corrected: 8 working days
  what it changed
    a label for `judge calibrate` and `threshold`
    counts for 1 outputs in the error rates
    no golden example (plimsoll golden add SET --from-review)
  $ plimsoll review export --threshold
  {"id":"r54","item":1,"feature":"refund","variant":"v1","stream":"audit","human":1,"correct":1,"confidence":0.98,"weight":1.3333333333333333,"output":"54 days","reviewer":"ann","at":1772366400}
  {"id":"r57","item":8,"feature":"refund","variant":"v1","stream":"routed","human":0,"correct":0,"confidence":0.09,"weight":1,"output":"57 days","corrected":"8 working days","codes":["wrong_number"],"reviewer":"ann","at":1772366400}
  {"id":"r30","item":9,"feature":"refund","variant":"v1","stream":"routed","human":0,"correct":0,"confidence":0.1,"weight":1,"score":2,"output":"30 days","codes":["wrong-nr"],"reviewer":"ann","at":1772366400}
  $ plimsoll review export --dpo
  {"id":"r57","prompt":"Order 57?","chosen":"8 working days","rejected":"57 days"}
  {"id":"h2","prompt":{"input":"And now?"},"chosen":"Within a week.","rejected":"Soon."}
  $ plimsoll review export --judge days | head -1
  {"id":"r54","item":1,"feature":"refund","variant":"v1","stream":"audit","human":1,"correct":1,"judge":1,"confidence":0.98,"weight":1.3333333333333333,"output":"54 days","reviewer":"ann","at":1772366400}

Corrections of examples the set has are for a person; others become examples, once.

  $ plimsoll golden add golden/refund.jsonl --from-review
  1 correction is of examples the set has already: change those by hand
  golden/refund.jsonl: 1 added
    review-0001
  $ plimsoll golden add golden/refund.jsonl --from-review 2>/dev/null
  golden/refund.jsonl: 0 added, 1 there already
  $ tail -1 golden/refund.jsonl
  {"id":"review-0001","input":"And now?","expected":"Within a week.","tags":{"stream":"added"},"source":"review R51 added"}
  $ plimsoll review show R51 | tail -1
    golden example review-0001

A threshold is stored with what it was fitted on, and refused when that changes.

  $ plimsoll threshold refund --labels golden --max-error 0.6 --confidence 0.9 | head -4
  59 labels from outcomes on the golden set
  confidence as stated: Brier 0.342, ECE 0.447; recalibrated (platt, on 29 others): Brier 0.198, ECE 0.048
  threshold 0.02: outputs with this confidence or more may skip review
    accepted   100.0% of outputs (93.9 to 100.0)
    error      25.4% of them (15 wrong of 59 labels), at most 34.11%
    guarantee  with 90% probability, over which outputs happened to be labelled,
  $ sed -i 's/threshold: 0.8/threshold: fitted/' plimsoll.yaml
  $ plimsoll review route
  v1 of r1: 60 outputs
    threshold  0.02, confidence from output
    routed     1, 1 of them without a confidence
    audit      7 of the 59 that pass unseen
    queue      0 new, 8 there already
  $ plimsoll run -q > /dev/null
  warning: 1 of 61 calls gave no answer, the first: v1, example "review-0001": outputs/v1.jsonl has no output for "review-0001" epoch 1
  $ plimsoll threshold refund --labels golden --max-error 0.6 --confidence 0.9 > /dev/null
  59 labels from outcomes on the golden set
  confidence as stated: Brier 0.342, ECE 0.447; recalibrated (platt, on 29 others): Brier 0.198, ECE 0.048
  $ plimsoll review route
  v1 of r2: 60 outputs
    threshold  0.02, confidence from output
    routed     1, 1 of them without a confidence
    audit      7 of the 59 that pass unseen
    queue      0 new, 8 there already
  $ sed -i 's/model: replay:outputs.v1.jsonl/model: replay:outputs\/v1.jsonl, params: {temperature: 0}/' plimsoll.yaml
  $ plimsoll run -q > /dev/null
  warning: 1 of 61 calls gave no answer, the first: v1, example "review-0001": outputs/v1.jsonl has no output for "review-0001" epoch 1
  $ plimsoll review route
  error: the threshold of v1 is stale: its model, parameters or context is not what it was fitted on
  hint: Fit it anew: plimsoll threshold refund -v v1. Until then send everything to review (threshold: null).
  [2]
