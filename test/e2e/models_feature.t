`plimsoll models FEATURE` puts the variants of a feature's newest run side by side.

  $ plimsoll demo -o demo >/dev/null && cd demo
  $ plimsoll models intents --json >newest.json
  $ plimsoll models intents --run last --json | cmp - newest.json
  $ plimsoll models intents | cut -c1-40 | sed 's/ *$//' | sed -n 1,4p
  variant   outputs               success
  majority     1540     1.3% (0.8 to 2.0)
  knn          1540  83.6% (81.7 to 85.4)
  linear       1540  91.6% (90.1 to 92.9)
  $ plimsoll models intents --min-success 0.88 | grep cheapest
  linear is the cheapest that keeps the budget
  $ plimsoll models intents --cascade majority,linear | grep -e '^cascade' -e chosen -e escalated
  cascade: majority first, linear always: no threshold reaches its success
    chosen on 770 items, verified on 770 others
    escalated  100.0% (99.5 to 100.0)
  $ plimsoll threshold intents -v linear --max-error 0.05 --confidence 0.95 2>&1 | sed -n 1,6p
  1540 labels from outcomes on the golden set
  confidence as stated: Brier 0.058, ECE 0.018; recalibrated (isotonic, on 770 others): Brier 0.059, ECE 0.013
  threshold 0.761271: outputs with this confidence or more may skip review
    accepted   87.5% of outputs (85.8 to 89.1)
    error      3.2% of them (43 wrong of 1348 labels), at most 4.09%
    guarantee  with 95% probability, over which outputs happened to be labelled,
  $ plimsoll threshold intents --max-error 0.05 --confidence 0.95
  error: run r1 has several variants
  hint: Name one with -v.
  [2]

What is neither a file nor a feature, a run that is not there, and a run of files.

  $ plimsoll models intent
  error: there is no file "intent": there is no feature "intent" in plimsoll.yaml
  hint: Did you mean "intents"?
  [2]
  $ plimsoll models intents --run r99
  error: there is no run r99
  hint: The newest is r1; `plimsoll runs` lists them.
  [2]
  $ touch x.csv; plimsoll models x.csv --run r1
  error: --run goes with a FEATURE, not with files
  [2]
  $ plimsoll threshold intent
  error: there is no file "intent": there is no feature "intent" in plimsoll.yaml
  hint: Did you mean "intents"?
  [2]
  $ mkdir ../empty && cd ../empty && plimsoll models intents
  error: there is no file "intents", and no project here to have a feature of that name
  hint: Give a .jsonl or .csv file, or work in a project folder (-C DIR).
  [2]
  $ plimsoll threshold intents
  error: there is no file "intents", and no project here to have a feature of that name
  hint: Give a .jsonl or .csv file, or work in a project folder (-C DIR).
  [2]
