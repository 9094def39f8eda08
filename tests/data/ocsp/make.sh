#!/bin/sh
# Makes the OCSP responses of this directory anew: sh make.sh
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
# name, options of the key
key() {
  name=$1
  shift
  [ $# != 0 ] || set -- -algorithm EC -pkeyopt ec_paramgen_curve:P-256
  openssl genpkey "$@" -out "$work/$name.key" 2> /dev/null
}
# name, issuer, serial, extensions, options of the key
certificate() {
  printf '%s\n' "$4" > "$work/$1.ext"
  (name=$1; shift 4; key "$name" "$@")
  openssl req -new -key "$work/$1.key" -subj "/CN=$1" -out "$work/$1.csr"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/$2.pem" -CAkey "$work/$2.key" \
    -set_serial "$3" -days 3650 -extfile "$work/$1.ext" -out "$work/$1.pem" 2> /dev/null
}
root() {
  key "$1"
  openssl req -x509 -new -key "$work/$1.key" -subj "/CN=$2" -days 3650 -out "$work/$1.pem" \
    -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
}
leaf='basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth'
root root root
root stranger root
certificate leaf root 2 "$leaf
subjectAltName=DNS:a.example
tlsfeature=status_request"
certificate other root 3 "$leaf
subjectAltName=DNS:b.example"
certificate responder root 4 'extendedKeyUsage=OCSPSigning'
certificate pretender root 5 "$leaf"
certificate short root 6 'extendedKeyUsage=OCSPSigning' -algorithm RSA -pkeyopt rsa_keygen_bits:1024
sleep 3  # so that there is a time within the certificates' validity and before the responses
end=$(date -u -d '+3650 days' +%y%m%d%H%M%SZ)
# file, signer, asked for, status line of the leaf, the signature's hash
response() {
  printf '%s\tunknown\t/CN=leaf\n' "$4" > "$work/index"
  printf 'V\t%s\t\t03\tunknown\t/CN=other\n' "$end" >> "$work/index"
  openssl ocsp -issuer "$work/root.pem" -cert "$work/$3.pem" -no_nonce -reqout "$work/request"
  openssl ocsp -index "$work/index" -CA "$work/root.pem" -rsigner "$work/$2.pem" \
    -rkey "$work/$2.key" -rmd "${5:-sha256}" -reqin "$work/request" -ndays 7 -respout "$1.der" > /dev/null
}
good=$(printf 'V\t%s\t\t02' "$end")
response good root leaf "$good"
response delegated responder leaf "$good"
response other root other "$good"
response stranger stranger leaf "$good"
response pretender pretender leaf "$good"
response revoked root leaf "$(printf 'R\t%s\t261101000000Z,keyCompromise\t02' "$end")"
response unknown root leaf "$(printf 'V\t%s\t\t09' "$end")"
response weak root leaf "$good" sha1
response short short leaf "$good"
printf '\060\003\012\001\003' > try_later.der
for name in root leaf; do openssl x509 -in "$work/$name.pem" -outform der -out "$name.cer"; done
openssl pkcs8 -topk8 -nocrypt -in "$work/leaf.key" -outform der -out leaf.key
openssl ocsp -respin good.der -noverify -text | sed -n 's/ *This Update: //p' \
  | { read -r when; date -u -d "$when" +%s; } > made_at.txt
