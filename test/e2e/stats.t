Any statistic from JSON, and ours checked against reference values.

  $ plimsoll stats --check $TESTDIR/../fixture/stats
  326 passed, 0 failed

Bare inputs or wrapped; an undefined value is null.

  $ echo '{"k": 87, "n": 100}' | plimsoll stats ci_wilson
  {
    "est": 0.87,
    "lo": 0.7901964855992357,
    "hi": 0.9224283257275948
  }
  $ echo '{"inputs": {"k": 0, "n": 0, "conf": 0.9}}' | plimsoll stats ci_wilson
  {
    "est": null,
    "lo": 0,
    "hi": 1
  }
  $ echo '{"a": 80, "b": 5, "c": 8, "d": 7, "margin": 0.05}' > gate.json
  $ plimsoll stats noninferiority_paired gate.json
  {
    "diff": 0.03,
    "z": 2.065006494462352,
    "p_value": 0.019461192901563902,
    "lower_bound": -0.03174850705084731,
    "lower_bound_bonett_price": -0.0328600620725574,
    "noninferior": true,
    "noninferior_bonett_price": true
  }

Sample sizes and seeded bootstraps.

  $ echo '{"p_discordant": 0.1, "margin": 0.05}' | plimsoll stats items_needed_noninferiority
  {
    "n": 269,
    "power_at_n": 0.8107927571975734,
    "exact": true
  }
  $ echo '{"n": 100, "p_discordant": 0.1}' | plimsoll stats detectable_drop
  {
    "drop": 0.08617207731431722
  }
  $ echo '{"num": [3, 1, 4, 1, 5, 9], "den": [1, 0, 1, 1, 1, 1], "seed": 7}' > ratio.json
  $ plimsoll stats bootstrap_ratio ratio.json > one.json
  $ PLIMSOLL_THREADS=1 plimsoll stats bootstrap_ratio ratio.json | diff one.json -
  $ echo '{"x": [1, 2], "resamples": 1}' | plimsoll stats bootstrap_mean
  error: bootstrap_mean: "resamples": found 1, expected a whole number from 100 to 1000000
  [2]

A wrong input is named, with what was expected.

  $ echo '{"k": 11, "n": 10}' | plimsoll stats ci_wilson
  error: ci_wilson: "k": found 11, expected at most "n", which is 10
  [2]
  $ echo '{"n": 10}' | plimsoll stats ci_wilson
  error: ci_wilson: "k": found nothing, expected a whole number, 0 or more
  [2]
  $ echo '{"k": -1, "n": 10}' | plimsoll stats ci_wilson
  error: ci_wilson: "k": found -1, expected a whole number, 0 or more
  [2]
  $ echo '{"k": 1.5, "n": 10}' | plimsoll stats ci_wilson
  error: ci_wilson: "k": found 1.5, expected a whole number, 0 or more
  [2]
  $ echo '{"k": null, "n": 10}' | plimsoll stats ci_wilson
  error: ci_wilson: "k": found null, expected a whole number, 0 or more
  [2]
  $ echo '{"k": 1, "n": 10, "conf": 95}' | plimsoll stats ci_wilson
  error: ci_wilson: "conf": found 95, expected a number between 0 and 1
  [2]
  $ echo '{"k": 1, "n": 10, "cnf": 0.9}' | plimsoll stats ci_wilson
  error: ci_wilson: unknown input "cnf"
  hint: Did you mean "conf"? ci_wilson reads: k n [conf].
  [2]
  $ echo '{"x": []}' | plimsoll stats ci_mean_t
  error: ci_mean_t: "x": found a list of 0, expected at least 1
  [2]
  $ echo '{"x": [1, "2"]}' | plimsoll stats ci_mean_t
  error: ci_mean_t: "x"[1]: found a string, expected a number
  [2]
  $ echo '{"a": [1, 2], "b": [1]}' | plimsoll stats paired_mean_diff
  error: paired_mean_diff: "a" has 2 elements and "b" 1, expected equally many
  [2]
  $ echo '{"table": [[1, 2], [3]]}' | plimsoll stats cohen_kappa
  error: cohen_kappa: "table"[1]: found a list of 1, expected 2 as in the first
  [2]
  $ echo '{"ratings": [[1, null], [1, 2]], "level": "nominl"}' | plimsoll stats krippendorff_alpha
  error: krippendorff_alpha: "level": found "nominl", expected one of nominal, ordinal, interval, ratio
  [2]
  $ echo '[1]' | plimsoll stats ci_wilson
  error: ci_wilson: found a list where an object with the inputs was expected
  hint: ci_wilson reads: k n [conf].
  [2]
  $ echo '{"k": 1' | plimsoll stats ci_wilson
  error: standard input:2:1: not valid JSON: unexpected end of data
  [2]
  $ plimsoll stats ci_wilsn
  error: there is no statistic "ci_wilsn"
  hint: Did you mean ci_wilson? `plimsoll stats --list` shows them all.
  [2]
  $ plimsoll stats ci_wilsn --json
  error: there is no statistic "ci_wilsn"
  hint: Did you mean ci_wilson? `plimsoll stats --list` shows them all.
  {
    "error": {
      "code": "not_found",
      "message": "there is no statistic \"ci_wilsn\"",
      "hint": "Did you mean ci_wilson? `plimsoll stats --list` shows them all."
    }
  }
  [2]
  $ plimsoll stats
  error: expected the name of a statistic, --list or --check DIR
  hint: usage: plimsoll stats NAME [FILE] | --list [NAME] | --check DIR — `plimsoll stats -h` has examples.
  [2]
  $ plimsoll stats ci_wilson --check .
  error: --check takes no NAME, found "ci_wilson"
  hint: usage: plimsoll stats NAME [FILE] | --list [NAME] | --check DIR — `plimsoll stats -h` has examples.
  [2]

