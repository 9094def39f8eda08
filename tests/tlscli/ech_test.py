"""Encrypted Client Hello: keys, lists in each form, what is taken, and what is rejected."""
import base64
import os
import re
import shlex
import stat
import subprocess
import threading
import unittest

from support import (HANDSHAKE, NOT_TRUSTED, OK, PATIENCE, TLSCLI, USAGE, WRONG_NAME, Case, Peer,
                     Pki, Server, answer, tlscli)

PUBLIC = "public.example"
HIDDEN = "hidden.example"
EXTENSION = b"\xfe\x0d"  # encrypted_client_hello, and the version of a configuration


def make_key(path, *arguments):
    """The list of a new key, in base64."""
    done = tlscli("cert", "ech", "--public-name", PUBLIC, "--out", path, *arguments)
    assert done.returncode == OK, done.stderr.decode()
    return done.stdout.decode().strip()


def extensions(hello):
    """The types of a ClientHello that came in one record."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at:at + 2], "big")
    at += 1 + hello[at] + 2
    types = []
    while at < len(hello):
        types.append(hello[at:at + 2])
        at += 4 + int.from_bytes(hello[at + 2:at + 4], "big")
    return types


class Keys(Case):
    def test_a_file_for_its_owner_alone_and_the_list_for_everybody(self):
        path = self.path("one.pem")
        configs = make_key(path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="ascii") as file:
            blocks = dict(re.findall(r"-----BEGIN ([A-Z ]+)-----([^-]+)-----END", file.read()))
        self.assertEqual(set(blocks), {"PRIVATE KEY", "ECHCONFIG"})
        self.assertEqual("".join(blocks["ECHCONFIG"].split()), configs)
        self.assertIn(PUBLIC.encode(), base64.b64decode(configs, validate=True))

    def test_what_it_is_told_is_in_the_configuration(self):
        path = self.path("two.pem")
        done = self.run_tool(OK, "cert", "ech", "--public-name", PUBLIC, "--config-id", 200,
                             "--max-name-length", 64, "--out", path, "--json")
        told = answer(done)
        self.assertEqual(done.stderr, b"")
        self.assertEqual((told["command"], told["key"], told["public_name"], told["config_id"],
                          told["max_name_length"]), ("cert ech", path, PUBLIC, 200, 64))
        configs = base64.b64decode(told["ech_configs"], validate=True)
        self.assertEqual(configs[:2], (len(configs) - 2).to_bytes(2, "big"))
        self.assertEqual((configs[2:4], configs[6]), (EXTENSION, 200))
        self.assertIn(bytes((64, len(PUBLIC))) + PUBLIC.encode(), configs)

    def test_numbers_are_at_random(self):
        numbers = {base64.b64decode(make_key(self.path("some.pem")))[6] for _ in range(8)}
        self.assertGreater(len(numbers), 1)

    def test_what_cannot_be_is_said(self):
        for arguments, word in (([], "--public-name"),
                                (["--public-name", "no name"], "no name"),
                                (["--public-name", "192.0.2.1"], "192.0.2.1"),
                                (["--public-name", PUBLIC, "--config-id", "256"], "256"),
                                (["--public-name", PUBLIC, "--config-id", "-1"], "config-id"),
                                (["--public-name", PUBLIC, "--max-name-length", "256"], "256")):
            with self.subTest(arguments=arguments):
                error = self.fails(USAGE, "cert", "ech", "--out", self.path("none.pem"), *arguments)
                self.assertIn(word, error["what"])
        self.assertFalse(os.path.exists(self.path("none.pem")))


class Ech(Pki):
    """A key, its list in base64, and certificates for the public and the hidden name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaf("public", names=(PUBLIC,))
        cls.leaf("hidden", names=(HIDDEN,))
        cls.key = cls.path("ech.pem")
        cls.configs = make_key(cls.key, "--config-id", 7)

    def server(self, *arguments):
        return Server(*self.pair("public"), *self.pair("hidden"), *arguments)

    def probe(self, server, *arguments):
        return ["connect", "--probe", "--ca", self.ca, "--name", HIDDEN, server.host, *arguments]

    def status(self, server, *arguments):
        done = self.run_tool(OK, *self.probe(server, *arguments), "--json")
        return answer(done)["connection"]["ech"]

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def hello(self, *arguments):
        """The ClientHello that a client sends."""
        heard = []
        came = threading.Event()

        def listen(connection):
            heard.append(connection.recv(16384))
            came.set()

        with Peer(listen) as peer:
            tlscli("connect", "--probe", "--ca", self.ca, "--name", HIDDEN, peer.host, *arguments)
            self.assertTrue(came.wait(PATIENCE))
        return heard[0]


