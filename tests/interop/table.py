"""The result as docs/interop.md: sorted, and without a date, so that an unchanged result is an
unchanged file."""

from names import GROUPS, KEY_TITLES, KEYS, SUITE_SHORT, SUITES

TITLES = KEY_TITLES | {"alpn": "ALPN", "suite": "choosing a suite", "own group": "choosing a group"}
HEAD = """# Interoperability

Made by `tests/interop/run.py --table docs/interop.md`; not to be edited.

Each *pass* stands for conversations over loopback in which data went both ways, and in which both
sides (where they tell) and the bytes on the wire agree on suite, group and retry. Keys, groups and
suites are combined pairwise, and restricted now on Nacre's side and now on the peer's. Resumption
and 0-RTT are the second of two connections, by a ticket of the first. Stapled responses are for a
leaf that must come with one; raw public keys are those of both sides. With ECH nobody but the
server sees the name; with an old key, the server's certificate has the public name alone, its retry
configurations are compared where the client tells them (Nacre and Go do; OpenSSL tells that there
are some), and a second connection by these succeeds. *lacks*: the peer cannot do it, the reason is
[below](#what-peers-lack). *not run*: it may have it, and is not driven so here. *absent*: the peer
is not installed.
"""
DIRECTIONS = (("server", "Nacre is the client"), ("client", "Nacre is the server"))
FEATURES = (
    ("defaults", "defaults"),
    ("retry", "HelloRetryRequest"),
    ("alpn", "ALPN"),
    ("client certificate", "client certificates"),
    ("compressed certificate", "compressed certificates"),
    ("stapled response", "stapled OCSP"),
    ("raw public key", "raw public keys"),
    ("key update by peer", "KeyUpdate by the peer"),
    ("key update by us", "by Nacre"),
)
ECH = (
    ("ECH", "ECH"),
    ("ECH after a retry", "after HelloRetryRequest"),
    ("ECH with an old key", "with an old key"),
    ("ECH without a key", "server without ECH"),
    ("GREASE ECH", "GREASE"),
)
LACKING = ("compressed certificate", "raw public key", "key update by peer")
SESSIONS = (
    ("resumption", "resumption"),
    ("external PSK", "external PSK"),
    ("0-RTT", "0-RTT"),
)


def text(versions, results):
    peers = list(versions)
    parts = [HEAD, _versions(versions)]
    for role, title in DIRECTIONS:
        of_role = [peer for peer in peers if role in peer.roles()]
        parts.append(f"## {title}\n")
        parts.append(
            _grid(
                of_role,
                versions,
                results,
                role,
                [("key", key, KEY_TITLES[key]) for key in KEYS]
                + [("suite", suite, SUITE_SHORT[suite]) for suite in SUITES],
            )
        )
        parts.append(
            _grid(of_role, versions, results, role, [("group", group, group) for group in GROUPS])
        )
        with_ech = [peer for peer in of_role if role in peer.ech]
        for rows, columns in ((of_role, FEATURES), (of_role, SESSIONS), (with_ech, ECH)):
            parts.append(
                _grid(
                    rows,
                    versions,
                    results,
                    role,
                    [("kind", kind, title) for kind, title in columns],
                )
            )
    parts.append(_lacks([peer for peer in peers if versions[peer]]))
    parts.append(_failures(results))
    return "\n".join(parts)


def _versions(versions):
    lines = ["| Peer | Version |", "|---|---|"]
    lines += [f"| {peer.title} | {version or 'absent'} |" for peer, version in versions.items()]
    return "\n".join(lines) + "\n"


def _grid(peers, versions, results, role, columns):
    lines = [
        "| Peer | " + " | ".join(title for _, _, title in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for peer in peers:
        marks = [_mark(peer, versions, results, role, what, value) for what, value, _ in columns]
        lines.append(f"| {peer.title} | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"


def _mark(peer, versions, results, role, what, value):
    if versions[peer] is None:
        return "absent"
    faults = [
        fault
        for cell, fault in results.items()
        if (cell.peer, cell.role) == (peer.name, role)
        and getattr(cell, what) == value
        and (what not in ("key", "suite") or cell.kind == "handshake")
    ]
    if any(faults):
        return "**FAIL**"
    if faults:
        return "pass"
    return "lacks" if peer.lacks(role, value) else "not run"


def _lacks(peers):
    lines = ["## What peers lack\n"]
    for peer in peers:
        reasons = {}
        for (role, what), reason in peer.lack_reasons.items():
            reasons.setdefault((reason, role), []).append(TITLES.get(what, what))
        for kind, title in FEATURES:
            missing = [role for role in peer.roles() if peer.lacks(role, kind)]
            if missing and kind in LACKING:
                role = "both" if len(missing) == len(peer.roles()) else missing[0]
                reasons[peer.lacks(missing[0], kind), role] = [title]
        for (reason, role), whats in sorted(reasons.items()):
            side = f" ({role})" if role != "both" and len(peer.roles()) > 1 else ""
            lines.append(f"- {peer.title}{side}, {', '.join(whats)}: {reason}.")
    return "\n".join(lines) + "\n"


def _failures(results):
    faults = sorted((str(cell), fault.split("\n")[0]) for cell, fault in results.items() if fault)
    count = f"{len(results)} conversations, {len(faults)} failed.\n"
    if not faults:
        return count
    return count + "\n## Failures\n\n" + "".join(f"- {cell}: {fault}\n" for cell, fault in faults)
