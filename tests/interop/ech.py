"""Cells of Encrypted Client Hello (RFC 9849); the hidden name is localhost. Told by both sides, as
far as they tell, and by the wire: which name anybody can see."""

import base64
import dataclasses
import re
import secrets

from ech_key import PUBLIC_NAME
from peer import Failure, Nonces
from talk import converse, sanitizers_are_silent, setups, sided, tail
from tap import Tap


def hold_ech(cell, subject, peer):
    client, server = sided(cell, subject, peer)
    client_setup, server_setup = setups(cell, peer)
    # Whoever connects has made the key: both must read what others wrote.
    key = client.make_ech_key()
    if cell.kind != "ECH without a key":
        server_setup = dataclasses.replace(server_setup, ech_key=key)
    if cell.kind == "GREASE ECH":
        client_setup = dataclasses.replace(client_setup, ech_grease=True)
    else:
        client_setup = dataclasses.replace(client_setup, ech_configs=key.configs)
    if cell.kind == "ECH without a key":
        refuse(cell, client, server, client_setup, server_setup)
        return
    if cell.kind == "ECH with an old key":
        old = client.make_ech_key().configs
        refused = dataclasses.replace(client_setup, ech_configs=old)
        refuse(cell, client, server, refused, server_setup)
        # What the client has learnt, if it tells, has been found equal to what follows.
    converse(cell, subject, peer, client_setup, server_setup)


def refuse(cell, client, server, client_setup, server_setup):
    """A connection that the client must give up, believing in the public name and in the retry
    configurations that the server has, or in that it has none."""
    nonces = Nonces()
    retry = client.env.directory / f"retry-{secrets.token_hex(6)}"
    client_setup = dataclasses.replace(client_setup, ech_retry=retry)
    running = server.serve(dataclasses.replace(server_setup, key="public"), nonces)
    tap = Tap(running.port)
    try:
        _, body, log = client.fetch(client_setup, tap.port, nonces, running)
        wire = tap.report()
    finally:
        tap.close()
        running.stop()
    told = base64.b64decode(retry.read_bytes()) if retry.exists() else b""
    had = server_setup.ech_key.configs.read_bytes() if server_setup.ech_key else b""
    for fault, so in (
        ("the client goes on", nonces.reply.encode() in body or running.saw(nonces)),
        ("the client does not say so", not re.search(client.ech_refusals[cell.kind], log)),
        (f"{wire.get('names')} on the wire", wire.get("names") != {PUBLIC_NAME}),
        (f"the retry configurations are {told.hex()}", client.ech_tells and told != had),
    ):
        if so:
            raise Failure(
                f"refused, {fault}\n-- client:\n{tail(log)}"
                f"\n-- server:\n{tail(running.process.log)}"
            )
    sanitizers_are_silent(log, running.process.log)
