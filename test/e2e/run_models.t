A run that calls a model: answers are kept, and never asked for twice.

  $ export PLIMSOLL_NOW=1764000000 OPENAI_API_KEY=secret-key
  $ awk 'BEGIN { for (i = 0; i < 40; i++) printf "{\"id\":\"q-%02d\",\"input\":{\"text\":\"question %d about a %s\"},\"expected\":\"%s\"}\n", i, i, i % 2 ? "card" : "loan", "card" }' > golden.jsonl
  $ cat > prompt.md <<'MD'
  > role: system
  > Repeat what you are told.
  > 
  > role: user
  > {{text}}
  > MD
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: models
  > models:
  >   mock: {provider: openai, name: mock-1, base_url: "${FAKELLM_URL}/v1", price: {input: 100, output: 100}}
  > features:
  >   echo:
  >     task: qa
  >     golden: golden.jsonl
  >     variants:
  >       a: {model: mock, prompt: prompt.md, params: {temperature: 0, max_tokens: 20}}
  >     graders:
  >       card: {type: contains, value: card}
  > YAML
  $ cat > script.sh <<'SH'
  > what() { grep -E '"(ended_why|done|called|cached)": [^}]*,$'; }
  > echo "== what it would take"
  > plimsoll run --epochs 3 --dry-run
  > echo "== three epochs, then a fourth"
  > plimsoll run --epochs 3 --json | what
  > plimsoll run --epochs 4 --dry-run --json | grep -E '"(stored|calls)"'
  > plimsoll run --epochs 4 --json | what
  > plimsoll show r1 q-03 -v a | sed 's/<*[0-9]* ms/T/' | head -12
  > echo "== money"
  > plimsoll run --fresh --max-cost 0.1 --json | what
  > plimsoll run --resume --max-cost 0.1 --json | what
  > plimsoll run --resume --json | what
  > plimsoll run --resume --json | what
  > echo "== the answers that the run above got afresh are those that count"
  > plimsoll run --json | what
  > plimsoll runs
  > SH
  $ fakellm --mock -- bash script.sh
  == what it would take
  echo: 40 examples of golden set 28bcdb36, nothing was called
  
  variant  model  units  stored  calls  input tokens  cost at most
  a        mock     120       0    120          3240         $1.09
  == three epochs, then a fourth
    "ended_why": null,
    "done": 120,
    "cached": 0,
    "called": 120,
        "stored": 120,
        "calls": 40,
    "ended_why": null,
    "done": 160,
    "cached": 120,
    "called": 40,
  item q-03
    input: {"text":"question 3 about a card"}
    expected: card
  
  a, epoch 1: pass, score 1.000, T, $0.0049, mock-1
    system
      Repeat what you are told.
    user
      question 3 about a card
    output
      question 3 about a card
    card: pass 1.000, the output contains "card"
  == money
  warning: stopped by --max-cost with 19 of 40 done; `plimsoll run --resume` goes on
    "ended_why": "max_cost",
    "done": 19,
    "cached": 0,
    "called": 19,
  warning: stopped by --max-cost with 38 of 40 done; `plimsoll run --resume` goes on
    "ended_why": "max_cost",
    "done": 38,
    "cached": 0,
    "called": 19,
    "ended_why": null,
    "done": 40,
    "cached": 0,
    "called": 2,
    "ended_why": null,
    "done": 40,
    "cached": 0,
    "called": 0,
  == the answers that the run above got afresh are those that count
    "ended_why": null,
    "done": 40,
    "cached": 40,
    "called": 0,
  run  feature  started               variants  golden       done  errors  state
  r4   echo     2025-11-24T16:00:00Z  a         28bcdb36    40/40       0  done
  r3   echo     2025-11-24T16:00:00Z  a         28bcdb36    40/40       0  done
  r2   echo     2025-11-24T16:00:00Z  a         28bcdb36  160/160       0  done
  r1   echo     2025-11-24T16:00:00Z  a         28bcdb36  120/120       0  done

The key is in no file of the store.

  $ grep -c secret-key .plimsoll/*
  .plimsoll/plimsoll.db:0
  .plimsoll/plimsoll.db.lock:0
  [1]

An example that a model answers with an error is an error, neither a pass nor a failure, and is
tried again by --resume and by the next run.

  $ rm -r .plimsoll
  $ cat > errors.sh <<'SH'
  > plimsoll run --json | grep -E '"(done|called|errors)": [^}]*,$'
  > plimsoll export results | grep '"q-00"' | sed 's/"latency_ms":[0-9.e-]*/"latency_ms":T/'
  > plimsoll run --resume --json | grep -E '"(done|called|errors)": [^}]*,$'
  > SH
  $ fakellm --mock --inject 400:4:1 -- bash errors.sh
  warning: 7 of 40 calls gave no answer, the first: a, example "q-00": http 400: injected (server_error)
    "done": 40,
    "called": 40,
        "errors": 7,
  {"id":"q-00","variant":"a","epoch":1,"outcome":"error","pass":null,"score":null,"graders":{"card":{"outcome":null,"score":null}},"latency_ms":T,"cost_usd":0,"error_kind":"input"}
    "done": 40,
    "called": 7,
        "errors": 0,

Ctrl-C once: calls in flight are finished and recorded; --resume does the rest in the same run.

  $ cat > interrupt.sh <<'SH'
  > plimsoll run --fresh -j 2 -q > out 2> err & p=$!
  > sleep 0.5; kill -INT $p; wait $p; echo "exit $?"
  > sed 's/with [0-9]* of/with some of/' err
  > plimsoll runs -n 1 | awk 'NR == 2 { split($6, d, "/"); print $NF, (d[1] > 0 && d[1] < 40) }'
  > plimsoll run --resume -q > /dev/null; plimsoll runs -n 1
  > echo "== options that say otherwise"
  > plimsoll run --resume --epochs 2
  > sed -i 's/about/on/' golden.jsonl; plimsoll run --resume
  > SH
  $ fakellm --mock --latency-ms 60 -- bash interrupt.sh
  exit 4
  warning: stopped with some of 40 done; `plimsoll run --resume` goes on
  interrupted 1
  run  feature  started               variants  golden     done  errors  state
  r2   echo     2025-11-24T16:00:00Z  a         28bcdb36  40/40       0  done
  == options that say otherwise
  error: --epochs and --resume: a run goes on as it was started
  hint: Leave --epochs away, or start a new run without --resume.
  error: run r2 cannot go on: the golden set changed since
  hint: Start a new run without --resume: answers that are still valid are taken from the store.
  [2]

A second run of the same feature waits for the first and takes its answers.

  $ rm -r .plimsoll
  $ cat > two.sh <<'SH'
  > plimsoll run -j 4 --json > first 2> first.err &
  > sleep 0.3; plimsoll run --json > second 2> second.err; wait
  > sed 's/process [0-9]*/process N/' second.err
  > grep -h -E '"(called|cached)": [^}]*,$' first second
  > SH
  $ fakellm --mock --latency-ms 60 -- bash two.sh
  note: process N is running "echo" already; waiting for it to end
    "cached": 0,
    "called": 40,
    "cached": 40,
    "called": 0,
