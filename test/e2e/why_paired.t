#requires shared
The figures of docs/why-paired.md.

  $ plimsoll compare --matrix $SHARED/data/mmlu_pro_matrix/matrix.csv
  29 systems, 406 pairs, two-sided alpha 0.05
  
  told apart by          pairs  share
  the paired comparison    374  92.1%
  the unpaired z-test      366  90.1%
  the paired one only        8   2.0%
  the unpaired one only      0   0.0%
  
  The unpaired test calls 8 of 406 pairs differently.
  Farthest apart: Mixtral-8x7B-v0.1 and Yi-34B differ by +0.028; paired p = 0.0084, unpaired p = 0.05.
  $ sed -E ':a; s/,0(\.0)?(,|$)/,\2/; ta' $SHARED/data/alpaca_eval_matrix/preference.csv >preference.csv
  $ plimsoll compare --matrix preference.csv
  53 systems, 1378 pairs, two-sided alpha 0.05
  
  told apart by          pairs  share
  the paired comparison   1199  87.0%
  the unpaired z-test     1158  84.0%
  the paired one only       41   3.0%
  the unpaired one only      0   0.0%
  
  The unpaired test calls 41 of 1378 pairs differently.
  Farthest apart: minichat-1.5-3b and phi-2-dpo differ by +0.036; paired p = 0.012, unpaired p = 0.067.

Against values computed elsewhere: discordant 200 and 347 of 2,419, exact McNemar p 3.39e-10; 290 and 313 of 2,422, p 0.370.

  $ head -1 $SHARED/data/mmlu_pro_matrix/matrix.csv | cut -d, -f1,27,28
  question_id,gemini-1.5-flash-002,gemini-1.5-pro-002
  $ cut -d, -f1,27 $SHARED/data/mmlu_pro_matrix/matrix.csv | sed '1s/.*/id,pass/' >flash.csv
  $ cut -d, -f1,28 $SHARED/data/mmlu_pro_matrix/matrix.csv | sed '1s/.*/id,pass/' >pro.csv
  $ plimsoll compare flash.csv pro.csv --json | grep -E '"n":|b_better|a_better' | head -6
    "n": 2419,
        "n": 2419,
        "n": 2419,
        "n": 2419,
      "b_better": 347,
      "a_better": 200,
  $ plimsoll compare flash.csv pro.csv | tail -4
  note: left out of both sides because they could not be judged: 2 items of flash, 4 of pro
  
  pro is better than flash: +6.1 points (+4.2 to +8.0)
  95% intervals; method mcnemar_midp_tango
