Two files, matched by id: did it get better?

  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i % 5)) = 0 ] && echo false || echo true), \"tags\": {\"lang\": \"$([ $((i % 2)) = 0 ] && echo de || echo en)\"}}"; done >before.jsonl
  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i % 20)) = 0 ] && echo false || echo true), \"tags\": {\"lang\": \"$([ $((i % 2)) = 0 ] && echo de || echo en)\"}}"; done >after.jsonl
  $ plimsoll compare before.jsonl after.jsonl --slice lang
           items                before                   after                     difference         p
  success    200  80.0% (73.9 to 85.0)    95.0% (91.0 to 97.3)  +15.0 points (+10.7 to +20.6)  < 0.0001
  lang en    100  80.0% (71.1 to 86.7)  100.0% (96.3 to 100.0)  +20.0 points (+13.3 to +28.9)  < 0.0001
  lang de    100  80.0% (71.1 to 86.7)    90.0% (82.6 to 94.5)   +10.0 points (+5.5 to +17.4)    0.0010
  
  passed under both 160, failed under both 10
  gained 30: t5, t10, t15, t25, t30, t35, t45, t50, t55, t65, t70, t75, t85, t90, t95, t105, t110, t115, t125, t130, t135, t145, t150, t155, t165, t170, t175, t185, t190, t195
  
  after is better than before: +15.0 points (+10.7 to +20.6)
  95% intervals; method mcnemar_midp_tango; p of graders and slices after Holm
  $ plimsoll compare after.jsonl before.jsonl >/dev/null
  [1]
  $ plimsoll compare before.jsonl before.jsonl | tail -2
  not enough evidence: +0.0 points (-1.9 to +1.9)
  95% intervals; method mcnemar_midp_tango
  $ plimsoll compare before.jsonl before.jsonl --margin 0.03 | tail -2
  no difference that matters: +0.0 points (-1.9 to +1.9) lies within ±3 points
  95% intervals; method mcnemar_midp_tango

The JSON answer.

  $ head -12 before.jsonl >a.jsonl; head -12 after.jsonl >b.jsonl; echo '{"id": "extra", "pass": true}' >>b.jsonl
  $ plimsoll compare a.jsonl b.jsonl --json
  {
    "a": "a",
    "b": "b",
    "n": 12,
    "unit": "success",
    "success": {
      "a": {
        "value": 0.8333333333333334,
        "low": 0.5519691377470267,
        "high": 0.9530348578161462,
        "n": 12,
        "method": "wilson"
      },
      "b": {
        "value": 1,
        "low": 0.7575059933447593,
        "high": 1,
        "n": 12,
        "method": "wilson"
      },
      "diff": {
        "value": 0.16666666666666666,
        "low": -0.1162430077644476,
        "high": 0.4480308622529734,
        "n": 12,
        "method": "mcnemar_midp_tango"
      },
      "p_value": 0.2500000000000001,
      "method": "mcnemar_midp_tango",
      "b_better": 2,
      "a_better": 0,
      "ties": 10
    },
    "graders": {},
    "slices": {},
    "flips": {
      "gained": [
        "t5",
        "t10"
      ],
      "lost": []
    },
    "verdict": "inconclusive",
    "n_needed": 45,
    "confidence": 0.95,
    "margin": null,
    "errors": {
      "a": 0,
      "b": 0
    },
    "unmatched": {
      "a": 0,
      "b": 1
    }
  }
  [3]

CSV works too, scores work too, and errors are left out of both sides.

  $ printf 'id,pass,error\n1,true,\n2,false,\n3,,timeout\n4,1,\n' >a.csv
  $ printf 'id,pass,error\n1,true,\n2,true,\n3,true,\n4,,\n' >b.csv
  $ plimsoll compare a.csv b.csv
           items                    a                       b                     difference       p
  success      2  50.0% (9.5 to 90.5)  100.0% (34.2 to 100.0)  +50.0 points (-48.6 to +90.5)  0.5000
  
  passed under both 1, failed under both 0
  gained 1: 2
  note: left out of both sides because they could not be judged: 1 item of a, 1 of b
  
  not enough evidence: +50.0 points (-48.6 to +90.5); about 12 more items would settle it
  95% intervals; method mcnemar_midp_tango
  [3]
  $ printf 'id,score\n1,0.5\n2,0.25\n3,0.75\n' >s.csv
  $ printf 'id,score\n1,0.6\n2,0.5\n3,0.7\n' >t.csv
  $ plimsoll compare s.csv t.csv
         items                        s                       t                 difference       p
  score      3  0.500 (-0.121 to 1.121)  0.600 (0.352 to 0.848)  +0.100 (-0.273 to +0.473)  0.3675
  
  items where t scores higher 2, lower 1, the same 0
  
  not enough evidence: +0.100 (-0.273 to +0.473); about 83 more items would settle it
  95% intervals; method paired_t
  [3]

