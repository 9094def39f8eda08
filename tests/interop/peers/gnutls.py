"""GnuTLS by its own programs: gnutls-cli and gnutls-serv."""

import secrets

from names import AES128, AES256, CHACHA, HYBRID, SUITES
from peer import Peer, Running, Setup, find, make_report, typed_fetch
from process import run
from sessions import IDENTITY, KEY

PSK_PRIORITY = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-KX-ALL:+ECDHE-PSK:+PSK"

GROUPS = {
    "x25519": "GROUP-X25519",
    "secp256r1": "GROUP-SECP256R1",
    "secp384r1": "GROUP-SECP384R1",
    "secp521r1": "GROUP-SECP521R1",
}
CIPHERS = {AES128: "AES-128-GCM", AES256: "AES-256-GCM", CHACHA: "CHACHA20-POLY1305"}


class Server(Running):
    def saw(self, nonces):
        return None  # --httpdata answers without a word about the request

    def report(self):
        return report(self.process.log)


class GnuTls(Peer):
    name, title = "gnutls", "GnuTLS"
    mutual = ("client", "server")
    raw_keys = ("client", "server")
    staples = ("client", "server")
    staple_trace = "Options: .*OCSP status request"
    key_updates = ("client", "server")
    key_update_traces = (b"sending key update (1)", b"received TLS 1.3 key update (0)")
    lack_reasons = {("both", group): "GnuTLS has ML-KEM from 3.8.8 on" for group in HYBRID}

    def version(self):
        if not (self.env.which("gnutls-cli") and self.env.which("gnutls-serv")):
            return None
        return find(r"gnutls-cli (\S+)", run(["gnutls-cli", "--version"])[1])

    def server_argv(self, setup, port, *mode):
        certificates = self.env.certificates
        return [
            "gnutls-serv",
            *mode,
            *(() if setup.mutual else ("-a",)),
            "-p",
            port,
            *self._shown(setup),
            "--priority",
            priority(setup),
            *(("--ocsp-response", certificates.response) if setup.stapled else ()),
            *(("--require-client-cert",) if setup.mutual else ()),
            *(
                ("--verify-client-cert", "--x509cafile", certificates.roots)
                if setup.mutual and not setup.raw
                else ()
            ),
            *(("--alpn", setup.alpn) if setup.alpn else ()),
        ]

    def client_argv(self, setup, port, *mode):
        certificates = self.env.certificates
        return [
            "gnutls-cli",
            *mode,
            *(("--insecure",) if setup.raw else ("--x509cafile", certificates.roots)),
            *(("--ocsp",) if setup.stapled else ()),
            *(self._shown(setup) if setup.mutual else ()),
            "--priority",
            priority(setup),
            *(("--alpn", setup.alpn) if setup.alpn else ()),
            "-p",
            port,
            "--sni-hostname",
            "localhost",
            "--verify-hostname",
            "localhost",
            "127.0.0.1",
        ]

    def _shown(self, setup):
        certificates = self.env.certificates
        if setup.raw:
            public = certificates.public_key(setup.key)
            return ("--rawpkkeyfile", certificates.key(setup.key), "--rawpkfile", public)
        files = ("--x509certfile", certificates.chain(setup.key))
        return (*files, "--x509keyfile", certificates.key(setup.key))

    def serve(self, setup, nonces):
        port = self.port()
        page = self.env.directory / f"{nonces.reply}.http"
        page.write_bytes(nonces.reply_bytes())
        return Server(self.server_argv(setup, port, "--http", "--httpdata", page), port).ready()

    def fetch(self, setup, port, nonces, server):
        process = typed_fetch(
            self.client_argv(setup, port), nonces, server, self.done(nonces, server)
        )
        return report(process.log), process.out, process.log

    def line_server(self, setup, port):
        return self.server_argv(setup, port, "--echo", "-d", "4"), True

    def line_client(self, setup, port):
        return self.client_argv(setup, port, "--inline-commands", "-d", "4"), False

    session_kinds = {
        "server": ("resumption", "0-RTT", "external PSK"),
        "client": ("resumption", "0-RTT", "external PSK"),
    }
    session_tells = False
    session_traces = {
        "resumption": "This is a resumed session",
        "0-RTT": "This is a resumed session",
        "external PSK": f"PSK authentication. Connected as '{IDENTITY}'",
    }

    def session_server(self, kind, port, home):
        argv = self.server_argv(Setup(), port, "--echo")
        if kind == "external PSK":
            file = home / "keys"
            file.write_text(f"{IDENTITY}:{KEY}\n")
            words = ["gnutls-serv", "--echo", "-p", port, "--pskpasswd", file]
            return [*words, "--priority", PSK_PRIORITY], {}
        return [*argv, *(("--earlydata",) if kind == "0-RTT" else ())], {}

    def session_clients(self, kind, port, home):
        if kind == "external PSK":
            words = ["gnutls-cli", "--pskusername", IDENTITY, "--pskkey", KEY, "-p", port]
            return [[*words, "--priority", PSK_PRIORITY, "localhost"]]
        (home / "early").write_text(secrets.token_hex(12) + "\n")
        early = ("--earlydata", home / "early") if kind == "0-RTT" else ()
        return [self.client_argv(Setup(), port, "--resume", "--waitresumption", *early)]

    def ask_key_update(self, client, own):
        """gnutls-serv obeys a line that its client sends, gnutls-cli one that is typed."""
        client.write(b"^renegotiate^\n" if client is own else b"**REHANDSHAKE**\n")
        own.wait_for(self.key_update_traces[0], 5)
        own.wait_for(b"never printed", 0.3)


def priority(setup):
    parts = ["NORMAL", "-VERS-ALL", "+VERS-TLS1.3"]
    if setup.group:
        parts += ["-GROUP-ALL", "+" + GROUPS[setup.group]]
    if setup.suite:
        parts += ["-CIPHER-ALL", "+" + CIPHERS[setup.suite]]
    if setup.raw:
        parts += ["-CTYPE-ALL", "+CTYPE-SRV-RAWPK", "+CTYPE-CLI-RAWPK"]
    return ":".join(parts)


def report(log):
    """From "Description: (TLS1.3-X.509)-(ECDHE-X25519)-(ECDSA-SECP256R1-SHA256)-(AES-256-GCM)"."""
    found = find(r"Description: \(TLS1\.3[^)]*\)-\(ECDHE-([^)]+)\)-\([^)]+\)-\(([^)]+)\)", log)
    if not found:
        return {}
    suites = {CIPHERS[suite]: suite for suite in SUITES}
    return make_report(
        group=found[0],
        suite=suites.get(found[1], found[1]),
        alpn=find(r"Application protocol: (\S+)", log),
    )
