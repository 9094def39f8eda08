"""OpenSSL by its own program, s_client and s_server: the installed one, and one from a crate."""

import base64
import os
import pathlib
import secrets
import shutil

from ech_key import PUBLIC_NAME, ech_key_by
from names import AES128, HYBRID
from names import GROUPS as ALL_GROUPS
from peer import TALK, Peer, Setup, TypedServer, find, make_report, typed_fetch
from pinned import locked_home, source_of
from process import run
from sessions import IDENTITY, KEY

SOURCE = pathlib.Path(__file__).parents[1] / "openssl"
# No part of what is driven here, and minutes of a build.
OMITTED = [
    f"no-{part}"
    for part in (
        *("shared", "module", "tests", "docs", "makedepend", "legacy", "quic", "dtls"),
        *("cmp", "cms", "ts", "srp", "slh-dsa", "lms"),
    )
]
ECH_WORDS = {"success": "accepted", "GREASE": "not offered", "not tried": "not offered"}
GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


class Server(TypedServer):
    farewell = b""

    def answer(self, nonces):
        if self.process.wait_for(nonces.request.encode(), TALK):
            self.process.write(nonces.reply_bytes())
            self.process.wait_for(b"never printed", 0.15)  # a command must begin a read of its own
            self.process.write(b"Q\n")

    def report(self):
        return make_report(
            suite=find(r"CIPHER is (\S+)", self.process.log),
            alpn=find(r"ALPN protocols selected: (\S+)", self.process.log),
        )


class OpenSsl(Peer):
    name, title = "openssl", "OpenSSL"
    program = "openssl"
    mutual = ("client", "server")
    staples = ("client", "server")
    staple_trace = "Cert Status: good"
    key_updates = ("client", "server")
    key_update_traces = (
        b">>> TLS 1.3, Handshake [length 0005], KeyUpdate",
        b"<<< TLS 1.3, Handshake [length 0005], KeyUpdate",
    )
    lack_reasons = {("both", group): "OpenSSL has ML-KEM from 3.5 on" for group in HYBRID}

    def version(self):
        code, log = run([self.program, "version"]) if self.env.which(self.program) else (1, "")
        return find(r"OpenSSL (\S+)", log) if code == 0 else None

    def server_argv(self, setup, port):
        certificates = self.env.certificates
        return [
            self.program,
            "s_server",
            "-tls1_3",
            "-accept",
            f"127.0.0.1:{port}",
            "-naccept",
            "1",
            "-cert",
            certificates.leaf(setup.key),
            "-key",
            certificates.key(setup.key),
            "-cert_chain",
            certificates.intermediate(setup.key),
            *(
                ("-Verify", "3", "-verify_return_error", "-CAfile", certificates.roots)
                if setup.mutual
                else ()
            ),
            *(("-status_file", certificates.response) if setup.stapled else ()),
            *(("-ech_key", setup.ech_key.pem) if setup.ech_key else ()),
            *_options(setup),
        ]

    def client_argv(self, setup, port):
        return [
            self.program,
            "s_client",
            "-tls1_3",
            "-connect",
            f"127.0.0.1:{port}",
            "-servername",
            "localhost",
            "-verify_hostname",
            "localhost",
            "-verify_return_error",
            "-CAfile",
            self.env.certificates.roots,
            *self._shown(setup),
            *(("-status",) if setup.stapled else ()),
            *_ech_options(setup),
            *_options(setup),
        ]

    def _shown(self, setup):
        certificates = self.env.certificates
        if not setup.mutual:
            return ()
        own = ("-cert", certificates.leaf(setup.key), "-key", certificates.key(setup.key))
        return (*own, "-cert_chain", certificates.intermediate(setup.key))

    def serve(self, setup, nonces):
        port = self.port()
        return Server(self.server_argv(setup, port), port).ready()

    def fetch(self, setup, port, nonces, server):
        process = typed_fetch(
            self.client_argv(setup, port), nonces, server, self.done(nonces, server)
        )
        return client_report(process.log), process.out, process.log

    def line_server(self, setup, port):
        return [*self.server_argv(setup, port), "-msg"], False

    def line_client(self, setup, port):
        return [*self.client_argv(setup, port), "-msg"], False

    session_kinds = {
        "server": ("resumption", "0-RTT", "external PSK"),
        "client": ("resumption", "0-RTT", "external PSK"),
    }
    session_traces = {
        "resumption": "Reused, TLSv1.3",
        "0-RTT": "(?s)Reused, TLSv1.3.*Early data was accepted",
        "external PSK": "Reused, TLSv1.3",
    }

    def session_server(self, kind, port, home):
        argv = [word for word in self.server_argv(Setup(), port) if word not in ("-naccept", "1")]
        if kind == "external PSK":
            argv += ["-psk_identity", IDENTITY, "-psk", KEY]
        return [*argv, *(("-early_data",) if kind == "0-RTT" else ())], {}

    def session_clients(self, kind, port, home):
        argv = self.client_argv(Setup(), port)
        if kind == "external PSK":
            # A key given so is for SHA-256.
            keys = ("-psk_identity", IDENTITY, "-psk", KEY, "-ciphersuites", AES128)
            return [[*argv, *keys]]
        (home / "early").write_text(secrets.token_hex(12) + "\n")
        early = ("-early_data", home / "early") if kind == "0-RTT" else ()
        file = home / "session"
        return [[*argv, "-sess_out", file], [*argv, "-sess_in", file, *early]]

    def ask_key_update(self, client, own):
        own.wait_for(b"never printed", 0.3)  # a command must begin a read of its own
        own.write(b"K\n")
        own.wait_for(self.key_update_traces[0], 5)
        own.wait_for(b"never printed", 0.3)


