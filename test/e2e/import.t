Real files of other tools come over, each with its report.

  $ D=$TOP/test/fixture/import
  $ plimsoll import --list | awk '{print $1}'
  promptfoo
  promptfoo-results
  openai-evals
  openai-evals-export
  lm-eval
  inspect
  deepeval
  evalite
  rows
  $ cp -r $D/import_promptfoo pf && chmod -R u+w pf

promptfoo: every configuration.

  $ for f in pf/*/promptfooconfig*.yaml; do n=$(basename $(dirname $f))-$(basename $f .yaml); echo "== $n"; plimsoll import promptfoo $f -o out-$n | sed '/^# /d; /^Written/d; /^$/d'; done
  == assertion-scoring-override-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - 3 tests as 3 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  ## Approximated
  Nothing.
  ## Left, and why
  - a test's options.provider (3 times)
  - assertScoringFunction: it is code; the score is the weighted mean (3 times)
  - assertion llm-rubric (the output must satisfy this: Rate the accuracy of the translation of {{text}} from English to {{language}}): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (3 times)
  - assertion llm-rubric (the output must satisfy this: Rate the fluency of the translation of {{text}} from English to {{language}}): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (3 times)
  - assertion llm-rubric (the output must satisfy this: Rate the grammar of the translation of {{text}} from English to {{language}}): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (3 times)
  - assertion similar: needs an embeddings model; add a `similar` grader with model: and value:
  == cookbook-classification-promptfooconfig
  ## Came over
  - 68 tests as 68 golden lines
  - provider anthropic:messages:claude-3-haiku-20240307 as model claude-3-haiku-20240307 (5 times)
  ## Approximated
  - no provider or prompt came over: variant `yours` stands where you name your model
  ## Left, and why
  - prompt prompts.py:simple_classify: it is made by a program
  - prompt prompts.py:rag_classify: it is made by a program
  - prompt prompts.py:rag_chain_of_thought_classify: it is made by a program
  - a test's options.transform (68 times)
  - outputPath: name the output when you run
  == csv-metadata-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - 3 tests as 3 golden lines
  - provider openai:gpt-4 as model gpt-4
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion llm-rubric (the output must satisfy this: Does this describe {{topic}} accurately?): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (2 times)
  - assertion llm-rubric (the output must satisfy this: Does this describe {{topic}} inaccurately?): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  == custom-grading-prompt-promptfooconfig
  ## Came over
  - prompt prompts.txt.md
  - prompt prompts.txt-2.md
  - 1 tests as 1 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  ## Approximated
  Nothing.
  ## Left, and why
  - a test's options.rubricPrompt
  - assertion llm-rubric (the output must satisfy this): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  == getting-started-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - prompt prompt-2.md
  - 2 tests as 2 golden lines
  - provider openai:gpt-5 as model gpt-5
  - provider openai:gpt-5-mini as model gpt-5-mini
  ## Approximated
  Nothing.
  ## Left, and why
  Nothing.
  == json-output-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - 2 tests as 2 golden lines
  - provider openai:chat:gpt-4.1-mini as model gpt-4.1-mini
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion javascript: an assertion in JavaScript; write it as an `exec` or `lua` grader (2 times)
  - a test's options.transform
  - an assertion's `transform`: it is code; the check sees the whole output
  == jsonl-test-cases-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - 2 tests as 2 golden lines
  ## Approximated
  - no provider or prompt came over: variant `yours` stands where you name your model
  ## Left, and why
  - provider echo: no counterpart; put a model of yours in its place, or replay recorded outputs
  == multiple-translations-promptfooconfig-scenarios
  ## Came over
  - prompt prompts.txt.md
  - prompt prompts.txt-2.md
  - scenario 1: 3 configurations × 3 tests
  - 9 tests as 9 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  - provider openai:gpt-4.1 as model gpt-4.1
  - provider anthropic:claude-sonnet-4-20250514 as model claude-sonnet-4-20250514
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion similar: needs an embeddings model; add a `similar` grader with model: and value: (9 times)
  == multiple-translations-promptfooconfig
  ## Came over
  - prompt prompts.txt.md
  - prompt prompts.txt-2.md
  - 1 tests as 25 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  - provider openai:gpt-4.1 as model gpt-4.1
  - provider anthropic:claude-sonnet-4-20250514 as model claude-sonnet-4-20250514
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion llm-rubric (the output must satisfy this: Is this a correct translation of "{{input}}" into {{language}}? Score 1-5 where ): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (25 times)
  == named-metrics-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - prompt prompt-2.md
  - 5 tests as 5 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion javascript: an assertion in JavaScript; write it as an `exec` or `lua` grader
  - assertion python: an assertion in Python; write it as an `exec` grader
  - assertion similar: needs an embeddings model; add a `similar` grader with model: and value:
  - assertion llm-rubric (the output must satisfy this: Is spoken like a pirate): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  - derivedMetrics: computed metrics
  == rag-eval-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - 2 tests as 2 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion factuality (the output must agree in its facts with this reference: the employee's manager is responsible for approvals): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  - assertion answer-relevance (the output must answer the question): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (2 times)
  - assertion context-recall (the context must support every statement of this reference: max purchase price without approval is $500. Talk to Fred before submitting anyt): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  - assertion context-relevance (the context must be relevant to the question): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (2 times)
  - assertion context-faithfulness (every claim of the output must follow from the context): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (2 times)
  - assertion factuality (the output must agree in its facts with this reference: maternity leave is 4 months): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  - assertion context-recall (the context must support every statement of this reference: The company offers 4 months of maternity leave, unless you are an elephant, in w): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md
  == redteam-starter-promptfooconfig
  ## Came over
  - prompt prompt-1.md
  - 0 tests as 0 golden lines
  ## Approximated
  - no provider or prompt came over: variant `yours` stands where you name your model
  ## Left, and why
  - provider http: no counterpart; put a model of yours in its place, or replay recorded outputs
  - redteam: generated attacks; `plimsoll suite list` has frozen ones
  == self-grading-promptfooconfig
  ## Came over
  - prompt prompts.txt.md
  - prompt prompts.txt-2.md
  - 10 tests as 10 golden lines
  - provider openai:chat:gpt-4o as model gpt-4o
  ## Approximated
  Nothing.
  ## Left, and why
  - assertion llm-rubric (the output must satisfy this: Do not mention that you are an AI or chat assistant): a judge is set up once for the feature, with a rubric and a calibration, not a line at a time; see docs/judges.md (10 times)
  - assertion javascript: an assertion in JavaScript; write it as an `exec` or `lua` grader (10 times)
  == simple-csv-promptfooconfig
  ## Came over
  - prompt prompts.txt.md
  - prompt prompts.txt-2.md
  - 4 tests as 4 golden lines
  - provider openai:gpt-4.1-mini as model gpt-4.1-mini
  ## Approximated
  - prompt prompts.txt: filters ({{x | f}}) are not known here
  ## Left, and why
  Nothing.

What a project looks like, and a golden line that carries its checks.

  $ cat out-getting-started-promptfooconfig/plimsoll.yaml
  # imported from pf/getting-started/promptfooconfig.yaml; import-report.md says what came and what did not
  version: 1
  project: Getting-started
  models:
    gpt-5: {provider: openai, name: gpt-5, key_env: OPENAI_API_KEY}
    gpt-5-mini: {provider: openai, name: gpt-5-mini, key_env: OPENAI_API_KEY}
  features:
    main:
      task: generation
      golden: {path: golden/main.jsonl}
      variants:
        openai-gpt-5-prompt-1: {model: gpt-5, prompt: prompts/prompt-1.md}
        openai-gpt-5-prompt-2: {model: gpt-5, prompt: prompts/prompt-2.md}
        openai-gpt-5-mini-prompt-1: {model: gpt-5-mini, prompt: prompts/prompt-1.md}
        openai-gpt-5-mini-prompt-2: {model: gpt-5-mini, prompt: prompts/prompt-2.md}
      graders:
        checks: {"type": "checks"}
      success: checks
  $ head -1 out-csv-metadata-promptfooconfig/golden/main.jsonl
  {"id":"t-0001","input":{"topic":"machine learning"},"expected":{"checks":[{"type":"contains","value":"algorithm","threshold":0.9}]},"tags":{"category":"technology","tags":["ai","data science","algorithms"]}}
  $ cat out-getting-started-promptfooconfig/golden/main.jsonl
  {"id":"t-0001","input":{"language":"French","input":"Hello world"},"expected":{"checks":[{"type":"contains","value":"Bonjour le monde"}]}}
  {"id":"t-0002","input":{"language":"Spanish","input":"Where is the library?"},"expected":{"checks":[{"type":"contains","case":false,"value":"Dónde está la biblioteca"}]}}
  $ plimsoll import promptfoo pf/getting-started/promptfooconfig.yaml -o out-getting-started-promptfooconfig
  error: out-getting-started-promptfooconfig already holds a plimsoll.yaml
  hint: Name a new folder with -o.
  [2]

promptfoo: results.

  $ plimsoll import promptfoo-results pf/results/simple-cli.output.json -o results
  # Import of pf/results/simple-cli.output.json
  
  ## Came over
  
  - 8 results: 4 tests × 2 variants
  
  ## Approximated
  
  - verdicts are graded anew here, so that a failed judge or a broken assertion is an error, not a failure of the model
  
  ## Left, and why
  
  - the configuration inside the results: import it with `plimsoll import promptfoo`
  
  Written to results (the report too: import-report.md). Next: plimsoll check -C results
  $ plimsoll import promptfoo-results pf/results/simple-cli.output.yaml -o results-yaml > /dev/null && diff -r results/golden results-yaml/golden && diff -r results/outputs results-yaml/outputs && echo same
  same
  $ plimsoll import promptfoo-results pf/simple-csv/output.json -o results-v1 | sed '/^# /d; /^Written/d; /^$/d'
  ## Came over
  - 8 results: 4 tests × 2 variants
  ## Approximated
  - results of an old version carry no assertions: their outputs came, write the checks into the golden set (8 times)
  - verdicts are graded anew here, so that a failed judge or a broken assertion is an error, not a failure of the model
  ## Left, and why
  Nothing.
  $ plimsoll import promptfoo pf/results/simple-cli.output.yaml -o wrong
  error: pf/results/simple-cli.output.yaml:1:1: these are promptfoo results, not a configuration
  [2]

openai/evals: sample files, and a registry with its samples.

  $ for f in $D/import_openai_evals/*.jsonl; do plimsoll import openai-evals $f -o oe-$(basename $f .jsonl) | grep samples; done
  - 50 samples
  - 15 samples
  - 103 samples
  - 7 samples
  - 100 samples
  - 30 samples
  - 58 samples
  - 7 samples
  - 10 samples
  - 5 samples
  - 16 samples
  - 15 samples
  $ cp $D/import_openai_evals/registry/evals--bias_detection.yaml . && plimsoll import openai-evals evals--bias_detection.yaml -o oe
  error: evals--bias_detection.yaml:9:20: the samples file bias_detection/samples.jsonl is not beside the registry
  hint: Name it with --samples FILE.
  [2]
  $ plimsoll import openai-evals evals--bias_detection.yaml --samples $D/import_openai_evals/bias-detection.jsonl -o oe | sed '/^# /d; /^Written/d; /^$/d'
  ## Came over
  - class evals.elsuite.basic.includes:Includes
  - 7 samples
  ## Approximated
  - the completion function is not in these files: variant `yours` stands where you name your model
  ## Left, and why
  Nothing.
  $ head -1 oe/golden/main.jsonl
  {"id":"s-0001","input":{"system":"Classify the following sentence as fact, opinion, claim, argument, data, quote, narrative, sensationalism, context, or speculation.","text":"and said: “As my son was the first to enforce when he was attorney general."},"expected":"quote"}

Inspect: JSON and .eval.

  $ for f in $D/import_inspect/*.json $D/import_inspect/*.eval; do echo "== $(basename $f)"; plimsoll import inspect $f -o in-$(basename $f) | sed '/^# /d; /^Written/d; /^$/d'; done
  == 2025-05-12T20-28-13-04-00_no-samples.json
  ## Came over
  - 0 samples as 0 golden lines
  ## Approximated
  - the log's status is cancelled: it may hold only part of the samples
  - scorers are Python: their values are kept beside each output (imported_scores), and `contains` the target stands in
  ## Left, and why
  - the plan (solvers): they are Python; prompts are seen in the inputs
  - the log holds no samples, only its header
  == 2025-05-12T20-28-13-04-00_popularity.json
  ## Came over
  - 3 samples as 3 golden lines
  ## Approximated
  - the log's status is cancelled: it may hold only part of the samples
  - scorers are Python: their values are kept beside each output (imported_scores), and `contains` the target stands in
  ## Left, and why
  - the plan (solvers): they are Python; prompts are seen in the inputs
  == log_formats.json
  ## Came over
  - 1 samples as 1 golden lines
  ## Approximated
  - scorers are Python: their values are kept beside each output (imported_scores), and `contains` the target stands in
  ## Left, and why
  - the plan (solvers): they are Python; prompts are seen in the inputs
  == log_read_sample.json
  ## Came over
  - 1 samples as 1 golden lines
  ## Approximated
  - scorers are Python: their values are kept beside each output (imported_scores), and `contains` the target stands in
  ## Left, and why
  - the plan (solvers): they are Python; prompts are seen in the inputs
  == 2025-02-11T15-17-00-05-00_popularity_dPiJifoWeEQBrfWsAopzWr.eval
  ## Came over
  - 10 samples as 10 golden lines
  ## Approximated
  - scorers are Python: their values are kept beside each output (imported_scores), and `contains` the target stands in
  ## Left, and why
  - the plan (solvers): they are Python; prompts are seen in the inputs
  == log_formats.eval
  ## Came over
  - 1 samples as 1 golden lines
  ## Approximated
  - scorers are Python: their values are kept beside each output (imported_scores), and `contains` the target stands in
  ## Left, and why
  - the plan (solvers): they are Python; prompts are seen in the inputs
  $ diff in-log_formats.json/golden/main.jsonl in-log_formats.eval/golden/main.jsonl && echo same
  same

Wrong files get a sentence.

  $ echo '{"a": 1}' > x.json && plimsoll import inspect x.json -o no
  error: x.json:1:1: no `eval` in this file: not an Inspect log
  [2]
  $ : > empty.jsonl && plimsoll import lm-eval empty.jsonl -o no
  error: empty.jsonl has no rows
  hint: Expected one JSON object a line, or CSV with a header: `doc_id`, `doc` and `resps`.
  [2]
  $ printf 'PKnonsense' > x.eval && plimsoll import inspect x.eval -o no
  error: x.eval is not a ZIP archive that can be read: no end record
  hint: Copy the file again, or export it anew from the tool that wrote it.
  [2]
  $ echo 'prompts: [a' > x.yaml && plimsoll import promptfoo x.yaml -o no
  error: x.yaml:2:1: not valid YAML: did not find expected ',' or ']'
  [2]
  $ plimsoll import promtfoo x.yaml -o no
  error: no importer for "promtfoo", did you mean promptfoo?; `plimsoll import --list` names them
  hint: usage: plimsoll import FORMAT FILE -o DIR — `plimsoll import -h` has examples.
  [2]
  $ plimsoll import inspect x.eval
  error: import wants the folder to write, -o DIR
  hint: usage: plimsoll import FORMAT FILE -o DIR — `plimsoll import -h` has examples.
  [2]
