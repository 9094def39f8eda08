#!/usr/bin/env python3
"""Seeds faults of the table into a copy of the tree, one at a time, and demands that the machine that
looks (fuzz/machine) finds each within a minute: `machine_faults.py [--seconds N] [AC-260 ...]`. It
is not told what to look for."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from fault_table import FAULTS, Fault
from faults import PRESET, Scratch, restore, seed

# Faults of the kind that no list of cases held: where two features meet.
FOUND = ["AC-065a", "AC-110", "AC-118", "AC-119", "AC-121", "AC-140b", "AC-144c", "AC-149", "AC-172a",
         "AC-173", "AC-174", "AC-175", "AC-230a", "AC-231b", "AC-233a", "AC-234b", "AC-237", "AC-238",
         "AC-260"]


def find(scratch: Scratch, fault: Fault, seconds: int) -> str:
    """What the machine finds; empty: nothing."""
    before = seed(fault, scratch.root)
    try:
        scratch.build("nacre_machine")
        program = scratch.root / "build" / PRESET / "bin" / "nacre_machine"
        start = time.monotonic()
        done = subprocess.run([program, "--seconds", str(seconds), "--once"], text=True,
                              errors="replace", capture_output=True)
        took = f"after {time.monotonic() - start:.1f} s"
        kind = re.match(r"([\w-]+):", done.stdout)
        if kind:
            return f"{kind[1]} {took}"
        return "" if done.returncode == 0 else f"exit {done.returncode} {took}"
    finally:
        restore(before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("names", nargs="*", metavar="fault")
    arguments = parser.parse_args()
    wanted = arguments.names or FOUND
    unknown = set(wanted) - {fault.name for fault in FAULTS}
    if unknown:
        print("no such faults:", *sorted(unknown))
        return 1
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        scratch = Scratch(pathlib.Path(place))
        for fault in FAULTS:
            if fault.name not in wanted:
                continue
            found = find(scratch, fault, arguments.seconds)
            missed += not found
            print(f"{fault.name} {found or 'NOT FOUND'} ({fault.what})", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
