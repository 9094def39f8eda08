"""NSS by its own programs: tstclnt and selfserv."""

from names import AES128, AES256, CHACHA, HYBRID
from peer import Failure, Peer, Running, find, make_report, typed_fetch
from process import run

GROUPS = {"x25519": "x25519", "secp256r1": "P256", "secp384r1": "P384", "secp521r1": "P521"}
GROUPS_BY_BITS = {"255": "x25519", "256": "secp256r1", "384": "secp384r1", "521": "secp521r1"}
SUITES_BY_TEXT = {
    "128-bit AES-GCM": AES128,
    "256-bit AES-GCM": AES256,
    "256-bit CHACHA20POLY1305": CHACHA,
}
CIPHERS = {AES128: ":1301", AES256: ":1302", CHACHA: ":1303"}
NO_EDDSA = "NSS has no Ed25519 certificates before 3.99"


class Server(Running):
    echoes = True  # GET / answers with the request itself

    def report(self):
        return report(self.process.log)


class Nss(Peer):
    name, title = "nss", "NSS"
    client_keys = server_keys = ("p256", "p384", "rsa2048")
    mutual = ("client", "server")
    lack_reasons = {
        ("both", "ed25519"): NO_EDDSA,
        ("client", "alpn"): "tstclnt cannot offer ALPN",
        **{("both", group): "NSS has ML-KEM from 3.105 on" for group in HYBRID},
    }

    def version(self):
        if not all(map(self.env.which, ("tstclnt", "selfserv", "certutil", "pk12util"))):
            return None
        return self.env.package_version("libnss3-tools") or "unknown"

    def prepare(self):
        self.database = f"sql:{self.env.directory / 'nss'}"
        (self.env.directory / "nss").mkdir(exist_ok=True)
        certificates = self.env.certificates
        self._tool("certutil", "-N", "-d", self.database, "--empty-password")
        for root in certificates.root_files():
            self._tool(
                "certutil",
                "-A",
                "-d",
                self.database,
                "-n",
                root.stem,
                "-t",
                "CTu,Cu,Cu",
                "-i",
                root,
            )
        for key in self.server_keys:
            self._tool(
                "pk12util", "-i", certificates.pkcs12(key), "-d", self.database, "-W", "nacre"
            )

    def _tool(self, *argv):
        code, log = run(argv)
        if code != 0:
            raise Failure(f"{' '.join(map(str, argv))}: {log}")

    def serve(self, setup, nonces):
        port = self.port()
        return Server(
            [
                "selfserv",
                "-d",
                self.database,
                "-n",
                setup.key,
                "-p",
                port,
                "-V",
                "tls1.3:tls1.3",
                "-w",
                "",
                "-v",
                *(("-Q",) if setup.alpn else ()),
                *(("-r", "-r") if setup.mutual else ()),
                *_options(setup),
            ],
            port,
        ).ready()

    def fetch(self, setup, port, nonces, server):
        argv = [
            "tstclnt",
            "-4",
            "-d",
            self.database,
            "-h",
            "localhost",
            "-p",
            port,
            "-V",
            "tls1.3:tls1.3",
            "-v",
            *(("-n", setup.key, "-w", "") if setup.mutual else ()),
            *_options(setup),
        ]
        process = typed_fetch(
            argv, nonces, server, self.done(nonces, server), hang_up=False
        )  # it spins on a closed input
        return report(process.log), process.out, process.log


def _options(setup):
    return [
        *(("-I", GROUPS[setup.group]) if setup.group else ()),
        *(("-c", CIPHERS[setup.suite]) if setup.suite else ()),
    ]


def report(log):
    """From "version 3.4 using 256-bit CHACHA20POLY1305 with", "Key Exchange: 255-bit TLS 1.3"."""
    suite = find(r"SSL version 3\.4 using (\S+ \S+) with", log, SUITES_BY_TEXT.get)
    group = find(r"Key Exchange: (\d+)-bit TLS 1\.3", log, GROUPS_BY_BITS.get)
    return make_report(suite=suite, group=group)
