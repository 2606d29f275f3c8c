#!/usr/bin/env bash
# Makes the random secrets that docker-compose.yml reads, in deploy/secrets (never in git). Existing ones are kept.
# Needs Docker for the two signing keys: they are made by the image itself.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
mkdir -p deploy/secrets
chmod 700 deploy/secrets # the files inside are readable for the users in the containers, the folder for nobody else
cd deploy/secrets

random() { head -c 32 /dev/urandom | base64 | tr -d '/+=\n'; }
put() { [ -s "$1" ] || printf '%s' "$2" > "$1"; }

put postgres_password "$(random)"
admin=$(random)
if [ ! -s rabbitmq_admin.conf ]; then
    printf 'default_user = admin\ndefault_pass = %s\n' "$admin" > rabbitmq_admin.conf
    {
        printf 'SCHAKEL_MANAGEMENT_URL=http://rabbitmq:15672\nSCHAKEL_ADMIN_USER=admin\nSCHAKEL_ADMIN_PASSWORD=%s\n' "$admin"
    } > broker.env
    : > roles.env
    for service in gateway intake workflow documents notify bron-export; do
        schema=${service//-/_}
        upper=$(printf '%s' "$schema" | tr '[:lower:]' '[:upper:]')
        app=$(random) migrator=$(random) amqp=$(random)
        printf '%s_APP_PASSWORD=%s\n%s_MIGRATOR_PASSWORD=%s\n' "$upper" "$app" "$upper" "$migrator" >> roles.env
        printf 'SCHAKEL_%s_AMQP_PASSWORD=%s\n' "$upper" "$amqp" >> broker.env
        put "${schema}_database_url" "postgresql://${schema}_app:${app}@postgres:5432/schakel"
        put "${schema}_migrator_url" "postgresql://${schema}_migrator:${migrator}@postgres:5432/schakel"
        put "${schema}_amqp_url" "amqp://${service}:${amqp}@rabbitmq:5672/"
    done
fi
access=$(random) secret=$(random)
put schakel_s3_access_key "$access"
put schakel_s3_secret_key "$secret"
put s3.json "{\"identities\": [{\"name\": \"documents\", \"credentials\": [{\"accessKey\": \"$access\", \"secretKey\": \"$secret\"}],
  \"actions\": [\"Read\", \"Write\", \"List\", \"Tagging\", \"Admin\"]}]}"
put schakel_totp_keys "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"

key() { # private file, public file
    [ -s "$1" ] && return
    docker run --rm --entrypoint python schakel/gateway -c \
        'from shared.tokens import *; k = new_key(); print(dump_key(k, private=True)); print(dump_key(k, private=False))' > pair
    head -n 1 pair > "$1"; tail -n 1 pair > "$2"; rm pair
}
key schakel_gateway_private_key schakel_gateway_public_key
key schakel_capability_key schakel_workflow_public_key
