"""Policies: the released ones are frozen; options choose among them and replace their parts."""
import os
import unittest

from support import HANDSHAKE, NOT_TRUSTED, OK, USAGE, Pki, Server, answer

SNAPSHOTS = os.path.join(os.path.dirname(__file__), "..", "data", "policies")
RELEASED = {"policy_2026": 202601, "policy_2026_pq": 202602, "policy_2026_cnsa2": 202603,
            "policy_compat": 202604}
HYBRIDS = ["X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"]


class Policies(Pki):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issue("ca", "root384", "--type", "p384")
        cls.leaf("p384", "--type", "p384", issuer="root384")
        cls.leaf("mldsa87", "--type", "mldsa87", issuer="root384")

    def probe(self, server, *arguments, ca=None):
        done = self.run_tool(OK, "connect", "--probe", server.host, "--ca", ca or self.ca,
                             *arguments, "--json")
        return answer(done)["connection"]

    def test_a_released_policy_is_frozen(self):
        self.assertEqual(sorted(os.listdir(SNAPSHOTS)), sorted(f"{name}.txt" for name in RELEASED))
        for name in RELEASED:
            with self.subTest(policy=name):
                with open(os.path.join(SNAPSHOTS, f"{name}.txt"), encoding="ascii") as file:
                    frozen = file.read()
                self.assertEqual(self.run_tool(OK, "policy", name).stdout.decode(), frozen)

    def test_all_are_listed_with_their_numbers(self):
        lines = self.run_tool(OK, "policy").stdout.decode().splitlines()
        self.assertEqual([line.split()[:2] for line in lines],
                         [[name, str(number)] for name, number in RELEASED.items()])
        told = answer(self.run_tool(OK, "policy", "--json"))
        self.assertEqual((told["version"], told["command"], told["ok"]), (1, "policy", True))
        self.assertEqual({p["name"]: p["number"] for p in told["policies"]}, RELEASED)
        self.assertTrue(all(p["about"] for p in told["policies"]))

    def test_json_tells_what_the_text_tells(self):
        for name, number in RELEASED.items():
            told = answer(self.run_tool(OK, "policy", name, "--json"))["policy"]
            self.assertEqual((told["name"], told["number"]), (name, number))
            text = self.run_tool(OK, "policy", name).stdout.decode().split()
            for key in ("cipher_suites", "groups", "key_shares", "signature_schemes",
                        "certificate_signature_schemes"):
                self.assertTrue(told[key])
                for value in told[key]:
                    self.assertIn(value, text)
            self.assertIn(str(told["minimum_rsa_bits"]), text)

    def test_a_name_may_be_short_and_must_be_known(self):
        for name in ("2026_pq", "2026-PQ", "policy-2026-pq"):
            told = answer(self.run_tool(OK, "policy", name, "--json"))["policy"]
            self.assertEqual(told["name"], "policy_2026_pq")
        for arguments in (["policy", "policy_1999"], ["demo", "--policy", "policy_1999"],
                          ["server", "--policy", ""], ["connect", "x", "--policy", "none"]):
            error = self.fails(USAGE, *arguments)
            self.assertIn("policy_2026_cnsa2", error["try"])

    def test_every_command_that_speaks_tls_takes_one(self):
        told = answer(self.run_tool(OK, "demo", "--policy", "2026_cnsa2", "--json"))["connection"]
        self.assertEqual((told["suite"], told["group"], told["signature"]),
                         ("TLS_AES_256_GCM_SHA384", "SecP384r1MLKEM1024", "ecdsa_secp384r1_sha384"))
        with Server("--www", *self.pair("good"), "--policy", "2026_pq") as server:
            page = self.run_tool(OK, "get", f"https://{server.host}/", "--ca", self.ca, "--policy",
                                 "compat")
            self.assertIn(b"X25519MLKEM768", page.stdout)
            told = answer(self.run_tool(OK, "resume", server.host, "--ca", self.ca, "--policy",
                                        "2026_pq", "--json"))
            self.assertTrue(told["resumed"])

    def test_hybrids_alone(self):
        with Server(*self.pair("good"), "--groups", "x25519,P-256") as server:
            done = self.run_tool(HANDSHAKE, "connect", "--probe", server.host, "--ca", self.ca,
                                 "--policy", "2026_pq")
            self.assertIn(b"SecP256r1MLKEM768", done.stderr)
        with Server(*self.pair("good"), "--groups", ",".join(HYBRIDS[1:])) as server:
            told = self.probe(server, "--policy", "2026_pq")
            self.assertEqual((told["group"], told["retried"]), (HYBRIDS[1], True))

    def test_compat_has_a_share_for_p256(self):
        with Server(*self.pair("good"), "--groups", "P-256") as server:
            self.assertTrue(self.probe(server)["retried"])
            told = self.probe(server, "--policy", "compat")
            self.assertEqual((told["group"], told["retried"]), ("secp256r1", False))

    def test_cnsa2_on_both_sides(self):
        ca = self.path("root384.pem")
        for name, scheme in (("p384", "ecdsa_secp384r1_sha384"), ("mldsa87", "mldsa87")):
            with Server(*self.pair(name), "--policy", "2026_cnsa2") as server:
                for policy in ("2026_cnsa2", "2026"):
                    told = self.probe(server, "--policy", policy, ca=ca)
                    self.assertEqual(told["suite"], "TLS_AES_256_GCM_SHA384")
                    self.assertEqual(told["group"], "SecP384r1MLKEM1024")
                    self.assertEqual(told["signature"], scheme)
                told = self.probe(server, "--policy", "2026_cnsa2", "--groups", "mlkem1024", ca=ca)
                self.assertEqual(told["group"], "MLKEM1024")
        self.fails(USAGE, "server", *self.pair("good"), "--policy", "2026_cnsa2", "--listen",
                   "127.0.0.1:0")

    def test_cnsa2_refuses_a_chain_that_p256_signed(self):
        self.leaf("mixed", "--type", "p384")
        with Server(*self.pair("mixed")) as server:
            error = self.fails(NOT_TRUSTED, "connect", "--probe", server.host, "--ca", self.ca,
                               "--policy", "2026_cnsa2")
            self.assertEqual(error["cause"], "certificate_weak_signature")

    def test_other_options_replace_parts_of_it(self):
        with Server(*self.pair("good"), "--policy", "2026_pq") as server:
            told = self.probe(server, "--policy", "2026_pq", "--suites",
                              "TLS_CHACHA20_POLY1305_SHA256", "--groups", "SecP384r1MLKEM1024")
            self.assertEqual(told["suite"], "TLS_CHACHA20_POLY1305_SHA256")
            self.assertEqual((told["group"], told["retried"]), ("SecP384r1MLKEM1024", False))


if __name__ == "__main__":
    unittest.main()
