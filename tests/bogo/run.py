#!/usr/bin/env python3
"""Runs BoGo, the test suite of BoringSSL's TLS, against the shim, and tells how Nacre conforms.

tests.tsv has every test that applies to TLS 1.3 over TCP, and for each that is not to pass why. All
of them are run: one that has to pass and does not, one that is not to pass and does, and one that
the runner does not know each fail the run. The expected errors are the runner's, by the map of
errors.json; the alerts it checks itself."""

import argparse
import collections
import fnmatch
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
Test = collections.namedtuple("Test", "area tier name reason")


def boringssl_source():
    if os.environ.get("BORINGSSL_SOURCE"):
        return pathlib.Path(os.environ["BORINGSSL_SOURCE"])
    metadata = subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"],
        cwd=ROOT / "third_party/boringssl", check=True, stdout=subprocess.PIPE).stdout
    packages = json.loads(metadata)["packages"]
    manifest = next(p["manifest_path"] for p in packages if p["name"] == "boring-sys")
    return pathlib.Path(manifest).parent / "deps/boringssl"


def demand_go():
    """Says what is needed where no Go can build the runner."""
    wanted = re.search(r"^go ([\d.]+)$", (HERE / "runner/go.mod").read_text(), re.MULTILINE)[1]
    found = "none is in the PATH"
    if go := shutil.which("go"):
        # Within the module: since 1.21, Go fetches the version that go.mod names.
        done = subprocess.run([go, "version"], cwd=HERE / "runner", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        version = re.search(r"\bgo(\d+(?:\.\d+)*)", done.stdout)
        if done.returncode == 0 and version and numbers(version[1]) >= numbers(wanted):
            return
        found = f"{go} says: {done.stdout.strip()}"
    sys.exit(f"BoGo's runner needs Go {wanted} or newer to be built (https://go.dev/dl); {found}")


def numbers(version):
    return [int(number) for number in version.split(".")]


def runner():
    """The runner's program, built once and kept."""
    source = boringssl_source()
    parts = sorted((HERE / "runner").iterdir())
    key = hashlib.sha256(str(source).encode() + b"".join(p.read_bytes() for p in parts))
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    directory = pathlib.Path(base) / "nacre/bogo" / key.hexdigest()[:12]
    program = directory / "runner.test"
    if not program.exists():
        demand_go()
        print("Building the runner, once", flush=True)
        directory.parent.mkdir(parents=True, exist_ok=True)
        fresh = pathlib.Path(tempfile.mkdtemp(dir=directory.parent))
        subprocess.run(["bash", HERE / "runner/prepare.sh", source, fresh], check=True)
        fresh.rename(directory)
    return program


def read_tests(reasons):
    tests = []
    for line in (HERE / "tests.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        fields = line.split("\t")
        test = Test(*fields, *[""] * (4 - len(fields)))
        if test.reason and test.reason not in reasons["waits"] | reasons["not_ours"]:
            sys.exit(f"{test.name}: reasons.json has no {test.reason}")
        tests.append(test)
    return tests


def run(shim, tests):
    """What became of each test, and the runner's words about it."""
    program = runner()
    with tempfile.TemporaryDirectory() as directory:
        config = pathlib.Path(directory) / "config.json"
        results = pathlib.Path(directory) / "results.json"
        error_map = json.loads((HERE / "errors.json").read_text())
        # A server's tickets come after the client's Finished.
        config.write_text(json.dumps(
            {"DisabledTests": {}, "ErrorMap": error_map, "HalfRTTTickets": 0}))
        names = ";".join(re.sub(r"([*?\[\\])", r"\\\1", test.name) for test in tests)
        done = subprocess.run(
            [program, "-test", names, "-shim-path", shim, "-shim-config", config,
             "-num-workers", str(os.cpu_count()), "-allow-unimplemented", "-json-output", results,
             "-test.timeout", "20m"],
            cwd=program.parent / "src/ssl/test/runner", stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        if not results.exists():
            sys.exit(done.stdout[-4000:])
        found = json.loads(results.read_text())["tests"]
    return {name: (result["actual"], result.get("error", "")) for name, result in found.items()}


def table(tests, reasons):
    lines = [
        "# Conformance",
        "",
        "What BoGo, the test suite of BoringSSL's TLS, makes of Nacre: the tests of TLS 1.3 over TCP.",
        "Made by `./dev bogo`: every test counted as passed has passed, with the alert and the error",
        "that it expects, and every other one has a reason below.",
        "",
        "| area | applicable | passed | waiting | not ours |",
        "|---|---|---|---|---|",
    ]
    areas = dict.fromkeys(test.area for test in tests)
    rows = [(area, [t for t in tests if t.area == area]) for area in areas]
    rows += [("**all**", tests), ("**core**", [t for t in tests if t.tier == "core"])]
    for area, group in rows:
        passed = sum(not t.reason for t in group)
        waiting = sum(t.reason in reasons["waits"] for t in group)
        lines.append(f"| {area} | {len(group)} | {passed} | {waiting} "
                     f"| {len(group) - passed - waiting} |")
    lines += ["", "Core tests are those of what every TLS 1.3 library does."]
    counts = collections.Counter(test.reason for test in tests)
    for title, kind in (("Waiting for", "waits"), ("Not ours", "not_ours")):
        rows = [f"| {counts[key]} | {text} |" for key, text in reasons[kind].items() if counts[key]]
        if rows:
            lines += ["", f"## {title}", "", "| tests | |", "|---|---|", *rows]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--table", help="where to write the table, once everything is as it should")
    parser.add_argument("patterns", nargs="*", help="globs of names; none: every test")
    options = parser.parse_args()

    reasons = json.loads((HERE / "reasons.json").read_text())
    every = read_tests(reasons)
    tests = [t for t in every if not options.patterns
             or any(fnmatch.fnmatchcase(t.name, p) for p in options.patterns)]
    for pattern in options.patterns:
        if not any(fnmatch.fnmatchcase(test.name, pattern) for test in every):
            sys.exit(f"no test is called {pattern}")
    results = run(pathlib.Path(options.shim).resolve(), tests)

    passed = failed = skipped = 0
    for test in tests:
        outcome, words = results.get(test.name, ("UNKNOWN", "the runner has no such test"))
        if outcome == "PASS" and not test.reason:
            passed += 1
        elif test.reason and outcome in ("FAIL", "SKIP"):
            skipped += 1
        else:
            failed += 1
            told = "passes now; tests.tsv says why it cannot" if outcome == "PASS" else words
            print(f"FAILED {test.name}: {told or outcome}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    if options.table and not options.patterns and not failed:
        pathlib.Path(options.table).write_text(table(tests, reasons))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
