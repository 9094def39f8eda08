// The peer of Go's crypto/tls. Nothing can be said of threads: the runtime has its own.
package main

import (
	"errors"
	"os"
	"strconv"
)

func amount(otherwise float64) float64 {
	if len(os.Args) < 4 {
		return otherwise
	}
	value, err := strconv.ParseFloat(os.Args[3], 64)
	must(err)
	return value
}

func main() {
	mode := ""
	if len(os.Args) > 2 {
		mode = os.Args[2]
	}
	switch mode {
	case "handshake":
		measureHandshakes(os.Args[1], int(amount(500)))
	case "bulk":
		measureBulk(os.Args[1], amount(1))
	case "mem":
		measureMemory(os.Args[1])
	default:
		must(errors.New("usage: PEER CERTIFICATES handshake [COUNT] | bulk [SECONDS] | mem"))
	}
}
