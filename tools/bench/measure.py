"""Runs the programs in rounds, and gathers their rows."""

import collections
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from peers import Program

Row: TypeAlias = dict[str, Any]
LIMIT = 900  # seconds for one run of one mode


@dataclasses.dataclass
class Measured:
    rows: list[Row] = dataclasses.field(default_factory=list)
    failures: dict[str, str] = dataclasses.field(default_factory=dict)  # by program and mode


def in_order(programs: Sequence[Program], turn: int) -> list[Program]:
    """Rotated, so that nobody always comes first, or after the same one."""
    order = collections.deque(programs)
    order.rotate(-turn)
    return list(order)


def rows_of(argv: list[str], preload: pathlib.Path | None) -> list[Row]:
    """Raises OSError, ValueError or subprocess.SubprocessError where it does not give rows."""
    env = {**os.environ, "LC_ALL": "C", **({"LD_PRELOAD": str(preload)} if preload else {})}
    done = subprocess.run(
        argv,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    if done.returncode != 0:
        raise ValueError(f"exit {done.returncode}: {done.stderr.strip()[-2000:]}")
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
    if not rows:
        raise ValueError("it prints nothing")
    return rows


Runs: TypeAlias = Iterator[tuple[int, str, Program]]


def runs(programs: Sequence[Program], modes: Sequence[str], rounds: int) -> Runs:
    """Every program once per round and mode; the heap in the first alone: it does not vary."""
    for turn in range(rounds):
        for mode in modes:
            for program in in_order(programs, turn):
                if mode in program.commands and (mode != "mem" or turn == 0):
                    yield turn + 1, mode, program


def measure(todo: Runs, heap_counter: pathlib.Path) -> Measured:
    measured = Measured()
    for turn, mode, program in todo:
        what = f"{program.title} {mode}"
        if what in measured.failures:
            continue
        note(f"round {turn}: {what}")
        preload = heap_counter if mode == "mem" and program.preloads else None
        try:
            rows = rows_of(program.commands[mode], preload)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            measured.failures[what] = str(error)
            note(f"FAILED: {what}: {error}")
            continue
        measured.rows += [row | {"round": turn} for row in rows]
    return measured


def note(text: str) -> None:
    """For whoever waits; standard output is for results."""
    print(text, file=sys.stderr, flush=True)
