#!/usr/bin/env bash
# Runs after azd's deployment: tests the app and prints its URL.
set -euo pipefail
cd "$(dirname "$0")/../.."

infra/hooks/smoke-test.sh "${GATEHOUSE_URL:?is an output of infra/main.bicep}" "${GATEHOUSE_ISSUER:-}"
echo "Gatehouse: $GATEHOUSE_URL"
