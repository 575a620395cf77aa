A context is assembled from parts, and each part has to show what it buys. The server answers with
the last message it got, so an answer is right when the right passage was in it.

  $ mkdir golden handbook && cat > plimsoll.yaml <<'Y'
  > version: 1
  > project: shop
  > models:
  >   echo: {provider: openai, name: echo, base_url: "${FAKELLM_URL}/v1"}
  > features:
  >   refund:
  >     task: qa
  >     golden: {path: golden/refund.jsonl}
  >     variants:
  >       rag:
  >         model: echo
  >         context:
  >           budget: 400
  >           parts:
  >             - {system: Answer from the sources.}
  >             - {examples: {pick: nearest, k: 2, input: "{{text}}", output: "{{expected}}"}, drop: 1}
  >             - {retrieve: {from: handbook, k: 1, chunk: 6, query: "{{text}}"}}
  >             - {input: "{{text}}"}
  >       plain: {model: echo}
  >     graders:
  >       days: {type: contains}
  > Y
  $ printf '# Refunds\n\nShoes may come back for 14 days.\n\nBooks may come back for 30 days.\n\nCards are valid for 365 days.\n' > handbook/refunds.md
  $ for i in 1 2 3 4 5 6 7 8; do printf '{"id":"b%d","input":{"text":"books %d?"},"expected":"30 days"}\n{"id":"s%d","input":{"text":"shoes %d?"},"expected":"14 days"}\n' $i $i $i $i; done > golden/refund.jsonl
  $ printf '{"id":"t1","input":{"text":"cards?"},"expected":"365 days","split":"train"}\n{"id":"t2","input":{"text":"books 9?"},"expected":"30 days","split":"train"}\n' >> golden/refund.jsonl
  $ fakellm --mock --latency-ms 1 -- plimsoll ablate -q -v rag --orders 1 | sed -E 's/ +[0-9]+$/ MS/'
  run r1: what each part of the context buys, item by item against all parts
  
  context                 success     change    95% interval      p  tokens in  change  $/1000  ms
  all parts                100.0%                                           56               – MS
  without system           100.0%    +0.0 pt   -19.4 – +19.4  1.000         43   -13.5       – MS
  without examples         100.0%    +0.0 pt   -19.4 – +19.4  1.000         47    -9.5       – MS
  without retrieve           0.0%  -100.0 pt  -100.0 – -61.3  <.001         40   -16.0       – MS
  examples before system   100.0%    +0.0 pt   -19.4 – +19.4  1.000         56    +0.0       – MS
  
  A change of success whose interval holds 0 is not shown to be one: the part may go, if it costs.
  $ fakellm --mock -- plimsoll ablate -q -v rag --json | grep -A12 '"label": "without retrieve"'
        "label": "without retrieve",
        "n": 16,
        "errors": 0,
        "success": {
          "value": {
            "value": 0,
            "low": 0,
            "high": 0.19360768053443644,
            "n": 16,
            "method": "wilson"
          },
          "diff": {
            "value": -1,

The request that was sent is kept, and so is what it was made of.

  $ fakellm --mock -- plimsoll show r2 b1 -v rag 2>&1 | sed -E "s/<?[0-9]+ ms/MS/"
  item b1
    input: {"text":"books 1?"}
    expected: 30 days
  
  rag, epoch 1: pass, score 1.000, MS, echo
    system
      Answer from the sources.
    user
      books 9?
    assistant
      30 days
    user
      Sources:
      
      [1] refunds.md
      Books may come back for 30 days.
      
      books 1?
    output
      Sources:
      
      [1] refunds.md
      Books may come back for 30 days.
      
      books 1?
    days: pass 1.000, the output contains "30 days"

  $ FAKELLM_URL=http://127.0.0.1:9 plimsoll ablate -v plain
  error: plimsoll.yaml:19:14: variant plain has no context with two parts or more: there is nothing to leave out
  hint: Declare its parts under context: (docs/context.md).
  [2]
  $ FAKELLM_URL=http://127.0.0.1:9 plimsoll ablate
  error: ablate wants -v VARIANT
  hint: usage: plimsoll ablate [FEATURE] -v VARIANT — `plimsoll ablate -h` has examples.
  [2]