class Lists(Ech):
    def test_each_form(self):
        raw = base64.b64decode(self.configs)
        block = f"-----BEGIN ECHCONFIG-----\n{self.configs}\n-----END ECHCONFIG-----\n".encode()
        lines = "\r\n".join(re.findall(".{1,20}", self.configs)).encode()
        forms = {
            "base64": self.configs,
            "base64 without padding": self.configs.rstrip("="),
            "a file of base64": self.write("list.txt", self.configs.encode() + b"\n"),
            "a file of base64 in lines": self.write("list.lines", lines),
            "a file of bytes": self.write("list.bin", raw),
            "a file of PEM": self.write("list.pem", b"of the server\n" + block),
            "the server's own file": self.key,
        }
        with self.server("--ech-key", self.key) as server:
            for form, value in forms.items():
                with self.subTest(form=form):
                    self.assertEqual(self.status(server, "--ech", value), "accepted")

    def test_what_is_none_is_said(self):
        cut = self.configs[:40]
        pem = b"-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n"
        for value, word in ((cut, cut), (self.path("missing"), "missing"),
                            (self.directory, "neither"),
                            (self.write("empty", b""), "no ECHConfigList"),
                            (self.write("cut", cut.encode()), "no ECHConfigList"),
                            (self.write("other.txt", pem), "BEGIN ECHCONFIG")):
            with self.subTest(value=value):
                error = self.fails(USAGE, "connect", "localhost:1", "--ech", value)
                self.assertIn(word, error["what"] + error["try"])

    def test_a_list_of_which_none_is_usable(self):
        other = base64.b64decode(self.configs).replace(EXTENSION, b"\xfe\x0c", 1)
        with self.server("--ech-key", self.key) as server:
            done = self.run_tool(OK, *self.probe(server, "--ech", base64.b64encode(other).decode()))
        self.assertIn(b"is not encrypted", done.stderr)
        self.assertRegex(done.stdout.decode(), r"(?m)^ech +not offered$")

    def test_options_that_need_others(self):
        self.fails(USAGE, "connect", "localhost:1", "--ech-retry-out", self.path("retry"))
        self.fails(USAGE, "server", "--ech-key", self.path("missing"))
        self.fails(USAGE, "server", "--ech-key", self.path("good.key"))
        self.fails(USAGE, "server", "--ech-key", self.write("list.txt", self.configs.encode()))
        self.fails(USAGE, "server", *(["--ech-key", self.key] * 17))


class Offers(Ech):
    def test_the_hidden_name_is_not_on_the_wire(self):
        self.assertIn(HIDDEN.encode(), self.hello())
        hidden = self.hello("--ech", self.configs, "--no-ech-grease")
        self.assertIn(EXTENSION, extensions(hidden))
        self.assertNotIn(HIDDEN.encode(), hidden)
        self.assertIn(PUBLIC.encode(), hidden)

    def test_grease_is_on_unless_switched_off(self):
        for flags, pretends in (([], True), (["--ech-grease"], True), (["--no-ech-grease"], False)):
            with self.subTest(flags=flags):
                self.assertEqual(EXTENSION in extensions(self.hello(*flags)), pretends)

    def test_a_server_that_takes_it(self):
        with self.server("--ech-key", self.key, "--www", "-v") as server:
            self.assertEqual(server.told["ech_configs"], self.configs)
            done = self.run_tool(OK, *self.probe(server, "--ech", self.configs, "-v"))
            page = self.run_tool(OK, "get", "--ca", self.ca, "--name", HIDDEN, "--ech", self.key,
                                 f"https://{server.host}/").stdout.decode()
            server.stop()
        text = done.stdout.decode()
        self.assertRegex(text, r"(?m)^ech +accepted$")
        self.assertIn(f"CN={HIDDEN}", text)
        self.assertIn("-> inner client_hello, ", done.stderr.decode())
        self.assertIn("<tr><th>ECH</th><td>accepted</td></tr>", page)
        self.assertIn(f"<tr><th>Server name</th><td>{HIDDEN}</td></tr>", page)
        self.assertIn("[1] <- inner client_hello, ", server.stderr)
        self.assertIn(f"[1] server name {HIDDEN}, ech accepted\n", server.stderr)

    def test_what_is_not_offered(self):
        with self.server("--ech-key", self.key, "-v") as server:
            for flags in (["--no-ech-grease"], ["--ech-grease"], []):
                self.assertEqual(self.status(server, *flags), "not_offered")
            server.stop()
        self.assertIn(f"[1] server name {HIDDEN}, ech not offered\n", server.stderr)
        self.assertIn(f"[2] server name {HIDDEN}, ech rejected, or GREASE\n", server.stderr)

    def test_a_retry_and_a_second_connection(self):
        flags = ["--ech", self.configs]
        with self.server("--ech-key", self.key, "--groups", "secp384r1") as server:
            done = self.run_tool(OK, *self.probe(server, *flags, "--json"))
            terms = answer(done)["connection"]
            self.assertEqual((terms["ech"], terms["retried"]), ("accepted", True))
            done = self.run_tool(OK, "resume", "--ca", self.ca, "--name", HIDDEN, *flags, "--json",
                                 server.host)
            told = answer(done)
            self.assertTrue(told["resumed"])
            self.assertEqual((told["first"]["ech"], told["second"]["ech"]),
                             ("accepted", "accepted"))

    def test_several_keys(self):
        second = self.path("second.pem")
        configs = make_key(second)
        with self.server("--ech-key", second, "--ech-key", self.key) as server:
            self.assertEqual(server.told["ech_configs"], configs)
            for each in (configs, self.configs):
                self.assertEqual(self.status(server, "--ech", each), "accepted")

    def test_the_command_for_clients_encrypts(self):
        with Server("--ech-key", self.key, "-v") as server:
            command = shlex.split(server.told["client_command"])
            self.assertEqual(command[0], TLSCLI)
            done = subprocess.run([*command, "-v"], input=b"echo", capture_output=True,
                                  timeout=PATIENCE, check=False)
            self.assertEqual((done.returncode, done.stdout), (OK, b"echo"), done.stderr)
            self.assertRegex(done.stderr.decode(), r"(?m)^ech +accepted$")


