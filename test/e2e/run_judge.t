#requires sqlite3
Graders that ask a model are the second stage of a run: asked through the same engine, answered
from the store when they were asked before, and part of what a success costs. A verdict that
cannot be read is asked for again.

  $ export PLIMSOLL_NOW=1764000000 OPENAI_API_KEY=x
  $ cat > golden.jsonl <<'JSONL'
  > {"id":"a","input":"help me"}
  > {"id":"b","input":"help him"}
  > {"id":"c","input":"help her"}
  > JSONL
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: judged
  > models:
  >   m: {provider: openai, name: fake, base_url: "${FAKELLM_URL}/v1", price: {input: 1, output: 2}}
  > features:
  >   reply:
  >     task: generation
  >     golden: golden.jsonl
  >     variants:
  >       v: {model: m}
  >     graders:
  >       help: {type: contains, value: help}
  >       tone: {type: judge, judge: tone, model: m}
  > YAML
  $ cat > script.yaml <<'YAML'
  > exchanges:
  >   - expect: {contains: '"max_tokens":333'}
  >     times: 3
  >     reply: {status: 400, text: no}
  >   - expect: {contains: text to grade}
  >     times: 0
  >     replies:
  >       - {content: '{"check":"CHECK","criteria":{"respectful":{"reason":"fine","verdict":"3"}}}'}
  >       - {content: 'I think it is fine'}
  >       - {content: '{"check":"CHECK","criteria":{"respectful":{"reason":"curt","verdict":"2"}}}'}
  >   - expect: {contains: help}
  >     times: 0
  >     reply: {content: Happy to help.}
  > YAML
  $ cat > script.sh <<'SH'
  > what() { grep -E '"(done|errors|called|cached|judge_called|judge_cached)": [^}]*,$'; }
  > plimsoll run -j 1 --json | what
  > plimsoll export results | sed 's/"latency_ms":[0-9.e-]*/"latency_ms":T/'
  > sqlite3 .plimsoll/plimsoll.db 'SELECT count(*), count(DISTINCT output), sum(seq) FROM unit_call'
  > plimsoll show last b --json | sed -n '/grader_calls/,$p' | sed 's/\(work\|{"role".*\)$/…/; s/check":"[a-z0-9]*/check":"WORD/; s/\\"check\\":\\"[a-z0-9]*/\\"check\\":\\"WORD/'
  > echo "== again"
  > plimsoll run --json | what
  > echo "== a judge that does not answer leaves the example without an outcome"
  > sed -i 's/judge: tone/judge: tone, max_tokens: 333/' plimsoll.yaml
  > plimsoll run --json | what
  > plimsoll show last a | tail -2
  > echo "== and is asked again"
  > plimsoll run -j 1 --resume --json | what
  > SH
  $ fakellm script.yaml -- bash script.sh
    "done": 3,
    "cached": 0,
    "called": 3,
    "judge_cached": 0,
    "judge_called": 4,
        "errors": 0,
  {"id":"a","variant":"v","epoch":1,"outcome":"pass","pass":true,"score":1,"graders":{"help":{"outcome":"pass","score":1,"reason":"the output contains \"help\""},"tone":{"outcome":"pass","score":1,"reason":"3: fine"}},"latency_ms":T,"cost_usd":2.5e-05,"grading_cost_usd":0.000383}
  {"id":"b","variant":"v","epoch":1,"outcome":"fail","pass":false,"score":0.75,"graders":{"help":{"outcome":"pass","score":1,"reason":"the output contains \"help\""},"tone":{"outcome":"fail","score":0.5,"reason":"2: curt"}},"latency_ms":T,"cost_usd":2.5e-05,"grading_cost_usd":0.000794}
  {"id":"c","variant":"v","epoch":1,"outcome":"fail","pass":false,"score":0.75,"graders":{"help":{"outcome":"pass","score":1,"reason":"the output contains \"help\""},"tone":{"outcome":"fail","score":0.5,"reason":"2: curt"}},"latency_ms":T,"cost_usd":2.5e-05,"grading_cost_usd":0.000383}
  4|4|1
        "grader_calls": [
          {
            "grader": "tone",
            "messages": […
            "output": "I think it is fine",
            "error": null,
            "cost_usd": 0.000353
          },
          {
            "grader": "tone",
            "messages": […
            "output": "{\"check\":\"WORD\",\"criteria\":{\"respectful\":{\"reason\":\"curt\",\"verdict\":\"2\"}}}",
            "error": null,
            "cost_usd": 0.000441
          }
        ]
      }
    ]
  }
  == again
    "done": 3,
    "cached": 3,
    "called": 0,
    "judge_cached": 4,
    "judge_called": 0,
        "errors": 0,
  == a judge that does not answer leaves the example without an outcome
  warning: grader tone could not judge 3 of 3 outputs of v: `plimsoll show r3 ITEM` says why
    "done": 3,
    "cached": 3,
    "called": 0,
    "judge_cached": 0,
    "judge_called": 3,
        "errors": 3,
    help: pass 1.000, the output contains "help"
    tone: error, the judge did not answer: http 400: no (1 tries)
  == and is asked again
    "done": 3,
    "cached": 3,
    "called": 0,
    "judge_cached": 0,
    "judge_called": 3,
        "errors": 0,
