//go:build !go1.24

package main

import "crypto/tls"

func encryptHello(*tls.Config) {}

func echAccepted(tls.ConnectionState) string { return "" }

func keepRetry(error) {}
