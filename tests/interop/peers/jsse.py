"""Java's JSSE, by the small program in java/."""

import pathlib

from names import HYBRID
from peer import Failure, Peer, TypedServer, find, make_report, typed_fetch
from process import run

SOURCE = pathlib.Path(__file__).parents[1] / "java" / "Peer.java"


class Server(TypedServer):
    def report(self):
        return report(self.process.log)


class Jsse(Peer):
    name, title = "jsse", "Java JSSE"
    mutual = ("client", "server")
    staples = ("client",)
    staple_trace = '"version":"TLSv1.3"'  # without a response it ends before that
    key_updates = ("client", "server")
    key_update_traces = (b"Produced KeyUpdate post-handshake message", b"Consuming KeyUpdate")
    lack_reasons = {("both", group): "JSSE has ML-KEM from 27 on" for group in HYBRID}

    def version(self):
        if not self.env.which("java") or not self.env.which("javac"):
            return None
        return find(r'version "([^"]+)"', run(["java", "-version"])[1])

    def prepare(self):
        """Compiled once: a single-file launch would compile for each connection."""
        code, log = run(["javac", "-d", self.env.directory / "java", SOURCE], timeout=120)
        if code != 0:
            raise Failure(f"the Java peer does not build:\n{log}")

    def _argv(self, setup, *more):
        return [
            "java",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            self.env.directory / "java",
            "Peer",
            *more,
            *(("--group", setup.group) if setup.group else ()),
            *(("--suite", setup.suite) if setup.suite else ()),
            *(("--alpn", setup.alpn) if setup.alpn else ()),
        ]

    def server_argv(self, setup, port, *more):
        asked = ("--ca", self.env.certificates.roots) if setup.mutual else ()
        return self._argv(setup, "--listen", port, *self._own(setup), *asked, *more)

    def client_argv(self, setup, port, *more):
        own = self._own(setup) if setup.mutual else ()
        roots = self.env.certificates.roots
        wanted = ("--status", "yes") if setup.stapled else ()
        return self._argv(setup, "--connect", port, "--ca", roots, *own, *wanted, *more)

    def _own(self, setup):
        return ("--store", self.env.certificates.pkcs12(setup.key))

    def serve(self, setup, nonces):
        port = self.port()
        return Server(self.server_argv(setup, port), port).ready()

    def fetch(self, setup, port, nonces, server):
        process = typed_fetch(
            self.client_argv(setup, port), nonces, server, self.done(nonces, server)
        )
        return report(process.log), process.out, process.log

    def line_server(self, setup, port):
        return self._rekeying(self.server_argv(setup, port)), False

    def line_client(self, setup, port):
        return self._rekeying(self.client_argv(setup, port)), False

    @staticmethod
    def _rekeying(argv):
        return [argv[0], "-Djavax.net.debug=ssl:handshake", *argv[1:], "--rekey-after", "1"]

    def ask_key_update(self, client, own):
        own.wait_for(b"KeyUpdate sent", 5)


def report(log):
    return make_report(suite=find(r'"suite":"([^"]+)"', log), alpn=find(r'"alpn":"([^"]+)"', log))
