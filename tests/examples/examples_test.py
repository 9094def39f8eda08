"""Runs the examples against each other and against tlscli."""
import base64
import concurrent.futures
import glob
import os
import socket
import subprocess
import unittest

from support import OK, PATIENCE, Pki, Server, read_line, tlscli

EXAMPLES = os.environ["EXAMPLES"]
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")


def run(name, *arguments, stdin=b""):
    """Runs an example to its end: the exit code, stdout, stderr."""
    done = subprocess.run([os.path.join(EXAMPLES, "example_" + name), *map(str, arguments)],
                          input=stdin, capture_output=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


class Listening:
    """An example that prints "listening on port P", until the end of a with statement."""

    def __init__(self, name, *arguments):
        self.arguments = [os.path.join(EXAMPLES, "example_" + name), *map(str, arguments)]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE)
        self.port = int(read_line(self.process.stdout).rsplit(b" ", 1)[1])
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Examples(Pki):
    def files(self, name):
        return self.path(name + ".pem"), self.path(name + ".key")

    def test_each_is_short(self):
        sources = glob.glob(os.path.join(SOURCES, "*.[ch]*"))
        self.assertGreaterEqual(len(sources), 5)
        longer = {"pkcs11_key.h": 140, "signing_pool.cpp": 180, "signing_process.cpp": 155}
        for source in sources:
            with self.subTest(source=source), open(source, encoding="utf-8") as file:
                bound = longer.get(os.path.basename(source), 65)
                self.assertLessEqual(len(file.readlines()), bound)

    def test_echo_client_and_server(self):
        with Listening("echo_server", 0, *self.files("good")) as server:
            for _ in range(2):
                self.assertEqual(run("echo_client", "localhost", server.port, self.ca,
                                     stdin=b"one\ntwo\n"), (0, b"one\ntwo\n", ""))
            code, _, error = run("echo_client", "localhost", server.port,
                                 self.path("other.pem"), stdin=b"x\n")
            self.assertEqual(code, 1)
            self.assertIn("echo_client: ", error)
            self.assertEqual(run("echo_client", "localhost", server.port, self.ca,
                                 stdin=b"still here\n")[0], 0)

    def test_echo_client_with_tlscli(self):
        with Server(*self.pair("good"), "--alpn", "echo") as server:
            line = b"x" * 20000 + b"\n"
            self.assertEqual(run("echo_client", "localhost", server.port, self.ca, stdin=line),
                             (0, line, ""))

    def test_poll_echo(self):
        data = b"".join(b"line %d\n" % n for n in range(3000))
        with Listening("echo_server", 0, *self.files("good")) as server:
            self.assertEqual(run("poll_echo", "localhost", server.port, self.ca, stdin=data),
                             (0, data, ""))
        with Server(*self.pair("good")) as server:
            self.assertEqual(run("poll_echo", "localhost", server.port, self.ca, stdin=data),
                             (0, data, ""))
            self.assertEqual(run("poll_echo", "localhost", server.port,
                                 self.path("other.pem"))[0], 1)

    def test_https_get(self):
        with Server(*self.pair("good"), "--www") as server:
            code, out, error = run("https_get", "localhost", server.port, "/", self.ca)
            self.assertEqual((code, error), (0, ""))
            self.assertTrue(out.startswith(b"HTTP/1.1 200 OK\r\n"))
            self.assertTrue(out.endswith(b"</html>\n"))

    def test_ech_get_tries_again_with_the_keys_that_the_server_has(self):
        lists = []
        for name in ("now", "before"):
            done = tlscli("cert", "ech", "--public-name", "localhost", "--config-id", 1,
                          "--out", self.path(name + ".ech"))
            self.assertEqual(done.returncode, OK)
            lists.append(base64.b64decode(done.stdout, validate=False))
        for number, configs in enumerate(lists):
            with open(self.path(f"{number}.list"), "wb") as file:
                file.write(configs)
        with Server(*self.pair("good"), "--www", "--ech-key", self.path("now.ech")) as server:
            for number in range(2):
                code, out, error = run("ech_get", "localhost", server.port, "/",
                                       self.path(f"{number}.list"), self.ca)
                self.assertEqual((code, error), (0, ""))
                self.assertRegex(out.decode(), r"ECH</th><td>accepted")
        with Server(*self.pair("good"), "--www") as server:
            code, _, error = run("ech_get", "localhost", server.port, "/", self.path("0.list"),
                                 self.ca)
            self.assertEqual(code, 1)
            self.assertIn("the server did not take the encrypted ClientHello", error)

    @unittest.skipUnless(os.path.exists(os.path.join(EXAMPLES, "example_c_client")), "not built")
    def test_c_client(self):
        with Server(*self.pair("good"), "--www") as server:
            code, out, error = run("c_client", "localhost", server.port, self.ca)
            self.assertEqual(code, 0, error)
            self.assertIn("X25519MLKEM768", error)
            self.assertTrue(out.endswith(b"</html>\n"))
            code, _, error = run("c_client", "localhost", server.port, self.path("other.pem"))
            self.assertEqual(code, 1)
            self.assertIn("unknown_issuer", error)

    def test_external_signer(self):
        chain, key = self.files("good")
        command = f"openssl dgst -sha256 -sign {key}"
        with Listening("external_signer", 0, chain, command) as server:
            done = self.run_tool(OK, "connect", f"localhost:{server.port}", "--ca", self.ca)
            self.assertEqual(done.stdout, b"signed elsewhere\n")
            self.assertEqual(read_line(server.process.stdout),
                             b"signed with ecdsa_secp256r1_sha256\n")

    def test_external_signer_that_fails(self):
        with Listening("external_signer", 0, self.files("good")[0], "false") as server:
            self.fails(6, "connect", "--probe", f"localhost:{server.port}", "--ca", self.ca)
            self.assertEqual(server.process.wait(PATIENCE), 1)

    def visit(self, port):
        return self.run_tool(OK, "connect", f"localhost:{port}", "--ca", self.ca).stdout

    def test_signing_process(self):
        chain, key = self.files("good")
        name = self.path("signer")
        with Listening("signing_process", "serve", name, chain, 0) as server:
            where = ("connect", "--probe", f"localhost:{server.port}", "--ca", self.ca)
            self.fails(6, *where)  # nobody has the key yet
            keeper = subprocess.Popen([os.path.join(EXAMPLES, "example_signing_process"), "keep",
                                       name, chain, key], stdout=subprocess.PIPE)
            try:
                self.assertEqual(read_line(keeper.stdout), b"keeping the key\n")
                self.assertEqual(os.stat(name).st_mode & 0o077, 0)
                self.assertEqual(self.visit(server.port), b"signed in another process\n")
                self.assertEqual(read_line(keeper.stdout), b"signed\n")
                self.ask_amiss(name)
                self.assertEqual(read_line(keeper.stdout), b"refused\n")
                self.assertEqual(self.visit(server.port), b"signed in another process\n")
            finally:
                keeper.kill()
                keeper.communicate()
            self.fails(6, *where)

    def ask_amiss(self, name):
        """Asks for the signature of what is no CertificateVerify, and for more than there may be."""
        for request, answer in ((b"\0\x0a\x04\x03anything", b"\0\0"), (b"\xff\xff", b"")):
            with socket.socket(socket.AF_UNIX) as signer:
                signer.settimeout(PATIENCE)
                signer.connect(name)
                signer.sendall(request)
                self.assertEqual(signer.recv(2), answer)

    def test_signing_pool(self):
        self.leaf("rsa", "--type", "rsa2048")
        with Listening("signing_pool", 0, *self.files("rsa"), 3) as server, \
                socket.create_connection(("127.0.0.1", server.port)):  # who says nothing
            with concurrent.futures.ThreadPoolExecutor(8) as visitors:
                answers = list(visitors.map(self.visit, [server.port] * 24))
            self.assertEqual(answers, [b"signed by a thread\n"] * 24)
            with socket.create_connection(("127.0.0.1", server.port)) as rude:
                rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
                rude.settimeout(PATIENCE)
                self.assertEqual(rude.recv(100)[:1], b"\x15")  # an alert
            self.assertEqual(self.visit(server.port), b"signed by a thread\n")


if __name__ == "__main__":
    unittest.main()
