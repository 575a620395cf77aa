A spec without problems, and its golden set.

  $ mkdir golden prompts
  $ for i in 1 2 3 4 5 6; do
  >     echo "{\"id\": \"a$i\", \"input\": \"where is order number $i$i$i$i\", \"expected\": \"order\", \"tags\": {\"lang\": \"en\"}}"
  >     echo "{\"id\": \"b$i\", \"input\": \"rückgabe $i, bitte $i$i\", \"expected\": \"return\", \"tags\": {\"lang\": \"de\"}}"
  > done > golden/t.jsonl
  $ echo 'Sort {{input}}' > prompts/t.md
  $ cat > plimsoll.yaml <<'X'
  > version: 1
  > project: shop
  > models:
  >   small: {provider: openai, name: gpt-small, key_env: SHOP_KEY}
  > features:
  >   triage:
  >     task: classification
  >     golden: {path: golden/t.jsonl, slices: [lang]}
  >     variants:
  >       boring: {model: builtin:majority}
  >       v1: {model: small, prompt: prompts/t.md}
  >     graders:
  >       correct: {type: label}
  >     gate:
  >       baseline: boring
  >       require:
  >         - success_rate >= 90%
  >         - each lang: success_rate not_worse_than baseline by 0.05
  > X
  $ plimsoll check
  plimsoll.yaml: shop, 1 feature, 1 model
  
  feature triage (classification)
    variants  boring (builtin:majority), v1 (small)
    graders   correct (label)
    success   correct
    gate      success_rate >= 90%
              each lang: success_rate not_worse_than baseline by 0.05
  golden/t.jsonl: 12 examples (12 test), version 523e63bd3131
    warning: small-slice: lang = en has 6 test examples: a rate of 90% would be known to ±27 points
    warning: small-slice: lang = de has 6 test examples: a rate of 90% would be known to ±27 points
    note: small-set: 12 test examples: a rate of 90% would be known to ±17 points
  
  note: model small: SHOP_KEY is not set in this environment
  
  0 problems in the spec; golden sets: 0 errors, 2 warnings, 1 note
  [1]
  $ plimsoll check --no-lint -q | tail -1
  0 problems in the spec
  $ plimsoll check --json | head -8
  {
    "file": "plimsoll.yaml",
    "project": "shop",
    "valid": true,
    "problems": [],
    "notes": [
      "model small: SHOP_KEY is not set in this environment"
    ],

All problems at once, each where it stands, with the nearest name.

  $ cat > broken.yaml <<'X'
  > version: 1
  > projct: shop
  > models:
  >   small: {provider: opnai, name: gpt-small}
  >   big: {provider: openai, name: x, key_env: sk-abc-123, price: {input: -1, output: 2}}
  >   none:
  > features:
  >   triage:
  >     task: clasification
  >     golden: {path: golden/none.jsonl, slice: [lang]}
  >     variants:
  >       boring: {model: builtin:linaer}
  >       v1: {model: smal, prompt: prompts/none.md}
  >       v2: {model: big, promt: prompts/t.md}
  >       v3: {model: replay:none.jsonl}
  >     graders:
  >       correct: {type: lable}
  >       polite: {type: contains, value: please, weigth: 2}
  >     success: corect and polite >= high
  >     gate:
  >       baseline: borning
  >       confidence: 95
  >       require:
  >         - success_rate > 90
  >         - p95_latency <= 2
  >         - polit_rate >= 0.5
  >         - each land: success_rate >= 0.5
  > X
  $ plimsoll check -f broken.yaml | grep -v '^  '
  broken.yaml: project, 1 feature, 1 model
  error: broken.yaml:2:1: unknown key "projct"
  hint: Did you mean "project"?
  error: broken.yaml:4:21: unknown provider "opnai": openai, openai-responses, anthropic, ollama, exec, replay and builtin are known
  hint: Did you mean "openai"?
  error: broken.yaml:5:45: key_env: no name of an environment variable
  hint: Put the key into an environment variable and write that variable's name here.
  error: broken.yaml:5:72: input: -1 where a number from 0 to 1e+06 was expected
  error: broken.yaml:6:3: model none: nothing where a mapping was expected
  error: broken.yaml:9:11: unknown task "clasification"
  hint: Did you mean "classification"?
  error: broken.yaml:10:20: cannot open golden/none.jsonl: No such file or directory
  error: broken.yaml:10:39: unknown key "slice"
  hint: Did you mean "slices"?
  error: broken.yaml:12:23: there is no builtin model "linaer"
  hint: Did you mean "builtin:linear"?
  error: broken.yaml:13:19: there is no model "smal"
  hint: Did you mean "small"?
  error: broken.yaml:13:33: cannot open prompts/none.md: No such file or directory
  error: broken.yaml:14:24: unknown key "promt"
  hint: Did you mean "prompt"?
  error: broken.yaml:15:19: there is no recording none.jsonl
  error: broken.yaml:17:23: there is no grader type "lable"
  hint: Did you mean "label"? `plimsoll explain graders` lists them all.
  error: broken.yaml:18:47: grader polite: unknown key "weigth"
  hint: Did you mean "weight"?
  error: broken.yaml:19:14: there is no grader "corect"
  hint: Did you mean "correct"?
  error: broken.yaml:21:17: baseline: there is no variant "borning"
  hint: Did you mean "boring"?
  error: broken.yaml:22:19: confidence: 95 where a number from 0.5 to 0.9999 was expected
  error: broken.yaml:24:26: "90" is more than 1, a share such as 0.90 or 90% was expected
  hint: Write 90% or 0.9.
  error: broken.yaml:25:26: "2" where a duration such as 2s or 250ms was expected
  error: broken.yaml:26:11: "polit_rate" is neither a metric nor a grader
  hint: Did you mean "polite_rate"?
  error: broken.yaml:27:11: "land" is not among the slices of the golden set
  hint: Slices are tags that golden.slices lists.
  
  feature triage (generation)
  
  22 problems in the spec
  $ plimsoll run triage -f broken.yaml -q
  error: broken.yaml:2:1: unknown key "projct"
  hint: Did you mean "project"?
  [2]

One error is enough to stop any other verb; YAML itself is checked first.

  $ printf 'version: 1\nfeatures:\n\tf: 1\n' > tab.yaml; plimsoll check -f tab.yaml
  error: tab.yaml:3:1: not valid YAML: found character that cannot start any token
  hint: YAML wants spaces, not tabs, and quotes around text that begins with a special character.
  [2]
  $ printf 'version: 1\nversion: 1\n' > twice.yaml; plimsoll check -f twice.yaml
  error: twice.yaml:2:1: the key "version" stands twice here
  [2]
  $ printf 'version: 1\nproject: {{name}}\n' > template.yaml; plimsoll check -f template.yaml
  error: template.yaml:2:11: a mapping where a key was expected
  hint: Quote the template: "{{…}}" begins a YAML mapping unless it stands in quotes.
  [2]
  $ printf 'version: 2\nfeatures: {}\n' > version.yaml; plimsoll check -f version.yaml
  version.yaml: project, 0 features, 0 models
  error: version.yaml:1:10: version: 2 where 1 was expected
  hint: This program reads version 1 of the format.
  
  1 problem in the spec
  [2]
  $ plimsoll check -f nowhere.yaml
  error: cannot open nowhere.yaml: No such file or directory
  hint: `plimsoll init` makes a project to start from; -f names another file.
  [2]
  $ plimsoll check -f nowhere.yaml --json 2>/dev/null
  {
    "error": {
      "code": "not_found",
      "message": "cannot open nowhere.yaml: No such file or directory",
      "hint": "`plimsoll init` makes a project to start from; -f names another file."
    }
  }
  [2]

Parts in files of their own; a circle is noticed.

  $ mkdir parts
  $ cat > parts/f.yaml <<'X'
  > task: qa
  > variants: variants.yaml
  > X
  $ printf 'echo: {model: builtin:echo}\nbad: {modl: x}\n' > parts/variants.yaml
  $ printf 'version: 1\nfeatures:\n  f: parts/f.yaml\n' > split.yaml; plimsoll check -f split.yaml | grep -v '^note'
  split.yaml: project, 1 feature, 0 models
  error: parts/variants.yaml:2:6: variant bad needs `model:`
  hint: For instance `model: builtin:majority`, the simplest baseline.
  error: parts/variants.yaml:2:7: unknown key "modl"
  hint: Did you mean "model"?
  
  feature f (qa)
    variants  echo (builtin:echo), bad (?)
  
  
  2 problems in the spec
  $ printf 'round.yaml\n' > parts/round.yaml
  $ printf 'version: 1\nfeatures:\n  f: parts/round.yaml\n' > round.yaml; plimsoll check -f round.yaml | head -1
  round.yaml: project, 0 features, 0 models
  $ plimsoll check -f round.yaml | sed -n 2p
  error: parts/round.yaml:1:1: parts/round.yaml includes itself

Variables of the environment: values, never keys, and never secrets.

  $ cat > env.yaml <<'X'
  > version: 1
  > store: postgresql://u:${DB_PASSWORD}@db/plimsoll
  > models:
  >   m: {provider: openai, name: "${MODEL}", options: {path: "${API_TOKEN}", ca_file: "${NOT_THERE}"}}
  > features:
  >   f: {task: qa, variants: {v: {model: m}}}
  > X
  $ MODEL=gpt DB_PASSWORD=hidden API_TOKEN=sk-hidden plimsoll check -f env.yaml | grep -v note
  env.yaml: project, 1 feature, 1 model
  error: env.yaml:4:60: ${API_TOKEN} would put a secret into the spec
  hint: Name the variable instead: `key_env: API_TOKEN` in the model. It is read only when a call is made.
  error: env.yaml:4:85: the environment variable NOT_THERE is not set
  
  feature f (qa)
    variants  v (m)
  
  
  2 problems in the spec

The example of docs/spec.md is a project, given the files it names.

  $ mkdir doc && cd doc && mkdir golden prompts rubrics outputs
  $ sed -n '/^```yaml/,/^```/p' $TESTDIR/../../docs/spec.md | sed '/^```/d' | awk '/^features:/ && seen++ {exit} {print}' > plimsoll.yaml
  $ echo '{"id": "t-1", "input": "x", "expected": "a"}' > golden/triage.jsonl
  $ echo '{{input}}' > prompts/triage-v3.md; : > outputs/triage-v2.jsonl
  $ printf 'criteria:\n  - name: tone\n    description: The answer is polite.\n' > rubrics/polite.yaml
  $ plimsoll check --no-lint
  plimsoll.yaml: acme-support, 1 feature, 1 model
  
  feature triage (classification)
    variants  boring (builtin:linear), small-v3 (small), recorded (replay:outputs/triage-v2.jsonl)
    graders   correct (label), polite (judge)
    success   correct and polite >= 0.5
    gate      success_rate >= 0.90
              success_rate not_worse_than baseline by 0.02
              p95_latency <= 2s
              each lang: success_rate >= 0.80
  
  note: model small: OPENAI_API_KEY is not set in this environment
  
  0 problems in the spec
