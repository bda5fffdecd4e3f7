#!/usr/bin/env bash
# What azd says when all is deployed: where it is, and whether it works.
set -euo pipefail
cd "$(dirname "$0")/../.."

infra/hooks/smoke-test.sh "${GATEHOUSE_URL:?is an output of infra/main.bicep}" "${GATEHOUSE_ISSUER:-}"
echo "Gatehouse: $GATEHOUSE_URL"
