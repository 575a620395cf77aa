How far a grader agrees with people.

  $ awk 'BEGIN { for (i = 1; i <= 40; i++) { good = i % 4 != 0; hit = good ? i % 9 != 0 : i % 8 == 0; printf "{\"id\": %d, \"output\": \"%s\", \"expected\": \"yes\", \"human\": %d}\n", i, hit ? "yes" : "no", good } }' >human.jsonl
  $ plimsoll grader eval label human.jsonl
  label on 40 rows
  
  measure        value  95% interval    
  AUC            0.700  0.528 to 0.872  chance that a good output scores over a bad one
  AUC of length  0.700  0.528 to 0.872  the same for length alone: the control
  Spearman       0.433  0.126 to 0.664  rank correlation of score and rating
  kappa          0.429  0.099 to 0.758  agreement beyond chance, at the threshold
  threshold      0.500                  
  precision      0.844                  of passes
  recall         0.900                  of what people call good
  F1             0.871                  
  accuracy       0.800                  
  
  27 pass and good, 5 pass but bad, 3 fail but good, 5 fail and bad
  $ plimsoll grader eval label human.jsonl --json | tr -d ' \n' | sed 's/[0-9]\.[0-9]*/x/g'; echo
  {"grader":"label","n":40,"errors":0,"auc":{"value":x,"low":x,"high":x,"n":40,"method":"delong"},"spearman":{"value":x,"low":x,"high":x,"n":40,"method":"bonett-wright"},"kappa":{"value":x,"low":x,"high":x,"n":40,"method":"fleiss-cohen-everitt"},"threshold":x,"precision":x,"recall":x,"f1":x,"accuracy":x,"length_auc":{"value":x,"low":x,"high":x,"n":40,"method":"delong"},"confusion":{"tp":27,"fp":5,"fn":3,"tn":5}}

Ratings need a cut for what asks for two classes; without one they are ranked only.

  $ printf 'id,output,expected,human\n1,the cat sat,a cat sat,4\n2,a dog,a cat sat,2\n3,cat,a cat sat,3\n4,nothing,a cat sat,1\n5,a cat sat,a cat sat,5\n' >rated.csv
  $ plimsoll grader eval token_f1 rated.csv
  token_f1 on 5 rows
  
  measure        value  95% interval    
  AUC                -  -               chance that a good output scores over a bad one
  AUC of length      -  -               the same for length alone: the control
  Spearman       0.949  0.148 to 0.998  rank correlation of score and rating
  kappa              -  -               agreement beyond chance, at the threshold
  threshold      0.500                  
  precision          -                  of passes
  recall             -                  of what people call good
  F1                 -                  
  accuracy           -                  
  $ plimsoll grader eval token_f1 rated.csv --cut 3 | sed -n '4,5p'
  AUC            1.000  0.158 to 1.000  chance that a good output scores over a bad one
  AUC of length  0.667  0.013 to 1.000  the same for length alone: the control

Labels are compared with the grader's own.

  $ printf '%s\n' '{"id": 1, "output": "a", "expected": "a", "human": "a"}' '{"id": 2, "output": "b", "expected": "a", "human": "a"}' '{"id": 3, "output": "b", "expected": "b", "human": "b"}' '{"id": 4, "output": "?", "expected": "b", "human": "b"}' >labels.jsonl
  $ plimsoll grader eval label labels.jsonl
  label on 4 rows
  
  measure        value  95% interval     
  AUC                -  -                chance that a good output scores over a bad one
  AUC of length      -  -                the same for length alone: the control
  Spearman           -  -                rank correlation of score and rating
  kappa          0.200  -0.446 to 0.846  agreement beyond chance, at the threshold
  threshold      0.500                   
  precision      0.750                   macro mean
  recall         0.500                   macro mean
  F1             0.583                   
  accuracy       0.500                   
  
  1 predictions are none of people's labels
  $ plimsoll grader eval equals labels.jsonl
  error: labels.jsonl:1:1: "human" is the label "a", but this grader gives no label
  hint: Say which label counts as good: --positive "a".
  [2]
  $ plimsoll grader eval equals labels.jsonl --positive a | sed -n '4p'
  AUC            0.500  0.000 to 1.000   chance that a good output scores over a bad one
  $ printf '%s\n' '{"id": 1, "output": "a", "expected": "a"}' >nohuman.jsonl
  $ plimsoll grader eval equals nohuman.jsonl
  error: nohuman.jsonl:1:1: the row has no "human"
  [2]
