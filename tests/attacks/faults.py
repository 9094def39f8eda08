#!/usr/bin/env python3
"""Seeds faults into a copy of the tree, one at a time, and demands that the tests of the attack
table notice: `faults.py [AC-015 ...]`. `faults.py --check` holds the three lists together instead:
each row of tests/data/attacks has a test whose name begins with its id, and a fault whose text
still stands in the sources once."""

import argparse
import collections
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from fault_table import FAULTS, Fault

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "tests/data/attacks/attack_cases.csv"
TEST = re.compile(r'TEST_CASE\(\s*"(AC-\d{3})[^"]*"\s*,\s*((?:"[^"]*"\s*)+)\)')
PROGRAM = "nacre_attacks_test"
PRESET = "debug"


def rows() -> list[str]:
    with TABLE.open(newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def tested() -> set[str]:
    """The ids of tests that are named and tagged by them."""
    found = set()
    for path in (ROOT / "tests/attacks").glob("*_test.cpp"):
        for row, tags in TEST.findall(path.read_text()):
            if f"[{row}]" in tags:
                found.add(row)
    return found


def apply(fault: Fault, root: pathlib.Path) -> dict[pathlib.Path, str]:
    """Seeds the fault; returns what the files held before. Raises LookupError where a text is not
    there, or more than once."""
    before: dict[pathlib.Path, str] = {}
    after: dict[pathlib.Path, str] = {}
    for edit in fault.edits:
        path = root / edit.file
        text = after.get(path) or path.read_text()
        before.setdefault(path, text)
        if text.count(edit.text) != 1:
            raise LookupError(f"{edit.file} has this {text.count(edit.text)} times: {edit.text}")
        after[path] = text.replace(edit.text, edit.instead)
    for path, text in after.items():
        path.write_text(text)
    return before


def restore(before: dict[pathlib.Path, str]) -> None:
    for path, text in before.items():
        path.write_text(text)


def check() -> list[str]:
    wanted = rows()
    with_fault = {fault.row for fault in FAULTS}
    wrong = [f"{row} has no test" for row in wanted if row not in tested()]
    wrong += [f"{row} has no fault" for row in wanted if row not in with_fault]
    wrong += [f"{row} is no row of the table" for row in sorted(with_fault - set(wanted))]
    for fault in FAULTS:
        texts: dict[str, str] = {}
        for edit in fault.edits:
            text = texts.get(edit.file) or (ROOT / edit.file).read_text()
            if text.count(edit.text) != 1:
                wrong.append(f"{fault.row} ({fault.what}): {edit.file} has this "
                             f"{text.count(edit.text)} times:\n{edit.text}")
            texts[edit.file] = text.replace(edit.text, edit.instead)
    return wrong


class Scratch:
    """A copy of the tree, and its build."""

    def __init__(self, place: pathlib.Path) -> None:
        self.root = place / "tree"
        self.root.mkdir()
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                                check=True, capture_output=True).stdout
        archive = subprocess.run(["tar", "-c", "--null", "-T", "-"], cwd=ROOT, input=listed,
                                 check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=self.root, input=archive, check=True)
        self.environment = os.environ | {"CCACHE_BASEDIR": str(self.root), "CCACHE_NOHASHDIR": "1"}
        self.run("cmake", "--preset", PRESET, "-DNACRE_EXAMPLES=OFF", "-DNACRE_TOOLS=OFF",
                 "-DNACRE_WERROR=OFF")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.root, env=self.environment, text=True,
                              capture_output=True, check=True)

    def build(self) -> None:
        self.run("cmake", "--build", "--preset", PRESET, "--target", PROGRAM)

    def failing(self, row: str) -> list[str]:
        """The names of the row's tests that fail."""
        program = self.root / "build" / PRESET / "bin" / PROGRAM
        try:
            done = subprocess.run([program, f"[{row}]", "-r", "compact", "-d", "yes", "--abortx",
                                   "1"], text=True, errors="replace", capture_output=True,
                                  timeout=300)
        except subprocess.TimeoutExpired:
            return ["a test that did not end"]
        if done.returncode == 0:
            return []
        # The test that fails is the last that has a time; one that crashes is told by Catch2.
        names = re.findall(r"^[\d.]+ s: (AC-.*)$", done.stdout, re.MULTILINE)
        return names[-1:] or [f"exit {done.returncode}"]


def seed(scratch: Scratch, fault: Fault) -> str:
    """How the fault was caught; empty: it was not."""
    before = apply(fault, scratch.root)
    try:
        try:
            scratch.build()
        except subprocess.CalledProcessError as error:
            proof = "static assertion failed" in error.stdout
            if fault.by_compiler and proof:
                return "the compiler"
            raise RuntimeError(f"{fault.row} ({fault.what}) does not compile:\n{error.stdout}")
        if fault.by_compiler:
            return ""
        return "; ".join(scratch.failing(fault.row))
    finally:
        restore(before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("ids", nargs="*", metavar="id")
    arguments = parser.parse_args()
    if arguments.check or not set(arguments.ids) <= set(rows()):
        wrong = check() + [f"{row} is unknown" for row in arguments.ids if row not in rows()]
        print("\n".join(wrong) or f"attack table: {len(rows())} rows, {len(FAULTS)} faults")
        return 1 if wrong else 0
    start = time.monotonic()
    results: collections.Counter[bool] = collections.Counter()
    with tempfile.TemporaryDirectory() as place:
        scratch = Scratch(pathlib.Path(place))
        scratch.build()
        for fault in FAULTS:
            if arguments.ids and fault.row not in arguments.ids:
                continue
            try:
                caught = seed(scratch, fault)
            except (LookupError, RuntimeError) as error:
                print(error)
                caught = ""
            results[bool(caught)] += 1
            how = f"caught by {caught}" if caught else "NOT CAUGHT"
            print(f"{fault.row} {how} ({fault.what})", flush=True)
    print(f"{results[True]} caught, {results[False]} not, {time.monotonic() - start:.0f} s")
    return 1 if results[False] else 0


if __name__ == "__main__":
    sys.exit(main())
