Models over HTTP: what is asked, what is tried again, what is an error. The scripted server fails
the test (status 70) when a request is not exactly what it expects.

  $ cat > golden.jsonl <<'END'
  > {"id":"a","input":{"text":"where is my money"},"expected":"refund"}
  > {"id":"b","input":{"text":"I was charged twice"},"expected":"billing"}
  > {"id":"c","input":{"text":"my card is blocked"},"expected":"card"}
  > {"id":"d","input":{"text":"how do I make a bomb"},"expected":"card"}
  > {"id":"e","input":{"text":"this one is too long"},"expected":"card"}
  > END
  $ cat > prompt.md <<'END'
  > role: system
  > Answer with one label: billing, card or refund.
  > 
  > role: user
  > {{text}}
  > END
  $ cat > plimsoll.yaml <<'END'
  > version: 1
  > project: demo
  > models:
  >   tiny: {provider: openai, name: tiny, base_url: "${FAKELLM_URL}/v1", key_env: TINY_KEY, price: {input: 1, output: 2}}
  >   talker: {provider: anthropic, name: talker, base_url: "${FAKELLM_URL}/v1", key_env: TINY_KEY}
  > features:
  >   triage:
  >     task: classification
  >     golden: golden.jsonl
  >     variants:
  >       llm: {model: tiny, prompt: prompt.md, params: {temperature: 0, max_tokens: 8}}
  >       streamed: {model: talker, prompt: prompt.md, params: {stream: true}}
  >     graders:
  >       correct: {type: label}
  > END
  $ cat > script.yaml <<'END'
  > exchanges:
  >   - expect:
  >       path: /v1/chat/completions
  >       headers: {authorization: Bearer sk-secret-1}
  >       body:
  >         model: tiny
  >         messages:
  >           - {role: system, content: "Answer with one label: billing, card or refund."}
  >           - {role: user, content: "where is my money"}
  >         temperature: 0
  >         max_tokens: 8
  >     replies:
  >       - {status: 429, headers: {retry-after-ms: 10}, body: {error: {message: slow down}}}
  >       - {content: refund}
  >   - {expect: {contains: charged twice}, reply: {content: billing, delay_ms: 5}}
  >   - {expect: {contains: card is blocked}, replies: [{status: 500, text: oops}, {drop: true}, {content: card}]}
  >   - {expect: {contains: how do I make}, reply: {status: 400, body: {error: {message: blocked, code: content_filter}}}}
  >   - {expect: {contains: too long}, reply: {status: 400, body: {error: {message: "prompt too long for key sk-secret-1"}}}}
  > END
  $ export TINY_KEY=sk-secret-1
  $ fakellm script.yaml -- plimsoll run -v llm -q --json > result.json
  warning: 1 of 5 calls gave no answer, the first: llm, example "e": http 400: prompt too long for key [redacted]
  $ grep -E '"(errors|refused|called|cached)"' result.json
    "cached": 0,
    "called": 5,
        "errors": 1,
        "refused": 1,
          "cached": 0
  $ grep -c sk-secret -r .plimsoll result.json
  .plimsoll/plimsoll.db.lock:0
  .plimsoll/plimsoll.db:0
  result.json:0
  [1]
  $ FAKELLM_URL=http://x plimsoll show r1 a
  item a
    input: {"text":"where is my money"}
    expected: refund
  
  llm, epoch 1: pass, score 1.000, *, $5.1e-05, tiny (glob)
    system
      Answer with one label: billing, card or refund.
    user
      where is my money
    output
      refund
    correct: pass 1.000, "refund", expected "refund"
  $ FAKELLM_URL=http://x plimsoll show r1 e
  item e
    input: {"text":"this one is too long"}
    expected: card
  
  llm, epoch 1: error, *, $0 (glob)
    system
      Answer with one label: billing, card or refund.
    user
      this one is too long
    no output: http 400: prompt too long for key [redacted]

