#!/usr/bin/env python3
"""Seeds faults into a copy of the tree, one at a time, and demands that the tests of the attack
table notice: `faults.py [AC-015 ...]`. `faults.py --check` holds the three lists together instead:
each row of tests/data/attacks has a test whose name begins with its id, and a fault; each fault's
marks stand in the sources once and fit, and no mark is left over."""

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

import seeding
from fault_table import FAULTS
from seeding import Fault

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLES = (ROOT / "tests/data/attacks/attack_cases.csv", ROOT / "tests/data/attacks/own_cases.csv")
TEST = re.compile(r'TEST_CASE\(\s*"(AC-\d{3})[^"]*"\s*,\s*((?:"[^"]*"\s*)+)\)')
PRESET = "debug"


def rows() -> list[str]:
    found = []
    for table in TABLES:
        with table.open(newline="") as file:
            found += [row["id"] for row in csv.DictReader(file)]
    return found


def programs() -> dict[str, set[str]]:
    """By the ids of tests that are named and tagged by them: the programs that have such tests."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    for path in (ROOT / "tests").glob("*/*_test.cpp"):
        for row, tags in TEST.findall(path.read_text()):
            if f"[{row}]" in tags:
                found[row].add(f"nacre_{path.parent.name}_test")
    return found


def seed(fault: Fault, root: pathlib.Path) -> dict[pathlib.Path, str]:
    """Seeds the fault; returns what the files held before. Raises LookupError where it does not
    fit."""
    before = seeding.sources(root)
    after = dict(before)
    for edit in fault.edits:
        seeding.seed(after, edit)
    changed = {path: text for path, text in before.items() if after[path] != text}
    for path in changed:
        path.write_text(after[path])
    return changed


def restore(before: dict[pathlib.Path, str]) -> None:
    for path, text in before.items():
        path.write_text(text)


def check() -> list[str]:
    wanted, tests, texts = rows(), programs(), seeding.sources(ROOT)
    with_fault = {fault.row for fault in FAULTS}
    wrong = [f"{row} has no test" for row in wanted if row not in tests]
    wrong += [f"{row} has no fault" for row in wanted if row not in with_fault]
    wrong += [f"{row} is no row of the table" for row in sorted(with_fault - set(wanted))]
    named = collections.Counter(edit.mark for fault in FAULTS for edit in fault.edits)
    marked = collections.Counter(seeding.marks(texts))
    wrong += [f"{mark} stands {marked[mark]} times in the sources, {named[mark]} in the table"
              for mark in sorted(named | marked) if (named[mark], marked[mark]) != (1, 1)]
    for fault in FAULTS:
        after = dict(texts)
        try:
            for edit in fault.edits:
                seeding.seed(after, edit)
                if after == texts:
                    wrong.append(f"{edit.mark} changes nothing")
        except LookupError as error:
            wrong.append(f"{fault.name} ({fault.what}): {error}")
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

    def build(self, *targets: str) -> None:
        self.run("cmake", "--build", "--preset", PRESET, "--target", *targets)

    def failing(self, row: str, name: str) -> list[str]:
        """The names of the row's tests in a program that fail."""
        program = self.root / "build" / PRESET / "bin" / name
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


def catch(scratch: Scratch, fault: Fault, tests: set[str]) -> str:
    """How the fault was caught; empty: it was not."""
    before = seed(fault, scratch.root)
    try:
        try:
            scratch.build(*tests)
        except subprocess.CalledProcessError as error:
            proof = "static assertion failed" in error.stdout
            if fault.by_compiler and proof:
                return "the compiler"
            raise RuntimeError(f"{fault.name} ({fault.what}) does not compile:\n{error.stdout}")
        if fault.by_compiler:
            return ""
        return "; ".join(name for test in sorted(tests)
                         for name in scratch.failing(fault.row, test))
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
        tests = programs()
        for fault in FAULTS:
            if arguments.ids and fault.row not in arguments.ids:
                continue
            try:
                caught = catch(scratch, fault, tests[fault.row])
            except (LookupError, RuntimeError) as error:
                print(error)
                caught = ""
            results[bool(caught)] += 1
            how = f"caught by {caught}" if caught else "NOT CAUGHT"
            print(f"{fault.name} {how} ({fault.what})", flush=True)
    print(f"{results[True]} caught, {results[False]} not, {time.monotonic() - start:.0f} s")
    return 1 if results[False] else 0


if __name__ == "__main__":
    sys.exit(main())
