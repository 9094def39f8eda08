"""Raw public keys, OCSP responses and revocation lists, with our own sides and with OpenSSL's and
GnuTLS's."""
import shutil
import socket
import subprocess
import time
import unittest

from support import (HANDSHAKE, NOT_TRUSTED, OK, PATIENCE, USAGE, OpenSsl, Pki, Server, answer,
                     tlscli)

GNUTLS_RAW = "NORMAL:-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK:+CTYPE-SRV-X509"


def run(*arguments, **more):
    return subprocess.run([str(each) for each in arguments], check=True, capture_output=True,
                          timeout=PATIENCE, **more)


class Compression(Pki):
    def messages(self, server, *options):
        """What a client says of the messages that pass."""
        return self.run_tool(OK, "connect", "--probe", "-v", "--ca", self.ca, "--name", "localhost",
                             *options, server.host).stderr.decode()

    def test_a_certificate_is_compressed_where_both_sides_can(self):
        with Server(*self.pair("good"), "--compress", "brotli,zlib") as server:
            for algorithms, compressed in (("brotli", True), ("zstd,zlib", True), ("zstd", False)):
                with self.subTest(algorithms=algorithms):
                    said = self.messages(server, "--compress", algorithms)
                    self.assertEqual("compressed_certificate" in said, compressed)
            self.assertNotIn("compressed_certificate", self.messages(server))

    def test_a_clients_certificate_too(self):
        self.issue("client", "someone", "--issuer", self.path("root"))
        with Server(*self.pair("good"), "--client-auth", "required", "--client-ca", self.ca,
                    "--compress", "zstd") as server:
            said = self.messages(server, *self.pair("someone"), "--compress", "zstd")
            self.assertEqual(said.count(" compressed_certificate"), 2)

    def test_unknown_algorithms_are_said(self):
        self.run_tool(USAGE, "connect", "--compress", "lzma", "localhost")


def moment(seconds):
    """As OpenSSL's index has it, so many seconds from now."""
    return time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + seconds))


