"""Chromium without a window, a client: loads a page and gives its DOM or a picture of it."""

import base64
import hashlib
import pathlib
import subprocess
import tempfile
import threading

from names import GROUPS, HYBRID
from peer import Peer, find
from process import Process, run

LOAD = 40  # seconds; the first start of a profile is slow
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--log-level=3",
)
_turns = threading.Semaphore(2)  # each is a dozen processes


class Chromium(Peer):
    name, title = "chromium", "Chromium"
    client_groups = ("X25519MLKEM768", "x25519", "secp256r1", "secp384r1")
    client_keys = ("p256", "p384", "rsa2048")
    compresses = ("client",)
    lack_reasons = {
        ("client", "ed25519"): "Chromium takes no Ed25519 certificates",
        ("client", "own group"): "Chromium does not let one choose its groups",
        ("client", "suite"): "Chromium does not let one choose its suites",
        **{
            ("client", group): "Chromium does not offer it"
            for group in ("secp521r1", *HYBRID[1:])
            if group in GROUPS
        },
    }

    def roles(self):
        return ("client",)

    def version(self):
        program = self.env.which("chromium")
        return find(r"Chromium (\S+)", run([program, "--version"])[1]) if program else None

    def start(self, url, trusted, *mode):
        """Chromium on its way to `url`, which trusts the certificate file alone, by its key."""
        profile = tempfile.mkdtemp(dir=self.env.directory)
        return Process(
            [
                "chromium",
                *FLAGS,
                f"--user-data-dir={profile}",
                f"--ignore-certificate-errors-spki-list={spki_hash(trusted)}",
                *mode,
                url,
            ],
            env={"HOME": profile},
        )

    def fetch(self, setup, port, nonces, server):
        url = f"https://localhost:{port}/{nonces.request}"
        with _turns:
            process = self.start(url, self.env.certificates.leaf(setup.key), "--dump-dom")
            try:
                server.answer(nonces)
                process.wait(LOAD)
            finally:
                process.stop()
        return {}, process.out, process.log


def spki_hash(certificate: pathlib.Path):
    """SHA-256 of the certificate's public key, in base64."""
    pem = subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-pubkey"],
        check=True,
        capture_output=True,
    ).stdout
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
