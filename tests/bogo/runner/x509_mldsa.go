package runner

// Lets BoringSSL's runner (which expects Go 1.27's ML-DSA aware crypto/x509)
// build with Go 1.26 and filippo.io/mldsa. Wraps the four crypto/x509 calls the runner makes.

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"

	"filippo.io/mldsa"
)

var mldsaOIDs = []struct {
	oid    asn1.ObjectIdentifier
	params *mldsa.Parameters
}{
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 17}, mldsa.MLDSA44()},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18}, mldsa.MLDSA65()},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 19}, mldsa.MLDSA87()},
}

type mldsaSPKI struct {
	Algorithm pkix.AlgorithmIdentifier
	PublicKey asn1.BitString
}

type mldsaPKCS8 struct {
	Version   int
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

func compatMarshalPKIX(pub any) ([]byte, error) {
	k, ok := pub.(*mldsa.PublicKey)
	if !ok {
		return x509.MarshalPKIXPublicKey(pub)
	}
	for _, e := range mldsaOIDs {
		if e.params == k.Parameters() {
			b := k.Bytes()
			return asn1.Marshal(mldsaSPKI{pkix.AlgorithmIdentifier{Algorithm: e.oid}, asn1.BitString{Bytes: b, BitLength: 8 * len(b)}})
		}
	}
	return nil, errors.New("unknown ML-DSA parameters")
}

func compatMarshalPKCS8(key any) ([]byte, error) {
	k, ok := key.(*mldsa.PrivateKey)
	if !ok {
		return x509.MarshalPKCS8PrivateKey(key)
	}
	for _, e := range mldsaOIDs {
		if e.params == k.PublicKey().Parameters() {
			seed := append([]byte{0x80, 0x20}, k.Bytes()...) // [0] IMPLICIT OCTET STRING, 32-byte seed
			return asn1.Marshal(mldsaPKCS8{0, pkix.AlgorithmIdentifier{Algorithm: e.oid}, seed})
		}
	}
	return nil, errors.New("unknown ML-DSA parameters")
}

func compatParsePKIX(der []byte) (any, error) {
	var s mldsaSPKI
	if rest, err := asn1.Unmarshal(der, &s); err == nil && len(rest) == 0 && len(s.Algorithm.Parameters.FullBytes) == 0 {
		for _, e := range mldsaOIDs {
			if e.oid.Equal(s.Algorithm.Algorithm) {
				return mldsa.NewPublicKey(e.params, s.PublicKey.Bytes)
			}
		}
	}
	return x509.ParsePKIXPublicKey(der)
}

func compatParseCertificate(der []byte) (*x509.Certificate, error) {
	c, err := x509.ParseCertificate(der)
	if err == nil && c.PublicKey == nil {
		if pub, err := compatParsePKIX(c.RawSubjectPublicKeyInfo); err == nil {
			c.PublicKey = pub
		}
	}
	return c, err
}
