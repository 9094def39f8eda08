#!/usr/bin/env python3
"""Says which MUSTs of RFC 9846 have a passing test. A test names what it checks by a tag: the id of
the requirement in tests/data/requirements/rfc9846_requirements.csv."""

import argparse
import csv
import pathlib
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/data/requirements"
LEVELS = {"MUST", "MUST NOT", "REQUIRED", "SHALL", "SHALL NOT"}
ID = re.compile(r"rfc9846-[^-]+-.+")  # [rfc9846-4.2.3] alone is a section


def rows(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def xml_of(program, *args):
    run = subprocess.run([program, "--reporter", "xml", *args], text=True, stdout=subprocess.PIPE)
    return ET.fromstring(run.stdout)


def tests_of(program):
    """The name of each test with a requirement's tag, those tags, and whether it passes."""
    ids = sorted({tag.text for tag in xml_of(program, "--list-tags").iter("Alias")
                  if ID.fullmatch(tag.text)})
    if not ids:
        return
    tagged = ",".join(f"[{tag}]" for tag in ids)
    for test in xml_of(program, "--warn", "NoAssertions", tagged).iter("TestCase"):
        result = test.find("OverallResult")
        passes = result.get("success") == "true" and result.get("skips", "0") == "0"
        yield test.get("name"), set(re.findall(r"\[([^\]]+)\]", test.get("tags"))) & set(ids), passes


def trace(programs, known, not_ours):
    """The ids on passing tests, and the faults."""
    tested, failed, faults = set(), set(), []
    for program in programs:
        for name, ids, passes in tests_of(program):
            (tested if passes else failed).update(ids)
            where = f'{program.name}, "{name}"'
            faults += [f"{where}: [{tag}] is no requirement" for tag in sorted(ids - known)]
            faults += [f"{where}: [{tag}] is in not_ours.csv" for tag in sorted(ids & not_ours)]
            faults += [] if passes else [f"{where} does not pass"]
    faults += [f"not_ours.csv: {tag} is no requirement" for tag in sorted(not_ours - known)]
    return tested - failed, faults


def report(musts, tested, reasons):
    sections = dict.fromkeys((row["section"], row["title"]) for row in musts)
    for section, title in sections:
        here = [row for row in musts if row["section"] == section]
        done = sum(row["id"] in tested for row in here)
        print(f"{section} {title}: {done} of {len(here)}")
        for row in here:
            if row["id"] not in tested:
                reason = reasons.get(row["id"])
                mark = f"not ours: {reason}" if reason else "waits"
                print(f"  {row['id']:24} {textwrap.shorten(row['text'], 100):100} {mark}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help="where the test programs are")
    parser.add_argument("--min", type=int, default=0, help="fail when fewer MUSTs have a test")
    args = parser.parse_args()

    programs = sorted(args.bin.glob("nacre_*_test"))
    if not programs:
        parser.error(f"no test programs in {args.bin}: build them first")
    requirements = rows("rfc9846_requirements.csv")
    reasons = {row["id"]: row["reason"] for row in rows("not_ours.csv")}
    musts = [row for row in requirements if row["level"] in LEVELS]
    tested, faults = trace(programs, {row["id"] for row in requirements}, reasons.keys())
    report(musts, tested, reasons)
    done = sum(row["id"] in tested for row in musts)
    away = sum(row["id"] in reasons for row in musts)
    if done < args.min:
        faults.append(f"fewer than {args.min} MUSTs have a passing test")
    print(*(f"error: {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    print(f"{done} of {len(musts)} MUSTs have a passing test, {away} are not ours, "
          f"{len(musts) - done - away} wait")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
