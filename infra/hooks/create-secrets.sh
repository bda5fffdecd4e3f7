#!/usr/bin/env bash
# Creates the first signing key and the first administrator's secret, each only if it is missing, so it may run repeatedly.
set -euo pipefail
cd "$(dirname "$0")/../.."

vault_uri=${AZURE_KEY_VAULT_URI:?is an output of infra/main.bicep}
vault=${vault_uri#https://}
vault=${vault%%.*}

# In azd's subscription: az may have selected another, even of another tenant.
vault_secret() {
  az keyvault secret "$@" --vault-name "$vault" ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"}
}

# A refusal must not look like an empty vault, so only SecretNotFound counts as missing. Azure needs some minutes to apply
# a new role assignment, so a refusal is retried.
count_versions() {
  local tries=0 found
  until found=$(vault_secret list-versions --name "$1" --query 'length(@)' --output tsv 2>"$errors"); do
    if grep -q SecretNotFound "$errors"; then
      echo 0
      return
    fi
    # Entra ID itself refused: no role is missing, so waiting is useless; the login has expired.
    if grep -q AADSTS "$errors"; then
      cat "$errors" >&2
      echo "create-secrets: az is no longer signed in; sign in again (az login, or azure/login in a workflow) and repeat this." >&2
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
  # A file that only this user can read: every process can see a command line.
  chmod 600 "$admin"
  printf '{"username":"%s","password":"%s"}' "${GATEHOUSE_ADMIN_NAME:-admin}" "$(openssl rand -base64 24)" >"$admin"
  vault_secret set --name bootstrap-admin --file "$admin" --content-type application/json --output none
  echo "The first administrator is in the secret bootstrap-admin of $vault. Change the password at the first sign-in."
fi

# With az's identity, as above: the tool would first try other identities of this machine.
AZURE_TOKEN_CREDENTIALS=AzureCliCredential dotnet run --project local/Keys -- new --vault "$vault_uri" --if-missing
