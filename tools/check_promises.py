#!/usr/bin/env python3
"""Fails when a page promises what no test holds: in SECURITY.md and docs/sessions.md, each row of a
table with the column "held by" names tests there, and they exist. A test is named by its row in the
attack table (AC-015), by its sentence ("a name is ..."), or by the step of `./dev check` that it is
(`valgrind`)."""

import pathlib
import re
import sys

PAGES = ["SECURITY.md", "docs/sessions.md"]
COLUMN = "held by"
TEST = re.compile(r'TEST_CASE\(\s*((?:"(?:\\.|[^"\\])*"\s*)+)')
TEXT = re.compile(r'"((?:\\.|[^"\\])*)"')
ROW, STEP = re.compile(r"AC-\d{3}"), re.compile(r"`([\w-]+)`")


def tests(root: pathlib.Path) -> set[str]:
    """The sentences of all tests."""
    found = set()
    for path in (root / "tests").glob("*/*_test.cpp"):
        for literals in TEST.findall(path.read_text()):
            found.add("".join(TEXT.findall(literals)).replace('\\"', '"'))
    return found


def steps(root: pathlib.Path) -> set[str]:
    """The steps of `./dev check`."""
    listed = re.search(r"^steps=\(([^)]*)\)", (root / "dev").read_text(), re.MULTILINE)
    return set(listed.group(1).split())


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def promises(page: str):
    """The rows of the page's tables that have the column: the first cell, and who holds it."""
    column = None
    for line in page.splitlines():
        if not line.startswith("|"):
            column = None
        elif COLUMN in cells(line):
            column = cells(line).index(COLUMN)
        elif column is not None and set(line) - set("|-: "):
            yield cells(line)[0], cells(line)[column]


def faults(root: pathlib.Path):
    sentences, check = tests(root), steps(root)
    rows = {row for sentence in sentences for row in ROW.findall(sentence)}
    for name in PAGES:
        found = list(promises((root / name).read_text()))
        if not found:
            yield f"{name} has no table with the column “{COLUMN}”"
        for promise, held_by in found:
            named = TEXT.findall(held_by)
            known = [(row, row in rows) for row in ROW.findall(held_by)]
            known += [(sentence, sentence in sentences) for sentence in named]
            known += [(step, step in check) for step in STEP.findall(held_by)]
            if not known:
                yield f"{name}: no test holds “{promise}”"
            for what, there in known:
                if not there:
                    yield f"{name}: there is no test {what}, which shall hold “{promise}”"


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    wrong = list(faults(root))
    print("\n".join(wrong) or "each promise has its test")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
