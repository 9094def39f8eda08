// Judges the state table of a TLS program from outside: for each state of both roles and each of
// the 256 message types, a process of that program is brought into the state, is sent one handshake
// message of the type with an empty body, and must answer with the alert that the model names. It
// shares no code with Nacre: the cryptography is Go's.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	unexpectedMessage = 10
	decodeError       = 50
	decryptError      = 51
)

// How long one process may take, and all of them.
const (
	patience = 10 * time.Second
	allTime  = 100 * time.Second
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// What we are as a server, and what the program is as one.
type identity struct {
	certificate []byte
	key         *ecdsa.PrivateKey
	chainFile   string
	keyFile     string
}

func makeIdentity(directory string) *identity {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	check(err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	write := func(name, kind string, bytes []byte) string {
		path := filepath.Join(directory, name)
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes})
		check(os.WriteFile(path, text, 0o600))
		return path
	}
	return &identity{der, key, write("chain.pem", "CERTIFICATE", der),
		write("key.pem", "PRIVATE KEY", pkcs8)}
}

type row struct {
	role, state string
	allowed     map[int]bool
}

type cell struct {
	row
	messageType int
}

// Lines of "role, state, types". States "with a PSK" are left out: we have no PSK.
func readModel(path string) []row {
	text, err := os.ReadFile(path)
	check(err)
	var rows []row
	for _, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, ",")
		if strings.HasSuffix(parts[1], " with a PSK") {
			continue
		}
		r := row{parts[0], strings.TrimSpace(parts[1]), map[int]bool{}}
		for _, word := range strings.Fields(parts[2]) {
			messageType, err := strconv.Atoi(word)
			check(err)
			r.allowed[messageType] = true
		}
		rows = append(rows, r)
	}
	return rows
}

// Whether the server has asked for a certificate on the way.
func (c cell) asksClient() bool {
	return c.role == "server" && (c.state == "WAIT_CERT" || c.state == "WAIT_CV")
}

// What an empty body of that type deserves.
func (c cell) wanted() int {
	switch {
	case !c.allowed[c.messageType]:
		return unexpectedMessage
	case c.messageType == finished: // section 4.5.3: its contents are incorrect
		return decryptError
	default:
		return decodeError
	}
}

// One process for one cell. Returns the alert that it ended with.
func (c cell) judge(listener *net.TCPListener, shim string, id uint64, who *identity) (int, error) {
	port := listener.Addr().(*net.TCPAddr).Port
	arguments := []string{"-port", strconv.Itoa(port), "-shim-id", strconv.FormatUint(id, 10)}
	if c.role == "server" {
		arguments = append(arguments, "-server", "-cert-file", who.chainFile, "-key-file", who.keyFile)
	}
	if c.asksClient() {
		arguments = append(arguments, "-require-any-client-certificate")
	}
	process := exec.Command(shim, arguments...)
	check(process.Start())
	got, err := c.converse(listener, id, who)
	if err != nil {
		process.Process.Kill()
	}
	// What hangs now is ended by force, and has no exit code.
	timer := time.AfterFunc(patience, func() { process.Process.Kill() })
	defer timer.Stop()
	process.Wait()
	if code := process.ProcessState.ExitCode(); err == nil && code <= 0 {
		err = fmt.Errorf("exit code %d", code)
	}
	return got, err
}

func (c cell) converse(listener *net.TCPListener, id uint64, who *identity) (got int, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%v", fault)
		}
	}()
	deadline := time.Now().Add(patience)
	check(listener.SetDeadline(deadline))
	conn, err := listener.Accept()
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	check(conn.SetDeadline(deadline))
	greeting := make([]byte, 8)
	if _, err := io.ReadFull(conn, greeting); err != nil {
		return 0, err
	}
	if binary.LittleEndian.Uint64(greeting) != id {
		return 0, errors.New("another program connected")
	}
	p := &peer{conn: conn}
	if c.role == "server" {
		err = serverInto(p, c, who)
	} else {
		err = clientInto(p, c.state, who)
	}
	if err != nil {
		return 0, fmt.Errorf("on the way: %w", err)
	}
	p.record(handshake, message(c.messageType))
	return p.hearAlert()
}

func judgeAll(cells []cell, shim string, who *identity) (faults int) {
	var mutex sync.Mutex
	var workers sync.WaitGroup
	next := 0
	take := func() (int, bool) {
		mutex.Lock()
		defer mutex.Unlock()
		next++
		return next - 1, next <= len(cells)
	}
	for i := 0; i < runtime.NumCPU(); i++ {
		listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
		check(err)
		defer listener.Close()
		workers.Add(1)
		go func() {
			defer workers.Done()
			for at, more := take(); more; at, more = take() {
				c := cells[at]
				got, err := c.judge(listener, shim, uint64(at), who)
				if err == nil && got == c.wanted() {
					continue
				}
				mutex.Lock()
				faults++
				fmt.Printf("%s in %s, message %d: wanted alert %d, got %d, %v\n", c.role, c.state,
					c.messageType, c.wanted(), got, err)
				mutex.Unlock()
			}
		}()
	}
	workers.Wait()
	return faults
}

func main() {
	shim := flag.String("shim", "", "the program: it connects to -port and says its -shim-id first")
	model := flag.String("model", "", "which messages have a place in which state")
	flag.Parse()
	directory, err := os.MkdirTemp("", "state-model")
	check(err)
	exit := func(code int) {
		os.RemoveAll(directory)
		os.Exit(code)
	}
	time.AfterFunc(allTime, func() {
		fmt.Println("it takes too long")
		exit(1)
	})

	var cells []cell
	rows := readModel(*model)
	for _, r := range rows {
		for messageType := 0; messageType < 256; messageType++ {
			cells = append(cells, cell{r, messageType})
		}
	}
	start := time.Now()
	faults := judgeAll(cells, *shim, makeIdentity(directory))
	fmt.Printf("%d states, %d processes, %d faults, %.1f s\n", len(rows), len(cells), faults,
		time.Since(start).Seconds())
	if faults > 0 || len(cells) == 0 {
		exit(1)
	}
	exit(0)
}
