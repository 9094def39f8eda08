"""`tlscli server`: many clients at once, hostile ones among them, and a clean end."""
import concurrent.futures
import os
import re
import shlex
import signal
import socket
import subprocess
import time
import unittest

from support import (APPLICATION, HANDSHAKE, OK, PATIENCE, TLSCLI, Case, Pki, Server, answer,
                     connect_tls, read_line, read_to_end, tlscli)


def request(port, ca, head):
    """One raw request: the answer, and whether it ended with close_notify."""
    with connect_tls(port, ca) as tls:
        tls.sendall(head)
        return read_to_end(tls)


class Ephemeral(Case):
    def test_prints_the_very_command_that_a_client_needs(self):
        for flags in ([], ["--www"]):
            with self.subTest(flags=flags):
                process = subprocess.Popen([TLSCLI, "server", "--listen", "127.0.0.1:0", *flags],
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                try:
                    self.assertIn(b"listening on 127.0.0.1:", read_line(process.stdout))
                    line = read_line(process.stdout).decode()
                    command = shlex.split(line.removeprefix("connect with: "))
                    done = subprocess.run(command, input=b"echo\n", capture_output=True,
                                          timeout=PATIENCE, check=False)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(b"It works" if flags else b"echo\n", done.stdout)
                finally:
                    process.send_signal(signal.SIGTERM)
                    process.communicate(timeout=PATIENCE)

    def test_its_certificate_is_for_this_machine_alone(self):
        with Server() as server:
            for name in ("localhost", "127.0.0.1", "::1"):
                self.run_tool(OK, "connect", "--probe", server.host, "--ca", server.ca, "--name",
                              name)
            self.assertTrue(os.path.exists(server.ca))
            self.assertEqual(server.stop(), OK)
            self.assertFalse(os.path.exists(server.ca))


class Ends(Pki):
    def probe(self, server):
        return tlscli("connect", "--probe", server.host, "--ca", self.ca).returncode

    def test_once(self):
        with Server(*self.pair("good"), "--once") as server:
            self.assertEqual(self.probe(server), OK)
            self.assertEqual(server.wait(), OK)

    def test_count(self):
        with Server(*self.pair("good"), "--count", 3) as server:
            for _ in range(3):
                self.assertIsNone(server.process.poll())
                self.assertEqual(self.probe(server), OK)
            self.assertEqual(server.wait(), OK)

    def test_count_counts_connections_that_fail(self):
        with Server(*self.pair("good"), "--count", 1) as server:
            with socket.create_connection(("127.0.0.1", server.port)) as raw:
                raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertEqual(server.wait(), OK)
            self.assertIn("not in TLS", server.stderr)

    def test_signals_end_it_cleanly_with_connections_open(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number), Server(*self.pair("good")) as server:
                silent = socket.create_connection(("127.0.0.1", server.port))
                with silent, connect_tls(server.port, self.ca) as tls:
                    tls.sendall(b"here")
                    self.assertEqual(tls.recv(100), b"here")
                    start = time.monotonic()
                    server.process.send_signal(number)
                    rest, clean = read_to_end(tls)
                    self.assertEqual((rest, clean), (b"", True))
                    self.assertEqual(server.wait(), OK)
                    self.assertLess(time.monotonic() - start, 10)


class Crowd(Pki):
    def test_stalled_and_hostile_clients_do_not_hold_up_the_others(self):
        with Server(*self.pair("good"), "--www", "--timeout", 60) as server:
            hostile = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]
            try:
                hostile[1].sendall(b"\x16\x03\x01\x02\x00\x01")  # a ClientHello that never ends
                hostile[2].sendall(b"GET / HTTP/1.0\r\n\r\n")
                hostile[3].sendall(os.urandom(1000))
                hostile[4].sendall(b"\x16\x03\x01\xff\xff" + bytes(70000))
                start = time.monotonic()
                with concurrent.futures.ThreadPoolExecutor(20) as pool:
                    pages = list(pool.map(
                        lambda _: request(server.port, self.ca, b"GET / HTTP/1.1\r\n\r\n"),
                        range(60)))
                self.assertLess(time.monotonic() - start, 30)
                for page, clean in pages:
                    self.assertIn(b"It works", page)
                    self.assertTrue(clean)
            finally:
                for connection in hostile:
                    connection.close()

    def test_a_silent_client_gives_its_place_back(self):
        with Server(*self.pair("good"), "--connections", 1, "--timeout", 1) as server:
            with socket.create_connection(("127.0.0.1", server.port)):
                time.sleep(0.2)
                self.run_tool(OK, "connect", "--probe", server.host, "--ca", self.ca, "--timeout",
                              30)
            server.stop()
            self.assertIn("did not answer in time", server.stderr)

    def test_several_certificates_by_name(self):
        self.leaf("one", names=("one.example",))
        self.leaf("wild", "--type", "ed25519", names=("*.two.example",))
        with Server(*self.pair("good"), *self.pair("one"), *self.pair("wild")) as server:
            for name, key in (("localhost", "EC P-256"), ("one.example", "EC P-256"),
                              ("a.two.example", "Ed25519")):
                told = answer(self.run_tool(OK, "connect", "--probe", server.host, "--ca", self.ca,
                                            "--name", name, "--json"))
                self.assertEqual(told["connection"]["chain"][0]["key"], key)


