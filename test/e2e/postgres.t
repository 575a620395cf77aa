#requires initdb
The same verbs on PostgreSQL: transcripts that were written for SQLite run against a server of
their own, each in a database of its own.

  $ as_user() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi; }
  $ mkdir pg && chmod 755 . && { [ "$(id -u)" != 0 ] || chown nobody pg; } && S=$PWD/pg
  $ as_user initdb -D $S/data -A trust -U plimsoll > init.log 2>&1 || cat init.log
  $ trap 'as_user pg_ctl -D $S/data -m immediate stop > /dev/null 2>&1' EXIT
  $ as_user pg_ctl -D $S/data -w -l $S/log -o "-c listen_addresses= -c unix_socket_directories=$S -c fsync=off" start > /dev/null
  $ store() { createdb -h $S -U plimsoll $1 && echo "postgresql:///$1?host=$S&user=plimsoll"; }
  $ on_postgres() { "$BUILD/harness/transcript" --top "$TOP" --build "$BUILD" --env "PLIMSOLL_STORE=$(store $1)" "$TOP/test/e2e/$1.t" | grep -A9 '^not ok'; }
  $ for t in run run_decided gate ticket review web judge_calibrated; do on_postgres $t; done
  [1]

A run that is killed adds up here as well, and two processes do not do the same work.

  $ awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"id\":\"k-%04d\",\"input\":\"question %d\",\"expected\":\"%d\"}\n", i, i, i % 7 }' > golden.jsonl
  $ awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"id\":\"k-%04d\",\"output\":\"%d\",\"cost_usd\":0.001}\n", i, i % 10 ? i % 7 : 9 }' > out.jsonl
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
  > YAML
  $ plimsoll run -q > /dev/null && plimsoll export results > was
  $ export PLIMSOLL_STORE=$(store killed)
  $ plimsoll runs
  no runs yet: `plimsoll run` makes one
  $ for t in 100 200 300 150; do ( timeout -s KILL 0.$t plimsoll run -q; true ) > /dev/null 2>&1; done
  $ plimsoll run -q > /dev/null & plimsoll run -q > /dev/null 2>&1; wait
  $ plimsoll export results > is; cmp was is
  $ psql -h $S -U plimsoll killed -tAc 'SELECT count(*), count(DISTINCT key) FROM output'
  3000|3000

Passwords are in no message.

  $ PLIMSOLL_STORE=postgresql://me:secret@127.0.0.1:1/x plimsoll runs 2>&1 | grep -c -e secret
  0
  [1]
