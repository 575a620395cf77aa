#requires shared
Recorded answers of 29 models to MMLU-Pro. Confidence of an answer: the share of the other models
that gave the same letter.

  $ awk -F, 'NR == 1 { print "id,confidence,correct"; for (i = 3; i <= NF; i++) if ($i == "gemini-1.5-pro-002") me = i; next }
  >   $me != "-" { same = n = 0; for (i = 3; i <= NF; i++) if (i != me && $i != "" && $i != "-") { n++; same += $i == $me }
  >   printf "%s,%.4f,%d\n", $1, ($me != "" && n ? same / n : 0), $me == $2 }' "$SHARED/data/mmlu_pro_matrix/preds.csv" >gemini.csv
  $ plimsoll threshold gemini.csv --max-error 0.2 --confidence 0.95
  threshold 0.3333: outputs with this confidence or more may skip review
    accepted   58.1% of outputs (56.2 to 60.1)
    error      17.8% of them (250 wrong of 1407 labels), at most 19.53%
    guarantee  with 95% probability, over which outputs happened to be labelled,
               at most 20% of what is accepted is wrong
  
  confidence from  accepted  labels  wrong  error  at most (95%)  
           0.8571     10.4%     251     23   9.2%          12.7%  
           0.7037     22.5%     545     66  12.1%          14.7%  
           0.5882     32.5%     787    113  14.4%          16.6%  
           0.4643     43.7%    1057    172  16.3%          18.3%  
           0.3571     55.7%    1347    236  17.5%          19.3%  
           0.3333     58.1%    1407    250  17.8%          19.5%  the threshold
             0.25     67.7%    1638    325  19.8%          21.5%  looks good enough, is not proven
           0.1429     80.7%    1953    454  23.2%          24.9%  
             0.05     92.6%    2241    630  28.1%          29.7%  
                0    100.0%    2420    753  31.1%          32.7%  
  The guarantee is for traffic like the labelled sample: keep auditing a random share of what is
  accepted, and choose anew when model, prompt or traffic change.
  $ plimsoll threshold gemini.csv --max-error 0.05 | sed -n 1,3p
  no threshold: send everything to review
    even the most confident 10% of outputs are wrong in 9.2% of cases, the limit is 5%
    About 74045 labels would probably be enough (2420 there are).

Which of the 29 is on the front of success alone, with the chance that each is really there?

  $ awk -F, 'NR == 1 { for (i = 3; i <= NF; i++) name[i] = $i; print "id,variant,pass"; next }
  >   { for (i = 3; i <= NF; i++) if ($i != "") print $1 "," name[i] "," $i }' "$SHARED/data/mmlu_pro_matrix/matrix.csv" >matrix.csv
  $ plimsoll models matrix.csv | grep -e ^variant -e ' yes' -e 'gemini' -e '^note'
  variant                      outputs               success      front
  gemini-1.5-flash-002            2422  62.8% (60.9 to 64.7)         0%
  gemini-1.5-pro-002              2420  68.9% (67.0 to 70.7)  yes, 100%
  note: no output carries cost_usd or latency_ms; the front is over what was measured
