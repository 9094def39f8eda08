"""Client certificates both ways, with our key in a token of SoftHSM: the example against OpenSSL,
GnuTLS, Go and tlscli. Exits 77 where there is no SoftHSM."""
import glob
import os
import shutil
import subprocess
import sys
import unittest

from support import OK, PATIENCE, OpenSsl, Pki, Server, closed_port, read_line

PROGRAM = os.path.join(os.environ["EXAMPLES"], "example_pkcs11")
GO_SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop", "go")
MODULES = (glob.glob("/usr/lib/softhsm/libsofthsm2.so") +
           glob.glob("/usr/lib/*/softhsm/libsofthsm2.so") +
           glob.glob("/usr/local/lib/softhsm/libsofthsm2.so"))
TOKEN, PIN = "nacre test", "1234"
GENERATED, IMPORTED = "generated", "imported"  # both the keys' labels and their files' names
SCHEMES = {GENERATED: "ecdsa_secp256r1_sha256", IMPORTED: "rsa_pss_rsae_sha256"}
LEAF = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:localhost
"""
TLS13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3"


def go_program():
    return shutil.which("go") or shutil.which("/usr/local/go/bin/go")


def do(*arguments):
    """Runs a program that must end well."""
    done = subprocess.run(list(map(str, arguments)), capture_output=True, timeout=PATIENCE,
                          check=False)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


class Token(Pki):
    """A token with a P-256 key that was made in it, and an RSA key that was brought."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.mkdir(cls.path("tokens"))
        with open(cls.path("softhsm2.conf"), "w", encoding="ascii") as file:
            file.write(f"directories.tokendir = {cls.path('tokens')}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = cls.path("softhsm2.conf")
        os.environ["PIN"] = PIN
        do("softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", PIN, "--pin",
           PIN)
        cls.generate()
        cls.bring()
        cls.issue("client", "visitor", "--issuer", cls.path("root"), "visitor")
        cls.issue("client", "stranger", "--issuer", cls.path("other"), "stranger")

    @classmethod
    def pkcs11_tool(cls, *arguments):
        return do("pkcs11-tool", "--module", MODULES[0], "--token-label", TOKEN, "--login",
                  "--pin", PIN, "--label", GENERATED, *arguments)

    @classmethod
    def generate(cls):
        cls.pkcs11_tool("--keypairgen", "--key-type", "EC:prime256v1", "--usage-sign", "--id", "01")
        cls.pkcs11_tool("--read-object", "--type", "pubkey", "--output-file", cls.path("spki.der"))
        do("openssl", "pkey", "-pubin", "-inform", "DER", "-in", cls.path("spki.der"), "-out",
           cls.path("spki.pem"))
        with open(cls.path("leaf.ext"), "w", encoding="ascii") as file:
            file.write(LEAF)
        do("openssl", "x509", "-new", "-force_pubkey", cls.path("spki.pem"), "-subj",
           "/CN=localhost", "-CA", cls.path("root.pem"), "-CAkey", cls.path("root.key"), "-days",
           "2", "-extfile", cls.path("leaf.ext"), "-out", cls.path(GENERATED + ".pem"))

    @classmethod
    def bring(cls):
        """For a server."""
        cls.leaf(IMPORTED, "--type", "rsa2048")
        do("softhsm2-util", "--import", cls.path(IMPORTED + ".key"), "--token", TOKEN, "--label",
           IMPORTED, "--id", "02", "--pin", PIN)
        os.remove(cls.path(IMPORTED + ".key"))

    def start(self, key, *where, ca=None):
        """The example, in the role and place of `where`."""
        return subprocess.Popen(
            [PROGRAM, *map(str, where), MODULES[0], TOKEN, key, self.path(key + ".pem"),
             ca or self.ca], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    @classmethod
    def go_peer(cls):
        if not go_program():
            raise unittest.SkipTest("no Go here")
        program = cls.path("go-peer")
        if not os.path.exists(program):
            subprocess.run([go_program(), "build", "-o", program, "."], cwd=GO_SOURCE, check=True,
                           timeout=300, env=dict(os.environ, GOTOOLCHAIN="local",
                                                 GOFLAGS="-buildvcs=false"))
        return program


class TokenServer(Token):
    """The server's key is in the token, and clients show a certificate."""

    def serve(self, key, *client, code=0):
        """The example's exit code is `code`. Returns the client's exit code and what it said."""
        server = self.start(key, "server", 0)
        try:
            port = read_line(server.stdout).rsplit(b" ", 1)[1].strip().decode()
            done = subprocess.run([str(word).replace("PORT", port) for word in client],
                                  input=b"hello\n", capture_output=True, timeout=PATIENCE,
                                  check=False)
            _, said = server.communicate(timeout=PATIENCE)
        finally:
            server.kill()
            server.communicate()
        self.assertEqual(server.returncode, code, (said, done))
        self.assertIn("the token signed with " + SCHEMES[key], said.decode())
        return done.returncode, done.stdout

    def test_openssl(self):
        for key in SCHEMES:
            with self.subTest(key=key):
                code, out = self.serve(
                    key, "openssl", "s_client", "-connect", "127.0.0.1:PORT", "-servername",
                    "localhost", "-verify_hostname", "localhost", "-verify_return_error",
                    "-CAfile", self.ca, "-ign_eof", *self.pair_of_openssl("visitor"))
                self.assertEqual(code, 0)
                self.assertIn(b"Verify return code: 0 (ok)", out)
                self.assertIn(b"\nhello\n", out)

    def pair_of_openssl(self, name):
        return "-cert", self.path(name + ".pem"), "-key", self.path(name + ".key")

    def test_gnutls(self):
        for key in SCHEMES:
            with self.subTest(key=key):
                code, out = self.serve(
                    key, "gnutls-cli", "--x509cafile", self.ca, "--priority", TLS13, "--port",
                    "PORT", "--sni-hostname", "localhost", "--verify-hostname", "localhost",
                    "--x509certfile", self.path("visitor.pem"), "--x509keyfile",
                    self.path("visitor.key"), "127.0.0.1")
                self.assertEqual(code, 0)
                self.assertIn(b"\nhello\n", out)

    def test_go(self):
        program = self.go_peer()
        for key in SCHEMES:
            with self.subTest(key=key):
                self.assertEqual(
                    self.serve(key, program, "-connect", "127.0.0.1:PORT", "-ca", self.ca,
                               "-cert", self.path("visitor.pem"), "-key",
                               self.path("visitor.key")), (0, b"hello\n"))

    def test_tlscli(self):
        for key in SCHEMES:
            with self.subTest(key=key):
                self.assertEqual(
                    self.serve(key, os.environ["TLSCLI"], "connect", "localhost:PORT", "--ca",
                               self.ca, *self.pair("visitor")), (0, b"hello\n"))

    def test_without_a_certificate_that_is_known(self):
        for pair in ((), self.pair("stranger")):
            with self.subTest(pair=pair):
                code, out = self.serve(GENERATED, os.environ["TLSCLI"], "connect",
                                       "localhost:PORT", "--ca", self.ca, *pair, code=1)
                self.assertNotEqual(code, 0)
                self.assertEqual(out, b"")


class TokenClient(Token):
    """The client's key is in the token, and servers ask for its certificate."""

    def visit(self, port, answer=b"hello\n"):
        client = self.start(GENERATED, "client", "localhost", port)
        try:
            out, said = client.communicate(timeout=PATIENCE)
        finally:
            client.kill()
            client.communicate()
        self.assertEqual((client.returncode, out), (0, answer), said)
        self.assertIn("the token signed with " + SCHEMES[GENERATED], said.decode())

    def refuse(self, ca, port, *more):
        client = self.start(GENERATED, "client", "localhost", port, ca=ca)
        try:
            out, _ = client.communicate(timeout=PATIENCE)
        finally:
            client.kill()
            client.communicate()
        self.assertEqual((client.returncode, out), (1, b""), more)

    def test_openssl(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-Verify", "3",
                     "-verify_return_error", "-CAfile", self.ca, "-rev") as server:
            self.visit(server.port, b"olleh\n")
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-Verify", "3",
                     "-verify_return_error", "-CAfile", self.path("other.pem"),
                     "-rev") as server:
            self.refuse(self.ca, server.port)  # a server that does not know our authority

    def test_gnutls(self):
        port = closed_port()
        server = subprocess.Popen(
            ["gnutls-serv", "--echo", "--port", str(port), "--require-client-cert",
             "--verify-client-cert", "--x509cafile", self.ca, "--x509certfile",
             self.path("good.pem"), "--x509keyfile", self.path("good.key"), "--priority", TLS13],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            while b"listening on" not in (line := read_line(server.stdout)):
                self.assertTrue(line, "gnutls-serv did not start")
            self.visit(port)
        finally:
            server.kill()
            server.communicate()

    def test_go(self):
        port = closed_port()
        server = subprocess.Popen(
            [self.go_peer(), "-listen", f"127.0.0.1:{port}", "-echo", "-cert",
             self.path("good.pem"), "-key", self.path("good.key"), "-client-ca", self.ca],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.assertEqual(read_line(server.stderr), b"listening\n")
            self.visit(port)
        finally:
            server.kill()
            server.communicate()

    def test_tlscli(self):
        with Server(*self.pair("good"), "--client-auth", "required", "--client-ca",
                    self.ca) as server:
            self.visit(server.port)

    def test_wrong_pin_and_wrong_names(self):
        for words, pin in (((TOKEN, GENERATED), "4321"), (("another", GENERATED), PIN),
                           ((TOKEN, "another"), PIN)):
            with self.subTest(words=words, pin=pin):
                done = subprocess.run(
                    [PROGRAM, "client", "localhost", "1", MODULES[0], *words,
                     self.path(GENERATED + ".pem"), self.ca], capture_output=True,
                    timeout=PATIENCE, check=False, env=dict(os.environ, PIN=pin))
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr, b"the private key did not sign\n")


if __name__ == "__main__":
    lacking = [what for what, found in (("libsofthsm2.so", MODULES),
                                        ("softhsm2-util", shutil.which("softhsm2-util")),
                                        ("pkcs11-tool", shutil.which("pkcs11-tool"))) if not found]
    if lacking:
        print("skipped: there is no", " and no ".join(lacking))
        sys.exit(77)
    unittest.main()
