package main

import (
	"crypto/tls"
	"io"
	"runtime"
)

// All alive at once: what configurations keep for later hardly counts.
const pairs = 500

// heap returns what is in use once the garbage is collected; the second time takes what finalizers
// let go.
func heap() runtime.MemStats {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats
}

// Go's heap is its own: the preloaded counter does not see it.
func measureMemory(directory string) {
	for _, group := range []tls.CurveID{tls.X25519, tls.X25519MLKEM768} {
		measureConnections(directory, group)
	}
}

func measureConnections(directory string, group tls.CurveID) {
	clientConfig, serverConfig := configs(directory, spec{group: group, key: "ecdsa-p256"})
	var up, down [pairs]*wire
	for i := range up {
		up[i], down[i] = newWire(1<<15), newWire(1<<15)
	}
	for i := 0; i < 20; i++ { // what is made once is made now
		shakeHands(connections(clientConfig, serverConfig, up[i], down[i]))
		up[i].clear()
		down[i].clear()
	}
	clients, servers := make([]*tls.Conn, pairs), make([]*tls.Conn, pairs)
	before := heap()
	for i := range clients {
		clients[i], servers[i] = connections(clientConfig, serverConfig, up[i], down[i])
		shakeHands(clients[i], servers[i])
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	for i := range clients {
		exchange(clients[i], servers[i])
	}
	all := heap()
	clear(servers)
	withoutServers := heap()
	clear(clients)
	withoutBoth := heap()
	runtime.KeepAlive(up)
	runtime.KeepAlive(down)
	name := "full/" + groupNames[group] + "/ecdsa-p256"
	mean := func(more, less uint64) float64 { return (float64(more) - float64(less)) / pairs }
	report("handshake_allocs", name, "pair", "allocs", mean(after.Mallocs, before.Mallocs), pairs)
	report("idle_heap", name, "server", "bytes", mean(all.HeapAlloc, withoutServers.HeapAlloc), pairs)
	report("idle_heap", name, "client", "bytes",
		mean(withoutServers.HeapAlloc, withoutBoth.HeapAlloc), pairs)
}

// One record there, one back.
func exchange(client, server *tls.Conn) {
	data := make([]byte, 1024)
	for _, way := range [][2]*tls.Conn{{client, server}, {server, client}} {
		_, err := way[0].Write(data)
		must(err)
		_, err = io.ReadFull(way[1], data)
		must(err)
	}
}
