"""What is printed where: JSON, colour, traces, key logs, help; and the demo."""
import os
import pty
import re
import stat
import subprocess
import unittest

from support import (OK, PATIENCE, TLSCLI, UNREACHABLE, USAGE, Pki, Server, answer, closed_port,
                     tlscli)

RED = b"\x1b[1;31m"


def on_terminal(*arguments, env):
    """Runs the program with a terminal for stderr, and returns what it wrote there."""
    ours, theirs = pty.openpty()
    environment = dict(os.environ, TERM="xterm", **env)
    if "NO_COLOR" not in env:
        environment.pop("NO_COLOR", None)
    with os.fdopen(ours, "rb", buffering=0) as reader:
        subprocess.run([TLSCLI, *arguments], stdout=subprocess.DEVNULL, stderr=theirs,
                       stdin=subprocess.DEVNULL, timeout=PATIENCE, env=environment, check=False)
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = reader.read(65536)
            except OSError:  # how Linux tells the end of a terminal
                return written
            if not piece:
                return written
            written += piece


class Output(Pki):
    def test_every_command_tells_its_exit_codes(self):
        for command in ([], ["connect"], ["server"], ["get"], ["bench"], ["demo"], ["cert"],
                        ["cert", "check"], ["policy"], ["version"]):
            with self.subTest(command=command):
                text = self.run_tool(OK, *command, "--help").stdout.decode()
                for line in ("2 usage", "7 not trusted", "9 expired", "11 application error"):
                    self.assertIn(line, text)

    def test_version(self):
        told = answer(self.run_tool(OK, "version", "--json"))
        self.assertEqual((told["version"], told["command"]), (1, "version"))
        self.assertRegex(told["crypto"], "^(BoringSSL|AWS-LC) ")
        text = self.run_tool(OK, "version").stdout.decode()
        self.assertEqual(text, f"tlscli {told['nacre']}\n")

    def test_a_usage_error_is_json_too(self):
        told = answer(self.run_tool(USAGE, "connect", "--json", "--nonsense", "x"))
        self.assertEqual((told["version"], told["exit_code"]), (1, USAGE))

    def test_colour_is_for_terminals_and_never_under_no_color(self):
        target = f"localhost:{closed_port()}"
        arguments = ["connect", "--probe", target, "--ca", self.ca]
        self.assertIn(RED, on_terminal(*arguments, env={}))
        self.assertNotIn(b"\x1b", on_terminal(*arguments, env={"NO_COLOR": "1"}))
        self.assertNotIn(b"\x1b", self.run_tool(UNREACHABLE, *arguments).stderr)

    def test_insecure_is_a_red_line(self):
        arguments = ["connect", "--probe", f"localhost:{closed_port()}", "--insecure"]
        written = on_terminal(*arguments, env={})
        line = [line for line in written.splitlines() if b"--insecure" in line]
        self.assertEqual(len(line), 1)
        self.assertTrue(line[0].startswith(RED))
        self.assertNotIn(b"\x1b", on_terminal(*arguments, env={"NO_COLOR": "1"}))

    def test_verbose_shows_each_message(self):
        with Server(*self.pair("good"), "-v") as server:
            done = self.run_tool(OK, "connect", "--probe", f"localhost:{server.port}", "--ca",
                                 self.ca, "-v")
            server.stop()
        lines = [re.sub(r" \([0-9.]+ ms\)$", "", line)
                 for line in done.stderr.decode().splitlines() if line[:2] in ("->", "<-")]
        names = [line.split(",")[0] for line in lines if "bytes" in line]
        self.assertEqual(names, ["-> client_hello", "<- server_hello", "<- encrypted_extensions",
                                 "<- certificate", "<- certificate_verify", "<- finished",
                                 "-> finished"])
        self.assertIn("-> alert close_notify", lines)
        self.assertIn("<- new keys", lines)
        for line in lines:
            self.assertRegex(line, r"^(->|<-) [a-z_ ]+(, \d+ bytes)?$")
        self.assertIn("[1] <- client_hello", server.stderr)
        self.assertIn("[1] -> finished", server.stderr)

    def test_the_key_log_holds_all_secrets_and_is_private(self):
        log = self.path("keys.log")
        with Server(*self.pair("good")) as server:
            done = self.run_tool(OK, "connect", "--probe", f"localhost:{server.port}", "--ca",
                                 self.ca, "--keylog", log)
        self.assertIn(log.encode(), done.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(log).st_mode), 0o600)
        with open(log, encoding="ascii") as file:
            lines = file.read().splitlines()
        for label in ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                      "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET"):
            self.assertEqual(sum(line.startswith(label + " ") for line in lines), 1, label)
        for line in lines:
            self.assertRegex(line, r"^[A-Z0-9_]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})$")


class Demo(unittest.TestCase):
    def test_shows_the_handshake_message_by_message(self):
        done = tlscli("demo")
        self.assertEqual(done.returncode, OK, done.stderr)
        text = done.stdout.decode()
        for word in ("client_hello", "server_hello", "encrypted_extensions", "certificate",
                     "certificate_verify", "finished", "X25519MLKEM768", "TLS_AES_128_GCM_SHA256",
                     " ms", " bytes", "localhost"):
            self.assertIn(word, text)
        self.assertNotIn("\x1b", text)

    def test_json(self):
        done = tlscli("demo", "--json")
        self.assertEqual(done.returncode, OK, done.stderr)
        told = answer(done)
        self.assertEqual(told["version"], 1)
        self.assertEqual(told["connection"]["group"], "X25519MLKEM768")
        server = [m["what"] for m in told["messages"] if m["from"] == "server"]
        self.assertEqual(server[:7], ["server_hello", "new keys", "encrypted_extensions",
                                      "certificate", "certificate_verify", "finished", "new keys"])
        messages = [(m["from"], m["what"]) for m in told["messages"] if m["bytes"]]
        self.assertEqual(messages, [("client", "client_hello"), ("server", "server_hello"),
                                    ("server", "encrypted_extensions"),
                                    ("server", "certificate"), ("server", "certificate_verify"),
                                    ("server", "finished"), ("client", "finished")])
        sizes = {m["what"]: m["bytes"] for m in told["messages"]}
        # A share of X25519MLKEM768 has 1,216 bytes from the client, 1,120 from the server.
        self.assertGreater(sizes["client_hello"], 1216)
        self.assertGreater(sizes["server_hello"], 1120)
        times = [m["ms"] for m in told["messages"]]
        self.assertEqual(times, sorted(times))

    def test_takes_groups_and_suites(self):
        told = answer(tlscli("demo", "--json", "--groups", "P-384", "--suites",
                             "TLS_CHACHA20_POLY1305_SHA256"))
        self.assertEqual(told["connection"]["group"], "secp384r1")
        self.assertEqual(told["connection"]["suite"], "TLS_CHACHA20_POLY1305_SHA256")


if __name__ == "__main__":
    unittest.main()
