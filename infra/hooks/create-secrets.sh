#!/usr/bin/env bash
# Makes the first signing key and the first administrator's secret, each only where there is none: it may run as often as it likes.
set -euo pipefail
cd "$(dirname "$0")/../.."

vault_uri=${AZURE_KEY_VAULT_URI:?is an output of infra/main.bicep}
vault=${vault_uri#https://}
vault=${vault%%.*}

# In azd's subscription: az may have chosen another, of another tenant even.
vault_secret() {
  az keyvault secret "$@" --vault-name "$vault" ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"}
}

# "Does it exist" and "may I ask" are told apart: a refusal must not look like an empty vault. A role that was just given
# takes up to some minutes to count.
count_versions() {
  local tries=0 found
  until found=$(vault_secret list-versions --name "$1" --query 'length(@)' --output tsv 2>"$errors"); do
    if grep -q SecretNotFound "$errors"; then
      echo 0
      return
    fi
    # Entra ID itself refused: no role is waited for, the login is to be done anew.
    if grep -q AADSTS "$errors"; then
      cat "$errors" >&2
      echo "create-secrets: az is not signed in any more; sign in again (az login, or azure/login in a workflow) and repeat this." >&2
      return 1
    fi
    tries=$((tries + 1))
    if [ "$tries" -ge 20 ]; then
      cat "$errors" >&2
      return 1
    fi
    sleep 15
  done
  echo "$found"
}

errors=$(mktemp)
admin=$(mktemp)
trap 'rm -f "$errors" "$admin"' EXIT

admins=$(count_versions bootstrap-admin)
if [ "$admins" -eq 0 ]; then
  # By a file that only this user can read: what stands on a command line, every process can see.
  chmod 600 "$admin"
  printf '{"username":"%s","password":"%s"}' "${GATEHOUSE_ADMIN_NAME:-admin}" "$(openssl rand -base64 24)" >"$admin"
  vault_secret set --name bootstrap-admin --file "$admin" --content-type application/json --output none
  echo "The first administrator is in the secret bootstrap-admin of $vault; the password must be changed at the first sign-in."
fi

# As the one who made the administrator above: the tool would try other identities of this machine before that of az.
AZURE_TOKEN_CREDENTIALS=AzureCliCredential dotnet run --project local/Keys -- new --vault "$vault_uri" --if-missing
