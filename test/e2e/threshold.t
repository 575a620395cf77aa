A threshold with a guarantee from labelled outputs. 400 labels: the confidence is right about the
error, and everything over 0.7 is correct.

  $ awk 'BEGIN { print "id,confidence,correct,lang"; for (i = 0; i < 400; i++) {
  >   c = (i % 100) / 100 + 0.005; print "t" i "," c "," (c > 0.7 || i % 3 ? 1 : 0) "," (i % 2 ? "en" : "de") } }' >labels.csv
  $ plimsoll threshold labels.csv --max-error 0.1 --confidence 0.95
  threshold 0.655: outputs with this confidence or more may skip review
    accepted   35.0% of outputs (30.5 to 39.8)
    error      5.0% of them (7 wrong of 140 labels), at most 9.19%
    guarantee  with 95% probability, over which outputs happened to be labelled,
               at most 10% of what is accepted is wrong
  
  confidence from  accepted  labels  wrong  error  at most (95%)  
            0.905     10.0%      40      0   0.0%           7.2%  
            0.805     20.0%      80      0   0.0%           3.7%  
            0.705     30.0%     120      0   0.0%           2.5%  
            0.655     35.0%     140      7   5.0%           9.2%  the threshold
            0.605     40.0%     160     14   8.8%          13.3%  looks good enough, is not proven
            0.505     50.0%     200     27  13.5%          18.1%  
            0.405     60.0%     240     40  16.7%          21.1%  
            0.305     70.0%     280     54  19.3%          23.6%  
            0.205     80.0%     320     67  20.9%          25.0%  
            0.105     90.0%     360     80  22.2%          26.1%  
            0.005    100.0%     400     94  23.5%          27.3%  
  The guarantee is for traffic like the labelled sample: keep auditing a random share of what is
  accepted, and choose anew when model, prompt or traffic change.
  $ plimsoll threshold labels.csv --max-error 0.1 --json >answer.json
  $ grep -o '"threshold": [0-9.]*' answer.json | sed -n 1p
  "threshold": 0.655
  $ grep -o '"\(value\|low\|high\|n\|method\|why\|error_upper\)": .*' answer.json | sed -n 1,8p
  "value": 0.35,
  "low": 0.30488564900776277,
  "high": 0.39796803929252617,
  "n": 400,
  "method": "wilson"
  "error_upper": 0.09185987755764682,
  "n": 400,
  "method": "fixed_sequence",

The same rows as JSONL give the same answer.

  $ awk -F, 'NR > 1 { printf "{\"id\":\"%s\",\"confidence\":%s,\"correct\":%s,\"tags\":{\"lang\":\"%s\"}}\n", $1, $2, $3 == 1 ? "true" : "false", $4 }' labels.csv >labels.jsonl
  $ plimsoll threshold labels.jsonl --max-error 0.1 --json | cmp - answer.json

For each language, with its own guarantee.

  $ plimsoll threshold labels.jsonl --max-error 0.1 --slice lang | tail -9
            0.105     90.0%     360     80  22.2%          26.1%  
            0.005    100.0%     400     94  23.5%          27.3%  
  
  lang  labels  confidence from  accepted  error at most  
  de       200            0.705     30.0%          4.87%  
  en       200            0.715     30.0%          4.87%  
  Each slice has its own guarantee; use either the slices' thresholds or the common one.
  The guarantee is for traffic like the labelled sample: keep auditing a random share of what is
  accepted, and choose anew when model, prompt or traffic change.

