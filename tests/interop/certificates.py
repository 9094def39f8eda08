"""The test's own PKI, made by the openssl program: two roots, an intermediate below each, and a
leaf for localhost of each kind of key."""

import base64
import hashlib
import pathlib
import time

from ech_key import PUBLIC_NAME
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
subjectAltName={names}
"""
_HERE = "DNS:localhost,IP:127.0.0.1"
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
            extensions = _LEAF.format(usage=usage, names=_HERE)
            self._issue(key, key, self.intermediate(key).stem, extensions)
            self.chain(key).write_text(
                (self.leaf(key).read_text() + self.intermediate(key).read_text())
            )
        self.response = self._staple()
        # Of the name that clients see with ECH, and of no other: it must do when ECH is refused.
        self._chain_of("public", _LEAF.format(usage="digitalSignature", names=f"DNS:{PUBLIC_NAME}"))
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

    def public_key(self, key):
        """The public half alone, for raw public keys."""
        path = self.directory / f"{key}.pub"
        if not path.exists():
            _openssl("pkey", "-in", self.key(key), "-pubout", "-out", path)
        return path

    def key_hash(self, key):
        """SHA-256 of the SubjectPublicKeyInfo, in hexadecimal digits."""
        text = "".join(self.public_key(key).read_text().splitlines()[1:-1])
        return hashlib.sha256(base64.b64decode(text)).hexdigest()

    def _staple(self):
        """A leaf that must come with an OCSP response (RFC 7633), and the path of that, DER."""
        text = _LEAF.format(usage="digitalSignature", names=_HERE) + "tlsfeature=status_request\n"
        leaf = self._chain_of("stapled", text)
        issuer = self.directory / "intermediate-ecdsa"
        code, serial = run(["openssl", "x509", "-in", leaf, "-noout", "-serial"])
        end = time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + 86_400))
        number = serial.strip().split("=")[1]
        index = self.directory / "index"
        index.write_text(f"V\t{end}\t\t{number}\tunknown\t/CN=stapled\n")
        request, response = self.directory / "request", self.directory / "stapled.ocsp"
        ca = ("-CA", issuer.with_suffix(".pem"), "-rsigner", issuer.with_suffix(".pem"))
        ca += ("-rkey", issuer.with_suffix(".key"))
        _openssl(
            *("ocsp", "-issuer", issuer.with_suffix(".pem"), "-cert", leaf),
            *("-no_nonce", "-reqout", request),
        )
        _openssl(
            *("ocsp", "-index", index, *ca, "-reqin", request),
            *("-ndays", "1", "-respout", response),
        )
        return response

    def _chain_of(self, name, extensions):
        """The leaf of a chain with a key of its own, P-256."""
        leaf = self._issue(name, "p256", "intermediate-ecdsa", extensions)
        issuer = self.intermediate(name)
        self.chain(name).write_text(leaf.read_text() + issuer.read_text())
        return leaf

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
