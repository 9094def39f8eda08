"""Seeds a fault where a mark in the source names it. A mark is a comment of its own line,
`// fault: AC-015a AC-101`, above the statement that a fault changes: so a fault moves with its
code."""

import pathlib
import re
from typing import NamedTuple

MARK = re.compile(r"^[ \t]*// fault:((?: [\w.-]+)+)\n", re.MULTILINE)
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\w+|\s+|.', re.DOTALL)
FOLDERS = ("include", "src", "tools")
SUFFIXES = (".h", ".cpp")
CODE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//[^\n]*|.', re.DOTALL)
GOES_ON = re.compile(r"\s*(?:[;,).(]|else\b)")  # behind a brace that ends no statement
REACH = 1_000  # in how many characters behind its mark a swap has to find its tokens


class Drop(NamedTuple):
    """The marked statement goes."""
    mark: str

    def apply(self, text: str, place: int) -> str:
        start, end = statement(text, place)
        return text[:start] + text[end:]


class Put(NamedTuple):
    """The marked statement is replaced."""
    mark: str
    instead: str

    def apply(self, text: str, place: int) -> str:
        start, end = statement(text, place)
        return text[:start] + self.instead + text[end:]


class Swap(NamedTuple):
    """The first place of some tokens behind the mark has others instead. Blanks do not matter."""
    mark: str
    tokens: str
    instead: str

    def apply(self, text: str, place: int) -> str:
        found = pattern(self.tokens).search(text, place, place + REACH)
        if not found:
            raise LookupError(f"{self.mark}: behind the mark there is no {self.tokens}")
        return text[:found.start()] + self.instead + text[found.end():]


Edit = Drop | Put | Swap


class Fault(NamedTuple):
    name: str  # its row in the attack table, and a letter where the row has several
    what: str
    edits: list[Edit]
    by_compiler: bool = False

    @property
    def row(self) -> str:
        return self.name.rstrip("abcdefghijklmnopqrstuvwxyz")


def drop(name: str, what: str, by_compiler: bool = False) -> Fault:
    return Fault(name, what, [Drop(name)], by_compiler)


def put(name: str, what: str, instead: str, by_compiler: bool = False) -> Fault:
    return Fault(name, what, [Put(name, instead)], by_compiler)


def swap(name: str, what: str, tokens: str, instead: str, by_compiler: bool = False) -> Fault:
    return Fault(name, what, [Swap(name, tokens, instead)], by_compiler)


def tokens_of(code: str) -> list[str]:
    return [token for token in TOKEN.findall(code) if not token.isspace()]


def pattern(code: str) -> re.Pattern[str]:
    """Finds the tokens of `code`, however they are spread over lines and marks."""
    tokens = tokens_of(code)
    parts = [r"(?<!\w)" if tokens[0][0].isalnum() or tokens[0][0] == "_" else ""]
    for index, token in enumerate(tokens):
        parts += [re.escape(token), r"(?:\s|// fault:[^\n]*\n)*" if index + 1 < len(tokens) else ""]
    parts.append(r"(?!\w)" if re.match(r"\w", tokens[-1][-1]) else "")
    return re.compile("".join(parts))


def statement(text: str, place: int) -> tuple[int, int]:
    """Where the statement, declaration or element of a list stands that begins behind `place`."""
    while skipped := re.compile(r"[ \t]*(?://[^\n]*)?\n").match(text, place):
        place = skipped.end()
    start = re.compile(r"\s*").match(text, place).end()
    depth = 0
    for token in CODE.finditer(text, start):
        at, what = token.end(), token.group()
        if what in ("(", "[", "{"):
            depth += 1
        elif what in (")", "]", "}"):
            depth -= 1
            if depth < 0:
                return start, token.start()
            if depth == 0 and what == "}" and not GOES_ON.match(text, at):
                return start, at
        elif depth == 0 and (what == ";" or what == "," and text[at] == "\n"):
            return start, at
    raise LookupError(f"no statement behind: {text[place:place + 60]}")


def sources(root: pathlib.Path) -> dict[pathlib.Path, str]:
    """The texts of the files that have marks."""
    texts = {path: path.read_text() for folder in FOLDERS for path in (root / folder).rglob("*")
             if path.suffix in SUFFIXES}
    return {path: text for path, text in texts.items() if MARK.search(text)}


def marks(texts: dict[pathlib.Path, str]) -> list[str]:
    """The names of all marks, as often as they stand in the sources."""
    return [name for text in texts.values() for line in MARK.findall(text) for name in line.split()]


def seed(texts: dict[pathlib.Path, str], edit: Edit) -> None:
    """Seeds one edit into the sources. Raises LookupError where the mark does not fit."""
    for path, text in texts.items():
        for line in MARK.finditer(text):
            if edit.mark in line.group(1).split():
                texts[path] = edit.apply(text, line.end())
                return
    raise LookupError(f"there is no mark {edit.mark}")
