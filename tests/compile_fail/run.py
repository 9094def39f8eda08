#!/usr/bin/env python3
"""Compiles each case twice: as it stands it must compile, and with -DFAIL it must not, for the
reason that its `// expect: <regular expression>` lines give (each must match the compiler's output).

The headers of most cases are compiled once beforehand; a case with a line `// headers as they are`
does without that. A case with several faults puts each in its `#if FAIL == n` and gives `// expect n: <regex>`."""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

EXPECT = re.compile(r"^// expect(?: (\d+))?: (.*)$", re.MULTILINE)


def compile_case(command, path, define=None):
    define = [f"-DFAIL={define}"] if define else []
    return subprocess.run([*command, *define, str(path)], text=True, capture_output=True)


def precompiled(command, folder):
    """The command with those headers of most cases that take most of a case's time."""
    header = pathlib.Path(folder, "cases.h")
    header.write_text('#include "nacre/nacre.h"\n#include "handshake/server.h"\n')
    compile_only = [option for option in command if option != "-fsyntax-only"]
    subprocess.run([*compile_only, "-x", "c++-header", str(header), "-o", f"{header}.gch"],
                   check=True)
    return [*command, "-include", str(header)]


def faults(plain, quick, path):
    expected = {}
    text = path.read_text()
    command = plain if "// headers as they are\n" in text else quick
    for number, pattern in EXPECT.findall(text):
        expected.setdefault(number or "1", []).append(pattern.strip())
    if not expected:
        yield "no `// expect:` line"
    control = compile_case(command, path)
    if control.returncode:
        yield f"does not compile even as it should:\n{control.stderr}"
        return
    for number, patterns in sorted(expected.items()):
        done = compile_case(command, path, number)
        if done.returncode == 0:
            yield f"compiles with FAIL={number}, and must not"
            continue
        for pattern in patterns:
            if not re.search(pattern, done.stderr):
                yield f"FAIL={number}: no `{pattern}` in\n{done.stderr}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", required=True, type=pathlib.Path)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    paths = sorted(args.cases.glob("*.cpp"))
    with (tempfile.TemporaryDirectory() as folder,
          concurrent.futures.ThreadPoolExecutor(2) as pool):
        quick = precompiled(args.command, folder)
        found = list(pool.map(lambda path: list(faults(args.command, quick, path)), paths))
    for path, these in zip(paths, found):
        for fault in these:
            print(f"{path.name}: {fault}")
    print(f"{len(paths)} cases")
    sys.exit(any(found) or not paths)


main()
