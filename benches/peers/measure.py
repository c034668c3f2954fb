"""Times jobs side by side, in one process and in turns, and prints what came out.

CPU time is that of all threads of the process; memory is how far the process grew beyond what it
held when the job began. What counts is the ratio within one table: machines differ, and are busy.
"""

from __future__ import annotations

import gc
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Job = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """The medians of one job: seconds of all threads, seconds on the clock, and bytes."""

    name: str
    cpu: float
    wall: float
    peak: int


def measure(name: str, job: Job, repeat: int = 5) -> Timing:
    """Runs a job once to warm up and then so many times."""
    return _timings({name: job}, repeat)[0]


def report(title: str, jobs: dict[str, Job], items: int, repeat: int = 5) -> list[Timing]:
    """Runs jobs in turns and prints a table; the first job is what the others are compared with."""
    timings = _timings(jobs, repeat)
    print(table(title, timings, items))
    return timings


def table(title: str, timings: list[Timing], items: int) -> str:
    """The timings as a Markdown table, per item and as ratios to the first."""
    first = timings[0]
    lines = [
        f"### {title}",
        "",
        "| | CPU, ns per row | wall, s | CPU ratio | wall ratio | memory, MB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for one in timings:
        per_item, peak = one.cpu / items * 1e9, one.peak / 1e6
        ratios = f"{one.cpu / first.cpu:.1f} | {one.wall / first.wall:.1f}"
        lines.append(f"| {one.name} | {per_item:.2f} | {one.wall:.3f} | {ratios} | {peak:.0f} |")
    return "\n".join([*lines, ""])


def machine(*packages: str) -> str:
    """The processor, its cores, and the versions of what is compared, as a line of text."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return f"{processor}, Python {platform.python_version()}; {', '.join(found)}"


def _timings(jobs: dict[str, Job], repeat: int) -> list[Timing]:
    runs: dict[str, list[tuple[float, float, int]]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(repeat):
        for name, job in jobs.items():
            runs[name].append(_run(job))
    return [
        Timing(name, *(statistics.median(column) for column in zip(*results, strict=True)))
        for name, results in runs.items()
    ]


def _run(job: Job) -> tuple[float, float, int]:
    gc.collect()
    before = _forget_peak()
    cpu, wall = time.process_time(), time.perf_counter()
    result = job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = _status("VmHWM") - before
    del result
    return cpu, wall, max(0, peak)


def _forget_peak() -> int:
    """Lets the kernel begin anew with the process's highest memory; gives the present one."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0
