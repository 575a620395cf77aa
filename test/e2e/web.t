#requires node chromium curl
The pages in a browser: reading, keys, narrow and dark screens, accessibility.

  $ [ -d "$TOP/test/npm/node_modules/playwright-core" ] && echo "playwright-core is here" || echo "skipped: playwright-core is not installed"
  (playwright-core is here|skipped: playwright-core is not installed) (re)
  $ plimsoll init p --template triage >/dev/null 2>&1 && cd p && for i in 1 2; do plimsoll run --quiet --fresh >/dev/null 2>&1; done; plimsoll ticket open "Invents a delivery date" --kind hallucination --severity high --by ada
  T1 opened
  $ plimsoll review route triage -v v2 | tail -1
    queue      40 new, 0 there already
  $ plimsoll serve --listen 127.0.0.1:0 >url & server=$!
  > for i in $(seq 100); do [ -s url ] && break; sleep 0.1; done
  > if [ -d "$TOP/test/npm/node_modules/playwright-core" ]; then
  >   node "$TOP/test/npm/web.mjs" "$(cat url)" || cat url
  > else echo fine; fi
  fine
  $ kill -TERM $server; wait $server; echo $?
  0
