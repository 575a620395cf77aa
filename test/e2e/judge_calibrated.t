A judge is worth what it is worth against people. A requirement that says `calibrated` decides
nothing until somebody has measured the grader as it is defined, and then its rate is corrected.

  $ export PLIMSOLL_NOW=1764000000 PLIMSOLL_USER=dana
  $ awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"id\": \"q%d\", \"input\": \"question %d\", \"expected\": \"fine\"}\n", i, i }' > golden.jsonl
  $ awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"id\": \"q%d\", \"output\": \"%s\"}\n", i, i % 10 ? "fine" : "poor" }' > out.jsonl

200 outputs that people saw too: the judge passes 142 of the 150 good ones, and 15 of the 50 bad.

  $ awk 'BEGIN { for (i = 0; i < 200; i++) printf "{\"id\": \"l%d\", \"human\": %d, \"judge\": %d}\n", i, (i < 150), (i < 150 ? (i % 20 > 0) : (i % 10 < 3)) }' > labels.jsonl
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: calibrated
  > features:
  >   reply:
  >     task: generation
  >     golden: golden.jsonl
  >     variants:
  >       v: {model: replay:out.jsonl}
  >     graders:
  >       tone: {type: equals}
  >     gate:
  >       require: [tone_rate >= 0.8 calibrated]
  > YAML
  $ plimsoll run -q --json >/dev/null
  $ plimsoll gate -v v
  requirement                                       observed  
  tone_rate >= 0.8 calibrated  90.0% (87.2% to 92.4%, n 400)  undecided
  
  tone_rate >= 0.8 calibrated: undecided, the judge behind it was not calibrated against people
  
  not enough evidence: the requirement is undecided
  95% confidence for each requirement, one-sided; run r1
  [3]
  $ plimsoll judge calibrate labels.jsonl --grader tone --json | grep -A5 confusion
    "confusion": {
      "human_pass_judge_pass": 142,
      "human_pass_judge_fail": 8,
      "human_fail_judge_pass": 15,
      "human_fail_judge_fail": 35
    },
  $ plimsoll gate -v v
  requirement                                       observed  
  tone_rate >= 0.8 calibrated  92.8% (87.0% to 99.3%, n 400)  passes
  
  tone_rate >= 0.8 calibrated: passes, tone_rate is at least 87.0% with 95% confidence, the limit is 80.0%; corrected for the judge's errors
  
  ship: the requirement is proven to hold
  95% confidence for each requirement, one-sided; run r1
  $ plimsoll gate -v v --require 'tone_rate >= 0.95 calibrated' | tail -5
  
  tone_rate >= 0.95 calibrated: undecided, tone_rate lies between 87.0% and 99.3%, the limit 95.0% is inside; corrected for the judge's errors
  
  not enough evidence: the requirement is undecided
  95% confidence for each requirement, one-sided; run r1
  $ plimsoll gate -v v --require 'tone_rate not_worse_than baseline by 0.02 calibrated' --baseline v | grep '^tone.*:'
  tone_rate not_worse_than baseline by 0.02 calibrated: undecided, a difference is not corrected for the judge's errors: require a rate instead

The same from the formula: sensitivity 142/150 and specificity 35/50 of the calibration, 360 of 400 judged a pass.

  $ plimsoll gate -v v --json | grep -A6 '"observed"'
        "observed": {
          "value": 0.9278350515463921,
          "low": 0.8698404648555139,
          "high": 0.9934622677489268,
          "n": 400,
          "method": "rogan_gladen"
        },

Another definition is another judge.

  $ sed -i 's/type: equals/type: iequals/' plimsoll.yaml
  $ plimsoll run -q --json >/dev/null
  $ plimsoll gate -v v | grep '^tone.*:'
  tone_rate >= 0.8 calibrated: undecided, the judge behind it was not calibrated against people

What cannot be recorded says so.

  $ plimsoll judge calibrate labels.jsonl --grader tune
  error: reply has no grader "tune"
  hint: Did you mean tone?
  [2]
  $ plimsoll judge calibrate labels.jsonl --grader tone --drawn by-judge
  error: rows drawn by the judge's verdict do not tell how often it errs
  hint: Record a sample drawn at random, or by the human verdict.
  [2]
