#!/usr/bin/env bash
# Makes the random secrets that docker-compose.yml reads, in deploy/secrets (never in git). Existing ones are kept; the certificate of
# the mail server is made anew in its last two months. Needs nothing but openssl: it runs before the first image is built.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
mkdir -p deploy/secrets
chmod 700 deploy/secrets # the files inside are readable for the users in the containers, the folder for nobody else
cd deploy/secrets

random() { openssl rand -hex 24; }
put() { [ -s "$1" ] || printf '%s' "$2" > "$1"; }
upper() { printf '%s' "$1" | tr '[:lower:]-' '[:upper:]_'; }
SERVICES="gateway intake workflow documents notify bron-export"

# PostgreSQL and RabbitMQ
put postgres_password "$(random)"
admin=$(random)
if [ ! -s rabbitmq_admin.conf ]; then
    printf 'default_user = admin\ndefault_pass = %s\n' "$admin" > rabbitmq_admin.conf
    printf 'SCHAKEL_MANAGEMENT_URL=http://rabbitmq:15672\nSCHAKEL_ADMIN_USER=admin\nSCHAKEL_ADMIN_PASSWORD=%s\n' "$admin" > broker.env
    : > roles.env
    for service in $SERVICES; do
        schema=${service//-/_} name=$(upper "$service")
        app=$(random) migrator=$(random) amqp=$(random)
        printf '%s_APP_PASSWORD=%s\n%s_MIGRATOR_PASSWORD=%s\n' "$name" "$app" "$name" "$migrator" >> roles.env
        printf 'SCHAKEL_%s_AMQP_PASSWORD=%s\n' "$name" "$amqp" >> broker.env
        put "${schema}_database_url" "postgresql://${schema}_app:${app}@postgres:5432/schakel"
        put "${schema}_migrator_url" "postgresql://${schema}_migrator:${migrator}@postgres:5432/schakel"
        put "${schema}_amqp_url" "amqp://${service}:${amqp}@rabbitmq:5672/"
    done
fi

# S3: one identity makes the buckets, the one of documents uses them, the operator's reads the heads of the audit logs. A POST with a
# policy goes to the bucket itself, so uploads need the right on the bucket, not only below it.
identity() { # name, access key, secret key, actions
    printf '{"name": "%s", "credentials": [{"accessKey": "%s", "secretKey": "%s"}], "actions": [%s]}' "$@"
}
for name in s3_admin schakel_s3; do
    put "${name}_access_key" "$(random)"
    put "${name}_secret_key" "$(random)"
done
auditor() { [ -s operator.env ] && sed -n "s/^SCHAKEL_AUDITOR_$1=//p" operator.env; }
auditor_access_key=$(auditor ACCESS_KEY) && [ -n "$auditor_access_key" ] || auditor_access_key=$(random)
auditor_secret_key=$(auditor SECRET_KEY) && [ -n "$auditor_secret_key" ] || auditor_secret_key=$(random)
actions='"Write:uploads", "BypassGovernanceRetention:brieven/*"'
for bucket in uploads bijlagen brieven logboek; do
    actions="$actions, \"Read:$bucket/*\", \"Write:$bucket/*\", \"Tagging:$bucket/*\", \"List:$bucket\""
done
printf '{"identities": [\n  %s,\n  %s,\n  %s\n]}\n' \
    "$(identity admin "$(< s3_admin_access_key)" "$(< s3_admin_secret_key)" '"Admin", "Read", "Write", "List", "Tagging"')" \
    "$(identity documents "$(< schakel_s3_access_key)" "$(< schakel_s3_secret_key)" "$actions")" \
    "$(identity auditor "$auditor_access_key" "$auditor_secret_key" '"Read:logboek/*", "List:logboek"')" > s3.json

# SMTP: an authority, a certificate for the name of the mail server, and one user. The key of the authority is thrown away.
put schakel_smtp_password "$(random)"
printf 'schakel:%s\n' "$(< schakel_smtp_password)" > smtp_users
if [ ! -s smtp_ca.pem ] || ! openssl x509 -checkend 5184000 -noout -in smtp_certificate.pem > /dev/null 2>&1; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    for name in ca smtp; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$name.key"; done
    openssl req -x509 -new -key "$work/ca.key" -days 820 -subj "/CN=Schakel, this compose only" -out smtp_ca.pem \
        -addext "keyUsage=critical,keyCertSign,cRLSign"
    openssl req -new -key "$work/smtp.key" -subj "/CN=mailpit" -out "$work/smtp.csr"
    printf '%s\n' "subjectAltName=DNS:mailpit,DNS:localhost,IP:127.0.0.1" "extendedKeyUsage=serverAuth" \
        "basicConstraints=critical,CA:FALSE" "authorityKeyIdentifier=keyid" > "$work/extensions"
    openssl x509 -req -in "$work/smtp.csr" -CA smtp_ca.pem -CAkey "$work/ca.key" -set_serial "0x$(openssl rand -hex 16)" -days 820 \
        -extfile "$work/extensions" -out smtp_certificate.pem 2> /dev/null
    install -m 644 "$work/smtp.key" smtp_key.pem
fi

# Tokens and log-ins: Ed25519 as JWK (RFC 8037), the key bytes being the last 32 of its DER form
put schakel_totp_keys "$(openssl rand -base64 32)"
put schakel_link_key "$(openssl rand -base64 32)"
tail64() { tail -c 32 | openssl base64 -A | tr '+/' '-_' | tr -d '='; }
key() { # private file, public file
    if [ -s "$1" ]; then return; fi
    local pem x
    pem=$(openssl genpkey -algorithm ed25519)
    x=$(openssl pkey -pubout -outform DER <<< "$pem" | tail64)
    printf '{"kty": "OKP", "crv": "Ed25519", "x": "%s", "d": "%s"}' "$x" "$(openssl pkey -outform DER <<< "$pem" | tail64)" > "$1"
    printf '{"kty": "OKP", "crv": "Ed25519", "x": "%s"}' "$x" > "$2"
}
key schakel_gateway_private_key schakel_gateway_public_key
key schakel_capability_key schakel_workflow_public_key

# What `docker compose run --rm operator` may reach
{
    grep -v _AMQP_PASSWORD broker.env
    for service in $SERVICES; do printf 'SCHAKEL_%s_DATABASE_URL=%s\n' "$(upper "$service")" "$(< "${service//-/_}_database_url")"; done
    printf 'SCHAKEL_S3_ENDPOINT=http://s3:8333\nSCHAKEL_AUDITOR_ACCESS_KEY=%s\nSCHAKEL_AUDITOR_SECRET_KEY=%s\n' \
        "$auditor_access_key" "$auditor_secret_key"
    printf 'SCHAKEL_TOTP_KEYS=%s\nSCHAKEL_LINK_KEY=%s\n' "$(< schakel_totp_keys)" "$(< schakel_link_key)"
} > operator.env