class Rejections(Ech):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = make_key(cls.path("old.pem"), "--config-id", 7)

    def test_the_server_tells_what_to_try_again_with(self):
        retry = self.path("retry.txt")
        with self.server("--ech-key", self.key) as server:
            error = self.fails(HANDSHAKE, *self.probe(server, "--ech", self.old, "--ech-retry-out",
                                                      retry))
            self.assertEqual(error["cause"], "ech_rejected")
            self.assertIn(PUBLIC, error["what"])
            self.assertEqual(error["ech_retry_configs"], self.configs)
            self.assertIn("--ech " + self.configs, error["try"])
            with open(retry, encoding="ascii") as file:
                self.assertEqual(file.read(), self.configs + "\n")
            self.assertEqual(self.status(server, "--ech", retry), "accepted")

    def test_all_keys_are_told_the_preferred_one_first(self):
        second = self.path("second.pem")
        configs = base64.b64decode(make_key(second, "--config-id", 8))[2:]
        both = configs + base64.b64decode(self.configs)[2:]
        with self.server("--ech-key", second, "--ech-key", self.key) as server:
            error = self.fails(HANDSHAKE, *self.probe(server, "--ech", self.old))
        self.assertEqual(base64.b64decode(error["ech_retry_configs"])[2:], both)

    def test_a_server_without_keys(self):
        retry = self.path("nothing.txt")
        with self.server() as server:
            flags = ["--ech", self.configs, "--ech-retry-out", retry]
            done = self.run_tool(HANDSHAKE, *self.probe(server, *flags), "--json")
            error = answer(done)["error"]
            self.assertEqual(error["cause"], "ech_rejected")
            self.assertNotIn("ech_retry_configs", error)
            self.assertIn("without --ech", error["try"])
            self.assertIn(HIDDEN, error["try"])
            self.assertIn(b"is not written", done.stderr)
            self.assertFalse(os.path.exists(retry))
            self.assertEqual(self.status(server), "not_offered")

    def test_other_commands_tell_it_too(self):
        with self.server("--ech-key", self.key, "--www") as server:
            common = ["--ca", self.ca, "--name", HIDDEN, "--ech", self.old]
            for command in (["get", f"https://{server.host}/"], ["resume", server.host]):
                error = self.fails(HANDSHAKE, *command, *common)
                self.assertEqual(error["ech_retry_configs"], self.configs)

    def test_the_server_says_so(self):
        with self.server("--ech-key", self.key, "--once") as server:
            self.fails(HANDSHAKE, *self.probe(server, "--ech", self.old))
            self.assertEqual(server.wait(), HANDSHAKE)
        self.assertIn("for a key that we do not have", server.stderr)
        self.assertIn("ech_required", server.stderr)

    def test_a_server_that_has_not_the_public_name(self):
        retry = self.path("unproven.txt")
        with Server(*self.pair("hidden"), "--ech-key", self.key) as server:
            flags = ["--ech", self.old, "--ech-retry-out", retry]
            error = self.fails(WRONG_NAME, *self.probe(server, *flags))
            self.assertIn(PUBLIC, error["what"])
            self.assertNotIn("without", error["try"])
            self.fails(NOT_TRUSTED, "connect", "--probe", "--ca", self.path("other.pem"), "--name",
                       HIDDEN, server.host, *flags)
        self.assertFalse(os.path.exists(retry))


if __name__ == "__main__":
    unittest.main()
