"""Every exit code, provoked by the real thing, and a text of its own for each cause."""
import socket
import subprocess
import time
import unittest

from support import (APPLICATION, BAD_TIME, HANDSHAKE, NOT_TLS13, NOT_TRUSTED, OK, PATIENCE,
                     TIMEOUT, UNREACHABLE, USAGE, WRONG_NAME, OpenSsl, Peer, Pki, Server, closed_port,
                     tlscli)


class ExitCodes(Pki):
    def probe(self, code, target, *arguments):
        return self.fails(code, "connect", "--probe", target, *arguments)

    def test_0_a_handshake_that_works(self):
        with Server(*self.pair("good")) as server:
            self.run_tool(OK, "connect", "--probe", f"localhost:{server.port}", "--ca", self.ca)

    def test_0_with_openssl_as_the_server(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3", "-www") as server:
            done = self.run_tool(OK, "get", f"https://{server.host}/", "--ca", self.ca)
            self.assertIn(b"TLSv1.3", done.stdout)

    def test_2_usage(self):
        cases = [
            ([], "subcommand"),
            (["connect"], "peer is required"),
            (["connect", "--no-such-flag", "localhost"], "--no-such-flag"),
            (["connect", "localhost:99999"], "HOST:PORT"),
            (["connect", "localhost", "--ca", "/nonexistent/ca.pem"], "/nonexistent/ca.pem"),
            (["connect", "localhost", "--groups", "rot13"], "rot13"),
            (["connect", "localhost", "--suites", "TLS_NULL"], "TLS_NULL"),
            (["connect", "localhost", "--sigalgs", "md5"], "md5"),
            (["connect", "localhost", "--pin", "1234"], "1234"),
            (["connect", "localhost", "--timeout", "-1"], "timeout"),
            (["connect", "localhost", "--cert", self.path("good.pem")], "pairs"),
            (["server", "--client-auth", "required"], "client-ca"),
            (["server", "--client-auth", "perhaps", "--client-ca", self.ca], "perhaps"),
            (["connect", "localhost:1", "--name", "no name", "--ca", self.ca], "no name"),
            (["get", "http://localhost/"], "https"),
            (["get", "localhost"], "URL"),
            (["server", "--cert", self.path("good.pem")], "pairs"),
            (["server", "--once", "--count", "2"], "once"),
            (["server", "--cert", self.path("good.pem"), "--key", self.path("root.key")],
             "good.pem"),
            (["server", "--listen", "localhost"], "HOST:PORT"),
            (["cert", "check", self.path("good.pem"), "--ca", self.ca], "--host"),
            (["cert", "check", self.path("good.key"), "--ca", self.ca, "--host", "a"],
             "certificate"),
        ]
        for arguments, word in cases:
            with self.subTest(arguments=arguments):
                error = self.fails(USAGE, *arguments)
                self.assertIn(word, error["what"] + error["try"])

    def test_3_nothing_listens(self):
        error = self.probe(UNREACHABLE, f"localhost:{closed_port()}", "--ca", self.ca)
        self.assertEqual(error["cause"], "connection_refused")
        self.assertIn("nothing listens", error["what"])

    def test_3_no_such_host(self):
        error = self.probe(UNREACHABLE, "no-such-host.invalid:443", "--ca", self.ca)
        self.assertEqual(error["cause"], "name_not_found")

    def test_3_the_address_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            error = self.fails(UNREACHABLE, "server", "--listen", f"127.0.0.1:{port}")
            self.assertIn("in use", error["what"])

    def test_4_a_server_that_stays_silent(self):
        with Peer(lambda connection: connection.recv(1) and time.sleep(30)) as peer:
            start = time.monotonic()
            error = self.probe(TIMEOUT, peer.host, "--ca", self.ca, "--timeout", "0.5")
            self.assertLess(time.monotonic() - start, 10)
            self.assertEqual(error["cause"], "timed_out")

    def test_4_a_server_that_never_finishes_its_first_record(self):
        def drip(connection):
            for byte in b"\x16\x03\x03\x40\x00" + bytes(100):
                connection.sendall(bytes([byte]))
                time.sleep(0.1)

        with Peer(drip) as peer:
            start = time.monotonic()
            self.probe(TIMEOUT, peer.host, "--ca", self.ca, "--timeout", "1")
            self.assertLess(time.monotonic() - start, 8)

    def test_5_openssl_that_speaks_tls_1_2_alone(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_2") as server:
            error = self.probe(NOT_TLS13, server.host, "--ca", self.ca)
            self.assertEqual(error["cause"], "alert_protocol_version")
            self.assertIn("TLS 1.3", error["what"])

    def test_5_a_server_hello_of_tls_1_2(self):
        def answer(connection):
            hello = connection.recv(16384)
            session_id = hello[43:44 + hello[43]]
            body = b"\x03\x03" + bytes(range(32)) + session_id + b"\xc0\x2f\x00"
            message = b"\x02" + len(body).to_bytes(3, "big") + body
            connection.sendall(b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message)
            connection.recv(1024)

        with Peer(answer) as peer:
            error = self.probe(NOT_TLS13, peer.host, "--ca", self.ca)
            self.assertEqual(error["cause"], "tls13_not_selected")
            self.assertIn("TLS 1.2 or older", error["what"])

    def test_5_a_port_that_speaks_plain_text(self):
        with Peer(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")) as peer:
            error = self.probe(NOT_TLS13, peer.host, "--ca", self.ca)
            self.assertEqual(error["cause"], "not_tls")
            self.assertIn("SSH-2.0", " ".join(error["why"]))

    def test_5_a_port_that_speaks_plain_http(self):
        def refuse(connection):
            connection.recv(16384)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        with Peer(refuse) as peer:
            error = self.probe(NOT_TLS13, peer.host, "--ca", self.ca)
            self.assertIn("plain HTTP", error["what"])

    def test_6_nothing_in_common(self):
        with Server(*self.pair("good"), "--groups", "secp521r1", "--suites",
                    "TLS_AES_256_GCM_SHA384") as server:
            target = f"localhost:{server.port}"
            error = self.probe(HANDSHAKE, target, "--ca", self.ca, "--groups", "x25519")
            self.assertEqual(error["cause"], "alert_handshake_failure")
            self.assertIn("x25519", error["try"])
            self.probe(HANDSHAKE, target, "--ca", self.ca, "--suites",
                       "TLS_AES_128_GCM_SHA256")
            self.run_tool(OK, "connect", "--probe", target, "--ca", self.ca)

    def test_6_no_application_protocol_in_common(self):
        with Server(*self.pair("good"), "--alpn", "h2") as server:
            error = self.probe(HANDSHAKE, f"localhost:{server.port}", "--ca", self.ca, "--alpn",
                               "http/1.1")
            self.assertEqual(error["cause"], "alert_no_application_protocol")
            self.assertIn("ALPN", error["what"])

    def test_6_a_server_that_hangs_up(self):
        with Peer(lambda connection: connection.recv(16384)) as peer:
            error = self.probe(HANDSHAKE, peer.host, "--ca", self.ca)
            self.assertEqual(error["cause"], "truncated_stream")

    def test_6_of_the_server_whose_client_does_not_trust_it(self):
        with Server(*self.pair("good"), "--once") as server:
            tlscli("connect", "--probe", f"localhost:{server.port}", "--ca",
                   self.path("other.pem"))
            self.assertEqual(server.wait(), HANDSHAKE)
            self.assertIn("does not trust", server.stderr)

    def test_7_8_9_each_with_a_text_of_its_own(self):
        day = 24 * 3600
        now = int(time.time())
        self.leaf("expired", "--start", now - 10 * day, "--days", 2)
        self.leaf("early", "--start", now + 10 * day)
        self.leaf("below", issuer="middle")
        with open(self.path("bare.pem"), "w", encoding="ascii") as bare:
            bare.write(self.read("below.pem").split("-----END")[0] + "-----END CERTIFICATE-----\n")
        self.issue("client", "wrong-side", "--issuer", self.path("root"), "localhost")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=self", "-addext",
                        "subjectAltName=DNS:localhost", "-addext", "keyUsage=digitalSignature",
                        "-keyout", self.path("self.key"), "-out", self.path("self.pem")],
                       check=True, capture_output=True, timeout=PATIENCE)
        below = ["--cert", self.path("bare.pem"), "--key", self.path("below.key")]
        other = ["--ca", self.path("other.pem")]
        trusted = ["--ca", self.ca]
        cases = [
            (self.pair("good"), other, NOT_TRUSTED, "unknown_issuer", "--ca"),
            (below, trusted, NOT_TRUSTED, "missing_intermediate", "whole chain"),
            (self.pair("self"), other, NOT_TRUSTED, "untrusted_self_signed", "self-signed"),
            (self.pair("wrong-side"), trusted, NOT_TRUSTED, "certificate_wrong_purpose",
             "serverAuth"),
            (self.pair("good"), trusted + ["--pin", "00" * 32], NOT_TRUSTED, "pin_mismatch",
             "--pin"),
            (self.pair("good"), trusted + ["--name", "example.org"], WRONG_NAME,
             "certificate_wrong_name", "localhost"),
            (self.pair("expired"), trusted, BAD_TIME, "certificate_expired", "expired"),
            (self.pair("early"), trusted, BAD_TIME, "certificate_not_yet_valid", "not valid yet"),
        ]
        texts = set()
        for presented, flags, code, cause, word in cases:
            with self.subTest(cause=cause), Server(*presented) as server:
                error = self.probe(code, f"localhost:{server.port}", *flags)
                self.assertEqual(error["cause"], cause)
                self.assertIn(word, " ".join([error["what"], error["try"], *error["why"]]))
                texts.add(error["what"])
        self.assertEqual(len(texts), len(cases))

    def test_7_is_not_reached_by_a_chain_with_its_intermediate(self):
        self.leaf("whole", issuer="middle")
        with Server(*self.pair("whole")) as server:
            self.run_tool(OK, "connect", "--probe", f"localhost:{server.port}", "--ca", self.ca)

    def test_11_an_error_page(self):
        with Server("--file", self.directory) as server:
            error = self.fails(APPLICATION, "get", "--ca", server.ca,
                               f"https://localhost:{server.port}/missing")
            self.assertEqual(error["cause"], "http_status")
            self.assertIn("404", error["what"])


if __name__ == "__main__":
    unittest.main()
