"""Session cells: two connections, the second of which resumes the first, with early data or without;
and one connection by a key that both sides had before. Told by Nacre, by the peer's log as far as it
tells, and by the wire: whether the last ServerHello selects a pre-shared key."""

import json
import re
import secrets

from nacre import Nacre
from peer import START, TALK, Failure, Setup
from process import Process, wait_listening
from talk import sanitizers_are_silent, tail
from tap import Tap

KINDS = ("resumption", "0-RTT", "external PSK")
IDENTITY, KEY = "interop", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
KEY_SOURCES = {"resumption": "session", "0-RTT": "session", "external PSK": "external_psk"}


def is_session(cell):
    return cell.kind in KINDS


def hold_session(cell, subject, peer):
    home = subject.env.directory / f"session-{secrets.token_hex(6)}"
    home.mkdir()
    logs = []
    try:
        (_peer_serves if cell.role == "server" else _nacre_serves)(cell, subject, peer, home, logs)
    except Failure as failure:
        raise Failure(f"{failure}\n" + "\n--\n".join(tail(log) for log in logs)) from None
    sanitizers_are_silent(*logs)


def _start(argv, port, **options):
    process = Process(argv, **options)
    if not wait_listening(process, port, START):
        log = process.log
        process.stop()
        raise Failure(f"the server did not start: {log}")
    return process


def _run(argv, text, logs, wanted=None):
    """Runs a client that is typed into, until it ends or has printed `wanted`, and gives its
    process."""
    process = Process(argv)
    try:
        process.write(text)
        if wanted is not None:
            process.wait_for(wanted, TALK)
            process.wait_for(b"never printed", 0.3)  # tickets may come behind the data
        process.close_stdin()
        process.wait(TALK if wanted is None else 3)
    finally:
        process.stop()
        logs.append(process.log)
    return process


def _peer_serves(cell, subject, peer, home, logs):
    port = peer.port()
    argv, options = peer.session_server(cell.kind, port, home)
    server = _start(argv, port, **options)
    tap = Tap(port)
    try:
        terms, early = _visit_twice(cell, subject, peer, home, tap, logs)
        server.wait_for(early, 2)
    finally:
        tap.close()
        server.stop()
        logs.append(server.log)
    if terms.get("key_source") != KEY_SOURCES[cell.kind]:
        raise Failure(f"tlscli tells of keys from {terms.get('key_source')}")
    if not tap.report().get("psk"):
        raise Failure("the last ServerHello selects no pre-shared key")
    if cell.kind == "0-RTT" and terms.get("early_data") != "accepted":
        raise Failure(f"early data: {terms.get('early_data')}")
    if peer.session_tells and early not in server.out + server.err:
        raise Failure("the server does not tell of the data")


def _visit_twice(cell, subject, peer, home, tap, logs):
    """The terms of the last connection, and what was sent on it: early, if it is to be."""
    if cell.kind == "external PSK":
        keys = ("--psk-kdf", "sha256", *_keys(peer))
        return _visit(subject, peer, tap, logs, keys, False)
    trust = ("--ca", subject.env.certificates.roots)
    file = home / "session"
    _visit(subject, peer, tap, logs, (*trust, "--session-out", file), False)
    return _visit(subject, peer, tap, logs, (*trust, "--session-in", file), cell.kind == "0-RTT")


def _keys(peer):
    return ("--psk", f"{IDENTITY}:{KEY}", *(("--psk-import",) if peer.imports_psks else ()))


def _visit(subject, peer, tap, logs, options, early):
    nonce = secrets.token_hex(12).encode()
    typed = peer.session_line % nonce
    if peer.session_http:
        argv = [subject.env.tlscli, "get", f"https://localhost:{tap.port}/{nonce.decode()}"]
        more = ("--early-data",) if early else ()
    else:
        argv = [subject.env.tlscli, "connect", f"localhost:{tap.port}"]
        file = subject.env.directory / nonce.decode()
        file.write_bytes(typed)
        more = ("--early-data", file) if early else ()
    process = _run([*argv, "--json", *options, *more], b"" if early else typed, logs)
    for line in process.out.decode(errors="replace").splitlines():
        if line.startswith("{"):
            return json.loads(line).get("connection") or {}, nonce
    raise Failure("tlscli tells nothing")


def _nacre_serves(cell, subject, peer, home, logs):
    nacre = Nacre(subject.env)
    port = nacre.port()
    by_key = _keys(peer) if cell.kind == "external PSK" else ()
    www = ("--www",) if peer.session_http else ()
    server = _start(nacre.server_argv(Setup(), port, "--early-data", *by_key, *www), port)
    tap = Tap(port)
    process, nonce = None, b""
    try:
        for argv in peer.session_clients(cell.kind, tap.port, home):
            nonce = secrets.token_hex(12).encode()
            early = (home / "early").read_bytes().strip() if cell.kind == "0-RTT" else nonce
            last = peer.session_last if peer.session_http else nonce
            process = _run(argv, nonce + b"\n", logs, last)
        if cell.kind == "0-RTT" and not peer.session_http and early not in process.out:
            raise Failure("the early data was not echoed")
        if not peer.session_http and nonce not in process.out:
            raise Failure("the data was not echoed")
    finally:
        tap.close()
        server.stop()
        logs.append(server.log)
    if not tap.report().get("psk"):
        raise Failure("the last ServerHello selects no pre-shared key")
    pattern = peer.session_traces[cell.kind]
    if not re.search(pattern, process.log):
        raise Failure(f"the client does not tell: no {pattern}")
