// The cryptography of TLS_AES_128_GCM_SHA256 with X25519, from Go's standard library: the key
// schedule and the protection of records. RFC 9846, sections 5.2, 5.3 and 7.1.
package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/big"
)

var prime = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))

func littleEndian(bytes []byte) *big.Int {
	reversed := make([]byte, len(bytes))
	for i, b := range bytes {
		reversed[len(bytes)-1-i] = b
	}
	return new(big.Int).SetBytes(reversed)
}

// RFC 7748, section 5: the ladder. For tests alone: it takes as long as its input likes.
func x25519(scalar, point []byte) []byte {
	k := append([]byte(nil), scalar...)
	k[0], k[31] = k[0]&248, k[31]&127|64
	u := append([]byte(nil), point...)
	u[31] &= 127
	mul := func(a, b *big.Int) *big.Int { return new(big.Int).Mod(new(big.Int).Mul(a, b), prime) }
	add := func(a, b *big.Int) *big.Int { return new(big.Int).Mod(new(big.Int).Add(a, b), prime) }
	sub := func(a, b *big.Int) *big.Int { return new(big.Int).Mod(new(big.Int).Sub(a, b), prime) }

	n, x1 := littleEndian(k), littleEndian(u)
	x2, z2, x3, z3 := big.NewInt(1), big.NewInt(0), new(big.Int).Set(x1), big.NewInt(1)
	for bit := 254; bit >= 0; bit-- {
		set := n.Bit(bit) == 1
		if set {
			x2, z2, x3, z3 = x3, z3, x2, z2
		}
		plus, minus := add(x2, z2), sub(x2, z2)
		plus2, minus2 := mul(plus, plus), mul(minus, minus)
		cross1, cross2 := mul(sub(x3, z3), plus), mul(add(x3, z3), minus)
		sum, difference := add(cross1, cross2), sub(cross1, cross2)
		e := sub(plus2, minus2)
		x3, z3 = mul(sum, sum), mul(x1, mul(difference, difference))
		x2, z2 = mul(plus2, minus2), mul(e, add(plus2, mul(big.NewInt(121665), e)))
		if set {
			x2, z2, x3, z3 = x3, z3, x2, z2
		}
	}
	shared := mul(x2, new(big.Int).ModInverse(z2, prime)).FillBytes(make([]byte, 32))
	for i := 0; i < 16; i++ {
		shared[i], shared[31-i] = shared[31-i], shared[i]
	}
	return shared
}

func mac(key, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}

// HKDF-Expand-Label of at most 32 bytes.
func expandLabel(secret []byte, label string, context []byte, size int) []byte {
	info := append(number(2, size), vector(1, []byte("tls13 "+label))...)
	info = append(append(info, vector(1, context)...), 1)
	return mac(secret, info)[:size]
}

func hashOf(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// The traffic secrets of one connection, client's and server's.
type secrets struct {
	handshake      []byte
	client, server []byte
}

var zeros = make([]byte, 32)

func handshakeSecrets(shared, transcript []byte) *secrets {
	early := mac(zeros, zeros)
	handshake := mac(expandLabel(early, "derived", hashOf(nil), 32), shared)
	return &secrets{
		handshake: handshake,
		client:    expandLabel(handshake, "c hs traffic", hashOf(transcript), 32),
		server:    expandLabel(handshake, "s hs traffic", hashOf(transcript), 32),
	}
}

func (s *secrets) application(transcript []byte) *secrets {
	main := mac(expandLabel(s.handshake, "derived", hashOf(nil), 32), zeros)
	return &secrets{
		client: expandLabel(main, "c ap traffic", hashOf(transcript), 32),
		server: expandLabel(main, "s ap traffic", hashOf(transcript), 32),
	}
}

func verifyData(secret, transcript []byte) []byte {
	return mac(expandLabel(secret, "finished", nil, 32), hashOf(transcript))
}

// One direction under one key.
type protection struct {
	aead     cipher.AEAD
	iv       []byte
	sequence uint64
}

func protect(secret []byte) *protection {
	block, err := aes.NewCipher(expandLabel(secret, "key", nil, 16))
	check(err)
	aead, err := cipher.NewGCM(block)
	check(err)
	return &protection{aead: aead, iv: expandLabel(secret, "iv", nil, 12)}
}

func (p *protection) nonce() []byte {
	nonce := append([]byte(nil), p.iv...)
	counter := binary.BigEndian.Uint64(nonce[4:]) ^ p.sequence
	binary.BigEndian.PutUint64(nonce[4:], counter)
	p.sequence++
	return nonce
}

func (p *protection) seal(contentType byte, content []byte) []byte {
	inner := append(append([]byte(nil), content...), contentType)
	header := append([]byte{applicationData, 3, 3}, number(2, len(inner)+16)...)
	return append(header, p.aead.Seal(nil, p.nonce(), inner, header)...)
}

func (p *protection) open(header, body []byte) (byte, []byte, error) {
	inner, err := p.aead.Open(nil, p.nonce(), body, header)
	if err != nil {
		return 0, nil, err
	}
	for len(inner) > 0 && inner[len(inner)-1] == 0 {
		inner = inner[:len(inner)-1]
	}
	if len(inner) == 0 {
		return 0, nil, errors.New("a record without a content type")
	}
	return inner[len(inner)-1], inner[:len(inner)-1], nil
}
