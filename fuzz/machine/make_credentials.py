#!/usr/bin/env python3
"""Writes credentials.inc: the certificates and keys of the machine's actors. Once made they stay, for
recordings rest on them; needs the package `cryptography`."""

import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

START = 1_800_000_000  # machine::start
DAY = 86_400
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
lines = []


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def moment(days):
    return datetime.datetime.fromtimestamp(START + days * DAY, datetime.timezone.utc)


def issue(text, issuer=None, days=3650, ca=False, path_length=None, purpose=SERVER, names=(),
          uris=(), key=None, only_uri=None):
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (x509.CertificateBuilder().subject_name(name(text))
               .issuer_name(issuer[0].subject if issuer else name(text))
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(moment(-30)).not_valid_after(moment(days))
               .add_extension(x509.BasicConstraints(ca, path_length), True)
               .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False,
                                            False), True))
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), False)
    all_names = [x509.DNSName(n) for n in names] + [x509.UniformResourceIdentifier(u) for u in uris]
    if all_names:
        builder = builder.add_extension(x509.SubjectAlternativeName(all_names), False)
    if only_uri:
        builder = builder.add_extension(
            x509.NameConstraints([x509.UniformResourceIdentifier(only_uri)], None), False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def text(label, value):
    lines.append(f'inline constexpr std::string_view {label} = R"({value})";\n')


def pem(certificates):
    return "".join(c.public_bytes(serialization.Encoding.PEM).decode() for c in certificates)


def actor(label, text_name, issuer, chain=(), ed=False, **more):
    made = issue(text_name, issuer, key=ed25519.Ed25519PrivateKey.generate() if ed else None, **more)
    text(label, pem([made[0], *(c for c, _ in chain)]))
    text(f"{label}_key", made[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode())
    return made


def ech(label, config_id, public_name):  # RFC 9849, section 4; RFC 9934
    key = x25519.X25519PrivateKey.generate()
    public_key = key.public_key().public_bytes_raw()
    suite = bytes([0, 1, 0, 1])  # HKDF-SHA256, AES-128-GCM
    contents = (bytes([config_id, 0, 0x20, 0, 32]) + public_key + bytes([0, len(suite)]) + suite +
                bytes([32, len(public_name)]) + public_name + bytes(2))
    config = b"\xfe\x0d" + len(contents).to_bytes(2) + contents
    encoded = base64.b64encode(len(config).to_bytes(2) + config).decode()
    text(label, key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode() +
        f"-----BEGIN ECHCONFIG-----\n{encoded}\n-----END ECHCONFIG-----\n")


root = issue("root", ca=True, purpose=None)
middle = issue("middle", root, days=5, ca=True, purpose=None)
short = issue("short root", ca=True, path_length=0, purpose=None)
below_short = issue("below short", short, ca=True, purpose=None)
for_clients = issue("root for clients", ca=True, purpose=CLIENT)
other_domain = issue("other domain", root, ca=True, purpose=None, only_uri="inside.example")
a, b, public = ["a.example"], ["b.example"], ["public.example"]

self_signed = issue("rogue.example", names=["rogue.example"])
text("anchors", pem([c for c, _ in (root, short, for_clients, self_signed)]))
actor("server_a", "a", middle, [middle], ed=True, days=30, names=a)
actor("server_a_new", "a new", root, ed=True, days=30, names=a)
actor("server_b", "b", root, days=30, names=b)
actor("server_public", "public", root, ed=True, days=30, names=public)
actor("alice", "alice", middle, [middle], ed=True, days=30, purpose=CLIENT)
actor("bob", "bob", root, days=1, purpose=CLIENT)
actor("by_a_leaf", "by a leaf", self_signed, days=30, names=a)
actor("too_deep", "too deep", below_short, [below_short], days=30, names=a)
actor("by_a_root_for_clients", "by a root for clients", for_clients, days=30, names=a)
actor("uri_outside", "uri outside", other_domain, [other_domain], days=30, names=a,
      uris=["https://outside.example/"])
ech("ech_first", 1, b"public.example")
ech("ech_second", 2, b"public.example")
print("// Made by make_credentials.py.")
print("\n".join(lines), end="")
