The main job end to end, with embedded data and defaults only.

  $ plimsoll demo | grep -v ' ms\b' | sed 's/   */  /g'
  A bank wants its customers' questions sorted into 77 intents. Three ways to do it, none of them
  an LLM, are trained on 10003 questions and tried on 1540 others: real ones, labelled by people
  (Banking77, PolyAI, CC-BY-4.0). An LLM would have to beat these at its price.
  
  1. How good is each?  (plimsoll run)
  
  variant  n  success (95%)  score  errors  p50  p95  cost  per success
  
  Always answering the most frequent intent is the floor. What stands in brackets is how far each
  number could be off by the luck of these 1540 questions.
  
  2. Is linear better than knn, or lucky?  (plimsoll compare knn linear)
  
    items  knn  linear  difference  p
  success  1540  83.6% (81.7 to 85.4)  91.6% (90.1 to 92.9)  +8.0 points (+6.3 to +9.7)  < 0.0001
  
  passed under both 1256, failed under both 97
  gained 155: test-00003, test-00009, test-00011, test-00012, test-00013, and 150 more (--json lists them all)
  lost 32: test-00017, test-00019, test-00076, test-00121, test-00128, and 27 more (--json lists them all)
  
  linear is better than knn: +8.0 points (+6.3 to +9.7)
  95% intervals; method mcnemar_midp_tango
  
  Both answered the same questions, so only those they disagree about count.
  
  3. May it ship?  (plimsoll gate -v linear)
  
  requirement  observed  
  success_rate >= 0.88  91.6% (90.4% to 92.8%, n 1540)  passes
  success_rate not_worse_than baseline by 0.02  +8.0 points (+6.6 to +9.5, n 1540)  passes
  error_rate <= 0.01  0.0% (0.0% to 0.2%, n 1540)  passes
  
  success_rate >= 0.88: passes, success_rate is at least 90.4% with 95% confidence, the limit is 88.0%
  success_rate not_worse_than baseline by 0.02: passes, the difference is at least +6.6 points with 95% confidence, the limit is -2.0 points
  error_rate <= 0.01: passes, error_rate is at most 0.2% with 95% confidence, the limit is 1.0%
  
  ship: all 4 requirements are proven to hold
  95% confidence for each requirement, one-sided; baseline knn; run r1
  
  4. And the runner-up?  (plimsoll gate -v knn --baseline linear)
  
  do not ship: 2 of 4 requirements are proven not to hold.
  
  5. The page for everyone else  (plimsoll report -o report.html)
  
  Open plimsoll-demo/report.html in a browser: verdict, comparison, what flipped, which intents are
  confused, cost and speed, and the evidence behind each number.
  
  The folder plimsoll-demo is a project like any other. Next:
    cd plimsoll-demo
    plimsoll show last  the run, item by item
    plimsoll gate -v linear --ship  records that it ships, and on which evidence
    $EDITOR plimsoll.yaml  add your model as a variant and run again
  $ ls plimsoll-demo plimsoll-demo/golden
  plimsoll-demo:
  golden
  plimsoll.yaml
  report.html
  
  plimsoll-demo/golden:
  README.md
  banking77.jsonl
  $ grep -c 'http-equiv="Content-Security-Policy"' plimsoll-demo/report.html
  1
  $ grep -oE '(src|href)=' plimsoll-demo/report.html | sort | uniq -c

It is a project like any other, and running the demo again is fine.

  $ cd plimsoll-demo
  $ plimsoll compare knn linear --json | grep '"verdict"'
        "verdict": "better"
    "verdict": "better",
  $ plimsoll gate -v linear --ship --by maria | tail -3
  ship: all 4 requirements are proven to hold
  95% confidence for each requirement, one-sided; baseline knn; run r1
  recorded: linear shipped by maria
  $ plimsoll gate -v majority -b shipped --json | grep '"verdict"\|"baseline"'
    "baseline": "linear",
    "verdict": "no_ship",
  $ plimsoll compare r1:knn r1:linear | tail -2 | head -1
  linear is better than knn: +8.0 points (+6.3 to +9.7)
  $ plimsoll compare r1 r1
  error: run r1 has 3 variants
  hint: Say which one: r1:majority
  [2]
  $ plimsoll compare nobody linear
  error: there is no variant "nobody" in feature intents
  hint: There are: majority, knn, linear.
  [2]
  $ cd ..
  $ plimsoll demo --json | grep -c '"verdict": "ship"'
  1

A folder that is something else stays untouched.

  $ mkdir mine && echo precious >mine/notes
  $ plimsoll demo -o mine
  error: mine is already there and was not made by plimsoll demo
  hint: Choose another folder with -o DIR.
  [2]
  $ ls mine
  notes
