// Go's crypto/tls as a peer: one connection as client or server, whose terms go to standard error
// as a line of JSON. `pipe` joins it with standard input and output; `echo` repeats lines.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"strconv"
	"time"
)

var groupNames = map[uint64]string{
	0x001d: "x25519", 0x0017: "secp256r1", 0x0018: "secp384r1", 0x0019: "secp521r1",
	0x11ec: "X25519MLKEM768", 0x11eb: "SecP256r1MLKEM768", 0x11ed: "SecP384r1MLKEM1024",
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func pool(file string) *x509.CertPool {
	pem, err := os.ReadFile(file)
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return roots
}

// The group's field came with Go 1.25.
func groupOf(state tls.ConnectionState) string {
	field := reflect.ValueOf(state).FieldByName("CurveID")
	if !field.IsValid() {
		return ""
	}
	return groupNames[field.Uint()]
}

func report(connection *tls.Conn) {
	state := connection.ConnectionState()
	terms := map[string]string{
		"version": strconv.FormatUint(uint64(state.Version), 16),
		"suite":   tls.CipherSuiteName(state.CipherSuite),
		"group":   groupOf(state),
		"alpn":    state.NegotiatedProtocol,
		"name":    state.ServerName,
		"resumed": strconv.FormatBool(state.DidResume),
		"ech":     echAccepted(state),
		"staple":  strconv.Itoa(len(state.OCSPResponse)),
	}
	line, err := json.Marshal(terms)
	check(err)
	fmt.Fprintln(os.Stderr, string(line))
}

func pipe(connection *tls.Conn) {
	go func() {
		io.Copy(connection, os.Stdin)
		connection.CloseWrite()
	}()
	_, err := io.Copy(os.Stdout, connection)
	check(err)
}

func echo(connection *tls.Conn) {
	lines := bufio.NewReader(connection)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return
		}
		check(err)
		fmt.Print(line)
		_, err = io.WriteString(connection, line)
		check(err)
	}
}

// One line there and back: the tickets that came before the answer are read with it.
func hear(connection *tls.Conn) {
	_, err := io.WriteString(connection, "first\n")
	check(err)
	_, err = bufio.NewReader(connection).ReadString('\n')
	check(err)
}

func attend(connection *tls.Conn, talk func(*tls.Conn)) {
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	check(connection.Handshake())
	report(connection)
	talk(connection)
	connection.Close()
}

func main() {
	listen := flag.String("listen", "", "serve one connection on this address")
	connect := flag.String("connect", "", "connect to this address")
	ca := flag.String("ca", "", "roots in PEM")
	clientCa := flag.String("client-ca", "", "as server: roots of clients, in PEM, who must show a"+
		" certificate; \"listening\" goes to standard error")
	cert := flag.String("cert", "", "chain in PEM")
	key := flag.String("key", "", "private key in PEM")
	staple := flag.String("staple", "", "as server: an OCSP response, DER")
	group := flag.Uint("group", 0, "the only group, by its number")
	alpn := flag.String("alpn", "", "the only protocol")
	repeat := flag.Bool("echo", false, "repeat lines")
	twice := flag.Bool("twice", false, "as client: say a line, hear it, and connect again; as server:"+
		" repeat lines on two connections")
	flag.Parse()

	config := &tls.Config{MinVersion: tls.VersionTLS13, ServerName: "localhost"}
	if *group != 0 {
		config.CurvePreferences = []tls.CurveID{tls.CurveID(*group)}
	}
	if *alpn != "" {
		config.NextProtos = []string{*alpn}
	}
	encryptHello(config)
	if *twice {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	var connection *tls.Conn
	var listener net.Listener
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(*cert, *key)
		check(err)
		if *staple != "" {
			pair.OCSPStaple, err = os.ReadFile(*staple)
			check(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if *clientCa != "" {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		config.ClientCAs = pool(*clientCa)
	}
	if *listen != "" {
		var err error
		listener, err = tls.Listen("tcp", *listen, config)
		check(err)
		if *clientCa != "" {
			fmt.Fprintln(os.Stderr, "listening")
		}
		accepted, err := listener.Accept()
		check(err)
		connection = accepted.(*tls.Conn)
	} else {
		config.RootCAs = pool(*ca)
		var err error
		connection, err = tls.Dial("tcp", *connect, config)
		keepRetry(err)
		check(err)
	}
	if *twice && listener != nil {
		attend(connection, echo)
		accepted, err := listener.Accept()
		check(err)
		connection = accepted.(*tls.Conn)
		*repeat = true
	} else if *twice {
		attend(connection, hear)
		again, err := tls.Dial("tcp", *connect, config)
		check(err)
		connection = again
	}
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	check(connection.Handshake())
	report(connection)
	if *repeat {
		echo(connection)
	} else {
		pipe(connection)
	}
	connection.Close()
}
