"""KeyUpdate cells: the peer changes its keys in the middle and asks us to do the same. Lines travel
both ways before and after; the peer's own log tells that both updates came about."""

import secrets

from peer import TALK, Failure, Setup
from process import Process, free_port, wait_listening
from talk import sanitizers_are_silent


class Lines:
    """Client and server processes that are joined line by line. `echo`: the server repeats lines by
    itself; otherwise its answers are typed into it."""

    def __init__(self, client, server, echo):
        self.client, self.server, self.echo = client, server, echo

    def exchange(self, when):
        line, answer = (secrets.token_hex(8).encode() for _ in range(2))
        self.client.write(line + b"\n")
        if self.echo:
            answer = line
        else:
            if not self.server.wait_for(line, TALK):
                raise Failure(f"{when}: the client's line did not arrive")
            self.server.write(answer + b"\n")
        if not self.client.wait_for(answer, TALK):
            raise Failure(f"{when}: the server's line did not arrive")


def hold_key_update(cell, subject, peer):
    """The peer asks, in the peer's role of `cell`."""
    setup, port = Setup(), free_port()
    if cell.role == "server":
        server_argv, echo = peer.line_server(setup, port)
        client_argv = subject.line_client(setup, port)[0]
    else:
        server_argv, echo = subject.line_server(setup, port)
        client_argv = peer.line_client(setup, port)[0]
    server = Process(server_argv)
    client = None
    try:
        if not wait_listening(server, port, TALK):
            raise Failure(f"the server did not start: {server.log}")
        client = Process(client_argv)
        _talk(cell, peer, Lines(client, server, echo))
    except Failure as failure:
        logs = "".join(
            f"\n-- {name}:\n{process.log[-2500:]}"
            for name, process in (("client", client), ("server", server))
            if process
        )
        raise Failure(f"{failure}{logs}") from None
    finally:
        for process in filter(None, (client, server)):
            process.stop()
    sanitizers_are_silent(client.log, server.log)


def _talk(cell, peer, lines):
    lines.exchange("before")
    own = lines.server if cell.role == "server" else lines.client
    peer.ask_key_update(lines.client, own)
    lines.exchange("after the first key update")
    lines.exchange("later")
    for pattern in peer.key_update_traces:
        if not own.wait_for(pattern, 2):
            raise Failure(f"the peer does not tell of the key update: no {pattern.decode()}")
