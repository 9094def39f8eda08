"""`tlscli bench`: against its own server, `tlscli server`, OpenSSL's, and servers that disappoint.

No figure is held against another: the machine may be busy."""
import os
import unittest

from support import (APPLICATION, NOT_TRUSTED, OK, UNREACHABLE, USAGE, Case, HttpPeer, OpenSsl, Pki,
                     Server, answer, closed_port)

MOMENT = ("--seconds", "0.3")
BODY = 3_000_000


class Measured(Case):
    def bench(self, *arguments):
        """The object of a run that ends well, its measurements checked for their shape."""
        told = answer(self.run_tool(OK, "bench", *MOMENT, "--json", *arguments))
        self.assertEqual((told["version"], told["command"], told["ok"]), (1, "bench", True))
        for each in told["measurements"]:
            amount = each["bytes" if each["unit"] == "bytes/s" else "connections"]
            self.assertGreater(amount, 0)
            self.assertGreater(each["client_cpu_seconds"], 0)
            self.assertGreaterEqual(each["seconds"] * 1.5 + 0.2, each["client_cpu_seconds"])
            self.assertAlmostEqual(each["rate"] * each["seconds"], amount, delta=amount / 1000)
            self.assertEqual(each["connection"]["protocol"], "TLS 1.3")
            source = "session" if each["what"] == "resumed" else "certificate"
            self.assertEqual(each["connection"]["key_source"], source)
        return told

    def names(self, told):
        return [each["what"] for each in told["measurements"]]


class OwnServer(Measured):
    def test_measures_all_four(self):
        told = self.bench()
        self.assertEqual(self.names(told), ["full", "resumed", "received", "sent"])
        cores = sorted(os.sched_getaffinity(0))
        self.assertTrue(told["own_server"])
        self.assertEqual((told["client_core"], told["server_core"]), (cores[0], cores[-1]))

    def test_measures_what_is_asked_for(self):
        self.assertEqual(self.names(self.bench("--connections")), ["full", "resumed"])
        self.assertEqual(self.names(self.bench("--resume")), ["resumed"])
        told = self.bench("--bytes", "100000")
        self.assertEqual(self.names(told), ["received", "sent"])
        self.assertEqual([each["bytes"] for each in told["measurements"]], [100_000, 100_000])
        self.assertEqual(self.names(self.bench("--bytes", "1mb", "--send")), ["sent"])

    def test_both_sides_take_the_policy(self):
        told = self.bench("--resume", "--policy", "policy_compat", "--groups", "P-384", "--suites",
                          "TLS_CHACHA20_POLY1305_SHA256")
        connection = told["measurements"][0]["connection"]
        self.assertEqual((connection["group"], connection["suite"]),
                         ("secp384r1", "TLS_CHACHA20_POLY1305_SHA256"))

    def test_tells_people_too(self):
        done = self.run_tool(OK, "bench", *MOMENT)
        lines = done.stdout.decode().splitlines()
        self.assertRegex(lines[0], r"^client: core \d+; server \(.*\): core \d+")
        for line, what, unit in zip(lines[2:], ("full", "resumed", "received", "sent"),
                                    ("/s", "/s", "GB/s", "GB/s"), strict=True):
            self.assertRegex(line, f"^{what} +[0-9.]+ {unit} ")
            self.assertIn("X25519MLKEM768, TLS_AES_128_GCM_SHA256", line)
        self.assertEqual(done.stderr, b"")

    def test_leaves_nothing_behind(self):
        directory = self.path("temporary")
        os.mkdir(directory)
        self.run_tool(OK, "bench", *MOMENT, "--connections", env={"TMPDIR": directory})
        self.assertEqual(os.listdir(directory), [])

    def test_options_about_another_server_need_one(self):
        for options in (["--ca", "x"], ["--insecure"], ["--www", "/"]):
            self.assertEqual(self.fails(USAGE, "bench", *options)["cause"], "usage")

    def test_a_server_that_does_not_start_says_why(self):
        error = self.fails(USAGE, "bench", "--policy", "policy_1999")
        self.assertIn("policy_1999", str(error))


class Others(Measured, Pki):
    def test_tlscli_server(self):
        with Server(*self.pair("good"), "--bytes", BODY) as server:
            to = (server.host, "--ca", self.ca)
            told = self.bench(*to)
            self.assertEqual((told["own_server"], told["server_core"]), (False, None))
            self.assertEqual(self.names(told), ["full"])
            self.assertEqual(self.names(self.bench(*to, "--resume")), ["resumed"])
            self.assertEqual(self.names(self.bench(*to, "--resume", "--www", "/")), ["resumed"])
            received = self.bench(*to, "--bytes", "1gb")["measurements"][0]
            self.assertEqual((received["what"], received["bytes"]), ("received", BODY))
            sent = self.bench(*to, "--bytes", 2 * BODY, "--send")["measurements"][0]
            self.assertEqual((sent["what"], sent["bytes"]), ("sent", 2 * BODY))
            server.stop()
            self.assertEqual(server.stderr, "")

    def test_an_echo_and_a_page(self):
        for flags in ((), ("--www",)):
            with self.subTest(flags=flags), Server(*self.pair("good"), *flags) as server:
                for resume in ((), ("--resume",)):
                    self.bench(server.host, "--ca", self.ca, *resume)
                server.stop()
                self.assertEqual(server.stderr, "")

    def test_openssl(self):
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-www") as server:
            to = (server.host, "--ca", self.ca)
            self.bench(*to)
            self.assertEqual(self.names(self.bench(*to, "--resume", "--www", "/")), ["resumed"])

    def test_exit_codes_are_those_of_the_other_commands(self):
        with Server(*self.pair("good"), "--bytes", 10) as server:
            error = self.fails(NOT_TRUSTED, "bench", server.host, "--ca", self.path("other.pem"))
            self.assertIn("other.pem", error["what"] + str(error["why"]))
        self.fails(UNREACHABLE, "bench", f"127.0.0.1:{closed_port()}", "--insecure")
        self.fails(USAGE, "bench", "localhost:1", "--bytes", "none")
        self.fails(USAGE, "bench", "localhost:1", "--send")
        for path in ("small", "/a b"):
            self.fails(USAGE, "bench", "localhost:1", "--www", path)

    def test_a_server_that_disappoints(self):
        with Server(*self.pair("good"), "--www") as server:
            error = self.fails(APPLICATION, "bench", server.host, "--ca", self.ca, "--bytes", 9,
                               "--send", *MOMENT)
            self.assertEqual(error["cause"], "http_status")
        head = b"HTTP/1.1 200 OK\r\nContent-Length: "
        for rest, cause in ((b"0\r\n\r\n", "empty_body"), (b"5\r\n\r\nabc", "truncated_body")):
            with self.subTest(cause=cause), HttpPeer(self, head + rest) as peer:
                error = self.fails(APPLICATION, "bench", peer.host, "--ca", self.ca, "--bytes", 9)
                self.assertEqual(error["cause"], cause)
        with OpenSsl(self.path("good.pem"), self.path("good.key"), "-www", "-num_tickets",
                     "0") as server:
            error = self.fails(APPLICATION, "bench", server.host, "--ca", self.ca, "--resume",
                               "--www", "/", *MOMENT)
            self.assertEqual(error["cause"], "not_resumed")


if __name__ == "__main__":
    unittest.main()
