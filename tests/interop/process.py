"""Child processes of the interop test: pipes read in the background, everything bounded by time,
and nothing ended that was not started here."""

import os
import signal
import socket
import subprocess
import threading
import time

# Proxies and key logs of the user's are no part of the test.
_UNWANTED = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "sslkeylogfile",
    "ssl_cert_file",
    "openssl_conf",
    "gnutls_system_priority_file",
)


def clean_environment(**more):
    env = {k: v for k, v in os.environ.items() if k.lower() not in _UNWANTED}
    env.update(LC_ALL="C", NO_COLOR="1", **more)
    return env


_running = set()


def end_all(*_):
    """For a signal: nothing that was started here outlives the test."""
    for process in list(_running):
        process.signal(signal.SIGKILL)
    os._exit(1)


class Process:
    """One child, the leader of its own process group."""

    def __init__(self, argv, cwd=None, env=None):
        self.argv = [str(a) for a in argv]
        self._text = {1: bytearray(), 2: bytearray()}
        self._news = threading.Condition()
        self._open = 2
        self._child = subprocess.Popen(
            self.argv,
            cwd=cwd,
            env=clean_environment(**(env or {})),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        _running.add(self)
        for number, pipe in ((1, self._child.stdout), (2, self._child.stderr)):
            threading.Thread(target=self._drain, args=(number, pipe), daemon=True).start()

    def _drain(self, number, pipe):
        while chunk := os.read(pipe.fileno(), 65536):
            with self._news:
                self._text[number] += chunk
                self._news.notify_all()
        with self._news:
            self._open -= 1
            self._news.notify_all()

    @property
    def out(self):
        with self._news:
            return bytes(self._text[1])

    @property
    def err(self):
        with self._news:
            return bytes(self._text[2])

    @property
    def log(self):
        return (self.out + b"\n" + self.err).decode(errors="replace")

    @property
    def pid(self):
        return self._child.pid

    def alive(self):
        return self._child.poll() is None

    def write(self, data):
        """Types `data`; a child that has gone away is found out by what it did not print."""
        try:
            self._child.stdin.write(data)
            self._child.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    def close_stdin(self):
        try:
            self._child.stdin.close()
        except BrokenPipeError:
            pass

    def wait_for(self, text, timeout, count=1):
        """Whether `text` was printed `count` times before the time was over or the output ended."""
        end = time.monotonic() + timeout
        with self._news:
            while max(self._text[1].count(text), self._text[2].count(text)) < count:
                left = end - time.monotonic()
                if left <= 0 or not self._open:
                    return False
                self._news.wait(left)
        return True

    def wait(self, timeout):
        """The exit code with all output read, or None when the time was over."""
        end = time.monotonic() + timeout
        try:
            code = self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        with self._news:
            while self._open and time.monotonic() < end:
                self._news.wait(0.1)
        return code

    def signal(self, number):
        """To the child and its own children."""
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def stop(self):
        """Ends the child and its own children, politely first."""
        for number, patience in ((signal.SIGTERM, 2), (signal.SIGKILL, 5)):
            self.signal(number)
            if self.wait(patience) is not None:
                break
        _running.discard(self)
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            try:
                pipe.close()
            except (BrokenPipeError, ValueError):
                pass


_ports = threading.Lock()
_next_port = 12000 + os.getpid() * 37 % 18000


def free_port():
    """A port below the kernel's ephemeral ones that nobody listens on, given out once."""
    global _next_port
    with _ports:
        while True:
            _next_port = _next_port + 1 if _next_port < 32000 else 12000
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("0.0.0.0", _next_port))
                except OSError:
                    continue
                return _next_port


def listening(port):
    """Whether somebody listens. Asked of the kernel: a connection would count as a client."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table) as lines:
                rows = [line.split() for line in lines][1:]
        except OSError:
            continue
        if any(row[3] == "0A" and int(row[1].rsplit(":", 1)[1], 16) == port for row in rows):
            return True
    return False


def wait_listening(process, port, timeout):
    end = time.monotonic() + timeout
    while not listening(port):
        if not process.alive() or time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def run(argv, timeout=60, **options):
    """Runs a short command to its end and gives (exit code, output)."""
    process = Process(argv, **options)
    try:
        process.close_stdin()
        return process.wait(timeout), process.log
    finally:
        process.stop()
