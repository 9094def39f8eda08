"""Who is measured: how each program is built, and how it is called."""

import dataclasses
import pathlib

MODES = ("limit", "handshake", "bulk", "threads", "codec", "mem")


@dataclasses.dataclass(frozen=True)
class Amounts:
    """How much one run of a mode does."""

    handshakes: int
    seconds: float

    def of(self, mode: str) -> list[str]:
        amounts = {"handshake": str(self.handshakes)}
        amounts |= dict.fromkeys(("bulk", "codec", "limit"), str(self.seconds))
        return [amounts[mode]] if mode in amounts else []


@dataclasses.dataclass(frozen=True)
class Peer:
    """A program of another library's, or of its primitives alone."""

    name: str
    build: str  # the method of build.Builder
    argument: str = ""  # what a crate is called, where cargo builds it
    flags: tuple[str, ...] = ()
    modes: tuple[str, ...] = ("handshake", "bulk", "threads", "mem")
    counts_own_heap: bool = False  # the preloaded counter would see nothing
    is_limit: bool = False


PEERS = (
    Peer("rustls", "crate", "peer-rustls"),
    Peer("rustls-unbuf", "crate", "peer-rustls", flags=("--unbuffered",)),
    Peer("s2n-tls", "crate", "peer-s2n-tls"),
    Peer("boringssl", "boringssl"),
    Peer("openssl", "crate", "peer-openssl"),
    Peer("go", "go", modes=("handshake", "bulk", "mem"), counts_own_heap=True),
    Peer("limit-awslc", "crate", "limit-awslc", modes=("limit",), is_limit=True),
)


def chosen(names: str) -> list[Peer]:
    """Those named, or whose names begin so; ValueError where there is none. All for no name."""
    found: list[Peer] = []
    for name in filter(None, names.split(",")):
        exact = [peer for peer in PEERS if peer.name == name]
        some = exact or [peer for peer in PEERS if peer.name.startswith(name)]
        if not some:
            raise ValueError(f"no peer {name}; there are: {', '.join(p.name for p in PEERS)}")
        found += [peer for peer in some if peer not in found]
    return found or list(PEERS)


@dataclasses.dataclass(frozen=True)
class Program:
    """Something to run, once in a round for each of its modes."""

    title: str
    commands: dict[str, list[str]]  # by mode
    preloads: bool = True  # the heap counter, for "mem"


def program_of(
    peer: Peer, path: pathlib.Path, certificates: pathlib.Path, amounts: Amounts
) -> Program:
    if peer.is_limit:
        return Program(peer.name, {"limit": [str(path), *amounts.of("limit")]})
    commands = {
        mode: [str(path), str(certificates), mode, *amounts.of(mode), *peer.flags]
        for mode in peer.modes
    }
    return Program(peer.name, commands, not peer.counts_own_heap)


def program_of_nacre(path: pathlib.Path, certificates: pathlib.Path, amounts: Amounts) -> Program:
    """Which tells the limit of the primitives that it is built on too."""
    commands = {
        mode: [str(path), str(certificates), mode, *amounts.of(mode)]
        for mode in ("handshake", "bulk", "threads", "mem")
    }
    for mode in ("codec", "limit"):
        commands[mode] = [str(path), mode, *amounts.of(mode)]
    return Program(str(path), commands)
