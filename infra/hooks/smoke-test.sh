#!/usr/bin/env bash
# Checks a deployed Gatehouse without changing it. Needs curl and grep.
#   smoke-test.sh URL [ISSUER]      ISSUER defaults to URL
set -euo pipefail

url=${1:?usage: smoke-test.sh URL [ISSUER]}
url=${url%/}
issuer=${2:-$url}
attempts=${SMOKE_TEST_ATTEMPTS:-20}

case $url in
  https://* | http://localhost:* | http://127.0.0.1:* | 'http://[::1]:'*) ;;
  *)
    echo "smoke test: $url: http is allowed for this machine only; use https." >&2
    exit 2
    ;;
esac

head=$(mktemp)
body=$(mktemp)
trap 'rm -f "$head" "$body"' EXIT

fail() {
  echo "smoke test: $1" >&2
  head -c 2000 "$body" >&2
  exit 1
}

# Retries 5xx, 404 and no answer: after a deployment the app starts cold, and role assignments take time to apply.
get() {
  local attempt status
  for ((attempt = 1; ; attempt++)); do
    status=$(curl --silent --max-time 30 --dump-header "$head" --output "$body" --write-out '%{http_code}' "$url$1") || status=000
    if [[ $status == "$2" ]]; then
      echo "ok   $1 $status"
      return
    fi
    if [[ $attempt -ge $attempts || ($status != 000 && $status != 404 && $status != 5??) ]]; then
      fail "$1 answered $status, not $2."
    fi
    sleep 5
  done
}

get /health 200
get /health/ready 200
get /.well-known/jwks.json 200
grep -q '"kid"' "$body" || fail "/.well-known/jwks.json has no key."
get /.well-known/openid-configuration 200
grep -qF "\"issuer\":\"$issuer\"" "$body" || fail "/.well-known/openid-configuration does not name the issuer $issuer."
get /api/products 401
grep -qi '^www-authenticate: bearer ' "$head" || fail "/api/products answered without a WWW-Authenticate: Bearer challenge."
echo "Gatehouse answers as it should."
