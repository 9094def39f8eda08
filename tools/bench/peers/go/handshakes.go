package main

import (
	"crypto/tls"
	"errors"
	"fmt"
)

type handshakeCase struct {
	name    string
	spec    spec
	resumes bool
}

func handshakeCases() []handshakeCase {
	var cases []handshakeCase
	for _, key := range []string{"ecdsa-p256", "rsa-2048"} {
		for _, group := range []tls.CurveID{tls.X25519, tls.CurveP256, tls.X25519MLKEM768} {
			name := "full/" + groupNames[group] + "/" + key
			cases = append(cases, handshakeCase{name: name, spec: spec{group: group, key: key}})
		}
	}
	mutual := spec{group: tls.X25519, key: "ecdsa-p256", mutual: true}
	resumed := spec{group: tls.X25519, key: "ecdsa-p256", tickets: true}
	return append(cases,
		handshakeCase{name: "mutual/x25519/ecdsa-p256", spec: mutual},
		handshakeCase{name: "resume/x25519/ecdsa-p256", spec: resumed, resumes: true})
}

// Both sides of handshakes, each on a thread.
type sides struct{ client, server *worker }

// Makes two connections and completes their handshake, tickets included: with these every peer's
// server sends a byte.
func (s sides) handshake(client, server *tls.Config, tickets bool) tls.ConnectionState {
	up, down := newWire(1<<16), newWire(1<<16)
	c, v := connections(client, server, up, down)
	s.server.work <- func() {
		must(v.Handshake())
		if tickets {
			_, err := v.Write([]byte{0})
			must(err)
		}
	}
	s.client.work <- func() {
		must(c.Handshake())
		if tickets {
			_, err := c.Read(make([]byte, 1))
			must(err)
		}
	}
	<-s.server.done
	<-s.client.done
	return c.ConnectionState()
}

func (k handshakeCase) check(state tls.ConnectionState, resumed bool) {
	if state.CurveID != k.spec.group || state.CipherSuite != tls.TLS_AES_128_GCM_SHA256 {
		must(fmt.Errorf("negotiated %v, %x", state.CurveID, state.CipherSuite))
	}
	if state.DidResume != resumed {
		must(errors.New("resumed where it should not, or not where it should"))
	}
}

func (k handshakeCase) measure(s sides, directory string, count int) {
	client, server := configs(directory, k.spec)
	k.check(s.handshake(client, server, k.spec.tickets), false)
	for i := 0; i < 100; i++ {
		k.check(s.handshake(client, server, k.spec.tickets), k.resumes)
	}
	var clients, servers, both []float64
	for batch := 0; batch < 5; batch++ {
		s.client.ns, s.server.ns = 0, 0
		for i := 0; i < count; i++ {
			s.handshake(client, server, k.spec.tickets)
		}
		micros := func(ns int64) float64 { return float64(ns) / 1e3 / float64(count) }
		clients = append(clients, micros(s.client.ns))
		servers = append(servers, micros(s.server.ns))
		both = append(both, micros(s.client.ns+s.server.ns))
	}
	n, pair := count*5, median(both)
	report("handshake", k.name, "client", "us_cpu", median(clients), n)
	report("handshake", k.name, "server", "us_cpu", median(servers), n)
	report("handshake", k.name, "pair", "us_cpu", pair, n)
	report("handshake_rate", k.name, "pair", "handshakes_per_s", 1e6/pair, n)
}

func measureHandshakes(directory string, count int) {
	s := sides{client: newWorker(), server: newWorker()}
	for _, k := range handshakeCases() {
		k.measure(s, directory, count)
	}
}
