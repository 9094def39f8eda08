"""A forwarder between client and server that reads the hellos on the wire: the third witness, which
tells what was negotiated whatever the two sides print."""

import socket
import threading

from names import GROUP_IDS, SUITE_IDS

HELLO_RETRY_REQUEST = bytes.fromhex(
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
)
CLIENT_HELLO, SERVER_HELLO = 1, 2
SERVER_NAME = 0
KEY_SHARE = 51
PRE_SHARED_KEY = 41
ENCRYPTED_CLIENT_HELLO = 0xFE0D


class Tap:
    """Forwards connections from a port of its own to `target` and keeps what both sides sent."""

    def __init__(self, target):
        self._target = target
        self._sent = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            asked, sent = bytearray(), bytearray()
            self._sent.append((asked, sent))
            for pair in ((client, server, asked), (server, client, sent)):
                threading.Thread(target=_forward, args=pair, daemon=True).start()

    def close(self):
        self._socket.close()

    def report(self):
        """Suite, group and hello_retry_request of the last connection with a ServerHello, and the
        server_names and whether there is an encrypted_client_hello that anybody can see."""
        reports = [seen(bytes(asked), bytes(sent)) for asked, sent in list(self._sent)]
        return next((report for report in reversed(reports) if report), {})


def _forward(source, sink, copy):
    try:
        while chunk := source.recv(65536):
            if len(copy) < 65536:
                copy += chunk
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def seen(asked, sent):
    report = hellos(sent)
    if report:
        extensions = [
            client_extensions(body) for body in handshake_messages(plaintext(asked), CLIENT_HELLO)
        ]
        report["names"] = {hello.get(SERVER_NAME, b"")[5:].decode() for hello in extensions}
        report["ech"] = all(ENCRYPTED_CLIENT_HELLO in hello for hello in extensions)
    return report


def client_extensions(body):
    """{type: content} of a ClientHello."""
    at = 35 + body[34]
    at += 2 + int.from_bytes(body[at : at + 2], "big")
    return extensions_of(body, at + 1 + body[at] + 2)


def extensions_of(body, at):
    extensions = {}
    while at + 4 <= len(body):
        kind, size = (int.from_bytes(body[at + i : at + i + 2], "big") for i in (0, 2))
        extensions[kind] = body[at + 4 : at + 4 + size]
        at += 4 + size
    return extensions


def hellos(stream):
    """What the server's plaintext records say."""
    report = {}
    for body in handshake_messages(plaintext(stream), SERVER_HELLO):
        if body[2:34] == HELLO_RETRY_REQUEST:
            report["hello_retry_request"] = True
            continue
        suite, group, psk = server_hello(body)
        report["psk"] = psk
        report["suite"] = SUITE_IDS.get(suite, hex(suite))
        report["group"] = GROUP_IDS.get(group, str(group))
        report.setdefault("hello_retry_request", False)
    return report


def plaintext(stream):
    """The content of the handshake records before protection begins."""
    content, at = bytearray(), 0
    while at + 5 <= len(stream):
        size = int.from_bytes(stream[at + 3 : at + 5], "big")
        if stream[at] == 22:
            content += stream[at + 5 : at + 5 + size]
        at += 5 + size
    return bytes(content)


def handshake_messages(content, kind):
    """The bodies of the complete messages of a kind."""
    at = 0
    while at + 4 <= len(content):
        size = int.from_bytes(content[at + 1 : at + 4], "big")
        if content[at] == kind and at + 4 + size <= len(content):
            yield content[at + 4 : at + 4 + size]
        at += 4 + size


def server_hello(body):
    """(cipher suite, group of the key share or None, whether a pre-shared key is selected)."""
    at = 35 + body[34]
    suite = int.from_bytes(body[at : at + 2], "big")
    extensions = extensions_of(body, at + 5)
    share = extensions.get(KEY_SHARE)
    group = int.from_bytes(share[:2], "big") if share else None
    return suite, group, PRE_SHARED_KEY in extensions