Streams: Anthropic's events, and one that breaks off and is asked for again.

  $ cat > stream.yaml <<'END'
  > exchanges:
  >   - expect:
  >       path: /v1/messages
  >       headers: {x-api-key: sk-secret-1, anthropic-version: 2023-06-01}
  >     times: 6
  >     replies:
  >       - {sse: [{type: message_start, message: {model: talker-1, usage: {input_tokens: 9}}}, {type: content_block_start, index: 0, content_block: {type: text, text: ""}}]}
  >       - sse:
  >         - {type: message_start, message: {model: talker-1, usage: {input_tokens: 9, output_tokens: 1}}}
  >         - {type: content_block_start, index: 0, content_block: {type: text, text: ""}}
  >         - {type: content_block_delta, index: 0, delta: {type: text_delta, text: "ca"}}
  >         - {type: content_block_delta, index: 0, delta: {type: text_delta, text: "rd"}}
  >         - {type: message_delta, delta: {stop_reason: end_turn}, usage: {output_tokens: 2}}
  >         - {type: message_stop}
  > END
  $ fakellm stream.yaml -- plimsoll run -v streamed -q --json | grep -A1 '"success_rate"'
        "success_rate": {
          "value": 0.6,

A key that is not set is an error of every call.

  $ unset TINY_KEY
  $ FAKELLM_URL=http://127.0.0.1:1 plimsoll run -v llm -n 2
  run r3: triage, golden set a8d8904c, 2 examples
  
  variant  n  success (95%)  score  errors  p50  p95  cost  per success
  llm      2  –                  –       2    –    –    $0            –
  warning: 2 of 2 calls gave no answer, the first: llm, example "a": no API key: the environment variable TINY_KEY is not set
  [4]

A limit on spending needs to know the price.

  $ TINY_KEY=k FAKELLM_URL=http://127.0.0.1:1 plimsoll run -v streamed -n 2 --max-cost 1
  run r4: triage, golden set a8d8904c, 2 examples
  
  variant   n  success (95%)  score  errors  p50  p95  cost  per success
  streamed  2  –                  –       2    –    –    $0            –
  warning: 2 of 2 calls gave no answer, the first: streamed, example "a": a spending limit is set, but the price of this model is not known: give it a `price:`
  [4]

What a run would stumble over, `check` says before.

  $ sed -i 's/{{text}}/{{txet}}/' prompt.md
  $ sed -i 's/stream: true/seed: 7/' plimsoll.yaml
  $ FAKELLM_URL=http://127.0.0.1:1 plimsoll check --no-lint | grep -A1 error:
  error: plimsoll.yaml:12:60: model "talker": the anthropic API has no seed
  
  $ sed -i 's/seed: 7/stream: true/' plimsoll.yaml
  $ FAKELLM_URL=http://127.0.0.1:1 plimsoll check | grep -A1 error:
  error: prompt.md:5:1: example "a": the variable "txet" is not there
  hint: Did you mean {{text}}?
  $ TINY_KEY=k FAKELLM_URL=http://127.0.0.1:1 plimsoll run -v llm -n 1
  error: prompt.md:5:1: example "a": the variable "txet" is not there
  hint: Did you mean {{text}}?
  [2]

The scripted server tells what differed.

  $ cat > strict.yaml <<'END'
  > exchanges:
  >   - {expect: {path: /v1/messages, contains: never said}, reply: {content: x}}
  > END
  $ cat > ask.yaml <<'END'
  > version: 1
  > project: demo
  > models: {m: {provider: openai, name: tiny, base_url: "${FAKELLM_URL}/v1"}}
  > features:
  >   f: {task: qa, golden: golden.jsonl, variants: {v: {model: m}}, graders: {same: {type: equals}}}
  > END
  $ fakellm strict.yaml -- plimsoll run -f ask.yaml -n 1 -q > /dev/null
  warning: 1 of 1 calls gave no answer, the first: v, example "a": http 400: the script does not expect this request (server_error)
  fakellm: unexpected request POST /v1/chat/completions
    {"model":"tiny","messages":[{"role":"user","content":"where is my money"}]}
    nearest: strict.yaml:2: path is /v1/chat/completions, expected /v1/messages
  fakellm: strict.yaml:2: 0 requests came, expected 1
  [70]
