#requires shared
The graders beside people's judgements: the table in docs/graders.md.

  $ D=$SHARED/data
  $ short() { tr -d ' \n' | sed 's/.*"n":\([0-9]*\),"errors":\([0-9]*\),"auc":{"value":\([0-9.]*\).*"spearman":{"value":\([-0-9.]*\).*"length_auc":{"value":\([0-9.]*\).*/\1 \2 \3 \5 \4\n/' | awk '{printf "%d rows, %d errors, AUC %.3f, length alone %.3f, Spearman %.3f\n", $1, $2, $3, $4, $5}'; }
  $ S="$D/summeval/outputs.jsonl --join $D/summeval/docs.jsonl --key doc_id --json"
  $ for g in 'rouge:{variant: rouge1}' chrf meteor rouge bleu; do plimsoll grader eval "$g" $S --map expected=reference,human=human.relevance --cut 4 | short; done
  960 rows, 0 errors, AUC 0.699, length alone 0.615, Spearman 0.395
  960 rows, 0 errors, AUC 0.699, length alone 0.615, Spearman 0.387
  960 rows, 0 errors, AUC 0.682, length alone 0.615, Spearman 0.357
  960 rows, 0 errors, AUC 0.673, length alone 0.615, Spearman 0.349
  960 rows, 0 errors, AUC 0.652, length alone 0.615, Spearman 0.311
  $ for g in 'rouge:{variant: rouge2, measure: precision}' coverage; do plimsoll grader eval "$g" $S --map expected=source,context=source,human=human.consistency --cut 5 | short; done
  960 rows, 0 errors, AUC 0.776, length alone 0.577, Spearman 0.399
  960 rows, 0 errors, AUC 0.657, length alone 0.577, Spearman 0.303
  $ for g in 'rouge:{variant: rouge2, measure: precision}' not-novel_ngrams coverage; do plimsoll grader eval "$g" $D/qags_cnndm/qags_cnndm.jsonl --json --map output=system_output,context=source,expected=source,human=human.consistency --cut 1 | short; done
  235 rows, 0 errors, AUC 0.817, length alone 0.635, Spearman 0.617
  235 rows, 0 errors, AUC 0.754, length alone 0.635, Spearman 0.518
  235 rows, 0 errors, AUC 0.565, length alone 0.635, Spearman 0.171
  $ for g in coverage 'rouge:{variant: rouge2, measure: precision}'; do plimsoll grader eval "$g" $D/begin/begin.jsonl --json --map output=response,context=knowledge,expected=knowledge,human=label --positive 'Fully attributable' | short; done
  2430 rows, 0 errors, AUC 0.937, length alone 0.403, Spearman 0.744
  2430 rows, 0 errors, AUC 0.912, length alone 0.403, Spearman 0.701
  $ plimsoll grader eval redundancy $D/halueval_general/halueval_general.jsonl --json --map output=response,human=hallucination --positive no | short
  2254 rows, 0 errors, AUC 0.507, length alone 0.522, Spearman 0.010

The recorded judge of QAGS ranks as the data's own reference numbers say (AUC 0.8541, Spearman 0.6623).

  $ plimsoll grader eval "lua:{code: 'function grade(i) return i.expected end'}" $D/qags_cnndm/qags_cnndm.jsonl --json --map output=system_output,expected=judge.consistency,human=human.consistency --cut 1 | short
  235 rows, 0 errors, AUC 0.854, length alone 0.635, Spearman 0.662

Spans of a real system in a shared task; the same answers as their gold are all right.

  $ plimsoll grade spans $D/wnut17_systems/wnut17.jsonl --map output=systems.uh_ritual,expected=gold --json | awk -F'[:,}]' '{for (i = 1; i < NF; i++) {if ($i ~ /"expected"/) e += $(i+1); if ($i ~ /"found"/) f += $(i+1); if ($i ~ /"exact"/) x += $(i+1)}} END {printf "%d expected, %d found, %d exact, F1 %.4f\n", e, f, x, 2 * x / (e + f)}'
  559 expected, 326 found, 191 exact, F1 0.4316
  $ plimsoll grade slots $D/snips_slots/snips.jsonl --map output=slots,expected=slots | tail -1
  700 rows: 700 pass, 0 fail, 0 error
  $ plimsoll grade slots $D/nlupp_banking/banking.jsonl --map output=slots,expected=slots | tail -1
  2071 rows: 2071 pass, 0 fail, 0 error
  $ plimsoll grade 'fields:{fields: {company: text, date: date, address: words, total: money}}' $D/sroie_receipts/receipts.jsonl --map output=fields,expected=fields | grep -v ^pass
  418 rows: 418 pass, 0 fail, 0 error
