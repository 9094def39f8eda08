// How to bring the other side into each of its states. RFC 9846, appendix A.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

var (
	privateKey = bytes.Repeat([]byte{0x77}, 32)
	publicKey  = x25519(privateKey, append([]byte{9}, make([]byte, 31)...))
	suite      = []byte{0x13, 0x01}
	tls12      = []byte{3, 3}
	tls13      = []byte{3, 4}
	random     = bytes.Repeat([]byte{0xa5}, 32)
	retry      = hashOf([]byte("HelloRetryRequest"))
	sessionID  = bytes.Repeat([]byte{0x1d}, 32)
	cookie     = extension(44, vector(2, []byte("cookie")))
)

const ecdsaP256 = 0x0403

// The extension of that type among `list`, or nil.
func find(list []byte, extensionType int) []byte {
	for len(list) >= 4 {
		size := int(list[2])<<8 | int(list[3])
		if int(list[0])<<8|int(list[1]) == extensionType {
			return list[4 : 4+size]
		}
		list = list[4+size:]
	}
	return nil
}

// The session id and the extensions of a hello, whose suites take `suites` bytes; 0: a vector.
func parseHello(body []byte, suites int) (id, extensions []byte) {
	rest := body[34:]
	id, rest = rest[1:1+int(rest[0])], rest[1+int(rest[0]):]
	if suites == 0 {
		rest = rest[2+(int(rest[0])<<8|int(rest[1])):]
		rest = rest[1+int(rest[0]):]
	} else {
		rest = rest[suites+1:]
	}
	return id, rest[2:]
}

// The X25519 share in a ClientHello's list of them.
func findShare(list []byte) []byte {
	for rest := list[2:]; len(rest) >= 4; {
		size := int(rest[2])<<8 | int(rest[3])
		if rest[0] == 0 && rest[1] == 29 {
			return rest[4 : 4+size]
		}
		rest = rest[4+size:]
	}
	return nil
}

func helloFromServer(random, id []byte, extensions ...[]byte) []byte {
	return message(serverHello, tls12, random, vector(1, id), suite, []byte{0},
		vector(2, extensions...))
}

// A client of ours says hello, with a share or without.
func (p *peer) sayClientHello(withShare bool, more ...[]byte) {
	share := []byte{}
	if withShare {
		share = join(number(2, 29), vector(2, publicKey))
	}
	extensions := append([][]byte{
		extension(43, vector(1, tls13)),
		extension(10, vector(2, number(2, 29))),
		extension(13, vector(2, number(2, ecdsaP256))),
		extension(51, vector(2, share)),
	}, more...)
	p.say(message(clientHello, tls12, random, vector(1, sessionID), vector(2, suite),
		vector(1, []byte{0}), vector(2, extensions...)))
}

// CertificateVerify of a server, over the transcript up to here. Section 4.5.2.
func (p *peer) sign(identity *identity) []byte {
	content := join(bytes.Repeat([]byte{' '}, 64), []byte("TLS 1.3, server CertificateVerify\x00"),
		hashOf(p.transcript))
	digest := sha256.Sum256(content)
	signed, err := ecdsa.SignASN1(rand.Reader, identity.key, digest[:])
	check(err)
	return message(certificateVerify, number(2, ecdsaP256), vector(2, signed))
}

// The Certificate message of either side.
func (i *identity) present() []byte {
	entry := join(vector(3, i.certificate), vector(2))
	return message(certificate, vector(1), vector(3, entry))
}

// What a server says behind ServerHello, up to `state`. Whether that was not all.
func (p *peer) sayFlight(state string, keys *secrets, identity *identity) bool {
	steps := []struct {
		before string
		make   func() []byte
	}{
		{"WAIT_EE", func() []byte { return message(encryptedExtensions, vector(2)) }},
		{"WAIT_CERT_CR", func() []byte {
			schemes := extension(13, vector(2, number(2, ecdsaP256)))
			return message(certificateRequest, vector(1), vector(2, schemes))
		}},
		{"WAIT_CERT", identity.present},
		{"WAIT_CV", func() []byte { return p.sign(identity) }},
		{"WAIT_FINISHED", func() []byte {
			return message(finished, verifyData(keys.server, p.transcript))
		}},
	}
	for _, step := range steps {
		if state == step.before {
			return true
		}
		p.say(step.make())
	}
	return false
}

// Brings a client into `state`: we are the server.
func clientInto(p *peer, state string, identity *identity) error {
	body, err := p.hear(clientHello)
	if err != nil || state == "WAIT_SH" {
		return err
	}
	id, extensions := parseHello(body, 0)
	if state == "WAIT_SH again" {
		p.forgetFirstHello()
		p.say(helloFromServer(retry, id, extension(43, tls13), cookie))
		_, err := p.hear(clientHello)
		return err
	}
	share := findShare(find(extensions, 51))
	if share == nil {
		return errors.New("the client has no X25519 share")
	}
	p.say(helloFromServer(random, id, extension(43, tls13),
		extension(51, number(2, 29), vector(2, publicKey))))
	keys := handshakeSecrets(x25519(privateKey, share), p.transcript)
	p.read, p.write = protect(keys.client), protect(keys.server)
	if p.sayFlight(state, keys, identity) {
		return nil
	}
	if state != "CONNECTED" {
		return fmt.Errorf("no way into %s", state)
	}
	application := keys.application(p.transcript)
	// The client has no certificate: its list is empty.
	if _, err := p.hear(certificate); err != nil {
		return err
	}
	if err := p.hearFinished(keys.client); err != nil {
		return err
	}
	p.read, p.write = protect(application.client), protect(application.server)
	return nil
}

// Brings a server into `state`: we are the client.
func serverInto(p *peer, c cell, who *identity) error {
	state := c.state
	if state == "START" {
		return nil
	}
	p.sayClientHello(state != "START again")
	if state == "START again" {
		p.forgetFirstHello()
		body, err := p.hear(serverHello)
		if err == nil && !bytes.Equal(body[2:34], retry) {
			err = errors.New("no HelloRetryRequest")
		}
		return err
	}
	body, err := p.hear(serverHello)
	if err != nil {
		return err
	}
	_, extensions := parseHello(body, 2)
	share := find(extensions, 51)
	if len(share) != 4+32 {
		return errors.New("the server's share is not X25519")
	}
	keys := handshakeSecrets(x25519(privateKey, share[4:]), p.transcript)
	p.read = protect(keys.server)
	flight := []int{encryptedExtensions, certificate, certificateVerify}
	if c.asksClient() {
		flight = []int{encryptedExtensions, certificateRequest, certificate, certificateVerify}
	}
	for _, wanted := range flight {
		if _, err := p.hear(wanted); err != nil {
			return err
		}
	}
	if err := p.hearFinished(keys.server); err != nil {
		return err
	}
	application := keys.application(p.transcript)
	p.read, p.write = protect(application.server), protect(keys.client)
	switch state {
	case "CONNECTED":
		p.say(message(finished, verifyData(keys.client, p.transcript)))
		p.write = protect(application.client)
	case "WAIT_CV":
		p.say(who.present())
	case "WAIT_CERT", "WAIT_FINISHED":
	default:
		return fmt.Errorf("no way into %s", state)
	}
	return nil
}
