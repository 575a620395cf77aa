#requires shared
Real data: Banking77's test split, a table of texts and intents. Its 77 labels are even.

  $ D=$SHARED/data
  $ plimsoll golden import $D/banking77/test_a.csv -o test.jsonl
  test.jsonl: 1540 examples
    input        from text
    expected     from category
    id           made from the row number
  $ plimsoll golden lint test.jsonl | sed '/^label/,/^and/d'
  test.jsonl: 1540 examples (1540 test), version d01f7443df23
    test.jsonl:214:1: warning: near-duplicate: another expected answer for nearly the input of line 133 (0.88 alike) [g-0214, g-0133]
    test.jsonl:1420:1: warning: near-duplicate: another expected answer for nearly the input of line 310 [g-1420, g-0310]
    test.jsonl:974:1: warning: near-duplicate: nearly the input of line 969 (0.86 alike) [g-0974, g-0969]
  
  
  0 errors, 3 warnings
  $ plimsoll golden lint test.jsonl --json | grep -c '"label"'
  77

Five of its inputs are word for word in the training data, and 29 more nearly so (32 pairs): brute force over all pairs finds the same.

  $ plimsoll golden import $D/banking77/train.csv -o train.jsonl --split train -q
  $ plimsoll golden lint test.jsonl --train train.jsonl --json | sed -n '/counts/,/}/p'
        "counts": {
          "leakage": 5,
          "near-leakage": 32,
          "near-duplicate": 3
        },
  $ plimsoll golden lint test.jsonl --train train.jsonl | grep ' leakage'
    test.jsonl:278:1: error: leakage: the input of training line 1723 of train.jsonl [g-0278, g-1723]
    test.jsonl:489:1: error: leakage: the input of training line 3104 of train.jsonl [g-0489, g-3104]
    test.jsonl:717:1: error: leakage: the input of training line 4477 of train.jsonl [g-0717, g-4477]
    test.jsonl:738:1: error: leakage: the input of training line 4577 of train.jsonl [g-0738, g-4577]
    test.jsonl:1536:1: error: leakage: the input of training line 9922 of train.jsonl [g-1536, g-9922]

Some of the training data stands twice.

  $ plimsoll golden lint train.jsonl --json | sed -n '/counts/,/}/p'
        "counts": {
          "duplicate": 4,
          "near-duplicate": 108,
          "no-test": 1
        },

NLU++: several intents an example, in any order. One input has two different answers.

  $ plimsoll golden import $D/nlupp_banking/banking.jsonl --map id=id,input=text,expected=intents -o nlu.jsonl -q
  $ plimsoll golden lint nlu.jsonl --json | sed -n '/counts/,/}/p'
        "counts": {
          "conflict": 1,
          "duplicate": 23,
          "near-duplicate": 24
        },
  $ plimsoll golden lint nlu.jsonl --all | grep conflict
    nlu.jsonl:1748:1: error: conflict: another expected answer than line 298 [banking-6-90, banking-10-88]
  $ sed -n '298p;1748p' nlu.jsonl
  {"id":"banking-10-88","input":"Yes, I paid it yesterday","expected":["affirm"]}
  {"id":"banking-6-90","input":"Yes, I paid it yesterday","expected":["affirm","transfer_payment_deposit"]}

Snips, split for a baseline: 100 examples of each of the seven intents, 60 of them to train on.

  $ plimsoll golden import $D/snips_slots/snips.jsonl --map id=id,input=text,expected=intent -o snips.jsonl -q
  $ plimsoll golden split snips.jsonl --train 0.6
  snips.jsonl: 420 train, 280 test, 0 anchor (seed 1; 420 moved)
  $ plimsoll golden lint snips.jsonl | sed -n '/^label/,$p'
  label                 test  share  train
  AddToPlaylist           40  14.3%     60
  BookRestaurant          40  14.3%     60
  GetWeather              40  14.3%     60
  PlayMusic               40  14.3%     60
  RateBook                40  14.3%     60
  SearchCreativeWork      40  14.3%     60
  SearchScreeningEvent    40  14.3%     60
  
  0 errors, 5 warnings

TruthfulQA: a question, a best answer; the guess takes the answer and not the category.

  $ plimsoll golden import $D/truthfulqa/questions.csv -o truthful.jsonl
  truthful.jsonl: 817 examples
    input        from Question
    expected     from Best Answer
    source       from Source
    id           made from the row number
    not used: Type (--map tags.Type=Type keeps it)
    not used: Category (--map tags.Category=Category keeps it)
    not used: Correct Answers (--map tags.Correct Answers=Correct Answers keeps it)
    not used: Incorrect Answers (--map tags.Incorrect Answers=Incorrect Answers keeps it)
  $ plimsoll golden lint truthful.jsonl
  truthful.jsonl: 817 examples (817 test), version cc47e861e239
    truthful.jsonl:523:1: warning: near-duplicate: another expected answer for nearly the input of line 522 (0.88 alike) [g-0523, g-0522]
  
  0 errors, 1 warning
  [1]
