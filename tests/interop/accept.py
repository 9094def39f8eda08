#!/usr/bin/env python3
"""What a user would try first: `tlscli get` against nginx with a private CA, and its refusals;
curl and Chromium against `tlscli server`. Exits 0 when all of it holds; what is not installed is
absent, which --require-all counts as a failure."""

import argparse
import pathlib
import secrets
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from environment import Environment
from nacre import Nacre, Server
from peer import Failure, Nonces, Setup
from peers.chromium import LOAD, Chromium
from peers.curl import Curl
from peers.nginx import Nginx
from process import end_all, run

NOT_TRUSTED, WRONG_NAME = 7, 8


def expect(what, condition, log):
    if not condition:
        raise Failure(f"{what}:\n{log}")
    print(f"pass: {what}", flush=True)


def get_from_nginx(env, nginx, pictures):
    nonces = Nonces()
    server = nginx.serve(Setup(), nonces)
    try:
        get = [env.tlscli, "get", f"https://localhost:{server.port}/{nonces.request}"]
        roots = env.certificates.roots
        code, log = run([*get, "--ca", roots])
        expect("tlscli get prints nginx's page", code == 0 and nonces.reply in log, log)
        texts = []
        for what, options, wanted in (
            ("the system's roots do not do", (), NOT_TRUSTED),
            ("another CA does not do", ("--ca", env.certificates.other_root), NOT_TRUSTED),
            ("a wrong name is refused", ("--ca", roots, "--name", "other.test"), WRONG_NAME),
        ):
            code, log = run([*get, *options])
            texts.append(log)
            expect(
                f"{what}: exit code {wanted}",
                code == wanted and nonces.reply not in log,
                f"exit code {code}\n{log}",
            )
        expect("an unknown CA and a wrong name are told apart", texts[1] != texts[2], texts[1])
    finally:
        server.stop()


def large_files(env, nginx, pictures):
    """Some hundred records each way."""
    text = secrets.token_hex(1_500_000)
    nonces = Nonces()
    server = nginx.serve(Setup(key="p384"), nonces)
    (server.home / "www" / "large").write_text(text)
    try:
        url = f"https://localhost:{server.port}/large"
        code, log = run([env.tlscli, "get", url, "--ca", env.certificates.roots])
        expect("tlscli gets 3 MB from nginx", code == 0 and text in log, f"exit code {code}")
    finally:
        server.stop()


def serve_www(env, setup):
    nacre = Nacre(env)
    port = nacre.port()
    return Server(nacre.server_argv(setup, port, "--www"), port).ready()


def www_by_curl(env, curl, pictures):
    server = serve_www(env, Setup())
    try:
        code, log = run(
            [
                "curl",
                "-sS",
                "--tlsv1.3",
                "--cacert",
                env.certificates.roots,
                f"https://localhost:{server.port}/",
            ]
        )
        page = "TLS_AES_" in log or "TLS_CHACHA20_" in log
        expect("curl loads tlscli server --www", code == 0 and page, f"exit code {code}\n{log}")
    finally:
        server.stop()


def file_by_curl(env, curl, pictures):
    nonces = Nonces()
    nacre = Nacre(env)
    port, pages = nacre.port(), env.directory / "pages"
    pages.mkdir()
    (pages / "page.html").write_text(nonces.reply)
    text = secrets.token_hex(1_500_000)
    (pages / "large").write_text(text)
    server = Server(nacre.server_argv(Setup(key="rsa2048"), port, "--file", pages), port).ready()
    try:
        get = ["curl", "-sS", "-i", "--tlsv1.3", "--cacert", env.certificates.roots]
        code, log = run([*get, f"https://localhost:{port}/page.html"])
        expect("curl loads a file", code == 0 and nonces.reply in log, f"exit code {code}\n{log}")
        code, log = run([*get, f"https://localhost:{port}/large"])
        expect("curl loads 3 MB", code == 0 and text in log, f"exit code {code}")
        code, log = run([*get, f"https://localhost:{port}/none.html"])
        expect("curl learns that a file is not there", " 404 " in log, f"exit code {code}\n{log}")
    finally:
        server.stop()


def www_by_chromium(env, chromium, pictures):
    server = serve_www(env, Setup())
    url, leaf = f"https://localhost:{server.port}/", env.certificates.leaf("p256")
    picture = pictures / "chromium.png"
    picture.unlink(missing_ok=True)
    try:
        process = chromium.start(url, leaf, "--dump-dom")
        process.wait(LOAD)
        process.stop()
        expect("Chromium loads tlscli server --www", b"X25519MLKEM768" in process.out, process.log)
        process = chromium.start(url, leaf, "--window-size=800,600", f"--screenshot={picture}")
        process.wait(LOAD)
        process.stop()
        drawn = picture.exists() and picture.read_bytes().startswith(b"\x89PNG")
        expect(f"Chromium draws it: {picture}", drawn, process.log)
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tlscli", default="build/release/bin/tlscli", help="Nacre's program")
    parser.add_argument("--pictures", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--require-all", action="store_true", help="an absent peer fails")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, end_all)
    bad = 0
    if not Environment.which("openssl"):
        sys.exit("the openssl program makes the certificates: install it")
    with tempfile.TemporaryDirectory(prefix="nacre-accept-") as directory:
        env = Environment(directory, pathlib.Path(chosen.tlscli).resolve())
        for case, peer in (
            (get_from_nginx, Nginx(env)),
            (large_files, Nginx(env)),
            (www_by_curl, Curl(env)),
            (file_by_curl, Curl(env)),
            (www_by_chromium, Chromium(env)),
        ):
            if peer.version() is None:
                print(f"absent: {peer.title}")
                bad += chosen.require_all
                continue
            try:
                case(env, peer, chosen.pictures.resolve())
            except Failure as failure:
                print(f"FAIL: {failure}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
