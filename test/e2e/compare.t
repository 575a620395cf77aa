Two files, matched by id: did it get better?

  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i % 5)) = 0 ] && echo false || echo true), \"tags\": {\"lang\": \"$([ $((i % 2)) = 0 ] && echo de || echo en)\"}}"; done >before.jsonl
  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i % 20)) = 0 ] && echo false || echo true), \"tags\": {\"lang\": \"$([ $((i % 2)) = 0 ] && echo de || echo en)\"}}"; done >after.jsonl
  $ plimsoll compare before.jsonl after.jsonl --slice lang
  $ plimsoll compare after.jsonl before.jsonl >/dev/null
  $ plimsoll compare before.jsonl before.jsonl | tail -2
  $ plimsoll compare before.jsonl before.jsonl --margin 0.03 | tail -2

The JSON answer.

  $ head -12 before.jsonl >a.jsonl; head -12 after.jsonl >b.jsonl; echo '{"id": "extra", "pass": true}' >>b.jsonl
  $ plimsoll compare a.jsonl b.jsonl --json

CSV works too, scores work too, and errors are left out of both sides.

  $ printf 'id,pass,error\n1,true,\n2,false,\n3,,timeout\n4,1,\n' >a.csv
  $ printf 'id,pass,error\n1,true,\n2,true,\n3,true,\n4,,\n' >b.csv
  $ plimsoll compare a.csv b.csv
  $ printf 'id,score\n1,0.5\n2,0.25\n3,0.75\n' >s.csv
  $ printf 'id,score\n1,0.6\n2,0.5\n3,0.7\n' >t.csv
  $ plimsoll compare s.csv t.csv

What is wrong with a file is said with its place.

  $ plimsoll compare s.csv a.csv
  $ printf '{"id": 1, "pass": true}\n{"id": 1, "pass": false}\n' >twice.jsonl
  $ plimsoll compare twice.jsonl a.csv
  $ printf '{"id": 1, "pass": "maybe"}\n' >maybe.jsonl
  $ plimsoll compare maybe.jsonl a.csv
  $ printf '{"id": 1, "output": "x"}\n' >nothing.jsonl
  $ plimsoll compare nothing.jsonl a.csv
  $ printf '{"id": "other", "pass": true}\n' >other.jsonl
  $ plimsoll compare other.jsonl a.csv
  $ plimsoll compare a.csv
  $ plimsoll compare a.csv missing.jsonl
  $ plimsoll compare small-v2 small-v3

Clusters: items of one document are not independent.

  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i / 20)) -lt 2 ] && echo false || echo true), \"doc\": $((i / 10))}"; done >c1.jsonl
  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": true, \"doc\": $((i / 10))}"; done >c2.jsonl
  $ plimsoll compare c1.jsonl c2.jsonl | tail -1
  $ plimsoll compare c1.jsonl c2.jsonl --cluster doc | tail -3

Every pair of systems in a matrix.

  $ printf 'q,kind,one,two,three\n' >m.csv
  $ for i in $(seq 1 60); do echo "$i,x,$((i % 3 != 0)),$((i % 3 != 0 || i % 2)),$((i % 7 == 0))"; done >>m.csv
  $ plimsoll compare --matrix m.csv
