What a set can show, and what size would show more.

  $ plimsoll init p -q > /dev/null && cd p && plimsoll run -q > /dev/null
  $ plimsoll golden power
  golden/triage.jsonl: 40 test examples (anchors among them)
  One version alone: a success rate near 90% is known to ±9.5 points (95%).
  Two versions, example by example, at 95% confidence (one-sided) and 80% power, when
  nothing really changes:
  
  examples that differ  these 40 rule out a drop of  for 1 pt need  for 2 pt need  for 5 pt need  for 10 pt need
                  5.0%                  12.0 points           3142            819            158              49
                 10.0%                  14.6 points          ~6183           1565            269              77
                 20.0%                  18.7 points         ~12366           3100            501             130
                 30.0%                  21.7 points         ~18548           4641            745             189
  
  How many differ depends on the change: measure it with --from A --from B.
  $ plimsoll golden power --from v1 --from v2 --margin 0.03 --slice channel
  golden/triage.jsonl: 40 test examples (anchors among them)
  One version alone: a success rate near 90% is known to ±9.5 points (95%).
  Two versions, example by example, at 95% confidence (one-sided) and 80% power, when
  nothing really changes:
  
  examples that differ  these 40 rule out a drop of  for 3 pt need
                 22.5%                  19.6 points           1550
  
  slice            examples  rules out a drop of
  channel = email        24          26.3 points
  channel = chat         16          31.6 points
  
  The share of examples that differ was measured on 40 of them.
  $ plimsoll golden power golden/triage.jsonl --discordant 0.1 --margin 0.05 --json
  {
    "path": "golden/triage.jsonl",
    "version": "59c3d8683d0ad9156bc128efe047737c",
    "n": 40,
    "confidence": 0.95,
    "power": 0.8,
    "discordance": "assumed",
    "scenarios": [
      {
        "discordant": 0.1,
        "detectable_drop": 0.1458672018499374,
        "needed": [
          {
            "margin": 0.05,
            "n": 269,
            "method": "exact"
          }
        ]
      }
    ],
    "slices": []
  }

The numbers are those of the statistics behind them.

  $ echo '{"n": 40, "p_discordant": 0.1, "alpha": 0.05, "power": 0.8}' | plimsoll stats detectable_drop --json
  {
    "drop": 0.1458672018499374
  }
  $ plimsoll golden power --discordant 2
  error: --discordant wants a share above 0 and up to 1
  [2]
  $ plimsoll golden power --from v1
  error: --from wants two sides: give it twice
  [2]
  $ plimsoll golden power --margin x
  error: --margin wants a number between 0 and 1, found "x"
  [2]
  $ printf '{"id": "a", "input": "x", "split": "train"}\n' > train.jsonl; plimsoll golden power train.jsonl
  error: train.jsonl has no test examples
  [2]
