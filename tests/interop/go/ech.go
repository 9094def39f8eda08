//go:build go1.24

// Encrypted Client Hello. The keys of a server came with Go 1.24.
package main

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"flag"
	"os"
	"strconv"
)

var (
	echKey     = flag.String("ech-key", "", "as server: a private key, raw")
	echConfig  = flag.String("ech-config", "", "as server: its ECHConfig, raw")
	echConfigs = flag.String("ech-configs", "", "as client: an ECHConfigList, raw")
	echRetry   = flag.String("ech-retry", "", "as client: where to write retry configurations, base64")
)

func content(file string) []byte {
	bytes, err := os.ReadFile(file)
	check(err)
	return bytes
}

func encryptHello(config *tls.Config) {
	if *echKey != "" {
		config.EncryptedClientHelloKeys = []tls.EncryptedClientHelloKey{{
			Config: content(*echConfig), PrivateKey: content(*echKey), SendAsRetry: true,
		}}
	}
	if *echConfigs != "" {
		config.EncryptedClientHelloConfigList = content(*echConfigs)
	}
}

func echAccepted(state tls.ConnectionState) string {
	return strconv.FormatBool(state.ECHAccepted)
}

func keepRetry(err error) {
	var rejection *tls.ECHRejectionError
	if errors.As(err, &rejection) && *echRetry != "" {
		text := base64.StdEncoding.EncodeToString(rejection.RetryConfigList)
		check(os.WriteFile(*echRetry, []byte(text), 0600))
	}
}
