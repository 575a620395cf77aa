The program says what it is and finds near misses.

  $ plimsoll --version
  plimsoll * (glob)
  $ plimsoll versoin
  error: plimsoll has no verb "versoin"
  hint: Did you mean `plimsoll version`? `plimsoll help` lists them all.
  [2]
  $ plimsoll version --jsno
  error: version has no option --jsno
  hint: Did you mean --json?
  [2]
  $ plimsoll version extra
  error: version takes at most 0 arguments, found "extra" as well
  hint: usage: plimsoll version  — `plimsoll version -h` has examples.
  [2]
  $ plimsoll help nothing
  error: there is no verb "nothing"
  hint: usage: plimsoll help [VERB] — `plimsoll help -h` has examples.
  [2]

The man page and the completion come from the same table as -h.

  $ plimsoll help --man | head -3
  .TH PLIMSOLL 1
  .SH NAME
  plimsoll \- is this AI feature good enough to ship?
  $ plimsoll help --completion | bash -n && echo fine
  fine

docs/cli.md comes from it too. Where the two differ, write it anew: plimsoll help --markdown

  $ plimsoll help --markdown | diff - "$TOP/docs/cli.md" && echo the same
  the same
