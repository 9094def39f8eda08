"""`tlscli cert`: what it issues, shows and judges; OpenSSL is the second opinion."""
import os
import stat
import subprocess
import time
import unittest

from support import (BAD_TIME, NOT_TRUSTED, OK, PATIENCE, USAGE, WRONG_NAME, Pki, answer)

DAY = 24 * 3600


class Issue(Pki):
    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], capture_output=True, timeout=PATIENCE,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode()

    def test_openssl_believes_what_it_issues(self):
        for kind in ("p256", "p384", "p521", "rsa2048", "rsa3072", "ed25519"):
            with self.subTest(kind=kind):
                self.leaf("kind", "--type", kind)
                self.openssl("verify", "-x509_strict", "-CAfile", self.ca, "-purpose", "sslserver",
                             "-verify_hostname", "localhost", self.path("kind.pem"))
                self.openssl("pkey", "-in", self.path("kind.key"), "-noout", "-check")
        self.issue("client", "someone", "--issuer", self.path("root"))
        self.openssl("verify", "-CAfile", self.ca, "-purpose", "sslclient",
                     self.path("someone.pem"))

    def test_keys_are_for_their_owner_alone(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.path("good.key")).st_mode), 0o600)

    def test_a_leaf_brings_its_intermediates_and_not_its_root(self):
        self.leaf("below", issuer="middle")
        self.assertEqual(self.read("below.pem").count("BEGIN CERTIFICATE"), 2)
        self.assertEqual(self.read("good.pem").count("BEGIN CERTIFICATE"), 1)

    def test_each_kind_of_key_shows_what_it_is(self):
        for kind, shown in (("p384", "EC P-384"), ("rsa2048", "RSA 2048"),
                            ("ed25519", "Ed25519"), ("mldsa65", "ML-DSA-65")):
            with self.subTest(kind=kind):
                self.leaf("kind", "--type", kind, "--days", 2)
                told = answer(self.run_tool(OK, "cert", "show", self.path("kind.pem"), "--json"))
                self.assertEqual(told["version"], 1)
                info = told["certificates"][0]
                self.assertEqual(info["key"], shown)
                self.assertEqual(info["dns_names"], ["localhost"])
                self.assertEqual(info["not_after"] - info["not_before"], 2 * DAY)
                text = self.run_tool(OK, "cert", "show", self.path("kind.pem")).stdout.decode()
                self.assertIn(shown, text)
                self.assertIn(info["spki_sha256"], text)


class Check(Pki):
    def check(self, code, name, *arguments, ca="root", host="localhost"):
        done = self.run_tool(code, "cert", "check", self.path(name + ".pem"), "--ca",
                             self.path(ca + ".pem"), "--host", host, "--json", *arguments)
        told = answer(done)
        self.assertEqual(told["version"], 1)
        self.assertEqual(told["command"], "cert check")
        self.assertEqual(told["exit_code"], code)
        self.assertEqual(told["ok"], code == OK)
        return told

    def test_a_good_chain(self):
        told = self.check(OK, "good")
        self.assertEqual(told["verdict"], "trusted")
        self.assertEqual(len(told["path"]), 2)
        self.check(OK, "good", host="127.0.0.1")
        self.assertIn(b"trusted", self.run_tool(
            OK, "cert", "check", self.path("good.pem"), "--ca", self.ca, "--host",
            "localhost").stdout)

    def test_intermediates_in_any_order(self):
        self.issue("ca", "lower", "--issuer", self.path("middle"), "--subject", "Lower")
        self.leaf("deep", issuer="lower")
        self.check(OK, "deep")
        parts = [part + "-----END CERTIFICATE-----\n"
                 for part in self.read("deep.pem").split("-----END CERTIFICATE-----\n")[:-1]]
        self.assertEqual(len(parts), 3)
        with open(self.path("shuffled.pem"), "w", encoding="ascii") as file:
            file.write(parts[0] + parts[2] + self.read("other.pem") + parts[1])
        self.check(OK, "shuffled")
        with open(self.path("gap.pem"), "w", encoding="ascii") as file:
            file.write(parts[0] + parts[2])
        self.assertEqual(self.check(NOT_TRUSTED, "gap")["verdict"], "missing_intermediate")

    def test_another_authority(self):
        told = self.check(NOT_TRUSTED, "good", ca="other")
        self.assertEqual(told["verdict"], "unknown_issuer")
        self.assertTrue(told["detail"])
        self.assertTrue(told["error"]["try"])

    def test_the_path_that_was_tried_and_why_each_issuer_failed(self):
        self.issue("ca", "late", "--issuer", self.path("root"), "--subject", "Late", "--days", "1")
        self.leaf("below", issuer="late")
        with open(self.path("tried.pem"), "w", encoding="ascii") as file:
            file.write(self.read("below.pem") + self.read("other.pem"))
        after = ("--time", str(int(time.time()) + 2 * DAY))
        told = self.check(BAD_TIME, "tried", *after)
        self.assertEqual(len(told["path"]), 3)
        self.assertEqual(len(told["candidates"]), 2)
        self.assertIn("has expired: its last second was", told["candidates"][0])
        self.assertIn("is not the issuer of any", told["candidates"][1])
        text = self.run_tool(BAD_TIME, "cert", "check", self.path("tried.pem"), "--ca", self.ca,
                             "--host", "localhost", *after).stderr.decode()
        self.assertIn("the path: ", text)
        self.assertIn('tried: "CN=Late", which was sent, has expired', text)

    def test_another_name(self):
        told = self.check(WRONG_NAME, "good", host="example.org")
        self.assertEqual(told["verdict"], "certificate_wrong_name")
        self.assertIn("localhost", told["detail"])
        self.check(WRONG_NAME, "good", host="127.0.0.2")

    def test_wildcards_match_one_label(self):
        self.leaf("wild", names=("*.example.com",))
        self.check(OK, "wild", host="www.example.com")
        self.check(WRONG_NAME, "wild", host="a.www.example.com")
        self.check(WRONG_NAME, "wild", host="example.com")

    def test_other_times(self):
        now = int(time.time())
        told = self.check(BAD_TIME, "good", "--time", now + 1000 * DAY)
        self.assertEqual(told["verdict"], "certificate_expired")
        told = self.check(BAD_TIME, "good", "--time", now - 1000 * DAY)
        self.assertEqual(told["verdict"], "certificate_not_yet_valid")
        self.assertEqual(self.check(OK, "good", "--time", now + DAY)["time"], now + DAY)

    def test_other_purposes(self):
        self.issue("client", "someone", "--issuer", self.path("root"), "localhost")
        self.check(OK, "someone", "--purpose", "client")
        told = self.check(NOT_TRUSTED, "someone", "--purpose", "server")
        self.assertEqual(told["verdict"], "certificate_wrong_purpose")
        self.check(NOT_TRUSTED, "good", "--purpose", "client")
        self.run_tool(OK, "cert", "check", self.path("someone.pem"), "--ca", self.ca, "--purpose",
                      "client")

    def test_a_root_alone_is_no_server(self):
        self.check(NOT_TRUSTED, "root", ca="other")

    def test_files_that_hold_no_certificate(self):
        with open(self.path("empty.pem"), "w", encoding="ascii"):
            pass
        self.check(USAGE, "empty")
        with open(self.path("broken.pem"), "w", encoding="ascii") as file:
            file.write("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n")
        self.run_tool(USAGE, "cert", "show", self.path("broken.pem"))


if __name__ == "__main__":
    unittest.main()
