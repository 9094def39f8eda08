#!/usr/bin/env python3
"""Instructions of one handshake of each kind and of one record of each size, against those on record.

Callgrind counts them, so that a busy machine does not matter: what differs by more than the
tolerance is another program, for better or worse. The record is of Clang 22 on x86-64 with AVX2;
--record writes it anew, for the commit that explains the difference.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from build import Builder, BuildError, cache_locked

RECORD = pathlib.Path(__file__).with_name("instructions.tsv")
TOLERANCE = 0.02


def counted(program: pathlib.Path, certificates: pathlib.Path) -> dict[str, int]:
    """By row: callgrind writes a file for each."""
    with tempfile.TemporaryDirectory() as place:
        out = pathlib.Path(place) / "out"
        subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", "--collect-atstart=no",
             f"--callgrind-out-file={out}", program, certificates, "instructions"],
            check=True, env={**os.environ, "LC_ALL": "C"})  # fmt: skip
        counts = {}
        for path in out.parent.glob("out.*"):
            text = path.read_text(errors="replace")
            row = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
            total = re.search(r"^totals: (\d+)$", text, re.MULTILINE)
            if row and total:
                counts[row[1]] = int(total[1])
        return counts


def on_record() -> dict[str, int]:
    lines = [line.split("\t") for line in RECORD.read_text().splitlines()]
    return {row: int(count) for row, count in lines}


def differences(now: dict[str, int], before: dict[str, int]) -> list[str]:
    found = [f"{row}: on record, and not counted" for row in before if row not in now]
    for row, count in now.items():
        if row not in before:
            found.append(f"{row}: {count:,} instructions, and not on record")
        elif abs(count - before[row]) > TOLERANCE * before[row]:
            change = (count / before[row] - 1) * 100
            found.append(f"{row}: {count:,} instructions, {change:+.1f} % to {before[row]:,}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nacre", type=pathlib.Path, required=True, help="Nacre's program, bench")
    parser.add_argument("--record", action="store_true", help="record what is counted")
    given = parser.parse_args()
    try:
        with cache_locked():
            certificates = Builder(1).certificates()
    except BuildError as error:
        sys.exit(str(error))
    now = counted(given.nacre, certificates)
    if not now:
        sys.exit("callgrind counted nothing")
    if given.record:
        RECORD.write_text("".join(f"{row}\t{count}\n" for row, count in sorted(now.items())))
        return 0
    found = differences(now, on_record())
    print("\n".join(found) or f"instructions: {len(now)} rows within {TOLERANCE:.0%} of the record")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
