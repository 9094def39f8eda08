"""Where the test runs: its directory, the cache, the programs of this machine."""

import os
import pathlib
import shutil
import sys

from certificates import Certificates
from process import run


class Environment:
    def __init__(self, directory, tlscli):
        self.root = pathlib.Path(__file__).resolve().parents[2]
        self.directory = pathlib.Path(directory)
        self.tlscli = tlscli
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.cache = pathlib.Path(base) / "nacre" / "interop"
        (self.directory / "pki").mkdir()
        self.certificates = Certificates(self.directory / "pki")

    @staticmethod
    def which(program):
        path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
        return shutil.which(str(program), path=path)

    @staticmethod
    def package_version(package):
        """The version of a Debian package, for programs that do not tell theirs."""
        code, log = run(["dpkg-query", "-W", "-f", "${source:Upstream-Version}", package])
        return log.strip().split("-")[0] if code == 0 and log.strip() else None

    @staticmethod
    def note(text):
        print(text, file=sys.stderr, flush=True)
