package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"runtime"
	_ "unsafe" // for go:linkname
)

// crypto/tls lets nobody choose among the suites of TLS 1.3.
//
//go:linkname defaultCipherSuitesTLS13 crypto/tls.defaultCipherSuitesTLS13
var defaultCipherSuitesTLS13 []uint16

type cipher struct {
	name  string
	suite uint16
}

// Record sizes, and how many records go out before they are read: a wire of 1 MiB at the most.
var records = []struct{ size, burst int }{{16384, 64}, {1024, 512}, {64, 2048}}

// In one thread: nothing waits, since every burst is on the wire when it is read.
func measureBulk(directory string, seconds float64) {
	runtime.LockOSThread()
	for _, c := range []cipher{
		{"aes-128-gcm", tls.TLS_AES_128_GCM_SHA256},
		{"aes-256-gcm", tls.TLS_AES_256_GCM_SHA384},
		{"chacha20-poly1305", tls.TLS_CHACHA20_POLY1305_SHA256},
	} {
		defaultCipherSuitesTLS13 = []uint16{c.suite}
		clientConfig, serverConfig := configs(directory, spec{group: tls.X25519, key: "ecdsa-p256"})
		up, down := newWire(4<<20), newWire(4<<20)
		client, server := connections(clientConfig, serverConfig, up, down)
		shakeHands(client, server)
		if client.ConnectionState().CipherSuite != c.suite {
			must(errors.New("another suite than the case's"))
		}
		for _, r := range records {
			measureRecords(client, server, c.name, r.size, r.burst, seconds)
		}
	}
}

func measureRecords(client, server *tls.Conn, name string, size, burst int, seconds float64) {
	in, out := bytes.Repeat([]byte{0x61}, size), make([]byte, size)
	var seal, open []float64
	total := 0
	for batch := 0; batch < 6; batch++ {
		var sealing, opening int64
		count := 0
		for start := cpuNS(); float64(cpuNS()-start) < seconds*1e9/5; count += burst {
			begin := cpuNS()
			for i := 0; i < burst; i++ {
				_, err := client.Write(in)
				must(err)
			}
			between := cpuNS()
			for i := 0; i < burst; i++ {
				_, err := io.ReadFull(server, out)
				must(err)
			}
			sealing += between - begin
			opening += cpuNS() - between
		}
		if batch == 0 {
			continue // the caches fill
		}
		seal = append(seal, float64(count*size)*1e3/float64(sealing))
		open = append(open, float64(count*size)*1e3/float64(opening))
		total += count
	}
	what := fmt.Sprintf("%s/%d", name, size)
	report("bulk", what, "seal", "MB_per_s", median(seal), total)
	report("bulk", what, "open", "MB_per_s", median(open), total)
}
