// Prints the reference counts that test/unit/test_bpe.c compares with: a JSON line a text, counted
// by npm's gpt-tokenizer. Texts: lines of the files named, and some that are hard.
import { readFileSync } from 'node:fs';
import { encode as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { encode as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';

const hard = [
  "", " ", "a", "Hello, world!", "don't DON'T won't we'LL I'Ve", "1234567890 12 345", "   leading",
  "trailing   ", "tabs\tand\nnewlines\r\n\r\n  indented", "Grüße aus Köln", "日本語のテキスト", "한국어",
  "Здравствуйте", "مرحبا", "emoji 🙂🙂 👩‍👩‍👧", "ﬁ ligature", "x".repeat(300), "=".repeat(100),
  "{\"json\": [1, 2.5, null]}", "https://example.com/a?b=c&d=e#f", "e\u0301 e\u0300", "\u200b\u200b",
  "CamelCaseAndSnake_case", "<|endoftext|>", "a\u00a0b", "ÀÉÎ ÀÉÎs", "\n\n\n", " \n \n", "it''s", "'s",
];
const lines = process.argv.slice(2).flatMap(f => readFileSync(f, 'utf8').split('\n'));
for (const text of [...hard, ...lines.filter(l => l)]) {
  const plain = { allowedSpecial: new Set(), disallowedSpecial: new Set() };
  console.log(JSON.stringify({ text, o200k: o200k(text, plain).length, cl100k: cl100k(text, plain).length }));
}
