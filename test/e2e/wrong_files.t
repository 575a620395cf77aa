Every verb that reads a file says what is wrong with an empty one, a broken one and one that is
not there, and what to do.

  $ : > empty.jsonl && printf '{"id": 1,\n' > broken.jsonl
  $ try() { for v in "grade equals" "grader eval equals" "compare $1" "gate -r success_rate>=0.9" "models" "threshold --max-error 0.1" "judge calibrate" "judge plan" "judge agree" "rubric check" "rubric fit --target x" "hallucination rate" "golden split" "golden import" "check -f" "import lm-eval -o out"; do echo "-- $v"; plimsoll $v $1 2>&1; echo "[$?]"; done; }
  $ try empty.jsonl
  -- grade equals
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `id`, `output`, and what the grader wants.
  [2]
  -- grader eval equals
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `output`, `human`, and what the grader wants.
  [2]
  -- compare empty.jsonl
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `id`, and `pass` or `score`.
  [2]
  -- gate -r success_rate>=0.9
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `id`, and `pass` or `score`.
  [2]
  -- models
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `pass`, `cost_usd` and `latency_ms`.
  [2]
  -- threshold --max-error 0.1
  error: empty.jsonl has no labelled rows
  hint: Expected rows with "confidence" and "correct", one object a line, or CSV with a header.
  [2]
  -- judge calibrate
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `judge` and `human`.
  [2]
  -- judge plan
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `judge` and `human`.
  [2]
  -- judge agree
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `id`, `rater` and `value`.
  [2]
  -- rubric check
  error: empty.jsonl:1:1: nothing where a mapping was expected (a rubric)
  hint: `plimsoll judge show tone` prints one to start from.
  [2]
  -- rubric fit --target x
  error: no row of empty.jsonl has both `x` and all the criteria
  hint: --target names the satisfaction, --criteria the scores (default: the numbers beside it).
  [2]
  -- hallucination rate
  error: 0 outputs have a human label; at least 10 are needed
  hint: Label a random sample in the column `hallucinated` (--human KEY names another).
  [3]
  -- golden split
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `id`, `input` and `expected`.
  [2]
  -- golden import
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `input` and `expected`, or what --map calls so.
  [2]
  -- check -f
  error: empty.jsonl:1:1: nothing where a mapping was expected (a project)
  hint: `plimsoll init` makes a project to start from; docs/spec.md has it all.
  [2]
  -- import lm-eval -o out
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `doc_id`, `doc` and `resps`.
  [2]
  $ try broken.jsonl 2>&1 | grep -v '^--' | sort | uniq -c
       16 [2]
       14 error: broken.jsonl:1:10: not valid JSON: unexpected end of data
        2 error: broken.jsonl:2:1: not valid YAML: did not find expected node content
  $ try missing.jsonl 2>&1 | grep -v '^--' | sort | uniq -c
       16 [2]
       16 error: cannot open missing.jsonl: No such file or directory
        1 hint: `plimsoll init` makes a project to start from; -f names another file.
