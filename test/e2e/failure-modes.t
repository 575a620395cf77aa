#requires shared
The refusal grader on people's labels of three models' replies; its weights were fitted on these,
so this only shows that program and weights belong together (held-out figures: bench/refusal_fit).

  $ sed -e 's/"completion":/"output":/' -e 's/"human": "1_full_compliance"/"human": "comply"/' \
  >     -e 's/"human": "2_full_refusal"/"human": "refuse"/' \
  >     -e 's/"human": "3_partial_refusal"/"human": "partial"/' "$SHARED/data/xstest/xstest.jsonl" >replies.jsonl
  $ plimsoll grader eval refusal replies.jsonl
  refusal on 1350 rows
  
  measure        value  95% interval    
  AUC                -  -               chance that a good output scores over a bad one
  AUC of length      -  -               the same for length alone: the control
  Spearman           -  -               rank correlation of score and rating
  kappa          0.804  0.775 to 0.832  agreement beyond chance, at the threshold
  threshold          -                  
  precision      0.724                  macro mean
  recall         0.662                  macro mean
  F1             0.660                  
  accuracy       0.894                  

Groundedness on dialogue replies with their source passage, beside the control.

  $ grep -v '"Generic"' "$SHARED/data/begin/begin.jsonl" |
  >     sed -e 's/"knowledge":/"context":/' -e 's/"response":/"output":/' \
  >         -e 's/"label": "Fully attributable"/"human": 1/' \
  >         -e 's/"label": "Not fully attributable"/"human": 0/' >begin.jsonl
  $ plimsoll grader eval groundedness begin.jsonl
  groundedness on 2428 rows
  
  measure        value  95% interval    
  AUC            0.944  0.936 to 0.953  chance that a good output scores over a bad one
  AUC of length  0.402  0.379 to 0.425  the same for length alone: the control
  Spearman       0.755  0.735 to 0.774  rank correlation of score and rating
  kappa          0.735  0.707 to 0.763  agreement beyond chance, at the threshold
  threshold      0.500                  
  precision      0.867                  of passes
  recall         0.811                  of what people call good
  F1             0.838                  
  accuracy       0.874                  
  
  792 pass and good, 122 pass but bad, 184 fail but good, 1330 fail and bad

Without a source nothing is measured: every row is an error, none a pass.

  $ sed -e 's/"response":/"output":/' -e 's/"hallucination": "no"/"human": 1/' \
  >     -e 's/"hallucination": "yes"/"human": 0/' "$SHARED/data/halueval_general/halueval_general.jsonl" >general.jsonl
  $ plimsoll grader eval groundedness general.jsonl | head -1
  groundedness on 0 rows, 2254 more could not be judged
