#!/usr/bin/env python3
"""What ./dev and its helpers do where the tools around them differ."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DICTIONARY = "fuzz/tls.dict"


def program(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


class Fuzz(unittest.TestCase):
    def test_every_target_has_the_dictionary(self):
        with tempfile.TemporaryDirectory() as place:
            root = pathlib.Path(place)
            shutil.copy(ROOT / "dev", root)
            program(root / "build/fuzz/bin/some_fuzz", 'printf "%s\\n" "$@"')
            subprocess.run([root / "dev", "_fuzz_one", "some_fuzz", "1"], check=True,
                           stdout=subprocess.DEVNULL)
            arguments = (root / "build/fuzz/some_fuzz.log").read_text().splitlines()
            self.assertIn(f"-dict={DICTIONARY}", arguments)

    def test_the_dictionary_is_one(self):
        entry = re.compile(r'\w+="(?:\\x[0-9a-f]{2}|\\\\|\\"|[ !#-\[\]-~])+"')
        lines = (ROOT / DICTIONARY).read_text().splitlines()
        entries = [line for line in lines if line and not line.startswith("#")]
        self.assertGreater(len(entries), 10)
        self.assertEqual([line for line in entries if not entry.fullmatch(line)], [])


class Go(unittest.TestCase):
    """What is said before BoGo's runner is built."""

    def demand(self, go: str | None) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as place:
            if go is not None:
                program(pathlib.Path(place) / "go", go)
            return subprocess.run([sys.executable, "-c", "import run; run.demand_go()"],
                                  cwd=ROOT / "tests/bogo", env=os.environ | {
                                      "PATH": place, "PYTHONDONTWRITEBYTECODE": "1"},
                                  stderr=subprocess.PIPE, text=True)

    def check_refused(self, go: str | None, words: str) -> None:
        done = self.demand(go)
        self.assertEqual(done.returncode, 1)
        self.assertIn("needs Go 1.26 or newer", done.stderr)
        self.assertIn(words, done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_no_go_at_all(self):
        self.check_refused(None, "none is in the PATH")

    def test_a_go_that_is_too_old(self):
        for version in ("go1.19.8", "go1.9", "go1.25.4"):
            self.check_refused(f"echo go version {version} linux/amd64", version)

    def test_a_go_that_cannot_fetch_what_it_needs(self):
        self.check_refused("echo go: download go1.26: no network; exit 1", "no network")

    def test_a_go_that_will_do(self):
        for version in ("go1.26", "go1.26.8", "go1.31.2", "devel go1.27-d4a1b2"):
            done = self.demand(f"echo go version {version} linux/amd64")
            self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
