#!/usr/bin/env python3
"""Fails unless each program named is hardened: position independent, read-only relocations bound at
start, no executable stack, stack protector; and unless each object of an archive named allows
control-flow protection (x86-64)."""

import platform
import subprocess
import sys


def readelf(*args):
    command = ["readelf", "-W", *args]
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout


def faults(program):
    headers, dynamic = readelf("-h", "-l", program), readelf("-d", program)
    stack = [line for line in headers.splitlines() if "GNU_STACK" in line]
    if "DYN (" not in headers:
        yield "not position independent"
    if "GNU_RELRO" not in headers:
        yield "no RELRO"
    if "BIND_NOW" not in dynamic and "NOW" not in dynamic:
        yield "relocations are not bound at start"
    if not stack or " RWE " in stack[0]:
        yield "executable stack"
    if "__stack_chk_fail" not in readelf("--dyn-syms", program):
        yield "no stack protector"


def archive_faults(archive):
    if platform.machine() == "x86_64":
        for notes in readelf("-n", archive).split("\nFile: ")[1:]:
            if "IBT, SHSTK" not in notes:
                yield f"{notes.splitlines()[0]} has no control-flow protection"


found = [f"{path}: {fault}" for path in sys.argv[1:]
         for fault in (archive_faults if path.endswith(".a") else faults)(path)]
print("\n".join(found) or "hardened")
sys.exit(bool(found))