Too few labels: nothing is promised, and it says how many would be needed.

  $ head -41 labels.csv >few.csv
  $ plimsoll threshold few.csv --max-error 0.05
  no threshold: send everything to review
    40 labels are too few: even without an error it takes 59 accepted ones to show at most 5% at 95% confidence
    It takes at least 59 labels (40 there are), more if errors are among them.
  
  confidence from  accepted  labels  wrong  error  at most (95%)  
            0.365     10.0%       4      2  50.0%          90.2%  
            0.325     20.0%       8      3  37.5%          71.1%  
            0.285     30.0%      12      4  33.3%          60.9%  
            0.245     40.0%      16      6  37.5%          60.9%  
            0.205     50.0%      20      7  35.0%          55.8%  
            0.165     60.0%      24      8  33.3%          52.1%  
            0.125     70.0%      28     10  35.7%          53.0%  
            0.085     80.0%      32     11  34.4%          50.4%  
            0.045     90.0%      36     12  33.3%          48.3%  
            0.005    100.0%      40     14  35.0%          49.2%  
  The guarantee is for traffic like the labelled sample: keep auditing a random share of what is
  accepted, and choose anew when model, prompt or traffic change.
  [3]
  $ plimsoll threshold few.csv --max-error 0.05 --json | sed -n 1,12p
  {
    "threshold": null,
    "accepted": {
      "value": 0,
      "low": 0,
      "high": 0,
      "n": 40,
      "method": "no_threshold"
    },
    "error_upper": null,
    "n": 40,
    "method": "fixed_sequence",

No part of the traffic is good enough: more labels would not help.

  $ awk 'BEGIN { for (i = 0; i < 300; i++) print "{\"confidence\":" (i % 10) / 10 ",\"correct\":" i % 2 "}" }' >bad.jsonl
  $ plimsoll threshold bad.jsonl --max-error 0.05 | sed -n 1,4p
  no threshold: send everything to review
    even the most confident 30% of outputs are wrong in 33.3% of cases, the limit is 5%
    About 2340 labels would probably be enough (300 there are).
  

Labels drawn unevenly carry a weight; the test is then one for weighted losses.

  $ awk -F, 'NR == 1 { print $0 ",weight" } NR > 1 { print $0 "," ($2 > 0.5 ? 2 : 1) }' labels.csv >weighted.csv
  $ plimsoll threshold weighted.csv --max-error 0.1 --json | sed '/curve/,$d' | grep '"threshold"\|"method": "fixed\|"why"'
    "threshold": 0.675,
    "method": "fixed_sequence_weighted",
    "why": "4 wrong among 132 accepted labels: with 95% confidence the error is at most 8.16%, the limit is 10%",

A confidence that is missing or cannot be never slips through.

  $ printf '{"confidence":0.9,"correct":1}\n{"confidence":null,"correct":1}\n' >missing.jsonl
  $ plimsoll threshold missing.jsonl
  error: missing.jsonl:2:15: a row without "confidence"
  hint: An output without a confidence cannot be accepted unseen: give it one, or leave it out and send it to review always.
  [2]
  $ printf 'confidence,correct\n0.9,1\n,1\n' >missing.csv
  $ plimsoll threshold missing.csv
  error: missing.csv:3:1: a row without "confidence"
  hint: An output without a confidence cannot be accepted unseen: give it one, or leave it out and send it to review always.
  [2]
  $ printf '{"confidence":93,"correct":1}\n' | plimsoll threshold -
  error: -:1:15: a confidence of 93, expected 0 to 1
  hint: Only the order matters to the threshold, but another scale is more often a mistake: divide percentages by 100.
  [2]
  $ printf '{"confidence":"high","correct":1}\n' | plimsoll threshold -
  error: -:1:15: "confidence" must be a number, found "high"
  [2]
  $ printf '{"confidence":0.5,"correct":0.5}\n' | plimsoll threshold -
  error: -:1:29: "correct" must be true, false, 0 or 1, found 0.5
  [2]
  $ printf '{"confidence":0.5}\n' | plimsoll threshold -
  error: -:1:1: a row without "correct"
  hint: The row has: confidence.
  [2]
  $ printf '{"confidence":0.5,"correct":1,"weight":0}\n' | plimsoll threshold -
  error: -:1:40: a weight of 0, expected more than 0
  [2]
  $ plimsoll threshold labels.csv --max-error 1.5
  error: a maximum error of 1.5, expected a share between 0 and 1
  [2]
  $ plimsoll threshold labels.csv --method bayes
  error: --method is fixed-sequence or bonferroni, found "bayes"
  hint: usage: plimsoll threshold FILE|FEATURE --max-error E --confidence C — `plimsoll threshold -h` has examples.
  [2]
  $ plimsoll threshold weighted.csv --method bonferroni
  error: weights and the Bonferroni method do not go together
  [2]
  $ : >empty.jsonl
  $ plimsoll threshold empty.jsonl
  error: empty.jsonl has no labelled rows
  hint: Expected rows with "confidence" and "correct", one object a line, or CSV with a header.
  [2]
