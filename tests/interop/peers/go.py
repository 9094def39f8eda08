"""Go's crypto/tls, by the small program in go/."""

import pathlib
import re

from names import CLASSIC, ECH_KINDS, GROUP_IDS, HYBRID
from peer import Failure, Peer, Setup, TypedServer, find, make_report, typed_fetch
from process import run

SOURCE = pathlib.Path(__file__).parents[1] / "go"
# What go.mod's old language version would switch off.
MODERN = {"GODEBUG": "tlsmlkem=1,tlssecpmlkem=1"}
NUMBERS = {name: number for number, name in GROUP_IDS.items()}
FIRST_WITH = {
    "X25519MLKEM768": (1, 24),
    "SecP256r1MLKEM768": (1, 26),
    "SecP384r1MLKEM1024": (1, 26),
    "ECH": (1, 24),
}


class Server(TypedServer):
    def report(self):
        return report(self.process.log)


class Go(Peer):
    name, title = "go", "Go crypto/tls"
    mutual = ("client", "server")
    staples = ("client", "server")
    staple_trace = r'"staple":"[1-9]'
    ech = ("client", "server")
    ech_refusals = dict.fromkeys(ECH_KINDS, "tls: server rejected ECH")
    ech_tells = True

    def version(self):
        self.go = self.env.which("go") or self.env.which("/usr/local/go/bin/go")
        found = self.go and re.search(r"go version go(\S+)", run([self.go, "version"])[1])
        if not found:
            return None
        have = tuple(int(n) for n in re.findall(r"\d+", found[1])[:2])
        late = [group for group in HYBRID if have < FIRST_WITH[group]]
        self.client_groups = self.server_groups = CLASSIC + tuple(
            g for g in HYBRID if g not in late
        )
        if have < FIRST_WITH["ECH"]:
            self.ech = ()
        self.lack_reasons = {
            ("both", "external PSK"): "crypto/tls has no external PSKs",
            ("both", "0-RTT"): "crypto/tls has 0-RTT for QUIC alone",
            ("both", "suite"): "Go does not let one choose among the suites of TLS 1.3",
            ("client", "GREASE ECH"): "Go does not send GREASE ECH",
            **{("both", g): "Go has it from {}.{} on".format(*FIRST_WITH[g]) for g in late},
        }
        return found[1]

    def prepare(self):
        self.program = self.env.directory / "go-peer"
        code, log = run(
            [self.go, "build", "-o", self.program, "."],
            cwd=SOURCE,
            timeout=300,
            env={"GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"},
        )
        if code != 0:
            raise Failure(f"the Go peer does not build:\n{log}")

    def server_argv(self, setup, port, *more):
        certificates = self.env.certificates
        return [
            self.program,
            "-listen",
            f"127.0.0.1:{port}",
            "-cert",
            certificates.chain(setup.key),
            "-key",
            certificates.key(setup.key),
            *(("-client-ca", certificates.roots) if setup.mutual else ()),
            *(("-staple", certificates.response) if setup.stapled else ()),
            *_ech_key(setup.ech_key),
            *_options(setup),
            *more,
        ]

    def client_argv(self, setup, port, *more):
        certificates = self.env.certificates
        own = ("-cert", certificates.chain(setup.key), "-key", certificates.key(setup.key))
        return [
            self.program,
            "-connect",
            f"127.0.0.1:{port}",
            "-ca",
            certificates.roots,
            *(own if setup.mutual else ()),
            *(("-ech-configs", setup.ech_configs) if setup.ech_configs else ()),
            *(("-ech-retry", setup.ech_retry) if setup.ech_retry else ()),
            *_options(setup),
            *more,
        ]

    session_kinds = {"server": ("resumption",), "client": ("resumption",)}
    session_traces = {"resumption": '(?s)"resumed":"false".*"resumed":"true"'}

    def session_server(self, kind, port, home):
        return self.server_argv(Setup(), port, "-twice"), {"env": MODERN}

    def session_clients(self, kind, port, home):
        return [self.client_argv(Setup(), port, "-twice")]

    def serve(self, setup, nonces):
        port = self.port()
        return Server(self.server_argv(setup, port), port, env=MODERN).ready()

    def fetch(self, setup, port, nonces, server):
        process = typed_fetch(
            self.client_argv(setup, port), nonces, server, self.done(nonces, server), env=MODERN
        )
        return report(process.log), process.out, process.log


def _ech_key(key):
    return ("-ech-key", key.private, "-ech-config", key.config) if key else ()


def _options(setup):
    return [
        *(("-group", NUMBERS[setup.group]) if setup.group else ()),
        *(("-alpn", setup.alpn) if setup.alpn else ()),
    ]


def report(log):
    return make_report(
        suite=find(r'"suite":"([^"]+)"', log),
        group=find(r'"group":"([^"]+)"', log),
        alpn=find(r'"alpn":"([^"]+)"', log),
        ech=find(r'"ech":"(true|false)"', log, {"true": "accepted", "false": "no"}.get),
    )
