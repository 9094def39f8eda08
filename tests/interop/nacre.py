"""Nacre by its program tlscli, as both sides of every cell."""

import json

from ech_key import CONFIG_ID, PUBLIC_NAME, ech_key_by
from names import ECH_KINDS, GROUPS
from peer import TALK, Failure, Peer, Running, find, make_report, typed_fetch
from process import Process, run


class Server(Running):
    """tlscli server --www: the page tells the path that was asked for, and the terms."""

    echoes = True
    page = ""

    def learn(self, body):
        self.page = body.decode(errors="replace")

    def saw(self, nonces):
        return None  # told by the page

    def client(self):
        return self._row("Client", unless="not known")

    def report(self):
        return make_report(
            suite=self._row("Cipher suite"),
            group=self._row("Group"),
            alpn=self._row("ALPN", unless="none"),
            hello_retry_request=self._row("HelloRetryRequest"),
            ech=self._row("ECH"),
        )

    def _row(self, title, unless=None):
        value = find(f"<tr><th>{title}</th><td>([^<]*)</td>", self.page)
        return None if value == unless else value


class Nacre(Peer):
    name, title = "nacre", "Nacre"
    client_groups = server_groups = GROUPS
    ech_refusals = dict.fromkeys(ECH_KINDS, "ech_rejected")
    ech_tells = True

    def version(self):
        if not self.env.tlscli.exists():
            return None
        return find(r"(\d+\.\d+\.\d+)", run([self.env.tlscli, "version"])[1])

    def server_argv(self, setup, port, *more):
        certificates = self.env.certificates
        return [
            self.env.tlscli,
            "server",
            "--listen",
            f"127.0.0.1:{port}",
            *self._shown(setup),
            *(
                ("--client-auth", "required", *self._believed(setup, "--client-ca"))
                if setup.mutual
                else ()
            ),
            *(("--ocsp", certificates.response) if setup.stapled else ()),
            *(("--ech-key", setup.ech_key.pem) if setup.ech_key else ()),
            *more,
            *_options(setup),
        ]

    def client_argv(self, command, target, setup, *more):
        return [
            self.env.tlscli,
            command,
            target,
            *self._believed(setup, "--ca"),
            *(self._shown(setup) if setup.mutual else ()),
            *(("--ocsp",) if setup.stapled else ()),
            *(("--ech", setup.ech_configs) if setup.ech_configs else ()),
            *(("--ech-retry-out", setup.ech_retry) if setup.ech_retry else ()),
            *(("--ech-grease",) if setup.ech_grease else ()),
            *more,
            *_options(setup),
        ]

    def _believed(self, setup, option):
        certificates = self.env.certificates
        if setup.raw:
            return ("--raw-pin", certificates.key_hash(setup.key))
        return (option, certificates.roots)

    def _shown(self, setup):
        certificates = self.env.certificates
        if setup.raw:
            return ("--raw-key", certificates.key(setup.key))
        return ("--cert", certificates.chain(setup.key), "--key", certificates.key(setup.key))

    def serve(self, setup, nonces):
        port = self.port()
        return Server(self.server_argv(setup, port, "--www"), port).ready()

    def fetch(self, setup, port, nonces, server):
        if setup.ech_configs or setup.ech_grease:  # options of connect
            argv = self.client_argv("connect", f"localhost:{port}", setup, "--json")
            process = typed_fetch(argv, nonces, server, self.done(nonces, server))
            return report(process.out), process.out + process.err, process.log
        url = f"https://localhost:{port}/{nonces.request}"
        process = Process(self.client_argv("get", url, setup, "--json"))
        try:
            server.answer(nonces)
            process.wait(TALK)
        finally:
            process.stop()
        return report(process.out), process.out + process.err, process.log

    def make_ech_key(self):
        argv = (self.env.tlscli, "cert", "ech", "--public-name", PUBLIC_NAME)
        return ech_key_by((*argv, "--config-id", CONFIG_ID, "--out"), self.env.directory)

    def line_server(self, setup, port):
        return self.server_argv(setup, port), True

    def line_client(self, setup, port):
        return self.client_argv("connect", f"localhost:{port}", setup), False

    def rekeying(self):
        return Rekeying(self.env)


class RekeyingServer(Running):
    def saw(self, nonces):
        return nonces.request.encode() in self.process.out


class Rekeying(Nacre):
    """Nacre by the program of rekey.cpp, which changes its keys in mid-conversation."""

    def __init__(self, env):
        super().__init__(env)
        self.program = env.tlscli.parent / "nacre_rekey"

    def serve(self, setup, nonces):
        port, certificates = self.port(), self.env.certificates
        argv = [
            self.program,
            "serve",
            port,
            certificates.chain(setup.key),
            certificates.key(setup.key),
            nonces.reply + "\n",
        ]
        return RekeyingServer(argv, port).ready()

    def fetch(self, setup, port, nonces, server):
        process = Process(
            [
                self.program,
                "get",
                port,
                self.env.certificates.roots,
                nonces.request,
                self.done(nonces, server).decode(),
            ]
        )
        try:
            server.answer(nonces)
            code = process.wait(TALK)
            if code != 0:
                raise Failure(f"nacre_rekey ended with {code}: {process.log}")
        finally:
            process.stop()
        return {}, process.out, process.log


def _options(setup):
    return [
        *(("--compress", "zlib,brotli,zstd", "-v") if setup.compressed else ()),
        *(("--groups", setup.group) if setup.group else ()),
        *(("--suites", setup.suite) if setup.suite else ()),
        *(("--alpn", setup.alpn) if setup.alpn else ()),
    ]


def report(out):
    """From the last JSON object on standard output."""
    for line in reversed(out.decode(errors="replace").splitlines()):
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        terms = answer.get("connection") or {}
        retried = terms.get("retried")
        return make_report(
            suite=terms.get("suite"),
            group=terms.get("group"),
            alpn=terms.get("alpn") or None,
            ech=terms.get("ech"),
            hello_retry_request=None if retried is None else "yes" if retried else "no",
        )
    return {}
