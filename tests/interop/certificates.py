"""The test's own PKI, made by the openssl program: two roots, an intermediate below each, and a
leaf for localhost of each kind of key."""

import pathlib

from names import KEYS
from process import run

_ALGORITHMS = {
    "p256": ("EC", "ec_paramgen_curve:P-256"),
    "p384": ("EC", "ec_paramgen_curve:P-384"),
    "rsa2048": ("RSA", "rsa_keygen_bits:2048"),
    "ed25519": ("ED25519", None),
}
_CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
_LEAF = """basicConstraints=critical,CA:FALSE
keyUsage=critical,{usage}
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:localhost,IP:127.0.0.1
"""
_IDENTIFIERS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"


class Certificates:
    """Paths, all in PEM unless named otherwise."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        for family, key in (("ecdsa", "p256"), ("rsa", "rsa2048")):
            self._issue(f"root-{family}", key, None, _CA)
            self._issue(f"intermediate-{family}", key, f"root-{family}", _CA)
        for key in KEYS:
            # NSS wants keyEncipherment of every RSA server, though TLS 1.3 has no such use.
            usage = "digitalSignature" + (",keyEncipherment" if key == "rsa2048" else "")
            self._issue(key, key, self.intermediate(key).stem, _LEAF.format(usage=usage))
            self.chain(key).write_text(
                (self.leaf(key).read_text() + self.intermediate(key).read_text())
            )
        self.roots = self.directory / "roots.pem"
        self.roots.write_text("".join(path.read_text() for path in self.root_files()))
        self.other_root = self._issue("root-other", "p256", None, _CA)

    def root_files(self):
        return [self.directory / f"root-{family}.pem" for family in ("ecdsa", "rsa")]

    def intermediate(self, key):
        family = "rsa" if key == "rsa2048" else "ecdsa"
        return self.directory / f"intermediate-{family}.pem"

    def leaf(self, key):
        return self.directory / f"{key}.pem"

    def chain(self, key):
        return self.directory / f"{key}-chain.pem"

    def key(self, key):
        return self.directory / f"{key}.key"

    def pkcs12(self, key):
        """Key and chain as PKCS #12 with the password "nacre", for NSS and Java."""
        path = self.directory / f"{key}.p12"
        if not path.exists():
            _openssl(
                "pkcs12",
                "-export",
                "-in",
                self.leaf(key),
                "-inkey",
                self.key(key),
                "-certfile",
                self.intermediate(key),
                "-name",
                key,
                "-passout",
                "pass:nacre",
                "-out",
                path,
            )
        return path

    def _issue(self, name, key, issuer, extensions):
        directory = self.directory
        algorithm, option = _ALGORITHMS[key]
        _openssl(
            "genpkey",
            "-algorithm",
            algorithm,
            *(("-pkeyopt", option) if option else ()),
            "-out",
            directory / f"{name}.key",
        )
        (directory / f"{name}.ext").write_text(extensions + _IDENTIFIERS)
        _openssl(
            "req",
            "-new",
            "-key",
            directory / f"{name}.key",
            "-subj",
            f"/O=Nacre interop/CN={name}",
            "-out",
            directory / f"{name}.csr",
        )
        signer = (
            ("-CA", directory / f"{issuer}.pem", "-CAkey", directory / f"{issuer}.key")
            if issuer
            else ("-key", directory / f"{name}.key")
        )
        _openssl(
            "x509",
            "-req",
            "-in",
            directory / f"{name}.csr",
            *signer,
            "-days",
            "30",
            "-CAcreateserial",
            "-extfile",
            directory / f"{name}.ext",
            "-out",
            directory / f"{name}.pem",
        )
        return directory / f"{name}.pem"


def _openssl(*arguments):
    code, log = run(["openssl", *arguments])
    if code != 0:
        raise RuntimeError(f"openssl {' '.join(map(str, arguments))}: {log}")
