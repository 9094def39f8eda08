#!/bin/sh
# Makes the certificates of the benchmark in the directory given: a root, an intermediate and a leaf
# of ecdsa-p256, and as many of rsa-2048. The files of a kind K:
#   K-root.pem                               what the client trusts
#   K-chain.pem, K-key.pem                   the server's: leaf and intermediate; PKCS #8
#   K-client-chain.pem, K-client-key.pem     the client's, for mutual authentication
set -eu
cd "$1"
trap 'rm -f request.pem extensions leaf.pem ./*.srl' EXIT

make_key() {  # kind, file
  case $1 in
    ecdsa-p256) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$2" ;;
    rsa-2048) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$2" ;;
  esac
}

issue() {  # issuer, key, subject, file; the extensions come from standard input
  cat > extensions
  openssl req -new -sha256 -key "$2" -subj "/CN=$3" -out request.pem
  openssl x509 -req -sha256 -days 7300 -in request.pem -CA "$1.pem" -CAkey "$1-key.pem" \
    -CAcreateserial -extfile extensions -out "$4" 2> log || { cat log >&2; exit 1; }
  rm -f log
}

make_leaf() {  # kind, purpose, name
  make_key "$1" "$3-key.pem"
  issue "$1-intermediate" "$3-key.pem" bench.example leaf.pem << TEXT
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=$2
subjectAltName=DNS:bench.example
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
TEXT
  cat leaf.pem "$1-intermediate.pem" > "$3-chain.pem"
}

for kind in ecdsa-p256 rsa-2048; do
  make_key $kind $kind-root-key.pem
  openssl req -x509 -new -sha256 -days 7300 -key $kind-root-key.pem -subj "/CN=bench $kind root" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -out $kind-root.pem
  make_key $kind $kind-intermediate-key.pem
  issue $kind-root $kind-intermediate-key.pem "bench $kind intermediate" \
    $kind-intermediate.pem << TEXT
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
TEXT
  make_leaf $kind serverAuth $kind
  make_leaf $kind clientAuth $kind-client
done
