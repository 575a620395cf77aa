A run may stop as soon as its gate's requirements on success_rate are decided, with tests that are
valid however often one looks.

  $ export PLIMSOLL_NOW=1764000000 OPENAI_API_KEY=x
  $ awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"id\":\"q-%03d\",\"input\":{\"text\":\"question %d about a %s\"},\"expected\":\"card\"}\n", i, i, i % 10 ? "card" : "loan" }' > golden.jsonl
  $ awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"id\":\"q-%03d\",\"output\":\"%s\"}\n", i, i % 4 ? "card" : "loan" }' > old.jsonl
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: decided
  > models:
  >   mock: {provider: openai, name: mock-1, base_url: "${FAKELLM_URL}/v1", limits: {concurrency: 8}}
  > features:
  >   echo:
  >     task: qa
  >     golden: golden.jsonl
  >     variants:
  >       old: {model: replay:old.jsonl}
  >       new: {model: mock}
  >     graders:
  >       card: {type: contains, value: card}
  >     gate:
  >       baseline: old
  >       require:
  >         - success_rate >= 0.80
  >         - success_rate not_worse_than baseline by 0.05
  >         - p95_latency <= 10s
  > YAML
  $ cat > script.sh <<'SH'
  > plimsoll run -v old -q > /dev/null
  > plimsoll run -v new --until-decided --json > out.json
  > sed -n '/"decided": /,/^  \]/p' out.json
  > grep -E '"(ended_why|planned)"' out.json
  > awk -F '[:,]' '/"saved"/ { print ($2 > 200 ? "more than half of the calls saved" : "saved" $2) }' out.json
  > plimsoll runs -n 1 | awk 'NR == 2 { print $NF }'
  > plimsoll run --resume --json | grep -E '"(ended_why|called)"'
  > SH
  $ fakellm --mock --latency-ms 5 -- bash script.sh
    "decided": [
      {
        "variant": "new",
        "requirement": "success_rate >= 0.80",
        "answer": "pass",
        "n": 51,
        "low": 0.801079144370364,
        "high": 0.9991124848341408,
        "e_pass": null,
        "e_fail": null
      },
      {
        "variant": "new",
        "requirement": "success_rate not_worse_than baseline by 0.05",
        "answer": "pass",
        "n": 49,
        "low": null,
        "high": null,
        "e_pass": 20.056347382355817,
        "e_fail": 0.008280716183823153
      }
    ],
    "ended_why": "decided",
    "planned": 400,
  more than half of the calls saved
  decided
    "ended_why": "decided",
    "called": 0,

Without a requirement that can be followed it says so.

  $ sed -i '/success_rate/d; /mock/d' plimsoll.yaml
  $ plimsoll run -v old --until-decided
  error: plimsoll.yaml:6:5: --until-decided: the gate of "echo" has no requirement on success_rate
  hint: Give it one, for example `gate: {require: [success_rate >= 0.90]}`; requirements on slices and on other metrics cannot be followed.
  [2]