class Http(Pki):
    def test_www_tells_of_the_connection(self):
        with Server(*self.pair("good"), "--www") as server:
            page, clean = request(server.port, self.ca, b"GET /<x>?q HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(clean)
            self.assertTrue(page.startswith(b"HTTP/1.1 200 OK\r\n"))
            self.assertIn(b"<td>localhost</td>", page)
            self.assertIn(b"TLS_", page)
            self.assertIn(b"/&lt;x&gt;", page)
            self.assertNotIn(b"<x>", page)

    def test_www_tells_the_fingerprint_of_the_client(self):
        with Server(*self.pair("good"), "--www") as server:
            found = []
            for more in (["--suites", "TLS_AES_256_GCM_SHA384"], [], [],
                         ["--groups", "secp521r1"]):
                done = self.run_tool(OK, "get", f"https://localhost:{server.port}/", "--ca",
                                     self.ca, *more)
                row = re.search(rb"<th>JA4</th><td>(\w{10}_[0-9a-f]{12}_[0-9a-f]{12})</td>",
                                done.stdout)
                found.append(row[1].decode())
            self.assertTrue(found[0].startswith("t13d0108h1_"), found)
            self.assertTrue(found[1].startswith("t13d0308h1_"), found)
            self.assertEqual(found[1], found[2])
            self.assertEqual(found[1], found[3])  # groups are not in it
            done = self.run_tool(OK, "resume", f"localhost:{server.port}", "--ca", self.ca)
            self.assertIn(b"resumed      yes", done.stdout)

    def test_curl_loads_the_page(self):
        with Server(*self.pair("good"), "--www") as server:
            done = subprocess.run(["curl", "-sS", "--cacert", self.ca,
                                   f"https://localhost:{server.port}/"], capture_output=True,
                                  timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"It works", done.stdout)

    def test_requests_that_are_none(self):
        with Server(*self.pair("good"), "--www") as server:
            cases = [
                (b"POST / HTTP/1.1\r\n\r\n", b"405"),
                (b"GET /\r\n\r\n", b"400"),
                (b"GET http://other/ HTTP/1.1\r\n\r\n", b"400"),
                (b"X" * 20000 + b"\r\n\r\n", b"400"),
            ]
            for head, status in cases:
                with self.subTest(head=head[:40]):
                    page, _ = request(server.port, self.ca, head)
                    self.assertTrue(page.startswith(b"HTTP/1.1 " + status), page[:60])

    def test_a_client_that_leaves_without_a_word_is_no_failure(self):
        with Server(*self.pair("good"), "--www", "--count", 3) as server:
            connect_tls(server.port, self.ca).close()  # Python sends no close_notify
            with connect_tls(server.port, self.ca) as tls:
                tls.unwrap()
            with connect_tls(server.port, self.ca) as tls:
                tls.sendall(b"GET / HT")
            self.assertEqual(server.wait(), OK)
            # Which of the two depends on whether the tickets came before it left.
            self.assertRegex(server.stderr, "cut the data short|reset the connection")
            self.assertEqual(server.stderr.count("tlscli: "), 1)

    def test_head_has_no_body(self):
        with Server(*self.pair("good"), "--www") as server:
            page, _ = request(server.port, self.ca, b"HEAD / HTTP/1.1\r\n\r\n")
            self.assertTrue(page.endswith(b"\r\n\r\n"))


class Files(Pki):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.makedirs(cls.path("public/sub"))
        cls.big = os.urandom(1_000_000)
        for name, data in (("public/index.html", b"home"), ("public/big.bin", cls.big),
                           ("public/sub/a b.txt", b"spaced"), ("secret.txt", b"secret")):
            with open(cls.path(name), "wb") as file:
                file.write(data)
        os.symlink(cls.path("secret.txt"), cls.path("public/link.txt"))
        os.symlink(cls.directory, cls.path("public/up"))
        os.symlink("index.html", cls.path("public/inner.html"))
        os.mkfifo(cls.path("public/pipe"))
        cls.server = Server(*cls.pair("good"), "--file", cls.path("public"))
        cls.enterClassContext(cls.server)

    def fetch(self, path):
        page, clean = request(self.server.port, self.ca, b"GET " + path + b" HTTP/1.1\r\n\r\n")
        self.assertTrue(clean)
        head, _, body = page.partition(b"\r\n\r\n")
        return int(head.split()[1]), head, body

    def test_files_and_their_types(self):
        status, head, body = self.fetch(b"/")
        self.assertEqual((status, body), (200, b"home"))
        self.assertIn(b"text/html", head)
        self.assertEqual(self.fetch(b"/sub/a%20b.txt?x=1")[2], b"spaced")
        status, head, body = self.fetch(b"/big.bin")
        self.assertEqual(body, self.big)
        self.assertIn(b"Content-Length: 1000000", head)

    def test_nothing_outside_the_directory_and_no_symbolic_link(self):
        for path in (b"/../secret.txt", b"/%2e%2e/secret.txt", b"/sub/../../secret.txt",
                     b"/..%2fsecret.txt", b"/sub/%2e%2e/%2e%2e/secret.txt", b"//../secret.txt",
                     b"/link.txt", b"/up/secret.txt", b"/inner.html", b"/./../secret.txt",
                     b"/secret.txt", b"/" + self.path("secret.txt").encode(), b"/sub", b"/pipe",
                     b"/missing", b"/index.html/", b"/index.html/x", b"/%00", b"/%zz", b"/%",
                     b"/..", b"/" + b"a" * 5000):
            with self.subTest(path=path[:40]):
                status, _, body = self.fetch(path)
                expected = (200, b"home") if path == b"/index.html/" else (404, b"404 Not Found\n")
                self.assertEqual((status, body), expected)


class Bodies(Pki):
    def test_bytes_are_given_and_taken(self):
        with Server(*self.pair("good"), "--bytes", "200kb") as server:
            done = self.run_tool(OK, "get", "--ca", self.ca, f"https://{server.host}/any?path")
            self.assertEqual(done.stdout, bytes(200 * 1024))
            for method in (b"POST", b"PUT"):
                with connect_tls(server.port, self.ca) as tls:
                    tls.sendall(method + b" / HTTP/1.1\r\ncontent-LENGTH: 100000\r\n\r\n123")
                    tls.sendall(bytes(99_997))
                    page, clean = read_to_end(tls)
                self.assertTrue(clean)
                self.assertTrue(re.fullmatch(rb"HTTP/1.1 200 OK\r\n.*\r\n\r\n100000 bytes came\n",
                                             page, re.DOTALL), page)
            with connect_tls(server.port, self.ca) as tls:
                tls.sendall(b"HEAD / HTTP/1.1\r\n\r\n")
                page, _ = read_to_end(tls)
            self.assertIn(b"Content-Length: 204800\r\n", page)
            self.assertTrue(page.endswith(b"\r\n\r\n"))

    def test_content_that_is_cut_short(self):
        with Server(*self.pair("good"), "--bytes", 1, "--once") as server:
            with connect_tls(server.port, self.ca) as tls:
                tls.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
                with self.assertRaises(OSError):  # it is not answered
                    tls.unwrap()
            self.assertEqual(server.wait(), APPLICATION)


class Trusted(Pki):
    def test_a_client_that_refuses_us_leaves_a_reason(self):
        with Server(*self.pair("good"), "--once") as server:
            with self.assertRaises(OSError):
                connect_tls(server.port, self.path("other.pem"))
            self.assertEqual(server.wait(), HANDSHAKE)
            self.assertIn("unknown_ca", server.stderr)


if __name__ == "__main__":
    unittest.main()
