module boringssl.googlesource.com/boringssl.git

go 1.26

require (
	filippo.io/mldsa v0.0.0-20260215214346-43d0283efc3e
	golang.org/x/crypto v0.52.0
	golang.org/x/term v0.43.0
)

require golang.org/x/sys v0.45.0 // indirect
