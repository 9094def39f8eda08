#!/usr/bin/env python3
"""Builds each way of using Nacre, static or shared, runs what was built, and checks that nothing
but Nacre's own names leaves the library. The way that has Nacre inside its own build
(add_subdirectory for static, FetchContent for shared) also makes the installation that the other
ways find."""

import argparse
import os
import pathlib
import subprocess
import sys

parser = argparse.ArgumentParser()
for name in ("source", "work", "kind", "cc", "cxx", "cache", "version", "crypto", "prefix"):
    parser.add_argument(f"--{name}", required=True)
args = parser.parse_args()
here = pathlib.Path(__file__).resolve().parent
work = pathlib.Path(args.work)
prefix = work / "installed"
shared = "ON" if args.kind == "shared" else "OFF"
common = ["-G", "Ninja", f"-DCMAKE_C_COMPILER={args.cc}", f"-DCMAKE_CXX_COMPILER={args.cxx}",
          f"-DNACRE_CACHE_DIR={args.cache}", f"-DNACRE_CRYPTO={args.crypto}",
          f"-DBUILD_SHARED_LIBS={shared}",
          "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=", "-DCMAKE_UNITY_BUILD=ON",
          "-DCMAKE_UNITY_BUILD_BATCH_SIZE=16"]
environment = dict(os.environ, PKG_CONFIG_PATH=str(prefix / "lib" / "pkgconfig"),
                   LD_LIBRARY_PATH=str(prefix / "lib"))


def run(*command):
    done = subprocess.run([str(c) for c in command], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def build(source, tree, *options):
    run("cmake", "-S", source, "-B", tree, *common, *options)
    run("cmake", "--build", tree)


def exported(library):
    """The names that a shared library, or what is linked with a static one, can clash with."""
    flags = ["-D"] if args.kind == "shared" else ["-g"]
    lines = [line.split() for line in run("nm", *flags, "--defined-only", library).splitlines()]
    return {line[2] for line in lines if len(line) == 3 and line[1] in "TDBR"}



def use(way, *options):
    tree = work / way
    build(here / way, tree, *options)
    said = run(tree / "consumer").splitlines()
    if not said or not said[0].startswith((f"{args.version} (BoringSSL ", f"{args.version} (AWS-LC ")):
        sys.exit(f"{way}: the program said {said}")
    print(f"{args.kind}, {way}: {' | '.join(said)}")


inside = "fetch_content" if args.kind == "shared" else "add_subdirectory"
use(inside, f"-DNACRE_SOURCE={args.source}", "-DNACRE_INSTALL=ON",
    f"-DCMAKE_INSTALL_PREFIX={prefix}", "-DCMAKE_INSTALL_LIBDIR=lib")
run("cmake", "--install", work / inside)
for way in ("find_package", "pkg_config"):
    use(way, f"-DCMAKE_PREFIX_PATH={prefix}")

suffix = "so" if args.kind == "shared" else "a"
strangers = [name for library in sorted((prefix / "lib").glob(f"lib*.{suffix}"))
             for name in exported(library) if "nacre" not in name and args.prefix not in name]
if strangers:
    sys.exit(f"names that are not Nacre's own leave the library: {sorted(strangers)[:20]}")
if args.kind == "shared" and args.prefix in " ".join(exported(prefix / "lib/libnacre.so")):
    sys.exit("the shared library shows the library of cryptography")
