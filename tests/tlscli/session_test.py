"""Sessions: kept in files, resumed, with early data and without."""
import os
import re
import stat
import time
import unittest

from support import APPLICATION, OK, USAGE, HttpPeer, OpenSsl, Pki, Server, answer


class Sessions(Pki):
    def probe(self, host, *arguments):
        done = self.run_tool(OK, "connect", "--probe", "--json", host, "--ca", self.ca, *arguments)
        return answer(done)["connection"], done.stderr.decode()

    def get(self, host, *arguments, path="/"):
        """What `get` says of the connection, and what the page says of it."""
        done = self.run_tool(OK, "get", "--json", f"https://{host}{path}", "--ca", self.ca,
                             *arguments)
        rows = dict(re.findall("<tr><th>([^<]*)</th><td>([^<]*)</td>", done.stderr.decode()))
        return answer(done), rows, done.stderr.decode()

    def file(self, name, content=b""):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def server(self, *arguments):
        return Server(*self.pair("good"), *arguments)

    def kept(self, server, name="session"):
        """The file of a session with `server`."""
        path = self.path(name)
        self.probe(server.host, "--session-out", path)
        return path


class Files(Sessions):
    def test_a_session_is_kept_for_its_owner_and_resumed(self):
        with self.server() as server:
            path = self.path("kept")
            first, _ = self.probe(server.host, "--session-out", path)
            self.assertEqual(first["key_source"], "certificate")
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            second, _ = self.probe(server.host, "--session-in", path)
            self.assertEqual(second["key_source"], "session")
            self.assertEqual(second["group"], "X25519MLKEM768")
            self.assertIsNone(second["signature"])
            self.assertEqual(second["early_data"], "none")

    def test_a_file_that_others_could_read_is_replaced(self):
        path = self.file("open")
        os.chmod(path, 0o644)
        with self.server() as server:
            self.probe(server.host, "--session-out", path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_a_chain_of_resumptions_through_one_file(self):
        with self.server() as server:
            path = self.kept(server)
            for _ in range(4):
                with open(path, "rb") as file:
                    before = file.read()
                terms, _ = self.probe(server.host, "--session-in", path, "--session-out", path)
                self.assertEqual(terms["key_source"], "session")
                with open(path, "rb") as file:
                    self.assertNotEqual(file.read(), before)

    def test_get_keeps_and_resumes_too(self):
        with self.server("--www") as server:
            path = self.path("get")
            _, page, _ = self.get(server.host, "--session-out", path)
            self.assertEqual(page["Keys"], "full handshake")
            told, page, _ = self.get(server.host, "--session-in", path)
            self.assertEqual(told["connection"]["key_source"], "session")
            self.assertEqual(page["Keys"], "resumed")

    def test_a_conversation_keeps_its_session(self):
        with self.server() as server:
            path = self.path("talk")
            done = self.run_tool(OK, "connect", server.host, "--ca", self.ca, "--session-out", path,
                                 stdin=b"a word")
            self.assertEqual(done.stdout, b"a word")
            terms, _ = self.probe(server.host, "--session-in", path)
            self.assertEqual(terms["key_source"], "session")

    def test_a_conversation_that_is_cut_short_keeps_its_session_too(self):
        path = self.path("cut")
        with HttpPeer(self, b"a word", goodbye=False) as peer:
            self.run_tool(APPLICATION, "connect", peer.host, "--ca", self.ca, "--session-out", path,
                          stdin=b"\r\n\r\n")
            terms, _ = self.probe(peer.host, "--session-in", path)
            self.assertEqual(terms["key_source"], "session")

    def test_a_session_is_for_those_who_are_believed_alike(self):
        with self.server() as server:
            path = self.kept(server)
            for more in (("--name", "127.0.0.1"), ("--insecure",), ("--groups", "x25519")):
                with self.subTest(more=more):
                    terms, _ = self.probe(f"localhost:{server.port}", "--session-in", path, *more)
                    self.assertEqual(terms["key_source"],
                                     "session" if more[0] == "--name" else "certificate")
            self.fails(7, "connect", "--probe", server.host, "--ca", self.path("other.pem"),
                       "--session-in", path)

    def test_files_that_are_none(self):
        self.assertEqual(self.fails(USAGE, "connect", "--probe", "localhost:1", "--session-in",
                                    self.path("nowhere"))["cause"], "file_unreadable")
        error = self.fails(USAGE, "connect", "--probe", "localhost:1", "--ca", self.ca,
                           "--session-in", self.file("garbage", b"no session at all"))
        self.assertEqual(error["cause"], "bad_session_file")
        with self.server() as server:
            error = self.fails(USAGE, "connect", "--probe", server.host, "--ca", self.ca,
                               "--session-out", self.path("no/such/place"))
            self.assertEqual(error["cause"], "file_unwritable")

    def test_a_server_without_tickets_is_not_waited_for_long(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3", "-num_tickets",
                     "0") as server:
            start = time.monotonic()
            _, told = self.probe(server.host, "--session-out", self.path("none"), "--timeout", 1)
            self.assertLess(time.monotonic() - start, 20)
            self.assertIn("no ticket came", told)


class EarlyData(Sessions):
    def test_a_request_goes_early(self):
        with self.server("--www", "--early-data") as server:
            path = self.path("early")
            self.get(server.host, "--session-out", path)
            told, page, _ = self.get(server.host, "--session-in", path, "--early-data")
            self.assertEqual(told["connection"]["early_data"], "accepted")
            self.assertEqual(page["Early data"], "accepted")

    def test_a_rejected_request_is_sent_again_and_told(self):
        keys = self.file("rejected.keys", os.urandom(48))
        path = self.path("rejected")
        with self.server("--www", "--early-data", "--ticket-keys", keys) as server:
            self.get(server.host, "--session-out", path)
            # Another process may have had these keys: nothing is taken early for a while.
            told, page, log = self.get(server.host, "--session-in", path, "--early-data")
            self.assertEqual(told["connection"]["key_source"], "session")
            self.assertEqual(told["connection"]["early_data"], "rejected")
            self.assertEqual(page["Early data"], "rejected")
            self.assertIn("the request was not taken early: the server rejected", log)

    def test_a_request_that_may_not_go_early_goes_late(self):
        with self.server("--www") as server:
            path = self.path("late")
            self.get(server.host, "--session-out", path)
            told, _, log = self.get(server.host, "--session-in", path, "--early-data")
            self.assertEqual(told["connection"]["key_source"], "session")
            self.assertEqual(told["connection"]["early_data"], "none")
            self.assertEqual(told["response"]["status"], 200)
            self.assertIn("was not taken early", log)

    def test_only_safe_methods_go_early(self):
        with self.server("--www", "--early-data") as server:
            path = self.path("methods")
            self.get(server.host, "--session-out", path)
            early = ["get", f"https://{server.host}/", "--ca", self.ca, "--session-in", path,
                     "--early-data", "--method"]
            for method in ("POST", "PUT", "DELETE", "PATCH", "CONNECT", "get", "MADEUP"):
                with self.subTest(method=method):
                    self.assertIn("no safe method", self.fails(USAGE, *early, method)["what"])
            done = self.run_tool(OK, *early, "HEAD", "--json")
            self.assertEqual(answer(done)["connection"]["early_data"], "accepted")
            self.assertEqual(answer(done)["response"]["body_bytes"], 0)
            for method in ("OPTIONS", "TRACE"):  # the server has neither
                told = answer(self.run_tool(APPLICATION, *early, method, "--json"))
                self.assertEqual(told["connection"]["early_data"], "accepted")
                self.assertEqual(told["response"]["status"], 405)

    def test_methods_without_early_data(self):
        with self.server("--www") as server:
            url = f"https://{server.host}/"
            told = answer(self.run_tool(APPLICATION, "get", url, "--ca", self.ca, "--json",
                                        "--method", "POST"))
            self.assertEqual(told["response"]["status"], 405)
            self.fails(USAGE, "get", url, "--ca", self.ca, "--method", "GET / HTTP/1.1")

    def test_a_file_goes_early_and_is_echoed_first(self):
        data = os.urandom(9000)
        with self.server("--early-data") as server:
            path = self.kept(server)
            done = self.run_tool(OK, "connect", server.host, "--ca", self.ca, "--session-in", path,
                                 "--early-data", self.file("data", data), stdin=b", and more")
            self.assertEqual(done.stdout, data + b", and more")
            self.assertEqual(done.stderr, b"")

    def test_a_file_that_was_not_taken_is_not_sent_again(self):
        with self.server() as server:
            path = self.kept(server)
            done = self.run_tool(OK, "connect", server.host, "--ca", self.ca, "--session-in", path,
                                 "--early-data", self.file("lost", b"lost"), stdin=b"later")
            self.assertEqual(done.stdout, b"later")
            self.assertIn(b"lost was not taken early", done.stderr)

    def test_a_file_that_is_too_long_is_not_sent_in_part(self):
        with self.server("--early-data") as server:
            path = self.kept(server)
            done = self.run_tool(OK, "connect", server.host, "--ca", self.ca, "--session-in", path,
                                 "--early-data", self.file("long", bytes(100_000)), stdin=b"later")
            self.assertEqual(done.stdout, b"later")
            self.assertIn(b"does not allow so much", done.stderr)

    def test_early_data_needs_a_session_and_content(self):
        self.fails(USAGE, "connect", "localhost:1", "--early-data", self.file("x", b"x"))
        self.fails(USAGE, "get", "https://localhost:1/", "--early-data")
        error = self.fails(USAGE, "resume", "localhost:1", "--early-data", self.file("empty"))
        self.assertIn("is empty", error["what"])


class TicketKeys(Sessions):
    def test_servers_that_share_keys_resume_each_others_sessions(self):
        keys = self.file("shared.keys", os.urandom(96))
        path = self.path("shared")
        with self.server("--ticket-keys", keys) as server:
            self.probe(f"localhost:{server.port}", "--session-out", path)
        with self.server("--ticket-keys", keys) as server:
            terms, _ = self.probe(f"localhost:{server.port}", "--session-in", path)
            self.assertEqual(terms["key_source"], "session")
        with self.server() as server:  # with keys of its own
            terms, _ = self.probe(f"localhost:{server.port}", "--session-in", path)
            self.assertEqual(terms["key_source"], "certificate")

    def test_files_that_hold_no_keys(self):
        for content in (b"", bytes(48), os.urandom(47), os.urandom(48) * 2, os.urandom(48 * 9)):
            with self.subTest(size=len(content)):
                error = self.fails(USAGE, "server", "--ticket-keys", self.file("bad.keys", content))
                self.assertEqual(error["cause"], "bad_ticket_keys")
        error = self.fails(USAGE, "server", "--ticket-keys", self.path("no.keys"))
        self.assertEqual(error["cause"], "file_unreadable")


class Resume(Sessions):
    def resume(self, host, *arguments):
        return answer(self.run_tool(OK, "resume", host, "--json", "--ca", self.ca, *arguments))

    def test_resumes_with_our_server(self):
        with self.server("--early-data") as server:
            told = self.resume(server.host, "--early-data", self.file("word", b"a word"))
        self.assertEqual(told["first"]["key_source"], "certificate")
        self.assertEqual(told["second"]["key_source"], "session")
        self.assertEqual(told["second"]["group"], "X25519MLKEM768")
        self.assertEqual(told["tickets"], 1)  # as asked for
        self.assertIs(told["resumed"], True)
        self.assertEqual(told["early_data"], "accepted")
        self.assertEqual(told["early_bytes"], 6)
        self.assertGreater(told["first"]["tls_ms"], 0)
        self.assertGreater(told["second"]["tls_ms"], 0)

    def test_resumes_with_openssl(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3",
                     "-early_data") as server:
            told = self.resume(server.host, "--early-data", self.file("word", b"a word\n"))
            self.assertIs(told["resumed"], True)
            self.assertEqual(told["early_data"], "accepted")
            self.assertEqual(told["early_bytes"], 7)
            heard = b""
            while b"a word" not in heard:
                line = server.process.stdout.readline()
                self.assertTrue(line, "the server did not hear the early data")
                heard += line

    def test_tells_it_in_lines(self):
        with self.server("--early-data") as server:
            done = self.run_tool(OK, "resume", server.host, "--ca", self.ca)
        lines = done.stdout.decode().splitlines()
        self.assertRegex(lines[0], r"^first +full handshake, TLS [0-9.]+ ms, X25519MLKEM768, TLS_")
        self.assertRegex(lines[1], r"^tickets +1$")
        self.assertRegex(lines[2], r"^second +resumed, TLS [0-9.]+ ms, X25519MLKEM768, TLS_")
        self.assertRegex(lines[3], r"^resumed +yes$")
        self.assertRegex(lines[4], r"^0-RTT +accepted$")

    def test_a_ticket_that_allows_no_early_data(self):
        with self.server() as server:
            told = self.resume(server.host)
            self.assertIs(told["resumed"], True)
            self.assertEqual(told["early_data"], "none")
            done = self.run_tool(OK, "resume", server.host, "--ca", self.ca)
            self.assertIn(b"not offered: the ticket allows none", done.stdout)

    def test_a_server_without_tickets(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-tls1_3", "-num_tickets",
                     "0") as server:
            told = self.resume(server.host, "--timeout", 1)
            self.assertIs(told["resumed"], False)
            self.assertEqual(told["tickets"], 0)
            self.assertEqual(told["second"]["key_source"], "certificate")


if __name__ == "__main__":
    unittest.main()