class RawKeys(Pki):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaf("device", "--type", "ed25519")

    @classmethod
    def pin(cls, name):
        shown = answer(tlscli("cert", "show", cls.path(name + ".pem"), "--json"))
        return shown["certificates"][0]["spki_sha256"]

    def key(self, name):
        return self.path(name + ".key")

    def test_a_server_is_known_by_its_key(self):
        for name in ("good", "device"):
            with Server("--raw-key", self.key(name)) as server:
                self.assertIn(f"--raw-pin {self.pin(name)}", server.told["client_command"])
                done = self.run_tool(OK, "connect", "--raw-pin", self.pin(name), "--probe", "--json",
                                     server.host)
                connection = answer(done)["connection"]
                self.assertEqual(connection["raw_public_key"], self.pin(name))
                self.assertEqual(connection["chain"], [])

    def test_another_key_is_refused(self):
        with Server("--raw-key", self.key("good")) as server:
            told = self.fails(NOT_TRUSTED, "connect", "--raw-pin", self.pin("device"), server.host)
            self.assertIn("pin", told["try"])

    def test_a_side_that_takes_no_raw_keys_gets_none(self):
        with Server("--raw-key", self.key("good")) as server:
            self.fails(HANDSHAKE, "connect", "--ca", self.ca, server.host)
        with Server(*self.pair("good")) as server:
            self.fails(HANDSHAKE, "connect", "--raw-pin", self.pin("good"), server.host)
            self.run_tool(OK, "connect", "--probe", "--raw-pin", self.pin("good"), "--ca", self.ca,
                          "--name", "localhost", server.host)

    def test_a_client_is_known_by_its_key(self):
        with Server("--www", *self.pair("good"), "--client-auth", "required", "--raw-pin",
                    self.pin("device")) as server:
            request = ["get", "--ca", self.ca, "--raw-key", self.key("device"),
                       f"https://{server.host}/"]
            done = self.run_tool(OK, *request)
            self.assertIn(self.pin("device").encode(), done.stdout)
            self.fails(HANDSHAKE, *request[:3], "--raw-key", self.key("good"), request[-1])
            self.fails(HANDSHAKE, *request[:3], request[-1])

    def test_what_does_not_fit_is_said(self):
        self.run_tool(USAGE, "server", "--client-auth", "required", *self.pair("good"))
        self.run_tool(USAGE, "server", "--raw-key", self.path("good.pem"))
        self.run_tool(USAGE, "connect", "--raw-pin", "12", "localhost")

    @unittest.skipUnless(shutil.which("gnutls-cli"), "gnutls-cli is not here")
    def test_gnutls_both_ways(self):
        public = self.path("good.pub")
        run("openssl", "pkey", "-in", self.key("good"), "-pubout", "-out", public)
        with Server("--raw-key", self.key("good"), "--client-auth", "required", "--raw-pin",
                    self.pin("good"), "--www") as server:
            done = subprocess.run(
                ["gnutls-cli", "--insecure", "--priority", GNUTLS_RAW, "--rawpkkeyfile",
                 self.key("good"), "--rawpkfile", public, "-p", str(server.port), "127.0.0.1"],
                input=b"GET / HTTP/1.0\r\n\r\n", capture_output=True, timeout=PATIENCE, check=False)
            self.assertIn(self.pin("good").encode(), done.stdout,
                          done.stdout + done.stderr)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        gnutls = subprocess.Popen(
            ["gnutls-serv", "--http", "--priority", GNUTLS_RAW, "--rawpkkeyfile", self.key("good"),
             "--rawpkfile", public, "-p", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
            done = self.run_tool(OK, "get", "--raw-pin", self.pin("good"), "--json",
                                 f"https://127.0.0.1:{port}/")
            self.assertEqual(answer(done)["connection"]["raw_public_key"], self.pin("good"))
        finally:
            gnutls.kill()
            gnutls.wait()


class Revocation(Pki):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaf("taken")
        for name in ("alice", "mallory"):
            cls.issue("client", name, "--issuer", cls.path("root"), "--subject", name)
        with open(cls.path("index"), "w", encoding="ascii") as index:
            for name in ("good", "taken", "alice", "mallory"):
                revoked = f"{moment(0)},keyCompromise" if name in ("taken", "mallory") else ""
                letter = "R" if revoked else "V"
                index.write(f"{letter}\t{moment(86_400)}\t{revoked}\t{cls.serial(name)}\tunknown"
                            f"\t/CN={name}\n")
        for name in ("good", "taken"):
            run("openssl", "ocsp", "-issuer", cls.path("root.pem"), "-cert",
                cls.path(name + ".pem"), "-no_nonce", "-reqout", cls.path("request"))
            run("openssl", "ocsp", "-index", cls.path("index"), "-CA", cls.path("root.pem"),
                "-rsigner", cls.path("root.pem"), "-rkey", cls.path("root.key"), "-reqin",
                cls.path("request"), "-ndays", "1", "-respout", cls.path(name + ".ocsp"))
        with open(cls.path("ca.cnf"), "w", encoding="ascii") as settings:
            settings.write(f"[ca]\ndefault_ca = it\n[it]\ndatabase = {cls.path('index')}\n"
                           f"default_md = sha256\ndefault_crl_days = 1\n")
        run("openssl", "ca", "-gencrl", "-config", cls.path("ca.cnf"), "-cert",
            cls.path("root.pem"), "-keyfile", cls.path("root.key"), "-out", cls.path("list.crl"))

    @classmethod
    def serial(cls, name):
        done = run("openssl", "x509", "-in", cls.path(name + ".pem"), "-noout", "-serial")
        return done.stdout.decode().strip().split("=")[1]

    def connect(self, server, *arguments):
        return ["connect", "--probe", "--ca", self.ca, "--name", "localhost", *arguments,
                server.host]

    def test_a_list_refuses_what_it_names(self):
        lists = ["--crl", self.path("list.crl")]
        with Server(*self.pair("good")) as server:
            self.run_tool(OK, *self.connect(server, *lists, "--revocation", "required"))
        with Server(*self.pair("taken")) as server:
            self.run_tool(OK, *self.connect(server))
            told = self.fails(NOT_TRUSTED, *self.connect(server, *lists))
            self.assertIn("revoked", told["what"] + " ".join(told["why"]))

    def test_clients_are_looked_up_too(self):
        for name, code in (("alice", OK), ("mallory", HANDSHAKE)):
            with Server("--www", *self.pair("good"), "--client-auth", "required", "--client-ca",
                        self.ca, "--crl", self.path("list.crl")) as server:
                self.run_tool(code, "get", "--ca", self.ca, *self.pair(name),
                              f"https://{server.host}/")

    def test_a_stapled_response_is_checked(self):
        for name, code in (("good", OK), ("taken", NOT_TRUSTED)):
            with Server(*self.pair(name), "--ocsp", self.path(name + ".ocsp")) as server:
                self.run_tool(code, *self.connect(server, "--ocsp"))
                self.run_tool(OK, *self.connect(server))
        with Server(*self.pair("good"), "--ocsp", self.path("taken.ocsp")) as server:
            self.run_tool(NOT_TRUSTED, *self.connect(server, "--ocsp"))

    def test_openssl_staples_and_asks(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3", "-status_file",
                     self.path("good.ocsp")) as server:
            self.run_tool(OK, *self.connect(server, "--ocsp"))
        with OpenSsl(self.path("taken.pem"), self.path("taken.key"), "-tls1_3", "-status_file",
                     self.path("taken.ocsp")) as server:
            self.run_tool(NOT_TRUSTED, *self.connect(server, "--ocsp"))
        with Server(*self.pair("good"), "--ocsp", self.path("good.ocsp")) as server:
            done = subprocess.run(["openssl", "s_client", "-connect", server.host, "-status",
                                   "-CAfile", self.ca], input=b"", capture_output=True,
                                  timeout=PATIENCE, check=False)
            self.assertIn(b"Cert Status: good", done.stdout)

    def test_cert_check_judges_both(self):
        check = ["cert", "check", "--ca", self.ca, "--host", "localhost"]
        for name, code in (("good", OK), ("taken", NOT_TRUSTED)):
            self.run_tool(code, *check, "--ocsp", self.path(name + ".ocsp"),
                          self.path(name + ".pem"))
            self.run_tool(code, *check, "--crl", self.path("list.crl"), self.path(name + ".pem"))
        self.run_tool(USAGE, *check, "--crl", self.path("good.pem"), self.path("good.pem"))

    def test_a_list_of_no_use_is_told(self):
        check = ["cert", "check", "--ca", self.ca, "--host", "localhost", "--crl",
                 self.path("list.crl"), self.path("good.pem")]
        self.assertEqual(answer(self.run_tool(OK, *check, "--json"))["unused_lists"], [])
        later = str(int(time.time()) + 2 * 86_400)
        late = self.run_tool(OK, *check, "--time", later).stdout.decode()
        self.assertIn("not used: the list of", late)
        self.assertIn("has expired", late)


if __name__ == "__main__":
    unittest.main()
