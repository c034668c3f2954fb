"""Times the same work done in several ways, and prints it as a table.

A figure counts only beside another from the same run: the machine, its other users and the versions
of the libraries change both.
"""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

_PROCESS = Path("/proc/self")


@dataclass(frozen=True)
class Timing(Generic[Answer]):
    """How long a piece of work took, each time it was done."""

    name: str
    answer: Answer
    """What the work gave, the last time."""
    cpu: float
    """Seconds of all threads, user and system: the median."""
    wall: float
    """Seconds on the clock: the median."""
    first: float
    """Seconds on the clock the first time, with whatever is made only once."""
    peak: float | None
    """The largest memory beyond what was in use before, in bytes; `None` if not known."""
    repeat: int
    """How often it was done."""
    scale: float
    """The work is this many times what was done; times were multiplied, memory was not."""


def measure(
    name: str, function: Callable[[], Answer], repeat: int = 5, scale: float = 1
) -> Timing[Answer]:
    """Does the work `repeat` times and takes the median of the times.

    A `scale` above 1 says that `function` does only a part of the work, 1/`scale` of it.
    """
    cpu, wall, peak = [], [], []
    answers: list[Answer] = []
    for _ in range(repeat):
        # What the work gave the last time takes up no memory while it is done again.
        answers.clear()
        gc.collect()
        before = _memory_now()
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        answers.append(function())
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
        most = _memory_peak()
        if before is not None and most is not None:
            peak.append(max(0.0, most - before))
    return Timing(
        name=name,
        answer=answers[0],
        cpu=median(cpu) * scale,
        wall=median(wall) * scale,
        first=wall[0] * scale,
        peak=median(peak) if peak else None,
        repeat=repeat,
        scale=scale,
    )


def table(title: str, rows: Sequence[Timing[object]], items: int | None = None) -> None:
    """Prints timings side by side; the ratios are to the first of them.

    `items` is how many rows or groups the work went through: times are then also given for one.
    """
    ours = rows[0]
    width = max(len(row.name) for row in rows)
    print(f"\n{title}")
    print(
        f"  {'':{width}} {'CPU':>9} {'wall':>9} {'first':>9} {'per item':>9} {'memory':>9}"
        f" {'CPU ×':>8} {'wall ×':>8}  runs"
    )
    for row in rows:
        each = "" if items is None else _seconds(row.cpu / items)
        part = "" if row.scale == 1 else f", of 1/{row.scale:g} of the work, multiplied"
        memory = "" if row.peak is None else f"{row.peak / 1e6:.0f} MB"
        print(
            f"  {row.name:{width}} {_seconds(row.cpu):>9} {_seconds(row.wall):>9}"
            f" {_seconds(row.first):>9} {each:>9} {memory:>9}"
            f" {row.cpu / ours.cpu:>8.4g} {row.wall / ours.wall:>8.4g}  {row.repeat}{part}"
        )


def machine(*packages: str) -> str:
    """The machine, and the versions of Python and of `packages`, in one line."""
    model = platform.processor() or platform.machine()
    if (cpus := Path("/proc/cpuinfo")).exists():
        names = [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    python = f"Python {platform.python_version()}"
    return ", ".join([f"{model}, {os.cpu_count()} cores", platform.system(), python, *versions])


def limit_threads(count: int) -> None:
    """Limits every library to `count` threads; restarts the script if needed: they read it once."""
    libraries = ("OMP", "OPENBLAS", "MKL", "POLARS", "RAYON")
    wanted = {
        f"{library}_{kind}_THREADS": str(count) for library in libraries for kind in ("NUM", "MAX")
    }
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable, *sys.argv])


def _memory_now() -> float | None:
    """What is in use, after forgetting how much it once was. Linux alone tells."""
    try:
        (_PROCESS / "clear_refs").write_text("5")
    except OSError:
        return None
    return _status("VmRSS")


def _memory_peak() -> float | None:
    return _status("VmHWM")


def _status(field: str) -> float | None:
    try:
        lines = (_PROCESS / "status").read_text().splitlines()
    except OSError:
        return None
    found = [line for line in lines if line.startswith(f"{field}:")]
    return float(found[0].split()[1]) * 1024 if found else None


def _seconds(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
