#!/usr/bin/env python3
"""Writes importer.json: known answers for RFC 9258, section 5.1, from hashlib and hmac alone. The RFC
has none. The first three inputs are those of BoringSSL's conformance runner."""

import hashlib
import hmac
import json
import pathlib

KDFS = {1: "sha256", 2: "sha384"}
PSKS = [
    (b"psk1", b"ABCD" * 8, b"context1", 1),
    (b"psk2", b"EFGH" * 12, b"context2", 2),
    (b"psk3", b"IJKL" * 8, b"context3", 1),
    (b"a", bytes(range(16)), b"", 1),  # the shortest
    (b"i" * 1024, bytes(range(64)), b"c" * 1024, 2),  # the longest
    (b"roles", bytes(range(32)), b"\x06client\x06server", 1),
]


def vector(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data


def expand_label(name: str, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    info = size.to_bytes(2, "big") + vector(b"tls13 " + label, 1) + vector(context, 1)
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.new(secret, block + info + bytes([counter]), name).digest()
        out, counter = out + block, counter + 1
    return out[:size]


def imported(identity: bytes, key: bytes, context: bytes, kdf: int, target: int) -> dict:
    name = KDFS[kdf]
    wire = vector(identity, 2) + vector(context, 2) + b"\x03\x04" + target.to_bytes(2, "big")
    zeros = bytes(hashlib.new(name).digest_size)
    epskx = hmac.new(zeros, key, name).digest()
    size = hashlib.new(KDFS[target]).digest_size
    ipskx = expand_label(name, epskx, b"derived psk", hashlib.new(name, wire).digest(), size)
    return {"external_identity": identity.hex(), "key": key.hex(), "context": context.hex(),
            "kdf": kdf, "target": target, "identity": wire.hex(), "ipskx": ipskx.hex()}


rows = [imported(*psk, target) for psk in PSKS for target in KDFS]
path = pathlib.Path(__file__).with_name("importer.json")
path.write_text(json.dumps(rows, indent=1) + "\n")
