"""External pre-shared keys, plain and imported, alone and beside certificates."""
import subprocess
import unittest

from support import HANDSHAKE, OK, USAGE, OpenSsl, Pki, Server, answer, tlscli

KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
OTHER = "ff" + KEY[2:]


class Psk(Pki):
    def probe(self, host, *arguments):
        done = self.run_tool(OK, "connect", "--probe", "--json", host, *arguments)
        return answer(done)["connection"]

    def test_a_key_stands_for_the_server_without_certificates(self):
        with Server("--psk", "us:" + KEY) as server:
            terms = self.probe(server.host, "--psk", "us:" + KEY)
            self.assertEqual(terms["key_source"], "external_psk")
            self.assertEqual(terms["chain"], [])
            self.assertEqual(terms["group"], "X25519MLKEM768")
            done = self.run_tool(OK, "connect", server.host, "--psk", "us:" + KEY, stdin=b"secret")
            self.assertEqual(done.stdout, b"secret")

    def test_the_command_for_clients_names_the_key_and_does_not_tell_it(self):
        with Server("--www", "--psk", "us:" + KEY, "--psk-import", "--psk-kdf", "sha384",
                    "--psk-context", "ab") as server:
            command = server.told["client_command"]
            self.assertNotIn(KEY, command)
            words = command.replace("'", "").replace("HEX", KEY).split()[1:]
            done = self.run_tool(OK, *words)
            self.assertIn(b"<td>external PSK</td>", done.stdout)

    def test_an_identity_may_have_colons(self):
        with Server("--psk", "a:b:" + KEY) as server:
            self.assertEqual(self.probe(server.host, "--psk", "a:b:" + KEY)["key_source"],
                             "external_psk")

    def test_several_keys(self):
        with Server("--psk", "one:" + KEY, "--psk", "two:" + OTHER) as server:
            for keys in (("two:" + OTHER,), ("none:" + KEY, "one:" + KEY)):
                words = [word for key in keys for word in ("--psk", key)]
                self.assertEqual(self.probe(server.host, *words)["key_source"], "external_psk")

    def test_imported_keys_fit_suites_of_both_hashes(self):
        imported = ["--psk", "us:" + KEY, "--psk-import"]
        with Server(*imported) as server:
            for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"):
                terms = self.probe(server.host, *imported, "--suites", suite)
                self.assertEqual((terms["suite"], terms["key_source"]), (suite, "external_psk"))

    def test_a_key_for_the_longer_hash(self):
        long = ["--psk", "us:" + KEY, "--psk-kdf", "sha384"]
        with Server(*long) as server:
            terms = self.probe(server.host, *long, "--suites", "TLS_AES_256_GCM_SHA384")
            self.assertEqual(terms["key_source"], "external_psk")

    def test_what_must_be_the_same_on_both_sides(self):
        cases = [
            (["us:" + KEY], ["us:" + OTHER]),
            (["us:" + KEY], ["them:" + KEY]),
            (["us:" + KEY], ["us:" + KEY, "--psk-import"]),
            (["us:" + KEY, "--psk-import"], ["us:" + KEY, "--psk-import", "--psk-context", "00"]),
            (["us:" + KEY, "--psk-import"], ["us:" + KEY, "--psk-import", "--psk-kdf", "sha384"]),
        ]
        causes = set()
        for ours, theirs in cases:
            with self.subTest(theirs=theirs), Server("--psk", *ours) as server:
                error = self.fails(HANDSHAKE, "connect", "--probe", server.host, "--psk", *theirs)
                causes.add(error["cause"])
                self.assertIn("--psk", error["try"])
                server.stop()
                self.assertIn("--psk", server.stderr)
        self.assertEqual(causes, {"alert_decrypt_error"})  # unknown and wrong look the same

    def test_a_client_without_a_key_learns_what_it_needs(self):
        with Server("--psk", "us:" + KEY) as server:
            error = self.fails(HANDSHAKE, "connect", "--probe", server.host, "--insecure")
            self.assertIn("--psk", error["try"])

    def test_a_certificate_does_not_stand_for_the_key(self):
        with Server(*self.pair("good")) as server:
            error = self.fails(HANDSHAKE, "connect", "--probe", server.host, "--psk", "us:" + KEY)
            self.assertEqual(error["cause"], "psk_declined")
            terms = self.probe(server.host, "--psk", "us:" + KEY, "--ca", self.ca)
            self.assertEqual(terms["key_source"], "certificate")

    def test_a_certificate_besides_the_key(self):
        both = ["--psk", "us:" + KEY, "--psk-certificate", "--ca", self.ca]
        with Server(*self.pair("good"), "--psk", "us:" + KEY) as server:
            terms = self.probe(server.host, *both)
            self.assertEqual(terms["key_source"], "external_psk_certificate")
            self.assertEqual(len(terms["chain"]), 1)
            error = self.fails(USAGE, "connect", "--probe", server.host, *both, "--session-out",
                               self.path("no"))
            self.assertIn("--psk-certificate", error["what"])

    def test_a_session_that_began_with_a_key(self):
        with Server("--early-data", "--psk", "us:" + KEY) as server:
            told = answer(self.run_tool(OK, "resume", "--json", server.host, "--psk", "us:" + KEY))
            self.assertEqual(told["first"]["key_source"], "external_psk")
            self.assertIs(told["resumed"], True)
            self.assertEqual(told["early_data"], "accepted")

    def test_openssl_as_server(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3", "-psk_identity", "us",
                     "-psk", KEY) as server:
            terms = self.probe(server.host, "--psk", "us:" + KEY)
            self.assertEqual(terms["key_source"], "external_psk")

    def test_openssl_as_client(self):
        with Server("--psk", "us:" + KEY) as server:
            done = subprocess.run(
                ["openssl", "s_client", "-tls1_3", "-connect", server.host, "-psk_identity", "us",
                 "-psk", KEY, "-ciphersuites", "TLS_AES_128_GCM_SHA256"],
                input=b"Q\n", capture_output=True, timeout=60, check=False)
            self.assertIn(b"Reused, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256", done.stdout)

    def test_keys_that_are_none(self):
        for text in (KEY, ":" + KEY, "us:", "us:00", "us:" + KEY[1:], "us:" + KEY[:-2] + "xy",
                     "us:" + "00" * 65):
            for command in (("connect", "localhost:1"), ("server",)):
                with self.subTest(text=text, command=command):
                    error = self.fails(USAGE, *command, "--psk", text)
                    self.assertNotIn(KEY[:-2], str(error))

    def test_options_that_need_others(self):
        for option in ("--psk-import", "--psk-certificate"):
            self.fails(USAGE, "connect", "localhost:1", option)
        self.fails(USAGE, "connect", "localhost:1", "--psk", "us:" + KEY, "--psk-context", "00")
        done = tlscli("server", "--psk", "us:" + KEY, "--psk-import", "--psk-context", "0")
        self.assertEqual(done.returncode, USAGE)


if __name__ == "__main__":
    unittest.main()
