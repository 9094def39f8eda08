#!/usr/bin/env python3
"""Nacre's program beside others over loopback: connections and bytes per second, one core a side.

Each client meets each server in turn: full and resumed handshakes, one after the other, and one
large download. OpenSSL's s_time resumes only where it fetches a page, so both clients do then.
Beside each figure stands what one connection, or one gigabyte, costs client and server in CPU
time, which other work on the machine disturbs less. Exits 1 when a cell fails.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from certificates import Certificates
from process import Process, end_all, free_port, run, wait_listening

KEY, GROUP, SUITE = "p256", "x25519", "TLS_AES_128_GCM_SHA256"
LARGE = 1 << 32  # bytes of a file that has no blocks on the disk
PATIENCE = 20  # seconds, besides those that are measured
DOWNLOAD, RESUMED = "GB/s", "resumed/s"
NGINX = """daemon off;
master_process off;
pid {home}/pid;
error_log stderr error;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  sendfile on;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.3;
    ssl_certificate {chain};
    ssl_certificate_key {key};
    ssl_ecdh_curve X25519;
    ssl_conf_command Ciphersuites {suite};
    root {files};
  }}
}}
"""


class Failure(Exception):
    """A cell went wrong; the text says how."""


class Setup:
    """What all share: programs, certificates, two files, and where to run."""

    def __init__(self, home, tlscli, seconds):
        self.home, self.tlscli, self.seconds = home, tlscli, seconds
        (home / "pki").mkdir()
        self.certificates = Certificates(home / "pki")
        self.files = home / "files"
        self.files.mkdir()
        (self.files / "small").write_bytes(b"x" * 64)
        with open(self.files / "large", "wb") as file:
            file.truncate(LARGE)
        # The kernel clears the pages for whoever reads first: no server that is measured.
        with open(self.files / "large", "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass
        cores = sorted(os.sched_getaffinity(0))
        self.client_core, self.server_core = cores[0], cores[-1]

    def start(self, core, argv, **options):
        return Process(["taskset", "-c", core, *argv], **options)

    def terms(self):
        return ("--groups", GROUP, "--suites", SUITE)


# The servers: their argv. Each gives the files of a directory over HTTP.


def tlscli_server(setup, port):
    pair = ("--cert", setup.certificates.chain(KEY), "--key", setup.certificates.key(KEY))
    listen = ("--listen", f"127.0.0.1:{port}", "--file", setup.files)
    return [setup.tlscli, "server", *listen, *pair, *setup.terms()]


def openssl_server(setup, port):
    pki = setup.certificates
    pair = ("-cert", pki.leaf(KEY), "-key", pki.key(KEY), "-cert_chain", pki.intermediate(KEY))
    terms = ("-tls1_3", "-groups", "X25519", "-ciphersuites", SUITE)
    return ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", *pair, *terms, "-WWW", "-quiet"]


def nginx_server(setup, port):
    home = setup.home / f"nginx-{port}"
    home.mkdir()
    pki = setup.certificates
    names = {"home": home, "port": port, "files": setup.files, "suite": SUITE}
    (home / "nginx.conf").write_text(NGINX.format(chain=pki.chain(KEY), key=pki.key(KEY), **names))
    return [program("nginx"), "-p", home, "-c", home / "nginx.conf", "-e", "stderr"]


# The clients: what they did, as (amount, seconds).


def ended(setup, argv, codes=(0,)):
    """Runs a client to its end: its output and its time."""
    start = time.monotonic()
    process = setup.start(setup.client_core, argv)
    try:
        process.close_stdin()
        code = process.wait(setup.seconds + PATIENCE)
        if code not in codes:
            raise Failure(f"{process.argv} ended with {code}: {process.log[-2000:]}")
        return process.out.decode(errors="replace"), time.monotonic() - start
    finally:
        process.stop()


def tlscli_bench(setup, port, what):
    argv = [setup.tlscli, "bench", f"localhost:{port}", "--ca", setup.certificates.roots, "--json"]
    argv += ["--seconds", setup.seconds, *setup.terms()]
    argv += {
        RESUMED: ["--resume", "--www", "/small"],
        DOWNLOAD: ["--bytes", LARGE, "--www", "/large"],
    }.get(what, [])
    measured = json.loads(ended(setup, argv)[0])["measurements"][0]
    amount = measured["bytes"] / 1e9 if what == DOWNLOAD else measured["connections"]
    return amount, measured["seconds"]


def openssl_client(setup, port, what):
    if what == DOWNLOAD:
        return curl(setup, port)
    argv = ["openssl", "s_time", "-connect", f"localhost:{port}", "-tls1_3", "-ciphersuites", SUITE]
    argv += ["-CAfile", setup.certificates.roots, "-verify", "3"]
    argv += ["-time", max(1, setup.seconds - 1)]  # it goes on to the end of a second
    argv += ["-reuse", "-www", "/small"] if what == RESUMED else ["-new"]
    text, seconds = ended(setup, argv)
    count = int(re.search(r"(\d+) connections in [0-9.]+s", text)[1])
    if what == RESUMED and text.count("r" * 20) * 20 < 0.9 * count:
        raise Failure("s_time has not resumed")
    return count, seconds


def curl(setup, port):
    about = "%{size_download} %{time_total} %{time_pretransfer}"
    argv = ["curl", "-sS", "-o", "/dev/null", "--cacert", setup.certificates.roots, "-w", about]
    argv += ["--tlsv1.3", "--tls13-ciphers", SUITE, "--http1.1", "--max-time", setup.seconds]
    out_of_time = 28
    text, _ = ended(setup, [*argv, f"https://localhost:{port}/large"], (0, out_of_time))
    size, total, before = map(float, text.split())
    return size / 1e9, total - before


SERVERS = {
    "tlscli server": tlscli_server,
    "openssl s_server": openssl_server,
    "nginx": nginx_server,
}
CLIENTS = {"tlscli bench": tlscli_bench, "openssl s_time, curl": openssl_client}
FIGURES = ("full/s", RESUMED, DOWNLOAD)


def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def cpu_of(pid):
    """Seconds of CPU that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cell(setup, server, client, figure):
    """The text of a cell. Each has a server of its own: none is warmer than the others."""
    port = free_port()
    process = setup.start(setup.server_core, SERVERS[server](setup, port), cwd=setup.files)
    try:
        if not wait_listening(process, port, PATIENCE):
            raise Failure(f"{server} does not listen: {process.log[-2000:]}")
        before = cpu_of_children(), cpu_of(process.pid)
        amount, seconds = CLIENTS[client](setup, port, figure)
        costs = cpu_of_children() - before[0], cpu_of(process.pid) - before[1]
    finally:
        process.stop()
    if figure == DOWNLOAD:
        costs = " + ".join(f"{cost / amount * 1e3:.0f}" for cost in costs)
        return f"{amount / seconds:.2f} ({costs} ms)"
    costs = " + ".join(f"{cost / amount * 1e6:.0f}" for cost in costs)
    return f"{amount / seconds:.0f} ({costs} µs)"


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tlscli", default="build/release/bin/tlscli", help="Nacre's program")
    parser.add_argument("--seconds", type=int, default=3, help="for each cell")
    parser.add_argument("--table", type=pathlib.Path, help="write the table to this file too")
    return parser.parse_args()


