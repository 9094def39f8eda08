#!/usr/bin/env python3
"""Nacre and its peers side by side, in memory: CPU time of handshakes and records, and heap.

Builds the peers into ~/.cache/nacre/bench, runs all in rounds that alternate, and writes
results.jsonl (a row a line), table.md and index.html into --out. With --ours no peer is built or
run: the rows are Nacre's and those of the primitives that it is built on. Exits 1 when something
fails or is absent, unless --allow-absent.
"""

import argparse
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import machine
import page
import table
from build import Builder, BuildError, cache_locked
from measure import Measured, measure, note, runs
from peers import MODES, PEERS, Amounts, Peer, chosen, program_of, program_of_nacre


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--nacre", type=pathlib.Path, action="append", default=[], help="Nacre's program, bench")
    add("--ours", action="store_true", help="Nacre and its limit alone")
    add("--json", action="store_true", help="print the rows, and not the table")
    add("--rounds", type=int, default=9, help="short ones: a machine is slower at times")
    add("--peers", default="", help=f"only these of {','.join(peer.name for peer in PEERS)}")
    add("--modes", default=",".join(MODES), help="only these of %(default)s")
    add("--n", type=int, default=150, help="handshakes in a batch; there are five")
    add("--seconds", type=float, default=0.12, help="for each size of record")
    add("--out", type=pathlib.Path, default=pathlib.Path("build/bench"))
    add("--jobs", type=int, default=machine.cores(), help="compilers at once")
    add("--allow-absent", action="store_true", help="do without what does not build or run")
    add("--build-only", action="store_true", help="build the peers, and run nothing")
    add("--redraw", action="store_true", help="table and page again, from the rows in --out")
    return parser.parse_args()


def built(builder: Builder, peers: list[Peer]) -> tuple[dict[Peer, pathlib.Path], dict[str, str]]:
    """The programs, and why there are not more."""
    programs, absent = {}, {}
    for peer in peers:
        start = time.monotonic()
        try:
            programs[peer] = getattr(builder, peer.build)(peer.argument)
            note(f"built {peer.name} in {time.monotonic() - start:.0f} s")
        except BuildError as error:
            absent[peer.name] = str(error)
            note(f"ABSENT: {peer.name} does not build: {error}")
    return programs, absent


def first_lines(reasons: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, why.partition("\n")[0]) for name, why in reasons.items()]


def results_of(given: argparse.Namespace) -> tuple[Measured, list[tuple[str, str]]]:
    """Builds and measures."""
    builder, amounts = Builder(given.jobs), Amounts(given.n, given.seconds)
    with cache_locked():
        certificates, heap_counter = builder.certificates(), builder.heap_counter()
        peers, absent = built(builder, [] if given.ours else chosen(given.peers))
    if given.build_only:
        return Measured(failures=absent), []
    about = machine.about(builder, given.nacre)
    programs = [program_of_nacre(path, certificates, amounts) for path in given.nacre]
    programs += [program_of(peer, path, certificates, amounts) for peer, path in peers.items()]
    modes = [mode for mode in MODES if mode in given.modes.split(",")]
    measured = measure(runs(programs, modes, given.rounds), heap_counter)
    measured.failures |= absent
    what = f"{given.rounds}, of {given.n} handshakes in each of five batches and of "
    about.append(("rounds", f"{what}{given.seconds} s for each size of record"))
    about += [(f"absent: {name}", why) for name, why in first_lines(measured.failures)]
    return measured, about


def write(out: pathlib.Path, rows: list[dict[str, object]], about: list[tuple[str, str]]) -> None:
    results = table.Results(rows)
    versions = [(peer, results.versions[peer]) for peer in results.peers()]
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (out / "about.json").write_text(json.dumps(about, indent=1) + "\n")
    (out / "table.md").write_text(table.markdown(results, [*about, *versions]))
    (out / "index.html").write_text(page.page(results, about))


def read(out: pathlib.Path) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    about = [(title, text) for title, text in json.loads((out / "about.json").read_text())]
    return rows, about


def refuse_nonsense(given: argparse.Namespace) -> None:
    """Before the minutes that it would take to find out."""
    try:
        chosen(given.peers)
    except ValueError as error:
        sys.exit(str(error))
    if given.ours and not given.nacre:
        sys.exit("--ours needs --nacre PROGRAM")
    for path in given.nacre:
        if not path.is_file():
            sys.exit(f"{path} is not there: build it first")


def show(given: argparse.Namespace, measured: Measured, about: list[tuple[str, str]]) -> None:
    out = given.out / "ours" if given.ours else given.out
    write(out, measured.rows, about)
    if given.json:
        print(*map(json.dumps, measured.rows), sep="\n")
    else:
        print((out / "table.md").read_text())
    note(f"written: {out}/results.jsonl, table.md, index.html")


def main() -> int:
    given = options()
    if given.redraw:
        write(given.out, *read(given.out))
        return 0
    refuse_nonsense(given)
    try:
        measured, about = results_of(given)
    except BuildError as error:  # of what all need
        sys.exit(str(error))
    if measured.rows:
        show(given, measured, about)
    for what, why in first_lines(measured.failures):
        note(f"ABSENT: {what}: {why}")
    return 1 if measured.failures and not given.allow_absent else 0


if __name__ == "__main__":
    sys.exit(main())
