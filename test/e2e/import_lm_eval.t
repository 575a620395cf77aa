#requires shared
lm-eval.

  $ plimsoll import lm-eval $SHARED/data/import_lm_eval/samples_copa.jsonl -o lm | sed '/^# /d; /^Written/d; /^$/d'
  ## Came over
  - 8 rows: 8 documents × 1 filters
  ## Approximated
  - likelihood rows: the output is the choice with the highest log-likelihood (8 times)
  - metrics are the harness's own code: their values are kept beside each output (imported_scores), and `exact` against the target stands in
  ## Left, and why
  Nothing.
  $ head -1 lm/outputs/recorded-none.jsonl
  {"id":"d-0","output":"the toilet filled with water.","imported_scores":{"acc":0}}
