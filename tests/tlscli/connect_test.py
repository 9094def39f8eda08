"""`tlscli connect`: both directions at once, each side closing when it likes."""
import os
import ssl
import threading
import unittest

from support import APPLICATION, OK, PATIENCE, HttpPeer, OpenSsl, Pki, Server, answer


class Connect(Pki):
    def test_pipes_what_is_larger_than_all_buffers(self):
        data = os.urandom(3_000_000)
        with Server(*self.pair("good")) as server:
            done = self.run_tool(OK, "connect", f"localhost:{server.port}", "--ca", self.ca,
                                 stdin=data)
            self.assertEqual(done.stdout, data)
            self.assertEqual(done.stderr, b"")

    def test_reads_on_after_its_input_has_ended(self):
        class Late(HttpPeer):
            """Answers only once the client has closed its half."""

            def answer(self, connection):
                with self.context.wrap_socket(connection, server_side=True) as tls:
                    heard = b""
                    while piece := tls.recv(100):
                        heard += piece
                    tls.sendall(b"heard " + heard)
                    tls.unwrap()

        with Late(self, b"") as peer:
            done = self.run_tool(OK, "connect", peer.host, "--ca", self.ca, stdin=b"the end")
            self.assertEqual(done.stdout, b"heard the end")

    def test_goes_on_sending_after_the_peer_has_closed_its_half(self):
        heard = []
        ended = threading.Event()

        class Early(HttpPeer):
            """Closes its half at once with close_notify, and reads on."""

            def answer(self, connection):
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                tls = self.context.wrap_bio(incoming, outgoing, server_side=True)

                def drive(step):
                    while True:
                        try:
                            result = step()
                            connection.sendall(outgoing.read())
                            return result
                        except ssl.SSLWantReadError:
                            connection.sendall(outgoing.read())
                            heard.append(connection.recv(65536))
                            incoming.write(heard[-1])

                drive(tls.do_handshake)
                tls.write(b"first word")
                connection.sendall(outgoing.read())
                try:
                    tls.unwrap()
                except ssl.SSLError:
                    pass  # no close_notify has come, or data has: ours is written all the same
                connection.sendall(outgoing.read())
                while piece := connection.recv(65536):
                    heard.append(piece)
                ended.set()

        with Early(self, b"") as peer:
            done = self.run_tool(OK, "connect", peer.host, "--ca", self.ca, stdin=b"x" * 100_000)
            self.assertEqual(done.stdout, b"first word")
            self.assertTrue(ended.wait(PATIENCE))
        wire = b"".join(heard)
        hello_size = 5 + int.from_bytes(wire[3:5], "big")
        self.assertGreater(len(wire), hello_size + 100_000)

    def test_data_that_is_cut_short_is_an_error(self):
        with HttpPeer(self, b"half of", goodbye=False) as peer:
            done = self.run_tool(APPLICATION, "connect", peer.host, "--ca", self.ca,
                                 stdin=b"\r\n\r\n")
            self.assertEqual(done.stdout, b"half of")
            self.assertIn(b"cut the data short", done.stderr)

    def test_talks_to_openssl(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3", "-rev") as server:
            done = self.run_tool(OK, "connect", server.host, "--ca", self.ca, stdin=b"nacre\n")
            self.assertEqual(done.stdout, b"ercan\n")

    def test_probe_reports_what_was_agreed(self):
        with Server(*self.pair("good"), "--alpn", "a,b") as server:
            target = f"localhost:{server.port}"
            flags = ["--ca", self.ca, "--probe", target, "--alpn", "c,b"]
            text = self.run_tool(OK, "connect", *flags).stdout.decode()
            told = answer(self.run_tool(OK, "connect", *flags, "--json"))["connection"]
        for key in ("suite", "group", "signature", "alpn", "peer", "address"):
            self.assertIn(told[key], text)
        self.assertEqual(told["alpn"], "b")
        self.assertEqual(told["group"], "X25519MLKEM768")
        self.assertEqual(told["chain"][0]["dns_names"], ["localhost"])
        self.assertEqual(told["chain"][0]["ip_addresses"], ["127.0.0.1"])

    def test_groups_and_suites_are_as_asked(self):
        with Server(*self.pair("good")) as server:
            target = f"localhost:{server.port}"
            for group in ("x25519", "secp256r1", "secp384r1", "secp521r1", "X25519MLKEM768",
                          "SecP256r1MLKEM768", "SecP384r1MLKEM1024"):
                for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                              "TLS_CHACHA20_POLY1305_SHA256"):
                    with self.subTest(group=group, suite=suite):
                        told = answer(self.run_tool(
                            OK, "connect", "--probe", target, "--ca", self.ca, "--groups", group,
                            "--suites", suite, "--json"))["connection"]
                        self.assertEqual(told["group"].lower(), group.lower())
                        self.assertEqual(told["suite"], suite)
                        self.assertFalse(told["retried"])

    def test_a_retry_is_told(self):
        with Server(*self.pair("good"), "--groups", "secp384r1") as server:
            told = answer(self.run_tool(OK, "connect", "--probe", f"localhost:{server.port}",
                                        "--ca", self.ca, "--json"))["connection"]
            self.assertTrue(told["retried"])
            self.assertEqual(told["group"], "secp384r1")

    def test_a_pin_that_fits_and_a_name_other_than_the_host(self):
        shown = answer(self.run_tool(OK, "cert", "show", self.path("good.pem"), "--json"))
        pin = shown["certificates"][0]["spki_sha256"]
        with Server(*self.pair("good")) as server:
            self.run_tool(OK, "connect", "--probe", server.host, "--ca", self.ca, "--pin", pin,
                          "--name", "localhost")

    def test_insecure_believes_anyone_and_says_so(self):
        with Server(*self.pair("good")) as server:
            done = self.run_tool(OK, "connect", "--probe", f"localhost:{server.port}",
                                 "--insecure", "--name", "example.org")
            self.assertIn(b"--insecure", done.stderr)


if __name__ == "__main__":
    unittest.main()
