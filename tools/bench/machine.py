"""What a reader of figures must know of where they come from."""

import datetime
import os
import pathlib
import platform
import re

from build import Builder, version_of


def cpu() -> str:
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    names = re.findall(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return names[0].strip() if names else platform.machine()


def cores() -> int:
    return len(os.sched_getaffinity(0))


def compilers_of(program: pathlib.Path) -> str:
    """What compiled it and its libraries, as the compilers noted in it."""
    text = version_of("readelf", "-p", ".comment", str(program))
    found = re.findall(r"\]\s+(\S.*)$", text, re.MULTILINE)
    names = dict.fromkeys(name for name in found if not name.startswith("Linker"))
    return ", ".join(names) or "not told"


def first_line(*argv: str) -> str:
    return version_of(*argv).partition("\n")[0]


def about(builder: Builder, nacre: list[pathlib.Path]) -> list[tuple[str, str]]:
    """Titles and texts."""
    now = datetime.datetime.now(datetime.UTC)
    of_peers = (
        first_line(builder.cxx, "--version"),
        first_line("rustc", "--version"),
        first_line("go", "version"),
    )
    return [
        ("date", now.strftime("%Y-%m-%d %H:%M UTC")),
        ("processor", f"{cpu()}, {cores()} cores"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        *((f"compilers of {path.name}", compilers_of(path)) for path in nacre[:1]),
        ("compilers of the peers", ", ".join(filter(None, of_peers))),
        ("load when it began", f"{os.getloadavg()[0]:.2f}"),
    ]
