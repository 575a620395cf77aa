Judges against people, on plain files. The rows are made here: the judge passes 90% of what people
pass and 25% of what they fail.

  $ awk 'function r() { x = x * 16807 % 2147483647; return x / 2147483647 } BEGIN { x = 7; r(); for (i = 1; i <= 1200; i++) { h = r() < .7; j = h ? r() < .9 : r() < .25; f = i <= 200 ? "labelled.jsonl" : "rest.jsonl"; printf "{\"id\": \"i%d\", \"judge\": %d, \"human\": %d}\n", i, j, h > f; if (i > 200) n += h } printf "people pass %.3f of the rest\n", n / 1000 }'
  people pass 0.694 of the rest
  $ plimsoll judge calibrate labelled.jsonl --unlabelled rest.jsonl
  Judge against people: 200 labelled rows, rates about 1000 rows (binary)
  
                                               value  95% interval      n  method
  judge says pass (raw)                        70.5%  67.6% – 73.2%  1000  wilson
  what people would say (corrected)            71.8%  65.8% – 77.1%  1000  judge_eif
  people on the labelled rows                  71.0%  64.4% – 76.8%   200  wilson
  sensitivity (judge passes what people pass)  87.3%  80.9% – 91.8%   142  wilson
  specificity (judge fails what people fail)   75.9%  63.5% – 85.0%    58  wilson
  accuracy                                     84.0%  78.3% – 88.4%   200  wilson
  Cohen's kappa                                0.619  0.500 – 0.738   200  cohen_kappa
  Gwet's AC1                                   0.724  0.629 – 0.820   200  gwet_ac1
  
                   judge pass  judge fail
    people pass           124          18
    people fail            14          44
  $ plimsoll judge calibrate labelled.jsonl --unlabelled rest.jsonl --json | head -14
  {
    "raw": {
      "value": 0.705,
      "low": 0.6759934395775895,
      "high": 0.7324375894433328,
      "n": 1000,
      "method": "wilson"
    },
    "corrected": {
      "value": 0.7180838186593581,
      "low": 0.6582510174918071,
      "high": 0.7710841710160367,
      "n": 1000,
      "method": "judge_eif"
  $ plimsoll judge calibrate labelled.jsonl --unlabelled rest.jsonl --drawn by-human --json | grep '"method": "rogan'
      "method": "rogan_gladen"
    "method": "rogan_gladen",
  $ plimsoll judge plan labelled.jsonl --width 0.06 --items 5000
  For a 95% interval of width 0.06 over 5000 judged items:
    589 labels drawn at random, or
    568 split by the judge's verdict: 340 of its passes and 228 of its fails.
  Never choose by the human verdict: that needs another estimator (--drawn by-human).
  $ plimsoll judge plan --width 0.001 --items 100
  Not reachable: with 100 judged items the interval stays wider than 0.001 however many are labelled.
  [3]

Scores are corrected by PPI++, and a judge that says nothing about people is not corrected.

  $ awk 'function r() { x = x * 16807 % 2147483647; return x / 2147483647 } BEGIN { x = 3; r(); for (i = 1; i <= 600; i++) { h = int(1 + 5 * r()); j = h + int(3 * r()) - .5; f = i <= 150 ? "s1.csv" : "s2.csv"; if (i == 1 || i == 151) print "id,judge,human" > f; printf "%d,%.1f,%d\n", i, j, h > f } }'
  $ plimsoll judge calibrate s1.csv --unlabelled s2.csv
  Judge against people: 150 labelled rows, rates about 450 rows (scores)
  
                                      value  95% interval       n  method
  judge's mean (raw)                  3.353  3.201 – 3.505    450  t
  what people would say (corrected)   2.893  2.719 – 3.067    450  ppi_pp_t
  people on the labelled rows         2.913  2.692 – 3.134    150  t
  Spearman                            0.849  0.787 – 0.894    150  spearman
  weighted kappa                      0.796  0.753 – 0.838    150  weighted_kappa_quadratic
  Cohen's kappa                       0.000  0.000 – 0.000    150  cohen_kappa
  Gwet's AC1                         -0.089  -0.090 – -0.089  150  gwet_ac1
  $ awk 'function r() { x = x * 16807 % 2147483647; return x / 2147483647 } BEGIN { x = 5; r(); print "id,judge,human"; for (i = 1; i <= 300; i++) printf "%d,%d,%d\n", i, r() < .5, r() < .5 }' > chance.csv
  $ plimsoll judge calibrate chance.csv --drawn by-human | tail -6
  
  Not corrected: sensitivity + specificity - 1 is below 0.2: the judge says too little about what people say.
  
                   judge pass  judge fail
    people pass            81          83
    people fail            70          66

Labels: the rates are about one of them, the agreement about all.

  $ printf 'id,judge,human\n1,same,same\n2,same,subset\n3,conflict,conflict\n4,,same\n5,same,same\n6,conflict,same\n' > l.csv
  $ plimsoll judge calibrate l.csv --positive same
  Judge against people: 5 labelled rows, rates about 5 rows (pass means "same")
  
                                               value  95% interval    n  method
  judge says pass (raw)                        60.0%  23.1% – 88.2%   5  wilson
  what people would say (corrected)            57.5%  23.1% – 85.9%   5  judge_eif
  people on the labelled rows                  60.0%  23.1% – 88.2%   5  wilson
  sensitivity (judge passes what people pass)  66.7%  20.8% – 93.9%   3  wilson
  specificity (judge fails what people fail)   50.0%  9.5% – 90.5%    2  wilson
  accuracy                                     60.0%  23.1% – 88.2%   5  wilson
  Cohen's kappa                                0.286  -0.368 – 0.940  5  cohen_kappa
  Gwet's AC1                                   0.452  -0.538 – 1.000  5  gwet_ac1
  
                   judge pass  judge fail
    people pass             2           1
    people fail             1           1
  
  1 row without a verdict of the judge: errors, left out of every rate.

What is wrong with a file is said.

  $ printf 'id,judge\n1,1\n' > x.csv && plimsoll judge calibrate x.csv
  error: no row of x.csv has `human`
  hint: Name the columns with --judge KEY and --human KEY.
  [2]
  $ : > empty.jsonl && plimsoll judge calibrate empty.jsonl
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `judge` and `human`.
  [2]
  $ plimsoll judge calibrate nosuch.jsonl
  error: cannot open nosuch.jsonl: No such file or directory
  [2]
  $ plimsoll judge calibrate l.csv --positive smae
  error: no verdict is "smae"
  hint: --positive names the label that counts as a pass, exactly as it is written.
  [2]
  $ plimsoll judge calibrate l.csv --confidence 2
  error: --confidence 2 where a number between 0 and 1 was expected
  [2]

Agreement.

  $ printf 'id,ana,ben,judge\n1,3,3,3\n2,2,2,1\n3,1,1,1\n4,3,2,3\n5,3,3,2\n6,1,,1\n' > a.csv
  $ plimsoll judge agree a.csv --raters ana,ben
  11 ratings of 6 units by 2 raters, 3 different values
  
                                  value  interval        n  method
  pairs that agree (raw)          80.0%  37.6% – 96.4%   5  wilson
  kappa                           0.688  0.156 – 1.000   5  cohen_kappa
  weighted kappa                  0.839  0.505 – 1.000   5  weighted_kappa_quadratic
  Krippendorff's alpha, nominal   0.710  -0.167 – 1.000  6  krippendorff_alpha_nominal
  Krippendorff's alpha, ordinal   0.794  -0.167 – 1.000  6  krippendorff_alpha_ordinal
  Krippendorff's alpha, interval  0.852  -0.167 – 1.000  6  krippendorff_alpha_interval
  Gwet's AC1                      0.703  -0.133 – 1.000  6  gwet_ac1
  
  $ plimsoll judge agree a.csv --raters ana,ben,judge --json | grep -A6 '"ordinal"'
      "ordinal": {
        "value": 0.7749074454956808,
        "low": 0.20304232804232802,
        "high": 0.9705882352941176,
        "n": 6,
        "method": "krippendorff_alpha_ordinal"
      },
  $ printf '{"id":1,"rater":"a","value":1}\n{"id":1,"rater":"a","value":2}\n' > twice.jsonl && plimsoll judge agree twice.jsonl
  error: twice.jsonl:2:1: a has rated 1 twice
  [2]
  $ plimsoll judge agree a.csv --raters ana
  error: --raters wants at least two columns, a,b
  hint: usage: plimsoll judge agree FILE [--raters A,B,…] — `plimsoll judge agree -h` has examples.
  [2]

Ready-made judges are files to read and change; each passes its own lint.

  $ plimsoll judge list
  judge             what it says
  answer_relevance  does the text answer what was asked
  closed_qa         does the text give the answer that the reference gives
  factuality        how the facts of the answer stand to those of the reference
  goal              did the assistant with tools reach what the user wanted
  refusal           does the reply do what was asked, in part, or refuse
  summary           is the summary faithful, complete and readable
  tone              would we put our name under this reply
  faithfulness      lists the claims and checks each against the context (type: faithfulness)
  
  `plimsoll judge show NAME` prints its rubric, `plimsoll judge show rubric.md` its prompt:
  copy and change them.
  $ for j in closed_qa factuality answer_relevance summary tone refusal goal; do plimsoll judge show $j > $j.yaml; plimsoll rubric check $j.yaml; done
  closed_qa: 1 criteria, 0 findings
  factuality: 1 criteria, 0 findings
  answer_relevance: 1 criteria, 0 findings
  summary: 3 criteria, 0 findings
  tone: 1 criteria, 0 findings
  refusal: 1 criteria, 0 findings
  goal: 2 criteria, 0 findings
  $ plimsoll judge show nothing
  error: there is no ready-made judge "nothing"; `plimsoll judge list` names them
  hint: usage: plimsoll judge show NAME — `plimsoll judge show -h` has examples.
  [2]
