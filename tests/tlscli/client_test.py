"""Clients that show certificates, to our server and to OpenSSL's, and from OpenSSL's client."""
import re
import subprocess
import unittest

from support import HANDSHAKE, NOT_TRUSTED, OK, USAGE, OpenSsl, Pki, Server, answer


class Clients(Pki):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issue("client", "alice", "--issuer", cls.path("root"), "--subject", "Alice")
        cls.issue("client", "mallory", "--issuer", cls.path("other"), "--subject", "Mallory")

    def server(self, policy, *arguments):
        return Server("--www", *self.pair("good"), "--client-auth", policy, "--client-ca", self.ca,
                      *arguments)

    def request(self, server, *arguments):
        return ["get", f"https://{server.host}/", "--ca", self.ca, *arguments]

    def get(self, server, *arguments):
        return self.run_tool(OK, *self.request(server, *arguments), "--json")

    def client_on_page(self, done):
        return re.search("<tr><th>Client</th><td>([^<]*)</td>", done.stderr.decode()).group(1)

    def test_a_client_is_known_by_its_certificate(self):
        for policy in ("optional", "required"):
            with self.server(policy) as server:
                done = self.get(server, *self.pair("alice"))
                self.assertIn("Alice", self.client_on_page(done))

    def test_a_client_without_a_certificate(self):
        with self.server("optional") as server:
            self.assertEqual(self.client_on_page(self.get(server)), "not known")
        with self.server("required", "--once") as server:
            told = self.fails(HANDSHAKE, *self.request(server))
            self.assertIn("client certificate", told["what"])
            self.assertIn("--cert", told["try"])
            self.assertEqual(server.wait(), HANDSHAKE)
        self.assertIn("shows no certificate", server.stderr)

    def test_a_client_of_another_authority_is_refused(self):
        with self.server("required", "--once") as server:
            self.fails(HANDSHAKE, *self.request(server, *self.pair("mallory")))
            self.assertEqual(server.wait(), NOT_TRUSTED)
        self.assertIn("Another authority", server.stderr)

    def test_a_client_that_resumes_is_still_known(self):
        with self.server("required") as server:
            kept = self.path("alice.session")
            self.get(server, *self.pair("alice"), "--session-out", kept)
            done = self.get(server, *self.pair("alice"), "--session-in", kept)
            self.assertEqual(answer(done)["connection"]["key_source"], "session")
            self.assertIn("Alice", self.client_on_page(done))

    def test_whom_to_trust_is_said(self):
        self.run_tool(USAGE, "server", "--client-auth", "required")
        self.run_tool(USAGE, "server", "--client-ca", self.ca)

    def test_with_openssl_on_the_other_side(self):
        verify = ["-tls1_3", "-Verify", "2", "-verify_return_error", "-CAfile", self.ca, "-www"]
        with OpenSsl(self.path("good.pem"), self.path("good.key"), *verify) as server:
            done = self.get(server, *self.pair("alice"))
            self.assertIn("Alice", done.stderr.decode())
        with self.server("required") as server:
            for pair, outcome in (("alice", "Alice"), (None, "certificate required")):
                shown = [] if pair is None else ["-cert", self.path(pair + ".pem"), "-key",
                                                 self.path(pair + ".key")]
                done = subprocess.run(
                    ["openssl", "s_client", "-tls1_3", "-connect", server.host, "-CAfile", self.ca,
                     "-servername", "localhost", "-ign_eof", *shown],
                    input=b"GET / HTTP/1.0\r\n\r\n", stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, timeout=20, check=False)
                self.assertIn(outcome, done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
