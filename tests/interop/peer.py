"""What every peer is to the test: a server that can be started, a client that can be sent, and what
either lacks. A conversation is one HTTP request with a nonce and one answer with another."""

import dataclasses
import pathlib
import re
import secrets

from ech_key import EchKey, make_ech_key
from names import CLASSIC, ECH_KINDS, KEYS, group_name
from process import Process, free_port, wait_listening

START = 15  # seconds until a server listens
TALK = 15  # seconds for one conversation


@dataclasses.dataclass(frozen=True)
class Setup:
    """How one side is configured. None leaves the side's own defaults."""

    key: str = "p256"
    group: str | None = None
    suite: str | None = None
    alpn: str | None = None
    compressed: bool = False  # certificates
    stapled: bool = False  # the server has an OCSP response, and the client wants it
    raw: bool = False  # the server has a raw public key, and with `mutual` the client has one
    mutual: bool = False  # a client shows a certificate of this key, and a server wants one
    ech_key: EchKey | None = None  # a server's
    ech_configs: pathlib.Path | None = None  # what a client knows of the server's: an ECHConfigList
    ech_retry: pathlib.Path | None = None  # where a client writes what the server has instead
    ech_grease: bool = False  # the client pretends


class Nonces:
    """What must travel: `request` in the path, `reply` in the answer's body."""

    def __init__(self):
        self.request = "ask-" + secrets.token_hex(12)
        self.reply = "answer-" + secrets.token_hex(12)

    def request_bytes(self):
        return (
            f"GET /{self.request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ).encode()

    def reply_bytes(self):
        body = self.reply + "\n"
        return (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class Failure(Exception):
    """A cell went wrong; the text says how."""


class Running:
    """A server that listens. `echoes`: its answer repeats the request in place of `reply`."""

    echoes = False

    def __init__(self, argv, port, **options):
        self.port = port
        self.process = Process(argv, **options)

    def ready(self):
        if not wait_listening(self.process, self.port, START):
            log = self.process.log
            self.process.stop()
            raise Failure(f"the server did not start: {' '.join(self.process.argv)}\n{log}")
        return self

    def answer(self, nonces):
        """Called when the client has been sent off; a server that is typed into answers here."""

    def learn(self, body):
        """Called with what the client received, for a server that tells its terms there."""

    def saw(self, nonces):
        """Whether the request arrived, or None when this server does not tell."""
        return nonces.request.encode() in self.process.out + self.process.err or None

    def report(self):
        """suite, group, alpn as far as this server tells them."""
        return {}

    def stop(self):
        self.process.stop()


class TypedServer(Running):
    """A server whose standard input and output are the connection."""

    farewell = b""

    def answer(self, nonces):
        if self.process.wait_for(nonces.request.encode(), TALK):
            self.process.write(nonces.reply_bytes())
            if self.farewell:
                self.process.write(self.farewell)
            else:
                self.process.close_stdin()

    def learn(self, body):
        """Called with what the client received, for a server that tells its terms there."""

    def saw(self, nonces):
        return nonces.request.encode() in self.process.out


class Peer:
    """One implementation. Its attributes say what it can do here; `lacks` says why not."""

    name = ""
    title = ""
    client_groups = server_groups = CLASSIC
    client_keys = server_keys = KEYS
    only_if_asked = ()  # groups that it has, but not by default
    mutual = ()  # roles in which it can show, or ask for, a client's certificate
    compresses = ()  # roles in which it sends or reads compressed certificates
    staples = ()  # roles in which it staples an OCSP response, or asks for one
    staple_trace = ""  # what its client says of a good one
    raw_keys = ()  # roles in which both sides show raw public keys
    ech = ()  # roles in which it has Encrypted Client Hello
    ech_refusals = {}  # kind -> what its client says when the server refuses ECH
    ech_tells = False  # whether its client gives the retry configurations away
    key_updates = ()  # roles in which it can be told to send KeyUpdate
    session_kinds = {}  # role -> which of resumption, 0-RTT and external PSK
    imports_psks = False  # external PSKs go through the importer (RFC 9258)
    session_http = False  # whether its session cells are made of requests, or of lines
    session_line = b"%s\n"  # what is typed to its server
    session_tells = True  # whether its server prints what it received
    session_traces = {}  # kind -> what its client prints
    session_last = b""  # of an HTTP client: what it prints at the end
    lack_reasons = {}  # (role, what) -> reason; role "client", "server" or "both"

    def __init__(self, env):
        self.env = env

    def version(self):
        """The version as text, or None when the peer is not here."""
        raise NotImplementedError

    def prepare(self):
        """Builds what the peer needs; called once, before any cell."""

    def roles(self):
        return ("client", "server")

    def lacks(self, role, what):
        """Why this peer cannot do `what` (a key, a group, "alpn", "suite", ...), or None."""
        for who in (role, "both"):
            if (who, what) in self.lack_reasons:
                return self.lack_reasons[who, what]
        if what == "key update by peer" and role not in self.key_updates:
            return "it cannot be told to send KeyUpdate"
        if what == "compressed certificate" and role not in self.compresses:
            return "it has no certificate compression here"
        if what == "raw public key" and role not in self.raw_keys:
            return "it has no raw public keys here"
        if what in ECH_KINDS and role not in self.ech:
            return "it has no Encrypted Client Hello here"
        return None

    def serve(self, setup, nonces):
        """A Running server."""
        raise NotImplementedError

    def fetch(self, setup, port, nonces, server):
        """Runs the client to its end and gives (report, what it received, its log)."""
        raise NotImplementedError

    def make_ech_key(self):
        """An EchKey; its own, if it can make one."""
        return make_ech_key(self.env.directory)

    def session_server(self, kind, port, home):
        """(argv, options of Process) of a server of several connections."""
        raise NotImplementedError

    def session_clients(self, kind, port, home):
        """The argv of each run, of which the last one resumes. Early data is in home / "early"."""
        raise NotImplementedError

    def port(self):
        return free_port()

    @staticmethod
    def done(nonces, server):
        """What the client must receive."""
        return (nonces.request if server.echoes else nonces.reply).encode()


def typed_fetch(argv, nonces, server, done, hang_up=True, **options):
    """Types the request into a client whose standard input and output are the connection, until
    `done` came back. Gives the ended process with its output."""
    process = Process(argv, **options)
    try:
        process.write(nonces.request_bytes())
        server.answer(nonces)
        process.wait_for(done, TALK)
        if hang_up:
            process.close_stdin()
            process.wait(3)
    finally:
        process.stop()
    return process


def find(pattern, text, convert=lambda s: s):
    """The first group of the last match, converted; None without a match."""
    found = re.findall(pattern, text)
    return convert(found[-1]) if found else None


def make_report(**known):
    """A report of what is known; groups under their RFC names."""
    report = {k: v for k, v in known.items() if v is not None}
    if "group" in report:
        report["group"] = group_name(report["group"])
    return report
