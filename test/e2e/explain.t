Every term, metric and method, with formula, source and when not to use it.

  $ plimsoll explain non-inferiority
  non-inferiority
              Proof that the candidate is not worse than the baseline by more than the margin. It is
              what a gate asks; "no significant difference" proves nothing of the kind.
  formula     z = (c - b + nδ)/√(n(2q + λ(1-λ))) at λ = -δ; ship if p < α
  not for     Margins chosen after the run. With no disagreement at all a 5-point margin still takes
              52 items.
  source      Tango, Statistics in Medicine 17, 1998
  also        noninferiority_paired, not_worse_than, not worse than, tango, tango score test
  see         margin, mcnemar test, power
  $ plimsoll explain noninferiority_paired | head -1
  non-inferiority
  $ plimsoll explain Golden Set | head -1
  golden set
  $ plimsoll explain p99.9_latency | head -1
  p95 latency
  $ plimsoll explain regex
  regex
              Passes when the output matches a pattern; a captured group can be compared with the
              expected value. Match limits make a runaway pattern an error, not a hang.
  not for     Parsing JSON; use json or fields.
  also        regular expression, pattern
  see         contains
  as a grader the output matches a regular expression; a captured group is the expected value
  options     pattern, icase, multiline, dotall, full, group, value, values
  $ plimsoll explain pass^k --json
  {
    "term": "pass^k",
    "text": "The chance that all k tries succeed. It answers \"is it reliable?\" and falls quickly: 90% a try is 59% over five.",
    "formula": "mean of C(c, k)/C(n, k)",
    "not_for": "Fewer tries per task than k.",
    "source": "Yao et al., tau-bench, arXiv 2406.12045, 2024",
    "also": [
      "pass hat k",
      "pass_hat"
    ],
    "see": [
      "pass@k",
      "trajectory"
    ]
  }

Near misses.

  $ plimsoll explain goldn set
  error: there is no term "goldn set"
  hint: Did you mean "golden set"? `plimsoll explain --list` shows them all.
  [2]
  $ plimsoll explain kapa
  error: there is no term "kapa"
  hint: Did you mean "cohen kappa"? `plimsoll explain --list` shows them all.
  [2]
  $ plimsoll explain zebra crossing
  error: there is no term "zebra crossing"
  hint: `plimsoll explain --list` shows them all.
  [2]
  $ plimsoll explain
  error: expected a term, or --list
  hint: usage: plimsoll explain TERM | graders | --list — `plimsoll explain -h` has examples.
  [2]

The lists. No statistic, grader or metric of a gate is left out.

  $ plimsoll explain --list | grep -E '^(term|epoch|ticket) '
  term                          in a word
  epoch                         One of several runs of the same item by the same variant. Epochs show…
  ticket                        A reported failure with an owner and a severity, opened by hand or by…
  $ plimsoll explain --list --json | grep -c '"not_for": "'
  124
  $ plimsoll explain graders | grep -E '^(grader|equals) '
  grader         passes when
  equals         the output is the expected value (text, or JSON whatever the order of keys)
  $ plimsoll explain graders --json | sed -n 's/.*"grader": "\(.*\)",/\1/p' > names
  $ plimsoll stats --list --json | sed -n 's/.*"name": "\(.*\)",/\1/p' >> names
  $ echo success_rate score error_rate cost_per_success cost_per_1000 p95_latency p95_ttft >> names
  $ for n in $(cat names); do plimsoll explain $n > out || echo "$n"; done
