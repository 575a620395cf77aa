A rubric is linted, and its weights fitted to what users say.

  $ cat > reply.yaml <<'Y'
  > name: reply
  > criteria:
  >   - name: tone
  >     description: The answer is good and nice; it is polite and short
  >   - {name: facts, description: Every figure of the reply stands in the policy., weight: 1}
  >   - name: style
  >     weight: 3   # by feeling
  >     description: Sentences have at most twenty words.
  > Y
  $ plimsoll rubric check reply.yaml
  reply.yaml:3:5: tone: the description says "good", which readers fill differently
      Say what can be seen in the output: what must be there, what must not.
  reply.yaml:3:5: tone: more than one idea in one criterion: an output may have one and not the other
      Make a criterion of each.
  reply: 3 criteria, 2 findings
  [1]
  $ awk 'function r() { x = x * 16807 % 2147483647; return x / 2147483647 } BEGIN { x = 11; r(); for (i = 1; i <= 300; i++) { t = int(3 * r()); f = int(3 * r()); s = int(3 * r()); y = (.8 * f + .4 * t + 1.2 * r()) > 1.7; printf "{\"id\": %d, \"user\": %d, \"scores\": {\"tone\": %d, \"facts\": %d, \"style\": %d}, \"thumb\": %s}\n", i, i % 60, t, f, s, y ? "true" : "false" } }' > rated.jsonl
  $ plimsoll rubric fit rated.jsonl --target thumb --group user
  300 rated items in 60 groups, 3 criteria, 10 folds
  
  Spearman with satisfaction   value  95% interval     tau-b    AUC  weight  over folds
  scores.tone                  0.316  0.207 – 0.417    0.298  0.672   0.273  0.26 – 0.28
  scores.facts                 0.730  0.665 – 0.785    0.689  0.899   0.724  0.70 – 0.74
  scores.style                -0.035  -0.148 – 0.079  -0.033  0.481   0.003  0.00 – 0.02
  
  whole score, out of fold  value  95% interval     n  method
  equal weights             0.582  0.495 – 0.657  300  spearman
  fitted weights            0.768  0.709 – 0.816  300  spearman
  gain                      0.186  0.120 – 0.261  300  bootstrap
  equal weights, AUC        0.837  0.793 – 0.881  300  delong
  fitted weights, AUC       0.945  0.922 – 0.968  300  delong
  
  Fitted weights beat equal weights out of fold: worth writing back.
  $ plimsoll rubric fit rated.jsonl --target thumb --group user --write reply.yaml > /dev/null
  weights written to reply.yaml
  $ cat reply.yaml
  name: reply
  criteria:
    - weight: 0.2731
      name: tone
      description: The answer is good and nice; it is polite and short
    - {name: facts, description: Every figure of the reply stands in the policy., weight: 0.7236}
    - name: style
      weight: 0.003371   # by feeling
      description: Sentences have at most twenty words.
  $ plimsoll rubric fit rated.jsonl --target thumb --json | grep -A6 '"gain"'
    "gain": {
      "value": 0.180384989452129,
      "low": 0.10307234910014618,
      "high": 0.2545336486150015,
      "n": 300,
      "method": "bootstrap"
    },

Too few rows, a missing column, a rubric that is none.

  $ head -20 rated.jsonl > few.jsonl && plimsoll rubric fit few.jsonl --target thumb
  error: 20 rows in 20 groups are too few to fit 3 weights: at least 30 rows and 4 groups are needed
  hint: Collect more rated items, or name fewer criteria with --criteria a,b.
  [3]
  $ plimsoll rubric fit rated.jsonl --target stars
  error: no row of rated.jsonl has both `stars` and all the criteria
  hint: --target names the satisfaction, --criteria the scores (default: the numbers beside it).
  [2]
  $ plimsoll rubric fit rated.jsonl
  error: rubric fit wants --target KEY, the column of users' satisfaction
  hint: usage: plimsoll rubric fit FILE --target KEY — `plimsoll rubric fit -h` has examples.
  [2]
  $ printf 'criteria:\n  - {name: a, description: b, scale: ordnal}\n' > bad.yaml && plimsoll rubric check bad.yaml
  error: bad.yaml:2:38: scale "ordnal" where binary, ordinal or categorical was expected
  [2]
