#requires sqlite3
Whenever a run is killed, what was recorded is whole, and the next run does the rest: after twenty
kills the rows are those of an undisturbed run.

  $ awk 'BEGIN { for (i = 0; i < 15000; i++) printf "{\"id\":\"k-%05d\",\"input\":\"question %d\",\"expected\":\"%d\"}\n", i, i, i % 7 }' > golden.jsonl
  $ awk 'BEGIN { for (i = 0; i < 15000; i++) printf "{\"id\":\"k-%05d\",\"output\":\"%d\",\"latency_ms\":%d,\"cost_usd\":0.001}\n", i, i % 10 ? i % 7 : 9, i % 50 }' > out.jsonl
  $ cat > plimsoll.yaml <<'YAML'
  > version: 1
  > project: kill
  > features:
  >   f:
  >     task: classification
  >     golden: golden.jsonl
  >     variants:
  >       v: {model: replay:out.jsonl}
  >     graders:
  >       correct: {type: equals}
  >       digit: {type: regex, pattern: "^[0-9]$"}
  > YAML
  $ PLIMSOLL_STORE=undisturbed.db plimsoll run -q --json | grep -v wall_s > undisturbed.json
  $ export PLIMSOLL_STORE=killed.db
  $ kill_after() { ( timeout -s KILL 0.$1 plimsoll run -q $2; true ) > /dev/null 2>&1; }
  $ kill_after 050; kill_after 120; kill_after 180
  $ for t in 070 120 095 150 110 085 140 065 130 100 160 090 145 075 115 135 105; do kill_after $t --resume; done
  $ plimsoll run -q --resume > /dev/null 2>&1 || plimsoll run -q > /dev/null
  $ plimsoll export results > is && PLIMSOLL_STORE=undisturbed.db plimsoll export results > was && cmp was is && wc -l < is
  15000
  $ plimsoll run -q --json | grep -v wall_s | sed 's/"run": "r[0-9]*"/"run": "r1"/' > killed.json
  $ cmp undisturbed.json killed.json

No output is stored twice, and the database is sound.

  $ sqlite3 killed.db 'SELECT count(*), count(DISTINCT key) FROM output; PRAGMA integrity_check'
  15000|15000
  ok
  $ sqlite3 killed.db 'SELECT count(*) FROM unit WHERE output NOT IN (SELECT id FROM output) OR item NOT IN (SELECT id FROM item)'
  0

A disk that fills up ends the run with an error; when there is room again, it goes on.

  $ for n in 1 2 3 5 8 13 21 34 55 89 144 233 377 610; do rm -f full.db*; PLIMSOLL_STORE=full.db $TOP/build/harness/faultstore $n run -q > /dev/null 2> err; echo "$n: exit $?, $(grep -c -e 'disk' -e 'no fault' err)"; done
  1: exit 4, 1
  2: exit 4, 1
  3: exit 4, 1
  5: exit 4, 1
  8: exit 4, 1
  13: exit 4, 1
  21: exit 4, 1
  34: exit 4, 1
  55: exit 4, 1
  89: exit 4, 1
  144: exit 4, 1
  233: exit 4, 1
  377: exit 4, 1
  610: exit 4, 1
  $ rm -f full.db*; export PLIMSOLL_STORE=full.db; $TOP/build/harness/faultstore 400 run -q > /dev/null
  error: cannot record results: full.db: cannot write: database or disk is full
  [4]
  $ plimsoll run -q --resume > /dev/null && plimsoll export results > is && cmp was is