def about(setup):
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    versions = [run([setup.tlscli, "version"])[1], run(["openssl", "version"])[1]]
    versions += [run([program("nginx"), "-v"])[1], run(["curl", "--version"])[1]]
    lines = [text.strip().partition("\n")[0].partition(" (")[0] for text in versions]
    return (
        f"{'; '.join(lines)}. {SUITE}, {GROUP}, certificates with {KEY}; clients on core "
        f"{setup.client_core}, servers on core {setup.server_core}; load average {load}. In "
        "parentheses: CPU of client + server, for a connection or a gigabyte."
    )


def main():
    chosen, failed = options(), False
    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, end_all)
    missing = [name for name in ("openssl", "nginx", "curl", "taskset") if not program(name)]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="nacre-sockets-") as directory:
        tlscli = pathlib.Path(chosen.tlscli).resolve()
        setup = Setup(pathlib.Path(directory), tlscli, chosen.seconds)
        lines = [about(setup), "", f"| server | client | {' | '.join(FIGURES)} |"]
        lines.append("|---|---|" + "---|" * len(FIGURES))
        print(*lines, sep="\n", flush=True)
        for server in SERVERS:
            for client in CLIENTS:
                row = []
                for figure in FIGURES:
                    try:
                        row.append(cell(setup, server, client, figure))
                    except Failure as failure:
                        failed = True
                        row.append("failed")
                        print(f"FAIL {server}, {client}, {figure}: {failure}", file=sys.stderr)
                lines.append(f"| {server} | {client} | {' | '.join(row)} |")
                print(lines[-1], flush=True)
        print(f"\nload average at the end: {os.getloadavg()[0]:.1f}")
    if chosen.table:
        chosen.table.write_text("\n".join(lines) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
