#requires shared
A detector on all outputs, people on a tenth of them: the rate's interval holds the truth, and is
narrower than people alone would give. (The truth is printed first.)

  $ B=$SHARED/data/begin/begin.jsonl
  $ grep -c '"label": "Not fully attributable"' $B; wc -l < $B
  1452
  2430
  $ awk 'function r() { x = x * 16807 % 2147483647; return x / 2147483647 } BEGIN { x = 5; r() } { if (r() > .1) sub(/, "label": "[^"]*"/, ""); print }' $B > sample.jsonl
  $ plimsoll hallucination rate sample.jsonl --map output=response,context=knowledge --human label --is "Not fully attributable"
  hallucination rate                    value  95% interval      n  method
  people and detector (PPI++)           58.4%  54.1% – 62.8%  2192  ppi_pp_t
  people alone, on the labelled sample  59.2%  52.9% – 65.3%   238  wilson
  detector alone: not a rate            66.4%  65.2% – 67.6%  2192  t
  AUC of the detector                   0.957  0.935 – 0.979   238  delong
  $ plimsoll hallucination plan sample.jsonl --map output=response,context=knowledge --human label --is "Not fully attributable" --width 0.06
  For a 95% interval of width 0.06 over 2430 outputs: 518 labels drawn at random (the detector
  correlates 0.80 with people); without the detector 1035.
  $ head -5 sample.jsonl > few.jsonl && plimsoll hallucination rate few.jsonl --map output=response,context=knowledge --human label --is "Not fully attributable"
  error: 1 outputs have a human label; at least 10 are needed
  hint: Label a random sample in the column `hallucinated` (--human KEY names another).
  [3]
  $ plimsoll hallucination rate sample.jsonl --map output=response,context=knowledge --human label
  error: sample.jsonl:5:1: "label" must be true, false, 0 or 1, found "Not fully attributable"
  hint: Say which label means hallucinated: --is LABEL.
  [2]
