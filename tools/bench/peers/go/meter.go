package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"syscall"
	"unsafe"
)

// cpuNS is the CPU time of the thread that calls.
func cpuNS() int64 {
	const threadCPUTime = 3
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&t)), 0)
	return t.Nano()
}

// A worker is a thread of its own for one side, so that the side's CPU time can be told. What the
// garbage collector does in the background is in nobody's.
type worker struct {
	work chan func()
	done chan struct{}
	ns   int64
}

func newWorker() *worker {
	w := &worker{work: make(chan func()), done: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		for work := range w.work {
			start := cpuNS()
			work()
			w.ns += cpuNS() - start
			w.done <- struct{}{}
		}
	}()
	return w
}

// must ends the program on an error: a benchmark of what fails is none.
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		os.Exit(1)
	}
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

func report(metric, name, role, unit string, value float64, n int) {
	fmt.Printf("{\"peer\":\"go\",\"version\":%q,\"metric\":%q,\"case\":%q,\"role\":%q,"+
		"\"unit\":%q,\"value\":%.4f,\"n\":%d}\n",
		runtime.Version(), metric, name, role, unit, value, n)
}
