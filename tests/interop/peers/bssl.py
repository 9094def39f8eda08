"""BoringSSL by its own program bssl, built once from the crate that Nacre pins."""

import json
import os
import secrets
import shutil

from names import ECH_KINDS
from names import GROUPS as ALL_GROUPS
from peer import Failure, Peer, TypedServer, find, make_report, typed_fetch
from pinned import locked_home, source_of
from process import run
from sessions import IDENTITY, KEY

GROUPS = {
    "x25519": "X25519",
    "secp256r1": "P-256",
    "secp384r1": "P-384",
    "secp521r1": "P-521",
    "X25519MLKEM768": "X25519MLKEM768",
}
DEFAULT_GROUPS = "X25519MLKEM768:X25519:P-256:P-384:P-521"
SIGNATURES = ":".join(
    ("ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "rsa_pss_rsae_sha256", "ed25519")
)
HYBRID_LACK = "BoringSSL has no NIST hybrid groups"


class Server(TypedServer):
    def answer(self, nonces):
        if self.process.wait_for(nonces.request.encode(), 15):
            self.process.write(nonces.reply_bytes())  # its input stays open: it hangs up rudely

    def report(self):
        return report(self.process.log)


class Bssl(Peer):
    name, title = "bssl", "BoringSSL"
    client_groups = server_groups = tuple(GROUPS)
    mutual = ("client", "server")
    raw_keys = ("client", "server")
    ech = ("client", "server")
    ech_refusals = dict.fromkeys(ECH_KINDS, "ECH_REJECTED")
    staples = ("client", "server")
    staple_trace = "OCSP staple: yes"
    lack_reasons = {
        ("both", "suite"): "bssl cannot choose among the suites of TLS 1.3",
        ("server", "alpn"): "bssl server has no ALPN",
        ("server", "a client's ed25519"): "bssl server cannot be told to take it",
        **{("both", group): HYBRID_LACK for group in ALL_GROUPS if group not in GROUPS},
    }

    def version(self):
        crate = source_of(self.env, self.env.root / "third_party" / "boringssl", "boring-sys")
        self.source = crate and crate / "deps" / "boringssl"
        if not self.source or not (self.source / "tool").is_dir() or not self._compiler():
            return None
        return crate.name.replace("boring-sys-", "that of boring-sys ")

    def _compiler(self):
        for suffix in ("-22", "-23", "-21", "-20", "-19", ""):
            if self.env.which("clang" + suffix) and self.env.which("clang++" + suffix):
                return "clang" + suffix, "clang++" + suffix
        return ("gcc", "g++") if self.env.which("g++") else None

    def prepare(self):
        """Builds bssl into the cache unless an earlier run did."""
        cc, cxx = self._compiler()
        key = json.dumps([str(self.source), cxx, run([cxx, "--version"])[1]])
        with locked_home(self.env, "bssl", key.encode()) as home:
            self.program = home / "bssl"
            if not self.program.exists():
                self._build(home, cc, cxx)

    def _build(self, home, cc, cxx):
        generator = ["-G", "Ninja"] if self.env.which("ninja") else []
        flags = [
            f"-DCMAKE_{language}_FLAGS_RELEASE=-O1 -DNDEBUG -g0 -w" for language in ("C", "CXX")
        ]
        for argv in (
            [
                "cmake",
                "-S",
                self.source,
                "-B",
                home / "b",
                *generator,
                *flags,
                "-DCMAKE_BUILD_TYPE=Release",
                "-DBUILD_TESTING=OFF",
                f"-DCMAKE_C_COMPILER={cc}",
                f"-DCMAKE_CXX_COMPILER={cxx}",
            ],
            ["nice", "cmake", "--build", home / "b", "--target", "bssl", "-j", str(os.cpu_count())],
        ):
            code, log = run(argv, timeout=1500)
            if code != 0:
                raise Failure(f"bssl does not build:\n{log[-3000:]}")
        os.replace(home / "b" / "bssl", self.program)
        shutil.rmtree(home / "b")

    def _shown(self, setup):
        certificates = self.env.certificates
        if setup.raw:
            return ("-rpk-key", certificates.key(setup.key))
        return ("-cert", certificates.chain(setup.key), "-key", certificates.key(setup.key))

    def serve(self, setup, nonces):
        port, certificates = self.port(), self.env.certificates
        argv = [
            self.program,
            "server",
            "-accept",
            port,
            "-min-version",
            "tls1.3",
            *_curves(setup),
            *self._shown(setup),
            *(("-require-any-client-cert",) if setup.mutual else ()),
            *(("-accept-cert-types", "rpk") if setup.raw else ()),
            *(("-ocsp-response", certificates.response) if setup.stapled else ()),
            *_ech_key(setup.ech_key),
        ]
        return Server(argv, port).ready()

    session_kinds = {
        "server": ("resumption", "0-RTT", "external PSK"),
        "client": ("resumption", "0-RTT", "external PSK"),
    }
    imports_psks = True
    session_line = b"GET /%s HTTP/1.0\r\n\r\n"
    session_tells = False
    session_traces = {
        "resumption": "Resumed session: yes",
        "0-RTT": "(?s)Resumed session: yes.*Early data: yes",
        "external PSK": "Cipher: TLS_",
    }

    def session_server(self, kind, port, home):
        certificates = self.env.certificates
        argv = [self.program, "server", "-accept", port, "-loop", "-www", "-min-version", "tls1.3"]
        argv += ["-cert", certificates.chain("p256"), "-key", certificates.key("p256")]
        if kind == "external PSK":
            argv += ["-psk-hex", KEY, "-psk-identity", IDENTITY]
        return [*argv, *(("-early-data",) if kind == "0-RTT" else ())], {}

    def session_clients(self, kind, port, home):
        argv = [self.program, "client", "-connect", f"127.0.0.1:{port}", "-server-name"]
        argv += ["localhost", "-min-version", "tls1.3", "-root-certs", self.env.certificates.roots]
        if kind == "external PSK":
            return [[*argv, "-psk-hex", KEY, "-psk-identity", IDENTITY]]
        (home / "early").write_text(secrets.token_hex(12) + "\n")
        early = ("-early-data", "@" + str(home / "early")) if kind == "0-RTT" else ()
        file = home / "session"
        return [[*argv, "-session-out", file], [*argv, "-session-in", file, *early]]

    def fetch(self, setup, port, nonces, server):
        argv = [
            self.program,
            "client",
            "-connect",
            f"127.0.0.1:{port}",
            "-server-name",
            "localhost",
            "-min-version",
            "tls1.3",
            *(
                ("-accept-cert-types", "rpk")
                if setup.raw
                else ("-root-certs", self.env.certificates.roots)
            ),
            *(self._shown(setup) if setup.mutual else ()),
            *(("-ocsp-stapling",) if setup.stapled else ()),
            *(("-ech-config-list", setup.ech_configs) if setup.ech_configs else ()),
            *(("-ech-grease",) if setup.ech_grease else ()),
            *_curves(setup),
            "-sigalgs",
            SIGNATURES,
            *(("-alpn-protos", setup.alpn) if setup.alpn else ()),
        ]
        process = typed_fetch(argv, nonces, server, self.done(nonces, server))
        return report(process.log), process.out, process.log


def _ech_key(key):
    return ("-ech-key", key.private, "-ech-config", key.config) if key else ()


def _curves(setup):
    return ["-curves", GROUPS[setup.group] if setup.group else DEFAULT_GROUPS]


def report(log):
    return make_report(
        suite=find(r"Cipher: (TLS_\S+)", log),
        group=find(r"ECDHE group: (\S+)", log),
        alpn=find(r"ALPN protocol: (\S+)", log),
        ech=find(r"Encrypted ClientHello: (yes|no)", log, {"yes": "accepted", "no": "no"}.get),
    )
