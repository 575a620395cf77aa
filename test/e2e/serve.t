#requires curl
The web interface: who may listen where, logins, tokens, and the answers of the API.

  $ plimsoll init p --template triage >init.log 2>&1 && cd p && plimsoll run --quiet >run.log 2>&1; plimsoll runs --json | grep -c '"run": "r1"'
  1

Without users only loopback is served.

  $ plimsoll serve --listen 0.0.0.0:0
  error: 0.0.0.0 can be reached from elsewhere, and there are no users
  hint: Add one first: `plimsoll serve --add-user NAME --role admin`, with the password on standard input.
  [2]
  $ echo short | plimsoll serve --add-user ada --role admin
  error: a password has 10 to 1024 bytes, found 5
  [2]
  $ echo "a longer password" | plimsoll serve --add-user ada --role admin
  user ada may log in as admin
  $ plimsoll serve --add-token ci --role viewer | tail -1 >token; wc -c <token
  70
  $ plimsoll serve --listen nonsense
  error: "nonsense" is no IP address to listen on
  [2]

The server says where it is, answers, and ends on SIGTERM.

  $ plimsoll serve --listen 127.0.0.1:0 --login >url & server=$!
  > for i in $(seq 100); do [ -s url ] && break; sleep 0.1; done; url=$(cat url)
  $ curl -s -o answer -w '%{http_code}\n' "${url}api/v1/runs"; cat answer
  401
  {"error":{"code":"denied","message":"this needs an API token or a login"}}
  $ curl -s -H "Authorization: Bearer $(cat token)" "${url}api/v1/runs" | grep -o '"run":"r1","feature":"triage"'
  "run":"r1","feature":"triage"
  $ curl -s -o /dev/null -w '%{http_code}\n' -H 'Host: elsewhere.example' "$url"
  421
  $ curl -s -o /dev/null -w '%{http_code}\n' -d "name=ada&password=wrong" "${url}login"
  403
  $ plimsoll serve --revoke-token 1
  token 1 is revoked
  $ curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $(cat token)" "${url}api/v1/runs"
  401
  $ kill -TERM $server; wait $server; echo $?
  0