The list, and a check that fails says where.

  $ plimsoll stats --list | grep -E '^(name|mcnemar) '
  name                               what it answers
  mcnemar                            is there a difference at all, on the pairs that disagree
  $ plimsoll stats --list mcnemar
  mcnemar: is there a difference at all, on the pairs that disagree
  inputs: b c
  $ plimsoll stats --list mcnemer
  error: there is no statistic "mcnemer"
  hint: Did you mean mcnemar? `plimsoll stats --list` shows them all.
  [2]
  $ plimsoll stats --list mcnemar --json
  {
    "name": "mcnemar",
    "section": 2,
    "inputs": "b c",
    "summary": "is there a difference at all, on the pairs that disagree"
  }
  $ plimsoll stats --list --json | grep -c '"name"'
  97
  $ mkdir cases
  $ echo '{"function": "e_bh", "inputs": {"e": [9, 99]}, "expected": {"rejected": [0]}}' > cases/a.json
  $ echo '{"function": "ci_wilson", "inputs": {"k": 1, "n": 2}, "expected": {"est": 0.51}}' > cases/b.json
  $ echo '{"function": "mcnemar", "inputs": {"b": 1, "c": 1}, "expected": {"p_exact": 1}}' > cases/c.json
  $ plimsoll stats --check cases
  a.json: rejected[0]: got 1, expected 0
  b.json: est: got 0.5, expected 0.51
  1 passed, 2 failed
  [1]
  $ plimsoll stats --check cases --json
  {
    "failures": [
      {
        "file": "a.json",
        "field": "rejected[0]",
        "why": "got 1, expected 0"
      },
      {
        "file": "b.json",
        "field": "est",
        "why": "got 0.5, expected 0.51"
      }
    ],
    "passed": 1,
    "failed": 2
  }
  [1]
  $ printf 'file,rel_tol\nb.json,0.05\n' > cases/INDEX.csv
  $ plimsoll stats --check cases
  a.json: rejected[0]: got 1, expected 0
  2 passed, 1 failed
  [1]
  $ plimsoll stats --check nowhere
  error: cannot read the folder nowhere: No such file or directory
  [2]

Every statistic has its place in the documentation.

  $ plimsoll stats --list --json | sed -n 's/.*"name": "\(.*\)",/\1/p' > names
  $ for n in $(cat names); do grep -q "\`$n\`" $TESTDIR/../../docs/statistics.md || echo "$n"; done
