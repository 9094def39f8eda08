"""Peers that are not installed: source that a lock file pins, fetched by cargo, and a place in the
cache for what comes of it."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import re

from process import run


def source_of(env, project, crate):
    """The directory of a crate that the lock file of `project` pins, or None."""
    cargo = env.which("cargo") or env.which(os.path.expanduser("~/.cargo/bin/cargo"))
    if not cargo:
        return None
    argv = [cargo, "metadata", "--locked", "--format-version", "1"]
    code, out = run(argv, cwd=project, timeout=120)
    found = re.search(rf'"manifest_path":"([^"]*/{crate}-[^/"]*)/Cargo.toml"', out)
    return pathlib.Path(found[1]) if code == 0 and found else None


@contextlib.contextmanager
def locked_home(env, name, key):
    """The directory in the cache for what `key` determines, of one process at a time."""
    home = env.cache / f"{name}-{hashlib.sha256(key).hexdigest()[:12]}"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home