One file may hold several variants.

  $ for v in old new; do for i in 1 2 3 4 5 6 7 8 9; do echo "{\"id\": $i, \"variant\": \"$v\", \"pass\": $([ $v$i = old1 ] && echo false || echo true)}"; done; done >both.jsonl
  $ plimsoll compare both.jsonl:old both.jsonl:new | tail -3
  
  not enough evidence: +11.1 points (-22.1 to +43.5); about 60 more items would settle it
  95% intervals; method mcnemar_midp_tango
  $ plimsoll compare both.jsonl both.jsonl:new
  error: both.jsonl:10:22: rows of "old" and of "new" in one file
  hint: Say which one is meant: both.jsonl:new
  [2]
  $ plimsoll compare both.jsonl:older both.jsonl:new
  error: both.jsonl has no rows of variant "older"
  [2]

What is wrong with a file is said with its place.

  $ plimsoll compare s.csv a.csv
  error: s has only scores, a has passes
  hint: Both sides need a `pass`, or both need a `score` and no `pass`.
  [2]
  $ printf '{"id": 1, "pass": true}\n{"id": 1, "pass": false}\n' >twice.jsonl
  $ plimsoll compare twice.jsonl a.csv
  error: twice.jsonl:2:1: id "1" with epoch 1 stands twice, first in line 1
  hint: Repeats of an item need an `epoch` of their own; otherwise remove one row.
  [2]
  $ printf '{"id": 1, "pass": "maybe"}\n' >maybe.jsonl
  $ plimsoll compare maybe.jsonl a.csv
  error: maybe.jsonl:1:19: "pass" must be true, false, 0 or 1, found "maybe"
  [2]
  $ printf '{"id": 1, "output": "x"}\n' >nothing.jsonl
  $ plimsoll compare nothing.jsonl a.csv
  error: nothing.jsonl:1:1: a row without "pass"
  hint: The row has: id, output.
  [2]
  $ printf '{"id": "other", "pass": true}\n' >other.jsonl
  $ plimsoll compare other.jsonl a.csv
  error: other and a have no id in common
  hint: A comparison is made item by item: both sides need the same ids.
  [2]
  $ plimsoll compare a.csv
  error: compare wants two sides, found 1
  hint: usage: plimsoll compare A B [--margin M] [--cluster KEY] [--slice KEY]… — `plimsoll compare -h` has examples.
  [2]
  $ plimsoll compare a.csv missing.jsonl
  error: cannot open missing.jsonl: No such file or directory
  [2]
  $ plimsoll compare small-v2 small-v3
  error: there is no file "small-v2", and no project here to have a variant or run of that name
  hint: Give a .jsonl or .csv file, or work in a project folder (-C DIR).
  [2]

Clusters: items of one document are not independent.

  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": $([ $((i / 20)) -lt 2 ] && echo false || echo true), \"doc\": $((i / 10))}"; done >c1.jsonl
  $ for i in $(seq 1 200); do echo "{\"id\": \"t$i\", \"pass\": true, \"doc\": $((i / 10))}"; done >c2.jsonl
  $ plimsoll compare c1.jsonl c2.jsonl | tail -1
  95% intervals; method mcnemar_midp_tango
  $ plimsoll compare c1.jsonl c2.jsonl --cluster doc | tail -3
  
  c2 is better than c1: +19.5 points (+0.8 to +38.2)
  95% intervals; method paired_cr1_t

Every pair of systems in a matrix.

  $ printf 'q,kind,one,two,three\n' >m.csv
  $ for i in $(seq 1 60); do echo "$i,x,$((i % 3 != 0)),$((i % 3 != 0 || i % 2)),$((i % 7 == 0))"; done >>m.csv
  $ plimsoll compare --matrix m.csv
  3 systems, 3 pairs, two-sided alpha 0.05
  
  told apart by          pairs   share
  the paired comparison      3  100.0%
  the unpaired z-test        3  100.0%
  the paired one only        0    0.0%
  the unpaired one only      0    0.0%
  
  The unpaired test calls 0 of 3 pairs differently.
