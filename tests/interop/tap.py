"""A forwarder between client and server that reads the hellos on the wire: the third witness, which
tells what was negotiated whatever the two sides print."""

import socket
import threading

from names import GROUP_IDS, SUITE_IDS

HELLO_RETRY_REQUEST = bytes.fromhex(
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
)
SERVER_HELLO = 2
KEY_SHARE = 51
PRE_SHARED_KEY = 41


class Tap:
    """Forwards connections from a port of its own to `target` and keeps what each server sent."""

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
            sent = bytearray()
            self._sent.append(sent)
            for pair in ((client, server, None), (server, client, sent)):
                threading.Thread(target=_forward, args=pair, daemon=True).start()

    def close(self):
        self._socket.close()

    def report(self):
        """Suite, group and hello_retry_request of the last connection with a ServerHello."""
        reports = [hellos(bytes(sent)) for sent in list(self._sent)]
        return next((report for report in reversed(reports) if report), {})


def _forward(source, sink, copy):
    try:
        while chunk := source.recv(65536):
            if copy is not None and len(copy) < 65536:
                copy += chunk
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def hellos(stream):
    """What the server's plaintext records say."""
    report = {}
    for body in handshake_messages(plaintext(stream)):
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


def handshake_messages(content):
    """The bodies of the complete ServerHello messages."""
    at = 0
    while at + 4 <= len(content):
        size = int.from_bytes(content[at + 1 : at + 4], "big")
        if content[at] == SERVER_HELLO and at + 4 + size <= len(content):
            yield content[at + 4 : at + 4 + size]
        at += 4 + size


def server_hello(body):
    """(cipher suite, group of the key share or None, whether a pre-shared key is selected)."""
    group, psk = None, False
    at = 35 + body[34]
    suite = int.from_bytes(body[at : at + 2], "big")
    at += 5
    while at + 4 <= len(body):
        kind, size = (int.from_bytes(body[at + i : at + i + 2], "big") for i in (0, 2))
        if kind == KEY_SHARE:
            group = int.from_bytes(body[at + 4 : at + 6], "big")
        psk = psk or kind == PRE_SHARED_KEY
        at += 4 + size
    return suite, group, psk
