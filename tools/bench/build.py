"""Builds the peers into a cache outside the tree: ~/.cache/nacre/bench, or below XDG_CACHE_HOME."""

import contextlib
import fcntl
import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from typing import TypeAlias

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "tools" / "bench" / "peers"
CLANGS = ("-22", "-23", "-21", "-20", "-19", "")  # as cmake/BoringSSL.cmake prefers them

Words: TypeAlias = Sequence[str | pathlib.Path]


class BuildError(Exception):
    pass


def cache() -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "nacre" / "bench"


@contextlib.contextmanager
def cache_locked() -> Iterator[None]:
    """One run at a time builds; the next finds what the first has built."""
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compilers() -> tuple[str, str]:
    """Clang where there is one: with g++ 12 BoringSSL's X25519 and Ed25519 take twice as long."""
    for suffix in CLANGS:
        if shutil.which("clang" + suffix) and shutil.which("clang++" + suffix):
            return "clang" + suffix, "clang++" + suffix
    return "cc", "c++"


def version_of(*argv: str) -> str:
    """What a program says about itself; nothing where there is none."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def hash_of(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode() if isinstance(part, str) else part).digest())
    return digest.hexdigest()[:12]


def hash_of_files(paths: Sequence[pathlib.Path]) -> str:
    return hash_of(*(path.read_bytes() for path in sorted(paths)))


class Builder:
    def __init__(self, jobs: int):
        self.jobs = jobs
        self.cc, self.cxx = compilers()
        # A compiler under the same name may be another one tomorrow.
        self.toolchain = hash_of(
            self.cc, self.cxx, version_of(self.cc, "--version"), version_of(self.cxx, "--version")
        )

    def run(self, argv: Words, cwd: pathlib.Path | None = None, **env: str) -> str:
        """Its output; BuildError with the end of what it said where it fails."""
        words = ["nice", *map(str, argv)]
        env = os.environ | {"CC": self.cc, "CXX": self.cxx} | env
        try:
            done = subprocess.run(
                words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
        except OSError as error:
            raise BuildError(str(error)) from error
        if done.returncode != 0:
            said = (done.stdout + done.stderr)[-4000:]
            raise BuildError(f"{' '.join(words)} fails:\n{said}")
        return done.stdout

    @functools.cached_property
    def cargo(self) -> str:
        found = shutil.which("cargo") or shutil.which(os.path.expanduser("~/.cargo/bin/cargo"))
        if not found:
            raise BuildError("cargo is not installed")
        return found

    def crate(self, name: str) -> pathlib.Path:
        """A member of the workspace: its program."""
        target = cache() / f"cargo-{self.toolchain}"
        argv = [self.cargo, "build", "--release", "--locked", "-p", name, "-j", str(self.jobs)]
        self.run(argv, SOURCES, CARGO_TARGET_DIR=str(target))
        return target / "release" / name

    def go(self, _: str) -> pathlib.Path:
        if not shutil.which("go"):
            raise BuildError("go is not installed")
        program = cache() / "peer-go"
        argv: Words = ["go", "build", "-buildvcs=false", "-p", str(self.jobs), "-o", program, "."]
        self.run(argv, SOURCES / "go")
        return program

    def boringssl(self, _: str) -> pathlib.Path:
        """The C++ peer over libssl; of the source that Nacre itself is built on."""
        crate = self._boringssl_crate()
        libraries = self._boringssl_libraries(crate)
        files = [*SOURCES.glob("cxx/*.h"), *SOURCES.glob("libssl/*")]
        program = cache() / f"peer-boringssl-{hash_of(libraries.name, hash_of_files(files))}"
        if program.exists():
            return program
        made = program.with_suffix(".new")
        self.run([
            self.cxx, "-std=c++20", "-O2", "-DNDEBUG",
            f'-DPEER_VERSION="{crate.name}"',
            "-I", crate / "deps" / "boringssl" / "include",
            *sorted(SOURCES.glob("libssl/*.cpp")),
            libraries / "libssl.a", libraries / "libcrypto.a",
            "-pthread", "-ldl", "-o", made,
        ])  # fmt: skip
        return made.replace(program)

    def _boringssl_crate(self) -> pathlib.Path:
        argv = [self.cargo, "metadata", "--locked", "--format-version", "1"]
        out = self.run(argv, ROOT / "third_party" / "boringssl")
        found = re.search(r'"manifest_path":"([^"]*/boring-sys-[^/"]*)/Cargo.toml"', out)
        if not found:
            raise BuildError("cargo does not tell where boring-sys is")
        return pathlib.Path(found[1])

    def _boringssl_libraries(self, crate: pathlib.Path) -> pathlib.Path:
        home = cache() / f"{crate.name}-{hash_of(self.toolchain, 'Release -g0')}"
        if home.exists():
            return home
        work = home.with_name(home.name + ".build")
        shutil.rmtree(work, ignore_errors=True)
        (work / "done").mkdir(parents=True)
        self.run([
            "cmake", "-S", crate / "deps" / "boringssl", "-B", work / "b",
            *(["-G", "Ninja"] if shutil.which("ninja") else []),
            "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF",
            "-DCMAKE_C_FLAGS=-g0 -w", "-DCMAKE_CXX_FLAGS=-g0 -w",
            f"-DCMAKE_C_COMPILER={self.cc}", f"-DCMAKE_CXX_COMPILER={self.cxx}",
        ])  # fmt: skip
        targets = ["--target", "ssl", "crypto", "-j", str(self.jobs)]
        self.run(["cmake", "--build", work / "b", *targets])
        for name in ("libssl.a", "libcrypto.a"):
            (work / "b" / name).replace(work / "done" / name)
        (work / "done").replace(home)  # all or nothing
        shutil.rmtree(work)
        return home

    def heap_counter(self) -> pathlib.Path:
        source = SOURCES / "heap_counter.c"
        library = cache() / f"heap_counter-{hash_of(self.toolchain, source.read_bytes())}.so"
        if not library.exists():
            made = library.with_suffix(".new")
            self.run([self.cc, "-O2", "-shared", "-fPIC", source, "-o", made])
            made.replace(library)
        return library

    def certificates(self) -> pathlib.Path:
        script = SOURCES / "certs.sh"
        home = cache() / f"certificates-{hash_of_files([script])}"
        if not home.exists():
            made = home.with_suffix(".new")
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            self.run(["sh", script, made])
            made.replace(home)
        return home
