#!/usr/bin/env bash
# Makes what deploy/compose.tls.yml reads, in deploy/secrets/tls: an authority, a certificate for each server inside, and the files of
# deploy/secrets that name an address, with TLS in it. Run deploy/secrets.sh first. All certificates are made anew, together, in the
# last two months of their 820 days; then restart everything. Needs nothing but openssl.
set -euo pipefail
cd "$(dirname "$0")/secrets"
umask 022
mkdir -p tls
SERVERS="postgres rabbitmq s3 intake workflow documents notify bron-export"

if [ ! -s tls/inside_ca.pem ] || ! openssl x509 -checkend 5184000 -noout -in tls/inside_ca.pem > /dev/null 2>&1; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT # with it goes the key of the authority: nobody signs another certificate
    for name in ca $SERVERS; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$name.key"; done
    openssl req -x509 -new -key "$work/ca.key" -days 820 -subj "/CN=Schakel, inside this compose only" -out "$work/inside_ca.pem" \
        -addext "keyUsage=critical,keyCertSign,cRLSign"
    for name in $SERVERS; do
        openssl req -new -key "$work/$name.key" -subj "/CN=$name" -out "$work/$name.csr"
        # s3.localhost and localhost: what is published on this machine has these names
        printf '%s\n' "subjectAltName=DNS:$name,DNS:$name.localhost,DNS:localhost,IP:127.0.0.1" "extendedKeyUsage=serverAuth" \
            "basicConstraints=critical,CA:FALSE" "authorityKeyIdentifier=keyid" > "$work/extensions"
        openssl x509 -req -in "$work/$name.csr" -CA "$work/inside_ca.pem" -CAkey "$work/ca.key" -days 820 \
            -set_serial "0x$(openssl rand -hex 16)" -extfile "$work/extensions" -out "tls/${name}_certificate.pem" 2> /dev/null
        install -m 644 "$work/$name.key" "tls/${name}_key.pem"
    done
    install -m 644 "$work/inside_ca.pem" tls/inside_ca.pem
fi

for file in *_amqp_url; do sed 's|^amqp://\(.*\)@rabbitmq:5672/$|amqps://\1@rabbitmq:5671/|' "$file" > "tls/$file"; done
for file in broker.env operator.env; do
    sed -e 's|=http://rabbitmq:15672$|=https://rabbitmq:15671|' -e 's|=http://s3:8333$|=https://s3:8333|' \
        -e 's|@postgres:5432/schakel$|&?sslmode=verify-full\&sslrootcert=/run/secrets/inside_ca.pem|' "$file" > "tls/$file"
done
