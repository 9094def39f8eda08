#!/usr/bin/env python3
"""Writes docs/alerts.md: each cause of an alert, the sentence that it breaks, and the tests that
provoke it. The causes come from the program list_errors, the sentences from
tests/data/requirements, the tests from their sources. With --check, says what is stale or missing
instead."""

import argparse
import collections
import csv
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/data/requirements"
PAGE = ROOT / "docs/alerts.md"
MARK = "<!-- From here on: tools/alerts.py. Build the target `alerts` to write it anew. -->\n"
# Where whole records or messages come in, as from a peer.
ROOMS = ("attacks", "connection", "ech", "handshake", "hostile")

Sentence = collections.namedtuple("Sentence", "section text")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def rows(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sentences(faults):
    """The sentence of each error: its own, or that of a requirement, by its id."""
    known = {row["id"]: Sentence(row["section"], row["text"])
             for row in rows("rfc9846_requirements.csv")}
    found = {}
    for row in rows("errors.csv"):
        text = row["sentence"]
        own = Sentence(row["section"], text)
        found[row["error"]] = known.get(text, own)
        if found[row["error"]] is own and not row["section"]:
            faults.append(f"errors.csv, {row['error']}: no section, and no requirement {text}")
    return found


def definitions(source):
    """What stands at a file's left margin: the name, and the text to its end."""
    for block in re.findall(r"^(?=\w)(?:.*\n(?![}\w]))*.*\n(?:}.*)?", source, re.M):
        if block.startswith("TEST_CASE"):
            head = re.match(r"TEST_CASE\(\s*((?:" + LITERAL.pattern + r"\s*)+)", block).group(1)
            yield "".join(LITERAL.findall(head)), block
        elif name := re.search(r"\b(?:struct|class) (\w+)|(\w+)\s*[({=]", block):
            yield name.group(1) or name.group(2), block


def errors_in(text):
    return set(re.findall(r"\bError::(\w+)", text))


def tests_of_errors():
    """For each error, the tests that name it, or name a definition in their file that does."""
    found = collections.defaultdict(list)
    for path in sorted(path for room in ROOMS for path in (ROOT / "tests" / room).glob("*_test.cpp")):
        blocks = list(definitions(path.read_text(encoding="utf-8")))
        named = {name: errors_in(text) for name, text in blocks if not text.startswith("TEST_CASE")}
        for name, text in blocks:
            if not text.startswith("TEST_CASE"):
                continue
            used = set(re.findall(r"\w+", LITERAL.sub("", text))) & named.keys()
            for error in errors_in(text).union(*(named[other] for other in used)):
                found[error].append((path.relative_to(ROOT / "tests").with_suffix(""), name))
    return found


def wrap(text, indent=""):
    return textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent or "  ",
                         break_long_words=False, break_on_hyphens=False)


def entry(name, section, words, sentence, tests):
    where = sentence.section if sentence.section.startswith("RFC") else \
        f"section {sentence.section}"
    if section and section != sentence.section:
        rule = section if section.startswith("RFC") else f"section {section}"
        where += f"; see also {rule}"
    yield f"### {name}\n"
    yield f"{words[0].upper()}{words[1:]}.\n"
    yield wrap(sentence.text, "> ") + f"\n>\n> ({where})\n"
    by_file = collections.defaultdict(list)
    for path, test in tests:
        by_file[path].append(f'"{test}"')
    yield "".join(wrap(f"- {path}: {'; '.join(names)}") + "\n" for path, names in by_file.items())


def page(program, faults):
    lines = subprocess.run([program], check=True, text=True, stdout=subprocess.PIPE).stdout
    errors = [line.split("\t") for line in lines.splitlines()]
    known, tests = sentences(faults), tests_of_errors()
    for name in known.keys() - {error[0] for error in errors}:
        faults.append(f"errors.csv: {name} is no error with an alert")
    by_alert = collections.defaultdict(list)
    for name, alert, section, words in errors:
        if name not in known:
            faults.append(f"{name} has no sentence in errors.csv")
        elif alert != "internal_error" and not tests[name]:
            faults.append(f"{name} has no test that provokes it")
        else:
            by_alert[alert] += entry(name, section, words, known[name], tests[name])
    parts = [part for alert in by_alert for part in (f"## {alert}\n", *by_alert[alert])]
    return "\n".join(part for part in parts if part)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="list_errors")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    faults = []
    now = PAGE.read_text(encoding="utf-8")
    head = now.split(MARK)[0]
    made = head + MARK + "\n" + page(args.program, faults)
    if not args.check:
        PAGE.write_text(made, encoding="utf-8")
    elif made != now:
        faults.append(f"{PAGE.name} is stale: build the target `alerts`")
    print("\n".join(faults) if faults else f"{PAGE.name}: nothing is missing")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
