"""What the cells are made of: keys, groups and suites, by their RFC names."""

KEYS = ("p256", "p384", "rsa2048", "ed25519")
KEY_TITLES = {"p256": "P-256", "p384": "P-384", "rsa2048": "RSA-2048", "ed25519": "Ed25519"}

CLASSIC = ("x25519", "secp256r1", "secp384r1", "secp521r1")
HYBRID = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024")
GROUPS = CLASSIC + HYBRID
GROUP_IDS = {
    0x001D: "x25519",
    0x0017: "secp256r1",
    0x0018: "secp384r1",
    0x0019: "secp521r1",
    0x11EC: "X25519MLKEM768",
    0x11EB: "SecP256r1MLKEM768",
    0x11ED: "SecP384r1MLKEM1024",
}

AES128 = "TLS_AES_128_GCM_SHA256"
AES256 = "TLS_AES_256_GCM_SHA384"
CHACHA = "TLS_CHACHA20_POLY1305_SHA256"
SUITES = (AES128, AES256, CHACHA)
SUITE_IDS = {0x1301: AES128, 0x1302: AES256, 0x1303: CHACHA}
SUITE_SHORT = {AES128: "AES-128", AES256: "AES-256", CHACHA: "ChaCha20"}

# Encrypted Client Hello: taken, taken after a HelloRetryRequest, refused by a server that has
# another key, refused by one that has none, and only pretended.
ECH_KINDS = (
    "ECH",
    "ECH after a retry",
    "ECH with an old key",
    "ECH without a key",
    "GREASE ECH",
)

# Spellings found in what peers print, in lower case, on the way to the RFC's.
GROUP_ALIASES = {
    "p-256": "secp256r1",
    "p256": "secp256r1",
    "prime256v1": "secp256r1",
    "curvep256": "secp256r1",
    "p-384": "secp384r1",
    "p384": "secp384r1",
    "curvep384": "secp384r1",
    "p-521": "secp521r1",
    "p521": "secp521r1",
    "curvep521": "secp521r1",
} | {name.lower(): name for name in GROUPS}


def group_name(text):
    """The RFC's name of a group that a peer printed; what it printed when it is none of ours."""
    return GROUP_ALIASES.get(text.strip().lower(), text.strip())
