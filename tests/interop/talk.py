"""Holds the conversation of one cell and judges it by three witnesses: both sides and the wire."""

import re

from cells import ALPN, best_common_group
from ech_key import PUBLIC_NAME
from names import ECH_KINDS
from peer import Failure, Nonces, Setup
from tap import Tap


def setups(cell, peer):
    """(the client's Setup, the server's)."""
    everywhere = {
        "key": cell.key,
        "alpn": ALPN if cell.kind == "alpn" else None,
        "mutual": cell.kind in ("client certificate", "raw public key"),
        "stapled": cell.kind == "stapled response",
        "raw": cell.kind == "raw public key",
        "compressed": cell.kind == "compressed certificate",
    }
    narrow = {"group": cell.group, "suite": cell.suite}
    ours, theirs = dict(everywhere), dict(everywhere)
    peer_narrows = (
        cell.narrowed == "peer"
        or (cell.narrowed == "server") == (cell.role == "server")
        and cell.narrowed == "server"
    )
    (theirs if peer_narrows else ours).update(narrow)
    if peer_narrows and peer.lacks(cell.role, "suite"):
        theirs["suite"], ours["suite"] = None, cell.suite
    return sided(cell, Setup(**ours), Setup(**theirs))


def sided(cell, ours, theirs):
    """(the client's, the server's)."""
    return (ours, theirs) if cell.role == "server" else (theirs, ours)


def hold(cell, subject, peer):
    """Raises Failure when the cell does not come out as it must."""
    converse(cell, subject, peer, *setups(cell, peer))


def converse(cell, subject, peer, client_setup, server_setup):
    client, server = sided(cell, subject, peer)
    nonces = Nonces()
    running = server.serve(server_setup, nonces)
    tap = Tap(running.port)
    try:
        client_report, body, log = client.fetch(client_setup, tap.port, nonces, running)
        running.learn(body)
        wire = tap.report()
        server_report = settled_report(running, wire)
        try:
            judge(
                cell,
                peer,
                nonces,
                running,
                body,
                wire,
                {"client": client_report, "server": server_report},
            )
            if cell.kind == "compressed certificate":
                was_compressed(log if cell.role == "server" else running.process.log)
            if cell.kind == "stapled response" and cell.role == "client":
                was_stapled(log, peer)
        except Failure as failure:
            raise Failure(
                f"{failure}\n-- client:\n{tail(log)}" f"\n-- server:\n{tail(running.process.log)}"
            ) from None
    finally:
        tap.close()
        running.stop()
    sanitizers_are_silent(log, running.process.log)


def sanitizers_are_silent(*logs):
    for log in logs:
        if "runtime error:" in log or "Sanitizer" in log:
            raise Failure(f"a sanitizer complains:\n{log[:4000]}")


def was_compressed(log):
    """`log`: what Nacre tells of the messages that pass."""
    if "compressed_certificate" not in log:
        raise Failure("the certificate was not compressed")


def was_stapled(log, peer):
    """Nacre as a client tells by itself: it refuses that leaf without a good response."""
    if not re.search(peer.staple_trace, log):
        raise Failure("the client does not say that it has a good OCSP response")


def settled_report(running, wire):
    """The server's report; a moment is given to one that is still writing it."""
    for _ in range(20):
        report = running.report()
        if report or not wire:
            return report
        running.process.wait(0.05)
    return {}


def judge(cell, peer, nonces, running, body, wire, reports):
    expected = nonces.request if running.echoes else nonces.reply
    if not wire.get("suite"):
        raise Failure("no ServerHello on the wire")
    if expected.encode() not in body:
        raise Failure(f"the client did not receive {expected}")
    if running.saw(nonces) is False:
        raise Failure("the server did not see the request")
    wanted = {"suite": cell.suite, "group": cell.group}
    if cell.kind == "defaults":
        wanted["group"] = best_common_group(getattr(peer, f"{cell.role}_groups"))
    if cell.narrowed == "server":
        wanted["hello_retry_request"] = True
    for what, value in wanted.items():
        if value is not None and wire[what] != value:
            raise Failure(f"{what} is {wire[what]} on the wire, wanted {value}")
    for side, report in reports.items():
        for what in ("suite", "group"):
            if what in report and report[what] != wire[what]:
                raise Failure(
                    f"the {side} reports {what} {report[what]}, the wire has {wire[what]}"
                )
        if report.get("hello_retry_request", "yes") != "yes" and wire["hello_retry_request"]:
            raise Failure(f"the {side} does not report the retry")
    if cell.kind in ECH_KINDS:
        judge_ech(cell, wire, reports)
    if cell.kind == "client certificate" and cell.role == "client":
        if f"CN={cell.key}" not in (running.client() or ""):
            raise Failure(f"Nacre takes the client for {running.client()}")
    if cell.kind == "alpn":
        said = [report["alpn"] for report in reports.values() if "alpn" in report]
        if not said or any(alpn != ALPN for alpn in said):
            raise Failure(f"ALPN is {said}, wanted {ALPN}")


def judge_ech(cell, wire, reports):
    pretended = cell.kind == "GREASE ECH"
    if not wire["ech"] or wire["names"] != {"localhost" if pretended else PUBLIC_NAME}:
        raise Failure(f"{wire['names']} on the wire, encrypted_client_hello: {wire['ech']}")
    for side, report in reports.items():
        if "ech" in report and (report["ech"] == "accepted") == pretended:
            raise Failure(f"the {side} reports {report['ech']}")


def tail(text, size=2500):
    return text[-size:]