class NewOpenSsl(OpenSsl):
    """The OpenSSL of openssl/Cargo.lock, built into the cache."""

    name, title = "openssl-new", "OpenSSL (crate)"
    client_groups = server_groups = ALL_GROUPS
    only_if_asked = HYBRID[1:]
    lack_reasons = {}
    ech = ("client", "server")
    ech_refusals = {
        "ECH with an old key": r"ECH: failed\+retry-configs(?s:.*)Got 1 retry-configs",
        "ECH without a key": "ECH: tried but failed",
    }

    def version(self):
        source = source_of(self.env, SOURCE, "openssl-src")
        if not source or not all(map(self.env.which, ("perl", "make", "cc"))):
            return None
        key = (SOURCE / "Cargo.lock").read_text() + " ".join(OMITTED)
        with locked_home(self.env, "openssl", key.encode()) as home:
            self.program = home / "openssl"
            if not self.program.exists():
                self._build(source / "openssl", home)
            return super().version() if self.program.exists() else None

    def _build(self, source, home):
        directory = home / "b"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        make = ("nice", "make", "-s", "-j", str(os.cpu_count()))
        for argv in (
            ["perl", source / "Configure", "--release", *OMITTED, "CC=cc", "CFLAGS=-O1 -w"],
            [*make, "build_generated"],
            [*make, "apps/openssl"],
        ):
            code, log = run(argv, cwd=directory, timeout=1500)
            if code != 0:
                self.env.note(f"{self.title} does not build:\n{log[-3000:]}")
                return
        os.replace(directory / "apps" / "openssl", self.program)
        shutil.rmtree(directory)

    def make_ech_key(self):
        argv = (self.program, "ech", "-public_name", PUBLIC_NAME, "-out")
        return ech_key_by(argv, self.env.directory)


def _options(setup):
    return [
        *(("-groups", GROUPS.get(setup.group, setup.group)) if setup.group else ()),
        *(("-ciphersuites", setup.suite) if setup.suite else ()),
        *(("-alpn", setup.alpn) if setup.alpn else ()),
    ]


def _ech_options(setup):
    configs = setup.ech_configs
    return [
        *(("-ech_config_list", base64.b64encode(configs.read_bytes()).decode()) if configs else ()),
        *(("-ech_grease",) if setup.ech_grease else ()),
    ]


def client_report(log):
    # "X25519, 253 bits" or "ECDH, prime256v1, 256 bits"; from 3.2 on, the other line.
    key = find(r"(?:Server Temp Key|Negotiated TLS1.3 group): ([^\n]+)", log)
    group = key.removeprefix("ECDH, ").split(",")[0] if key else None
    return make_report(
        suite=find(r"Cipher is (TLS_\S+)", log),
        group=group,
        alpn=find(r"ALPN protocol: (\S+)", log),
        ech=find(r"ECH: (success|GREASE|not tried)", log, ECH_WORDS.get),
    )
