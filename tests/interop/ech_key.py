"""Keys of Encrypted Client Hello (RFC 9849), in each form that a peer wants."""

import base64
import pathlib
import re
import secrets

from process import run

PUBLIC_NAME = "public.example"
# One for all keys: a server that has another key of this number must try it, and fail.
CONFIG_ID = 7


class EchKey:
    """Files: `pem` (RFC 9934), `private` (X25519, raw), `config` (an ECHConfig), `configs` (an
    ECHConfigList of that one)."""

    def __init__(self, pem):
        self.pem = pathlib.Path(pem)
        blocks = dict(re.findall(r"-----BEGIN ([^-]+)-----([^-]+)-----END", self.pem.read_text()))
        der = base64.b64decode(blocks["PRIVATE KEY"])
        at = der.index(bytes.fromhex("04220420")) + 4
        configs = base64.b64decode(blocks["ECHCONFIG"])
        self.private = self._write("private", der[at : at + 32])
        self.config = self._write("config", configs[2:])
        self.configs = self._write("configs", configs)

    def _write(self, form, content):
        path = self.pem.with_suffix("." + form)
        path.write_bytes(content)
        return path


def ech_key_by(argv, directory):
    """The key that a program makes, whose last argument is the file."""
    return EchKey(_file_by(argv, directory))


def make_ech_key(directory):
    """A key that no peer has made."""
    pem = _file_by(("openssl", "genpkey", "-algorithm", "X25519", "-out"), directory)
    argv = ("openssl", "pkey", "-in", pem, "-pubout", "-outform", "DER", "-out")
    public = _file_by(argv, directory).read_bytes()[-32:]
    configs = base64.b64encode(_prefixed(2, _config(public))).decode()
    with open(pem, "a") as file:
        file.write(f"-----BEGIN ECHCONFIG-----\n{configs}\n-----END ECHCONFIG-----\n")
    return EchKey(pem)


def _file_by(argv, directory):
    file = directory / f"ech-{secrets.token_hex(6)}.pem"
    code, log = run([*argv, file])
    if code != 0:
        raise RuntimeError(f"{' '.join(map(str, argv))}: {log}")
    return file


def _config(public):
    """Section 4: X25519, HKDF-SHA256, and each AEAD."""
    suites = b"".join(bytes((0, 1, 0, aead)) for aead in (1, 2, 3))
    contents = bytes((CONFIG_ID,)) + b"\x00\x20" + _prefixed(2, public) + _prefixed(2, suites)
    contents += bytes((0,)) + _prefixed(1, PUBLIC_NAME.encode()) + _prefixed(2, b"")
    return b"\xfe\x0d" + _prefixed(2, contents)


def _prefixed(size, content):
    return len(content).to_bytes(size, "big") + content
