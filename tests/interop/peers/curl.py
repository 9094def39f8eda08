"""curl, a client."""

from names import HYBRID
from peer import TALK, Peer, find, make_report
from process import Process, run

CURVES = {
    "x25519": "X25519",
    "secp256r1": "prime256v1",
    "secp384r1": "secp384r1",
    "secp521r1": "secp521r1",
}


class Curl(Peer):
    name, title = "curl", "curl"
    mutual = ("client",)
    staples = ("client",)
    staple_trace = "SSL certificate status: good"
    session_kinds = {"client": ("resumption",)}
    session_http = True
    session_last = b"</html>\n<!doctype html>"
    session_traces = {"resumption": r"(?s)<td>full handshake</td>.*<td>resumed</td>"}
    lack_reasons = {
        ("both", "external PSK"): "curl has no external PSKs",
        ("both", "0-RTT"): "curl has early data from 8.11 on",
    } | {("both", group): "its OpenSSL has ML-KEM from 3.5 on" for group in HYBRID}

    def roles(self):
        return ("client",)

    def version(self):
        if not self.env.which("curl"):
            return None
        return find(r"curl (\S+)", run(["curl", "--version"])[1])

    def session_clients(self, kind, port, home):
        """One run for two connections: its sessions live as long as it does."""
        argv = ["curl", "-s", "--http1.1", "--tlsv1.3", "--cacert", self.env.certificates.roots]
        argv += ["--resolve", f"localhost:{port}:127.0.0.1", "--max-time", TALK]
        return [[*argv, f"https://localhost:{port}/one", f"https://localhost:{port}/two"]]

    def fetch(self, setup, port, nonces, server):
        certificates = self.env.certificates
        own = ("--cert", certificates.chain(setup.key), "--key", certificates.key(setup.key))
        argv = [
            "curl",
            *(own if setup.mutual else ()),
            *(("--cert-status",) if setup.stapled else ()),
            "-sv",
            "--http1.1",
            "--tlsv1.3",
            "--max-time",
            TALK,
            "--cacert",
            self.env.certificates.roots,
            "--resolve",
            f"localhost:{port}:127.0.0.1",
            *(("--curves", CURVES[setup.group]) if setup.group else ()),
            *(("--tls13-ciphers", setup.suite) if setup.suite else ()),
            *(() if setup.alpn else ("--no-alpn",)),
            f"https://localhost:{port}/{nonces.request}",
        ]
        process = Process(argv)
        try:
            server.answer(nonces)
            process.wait(TALK + 1)
        finally:
            process.stop()
        return report(process.log), process.out, process.log


def report(log):
    return make_report(
        suite=find(r"using TLSv1\.3 / (\S+)", log), alpn=find(r"ALPN: server accepted (\S+)", log)
    )
