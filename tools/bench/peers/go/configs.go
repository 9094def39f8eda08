package main

import (
	"crypto/tls"
	"crypto/x509"
	"os"
)

type spec struct {
	group   tls.CurveID
	key     string
	mutual  bool // the client shows a certificate too
	tickets bool
}

var groupNames = map[tls.CurveID]string{
	tls.X25519:         "x25519",
	tls.CurveP256:      "secp256r1",
	tls.X25519MLKEM768: "X25519MLKEM768",
}

func loadRoots(path string) *x509.CertPool {
	pem, err := os.ReadFile(path + "-root.pem")
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return roots
}

func loadCredential(path string) []tls.Certificate {
	credential, err := tls.LoadX509KeyPair(path+"-chain.pem", path+"-key.pem")
	must(err)
	return []tls.Certificate{credential}
}

// configs returns the client's and the server's.
func configs(directory string, s spec) (*tls.Config, *tls.Config) {
	path := directory + "/" + s.key
	roots := loadRoots(path)
	client := &tls.Config{
		MinVersion:                  tls.VersionTLS13,
		RootCAs:                     roots,
		ServerName:                  "bench.example",
		CurvePreferences:            []tls.CurveID{s.group},
		DynamicRecordSizingDisabled: true,
	}
	server := &tls.Config{
		MinVersion:                  tls.VersionTLS13,
		Certificates:                loadCredential(path),
		CurvePreferences:            []tls.CurveID{s.group},
		DynamicRecordSizingDisabled: true,
		SessionTicketsDisabled:      !s.tickets,
	}
	if s.mutual {
		client.Certificates = loadCredential(path + "-client")
		server.ClientAuth = tls.RequireAndVerifyClientCert
		server.ClientCAs = roots
	}
	if s.tickets {
		client.ClientSessionCache = tls.NewLRUClientSessionCache(16)
	}
	return client, server
}

// connections returns a client and a server that have not begun their handshake.
func connections(client, server *tls.Config, up, down *wire) (*tls.Conn, *tls.Conn) {
	return tls.Client(&end{in: down, out: up}, client), tls.Server(&end{in: up, out: down}, server)
}

func shakeHands(client, server *tls.Conn) {
	done := make(chan error)
	go func() { done <- server.Handshake() }()
	must(client.Handshake())
	must(<-done)
}
