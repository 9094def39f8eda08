#!/usr/bin/env python3
"""Interop of Nacre with peers that others wrote, over loopback, in both directions.

Exits 0 when no cell fails; a peer that is not installed is absent, which --require-all counts as a
failure. With --subject PEER another implementation stands where Nacre does, to prove the harness.
"""

import argparse
import concurrent.futures
import os
import pathlib
import signal
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import table
from cells import cells_of
from ech import hold_ech
from environment import Environment
from keyupdate import hold_key_update
from nacre import Nacre
from names import ECH_KINDS
from peer import Failure
from peers import ALL, QUICK
from process import end_all
from sessions import hold_session, is_session
from talk import hold


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tlscli", default="build/release/bin/tlscli", help="Nacre's program")
    parser.add_argument("--quick", action="store_true", help=f"{', '.join(QUICK)}; fewer cells")
    parser.add_argument("--peers", help="only these, separated by commas")
    parser.add_argument("--cells", default="", help="only cells whose description has this text")
    parser.add_argument("--require-all", action="store_true", help="an absent peer fails")
    parser.add_argument("--table", type=pathlib.Path, help="write the table to this file")
    parser.add_argument("--subject", default="nacre", help="who stands in Nacre's place")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    return parser.parse_args()


def present(peers):
    """{peer: version}, made ready; None where it is not installed."""
    versions = {}
    for peer in peers:
        versions[peer] = peer.version()
        if versions[peer] is None:
            print(f"absent: {peer.title}")
        else:
            peer.prepare()
    return versions


def outcome(cell, subject, peer):
    """None for a pass, or what went wrong. A failure is tried again: a busy machine is slow."""
    first = None
    for _ in range(2):
        try:
            talk_of(cell, subject)(peer)
            return None
        except Failure as failure:
            first = first or str(failure)
        except Exception:  # a fault of the harness fails its cell, not the run
            first = first or traceback.format_exc()
    return first


def talk_of(cell, subject):
    if is_session(cell):
        return lambda peer: hold_session(cell, subject, peer)
    if cell.kind in ECH_KINDS:
        return lambda peer: hold_ech(cell, subject, peer)
    if cell.kind == "key update by peer":
        return lambda peer: hold_key_update(cell, subject, peer)
    if cell.kind == "key update by us":
        return lambda peer: hold(cell, subject.rekeying(), peer)
    return lambda peer: hold(cell, subject, peer)


def run_cells(cells, subject, by_name, jobs):
    results = {}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = {pool.submit(outcome, cell, subject, by_name[cell.peer]): cell for cell in cells}
        for future in concurrent.futures.as_completed(waiting):
            cell = waiting[future]
            results[cell] = future.result()
            if results[cell]:
                print(f"FAIL {cell}: {results[cell]}\n", flush=True)
    return results


def main():
    chosen, start = options(), time.monotonic()
    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, end_all)
    names = chosen.peers.split(",") if chosen.peers else QUICK if chosen.quick else None
    if not Environment.which("openssl"):
        sys.exit("the openssl program makes the certificates: install it")
    with tempfile.TemporaryDirectory(prefix="nacre-interop-") as directory:
        env = Environment(directory, pathlib.Path(chosen.tlscli).resolve())
        everyone = {cls.name: cls(env) for cls in ALL}
        if names and set(names) - set(everyone):
            sys.exit(f"no such peer; there are: {', '.join(everyone)}")
        subject = Nacre(env) if chosen.subject == "nacre" else everyone[chosen.subject]
        if subject.version() is None:
            sys.exit(f"{subject.title} is not here")
        subject.prepare()
        peers = [peer for name, peer in everyone.items() if not names or name in names]
        versions = present(peers)
        cells = [
            cell
            for peer in peers
            if versions[peer]
            for cell in cells_of(peer, chosen.quick)
            if chosen.cells in str(cell)
            and (cell.kind != "key update by us" or hasattr(subject, "rekeying"))
            and (not is_session(cell) or chosen.subject == "nacre")
        ]
        results = run_cells(cells, subject, everyone, chosen.jobs)
    if chosen.table:
        chosen.table.write_text(table.text(versions, results))
    failed = [cell for cell, fault in results.items() if fault]
    absent = [peer.title for peer, version in versions.items() if version is None]
    print(
        f"{len(results)} cells with {len(versions) - len(absent)} peers: "
        f"{len(results) - len(failed)} passed, {len(failed)} failed; absent: "
        f"{', '.join(absent) or 'none'}; {time.monotonic() - start:.0f} s"
    )
    return 1 if failed or not results or (absent and chosen.require_all) else 0


if __name__ == "__main__":
    sys.exit(main())
