"""The matrix: which conversations are held with a peer, and what each must show."""

import dataclasses

from names import AES256, CLASSIC, ECH_KINDS, GROUPS, KEYS, SUITES

# A server that takes this group alone makes every client retry: none guesses it.
RETRY_GROUP = "secp384r1"
ALPN = "http/1.1"


@dataclasses.dataclass(frozen=True)
class Cell:
    """One conversation. `role` is the peer's; `narrowed` tells which sides are restricted to the
    group and suite: "peer", "ours" or "server"."""

    peer: str
    role: str
    kind: str  # handshake, defaults, retry, alpn, client certificate, compressed certificate,
    # stapled response, raw public key, key update by peer or by us, resumption, 0-RTT,
    # external PSK, and the kinds of ECH
    key: str = "p256"
    group: str | None = None
    suite: str | None = None
    narrowed: str = "ours"

    def __str__(self):
        words = (
            self.peer,
            self.role,
            self.kind,
            self.key,
            self.group,
            self.suite,
            f"narrowed by {self.narrowed}" if self.group else None,
        )
        return " ".join(word for word in words if word)


def cells_of(peer, quick=False):
    """All cells of a peer, in the table's order. Pairwise over keys, groups and suites."""
    for role in peer.roles():
        groups = getattr(peer, f"{role}_groups")
        keys = getattr(peer, f"{role}_keys")
        for row, group in enumerate(GROUPS):
            if group not in groups:
                continue
            for column, key in enumerate(KEYS):
                if key not in keys or (quick and key != keys[row % len(keys)]):
                    continue
                suite = SUITES[(row + 2 * column) % len(SUITES)]
                yield Cell(
                    peer.name,
                    role,
                    "handshake",
                    key,
                    group,
                    suite,
                    narrowed_side(peer, role, group, row + column // 2),
                )
        yield Cell(peer.name, role, "defaults")
        if RETRY_GROUP in groups:
            yield Cell(peer.name, role, "retry", "p256", RETRY_GROUP, AES256, "server")
        if not peer.lacks(role, "alpn"):
            yield Cell(peer.name, role, "alpn")
        if role in peer.mutual:
            for key in keys[:1] if quick else keys:
                if peer.lacks(role, f"a client's {key}"):
                    continue
                yield Cell(peer.name, role, "client certificate", key)
        if role in peer.compresses:
            yield Cell(peer.name, role, "compressed certificate")
        if role in peer.staples:
            yield Cell(peer.name, role, "stapled response", "stapled")
        if role in peer.raw_keys:
            yield Cell(peer.name, role, "raw public key")
        if role in peer.key_updates:
            yield Cell(peer.name, role, "key update by peer")
        yield Cell(peer.name, role, "key update by us")
        for kind in peer.session_kinds.get(role, ()):
            yield Cell(peer.name, role, kind)
        for kind in ECH_KINDS:
            if peer.lacks(role, kind):
                continue
            retry = (RETRY_GROUP, None, "server") if kind == "ECH after a retry" else ()
            yield Cell(peer.name, role, kind, "p256", *retry)


def narrowed_side(peer, role, group, number):
    """Which side is restricted: now the one, now the other, as far as the peer lets itself be."""
    if peer.lacks(role, "own group"):
        return "ours"
    return "peer" if number % 2 or group in peer.only_if_asked else "ours"


def best_common_group(groups):
    """What two sides with their defaults must end up with."""
    return "X25519MLKEM768" if "X25519MLKEM768" in groups else CLASSIC[0]
