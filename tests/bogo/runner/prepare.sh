#!/usr/bin/env bash
# Builds BoGo's runner out of BoringSSL's source: prepare.sh SOURCE DIRECTORY, which gets
# DIRECTORY/runner.test. What the crate leaves out is made here: seven key files, of which any will
# do, and go.mod. The runner wants ML-DSA from the standard library of Go 1.27; filippo.io/mldsa has
# it for Go 1.26, and x509_mldsa.go puts it in the place of the four calls of crypto/x509 that know it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$1
out=$2

mkdir -p "$out/src/ssl/test" "$out/src/util"
cp -R "$source/ssl/test/runner" "$out/src/ssl/test/"
cp -R "$source/util/testresult" "$out/src/util/"
chmod -R u+w "$out/src"
cp "$here/go.mod" "$here/go.sum" "$out/src/"
cd "$out/src/ssl/test/runner"
cp "$here/x509_mldsa.go" .

sed -i 's#^\t"crypto/mldsa"#\t"filippo.io/mldsa"#; s#params mldsa.Parameters#params *mldsa.Parameters#' ./*.go
for call in MarshalPKIXPublicKey:MarshalPKIX MarshalPKCS8PrivateKey:MarshalPKCS8 \
  ParsePKIXPublicKey:ParsePKIX ParseCertificate:ParseCertificate; do
  grep -L '^func compat' ./*.go | xargs sed -i "s/x509\.${call%%:*}(/compat${call##*:}(/"
done
# A file that no longer uses crypto/x509 may not import it without a use.
for file in *.go; do
  if grep -q '"crypto/x509"' "$file" && ! grep -q 'x509\.' "$file"; then
    echo 'var _ = x509.ErrUnsupportedAlgorithm' >> "$file"
  fi
done

key() { openssl genpkey -quiet -algorithm "$1" ${2:+-pkeyopt "$2"} -out "$3" 2> /dev/null ||
  openssl genpkey -algorithm "$1" ${2:+-pkeyopt "$2"} -out "$3" 2> /dev/null; }
key RSA rsa_keygen_bits:2048 rsa_2048_key.pem
key RSA rsa_keygen_bits:1024 rsa_1024_key.pem
for curve in 256 384 521; do key EC "ec_paramgen_curve:P-$curve" "ecdsa_p${curve}_key.pem"; done
key EC ec_paramgen_curve:P-256 channel_id_key.pem
key ED25519 "" ed25519_key.pem
GOFLAGS=-mod=readonly go test -c -o "$out/runner.test" .
