"""What the tests of tlscli share: the program, its servers, certificates, and peers that misbehave.

Every process and every wait has a bound."""
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

TLSCLI = os.environ["TLSCLI"]
PATIENCE = 60  # seconds, for a machine under load; nothing here takes one

OK, USAGE, UNREACHABLE, TIMEOUT, NOT_TLS13 = 0, 2, 3, 4, 5
HANDSHAKE, NOT_TRUSTED, WRONG_NAME, BAD_TIME, APPLICATION = 6, 7, 8, 9, 11


def tlscli(*arguments, stdin=b"", env=None, timeout=PATIENCE):
    """Runs the program to its end."""
    environment = dict(os.environ, **(env or {}))
    return subprocess.run([TLSCLI, *map(str, arguments)], input=stdin, capture_output=True,
                          timeout=timeout, env=environment, check=False)


def answer(done):
    """The one JSON object on stdout."""
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1, f"not one line: {done.stdout!r} {done.stderr!r}"
    return json.loads(lines[0])


class Case(unittest.TestCase):
    """A test with a directory of its own."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="tlscli-test-")
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.directory, name)

    def run_tool(self, code, *arguments, **more):
        """Runs the program, which must end with `code`."""
        done = tlscli(*arguments, **more)
        self.assertEqual(done.returncode, code,
                         f"{arguments}\nstdout {done.stdout!r}\nstderr {done.stderr.decode()}")
        return done

    def fails(self, code, *arguments, **more):
        """Like run_tool(), for --json: returns the error of the object, checked for its shape."""
        done = self.run_tool(code, *arguments, "--json", **more)
        told = answer(done)
        self.assertEqual(told["version"], 1)
        self.assertEqual(told["ok"], False)
        self.assertEqual(told["exit_code"], code)
        error = told["error"]
        self.assertTrue(error["what"])
        self.assertIn(error["what"], done.stderr.decode())
        self.assertNotIn("$", error["what"] + error["try"])
        return error


class Pki(Case):
    """A root, an intermediate, and leaves of many kinds, issued by `tlscli cert`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issue("ca", "root")
        cls.issue("ca", "other", "--subject", "Another authority")
        cls.issue("ca", "middle", "--issuer", cls.path("root"), "--subject", "Intermediate")
        cls.leaf("good")
        cls.ca = cls.path("root.pem")

    @classmethod
    def issue(cls, kind, name, *arguments):
        done = tlscli("cert", kind, "--out", cls.path(name), *arguments)
        assert done.returncode == 0, done.stderr.decode()

    @classmethod
    def leaf(cls, name, *arguments, issuer="root", names=("localhost", "127.0.0.1")):
        cls.issue("leaf", name, "--issuer", cls.path(issuer), *arguments, *names)

    @classmethod
    def pair(cls, name):
        return ["--cert", cls.path(name + ".pem"), "--key", cls.path(name + ".key")]

    @classmethod
    def read(cls, name):
        with open(cls.path(name), encoding="ascii") as file:
            return file.read()


def read_line(stream):
    """A line from a pipe, or a failure when none comes in time."""
    line = []
    thread = threading.Thread(target=lambda: line.append(stream.readline()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert line, "no line came in time"
    return line[0]


class Server:
    """`tlscli server` on a free port, until the end of a with statement."""

    def __init__(self, *arguments):
        self.arguments = [TLSCLI, "server", "--listen", "127.0.0.1:0", "--json",
                          *map(str, arguments)]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.told = json.loads(read_line(self.process.stdout) or "{}")
        if "port" not in self.told:
            raise AssertionError(self.process.communicate(timeout=PATIENCE)[1].decode())
        self.port = self.told["port"]
        self.ca = self.told["ca"]
        self.host = f"127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.stop()

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self):
        """The exit code. A server that does not end is killed, and that is a failure."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        self.rest, self.stderr = out, err.decode()
        return self.process.returncode


class OpenSsl:
    """`openssl s_server` on a free port."""

    def __init__(self, certificate, key, *arguments):
        self.arguments = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate,
                          "-key", key, *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, stdin=subprocess.PIPE)
        while True:
            line = read_line(self.process.stdout).decode()
            assert line, "openssl s_server did not start"
            if line.startswith("ACCEPT"):
                self.port = int(line.rsplit(":", 1)[1])
                self.host = f"localhost:{self.port}"
                return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Peer:
    """A server in this process: `behave(connection)` runs for each connection, in a thread."""

    def __init__(self, behave):
        self.behave = behave
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.host = f"localhost:{self.port}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(PATIENCE)
            threading.Thread(target=self.attend, args=(connection,), daemon=True).start()

    def attend(self, connection):
        with connection:
            try:
                self.behave(connection)
            except OSError:
                pass  # the client left first


class HttpPeer(Peer):
    """A TLS server by OpenSSL, through Python, that answers one request with `response`.

    Without `goodbye` it closes the transport without close_notify."""

    def __init__(self, pki, response, goodbye=True):
        super().__init__(self.answer)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pki.path("good.pem"), pki.path("good.key"))
        self.response = response
        self.goodbye = goodbye
        self.request = b""

    def answer(self, connection):
        with self.context.wrap_socket(connection, server_side=True) as tls:
            while b"\r\n\r\n" not in self.request:
                self.request += tls.recv(4096)
            tls.sendall(self.response)
            if self.goodbye:
                tls.unwrap()
                return
            tls.shutdown(socket.SHUT_WR)  # of the transport: no close_notify
            while tls.recv(4096):  # unread bytes would make this end a reset
                pass


def closed_port():
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def connect_tls(port, ca, name="localhost", alpn=()):
    """A client by OpenSSL, through Python."""
    context = ssl.create_default_context(cafile=ca)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    raw = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    return context.wrap_socket(raw, server_hostname=name, suppress_ragged_eofs=False)


def read_to_end(tls):
    """All that comes, and whether close_notify ended it."""
    data = b""
    while True:
        try:
            piece = tls.recv(65536)
        except ssl.SSLEOFError:
            return data, False
        if not piece:
            return data, True
        data += piece
