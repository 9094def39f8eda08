#!/usr/bin/env python3
"""Fails when a room includes a room above it, when BoringSSL shows outside src/crypto, when the
public headers need more than the standard library, when raw memory is handled outside src/crypto
and src/capi, or when a file has grown past 400 lines."""

import pathlib
import re
import sys

# Lowest first. A room may include itself, what is to its left, and the public headers.
ROOMS = ["wire", "crypto", "messages", "extensions", "record", "session", "handshake",
         "connection", "capi", "compression"]
RAW_ROOMS = {"crypto", "capi"}
USERS = ["tests", "fuzz", "tools", "examples"]
MAX_LINES = 400

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
COMMENT_OR_TEXT = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
RAW = {
    "reinterpret_cast": r"\breinterpret_cast\b",
    "a C memory function": r"\bmem(?:cpy|move|set|cmp|chr)\s*\(",
    "a new expression": r"(?<!operator )(?<!include <)\bnew\b",
    "a delete expression": r"(?<!operator )(?<!= )(?<!=)\bdelete\b",
    "malloc or free": r"\b(?:std::)?(?:malloc|calloc|realloc|free)\s*\(",
    "a C array": r"(?:^|[{};(])\s*(?!return\b|throw\b|else\b|case\b|using\b|#)"
                 r"(?:[\w:<>,]+[&*]?\s+)+(?!auto\b)\w+\s*\[(?!\[)[^\]]*\]\s*[={;]",
}


def code_of(text: str) -> str:
    """The text with comments and literals blanked, line by line as before."""
    return COMMENT_OR_TEXT.sub(lambda m: "\n" * m[0].count("\n") or '""', text)


def include_faults(text: str, place: str, room: str):
    for quote, target in INCLUDE.findall(text):
        top = target.split("/")[0]
        if top == "openssl" and room != "crypto" and place != "others":
            yield "only src/crypto may include openssl/"
        elif place == "include" and not (top == "nacre" if "/" in target else quote == "<"):
            yield f"a public header includes the standard library and nacre/ only, not {target}"
        elif place == "src" and quote == '"' and "/" not in target:
            yield f'write "room/{target}"'
        elif place == "src" and top in ROOMS[ROOMS.index(room) + 1 :]:
            yield f"{room}/ must not include {top}/"
        elif place == "examples" and top in ROOMS:
            yield f"an example uses the public headers only, not {target}"


def raw_faults(text: str):
    code = code_of(text)
    for what, pattern in RAW.items():
        for match in re.finditer(pattern, code, re.MULTILINE):
            line = code.count("\n", 0, match.end()) + 1
            yield f"line {line}: {what} outside src/crypto and src/capi"


def faults(root: pathlib.Path, path: pathlib.Path):
    text = path.read_text()
    parts = path.relative_to(root).parts
    place, room = parts[0], parts[1] if parts[0] == "src" else ""
    # Programs that have Nacre and OpenSSL side by side, and those that measure other libraries.
    if parts[:2] in (("tests", "consumers"), ("tools", "bench")):
        place = "others"
    if room and room not in ROOMS:
        yield f"{room}/ is no room"
        return
    yield from include_faults(text, place, room)
    if place in ("src", "include"):
        if room not in RAW_ROOMS and parts[-1] != "nacre.h":
            yield from raw_faults(text)
        if text.count("\n") > MAX_LINES:
            yield f"{text.count(chr(10))} lines, more than {MAX_LINES}"


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    paths = [p for d in ("include", "src", *USERS) for p in sorted((root / d).rglob("*.[hc]*"))
             if p.suffix in (".h", ".c", ".cpp")]
    found = [f"{p.relative_to(root)}: {fault}" for p in paths for fault in faults(root, p)]
    print("\n".join(found) or f"layers: {len(paths)} files, clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
