"""Ctrl-C stops every call that may take long, and other threads run meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import attain as at

# Loaded before a call begins: an interrupt would stop the import.
from attain import stats

pytestmark = pytest.mark.usefixtures("interruptible")

LIMIT = 0.2
"""Seconds that an interrupt may wait."""

UNITS, YEARS = 2_000, range(2015, 2025)
MONTHS = [f"{year}-{month:02}" for year in YEARS for month in range(1, 13)]
WITHIN = "{every: month, within: ['2015-01-01', '2025-01-01']}"
PLAN = """
attain: 1
plan: interrupts
measures:
  cases: {recorded_at: station, every: month, due: 10}
  cleared: {recorded_at: station, every: month, due: 10}
indicators:
  share: {proportion: {numerator: cleared, denominator: cases}}
  known: {count: cases, better: lower}
targets:
  t: {indicator: share, goal: {at_least: 75}, window: %s, units: {level: station}}
  r: {indicator: share, goal: {at_least: 75}, window: %s, units: {level: region}}
  n: {indicator: known, goal: {at_most: 30}, window: %s, units: {level: station}}
units:
  levels: [region, station]
  list: [%s]
"""


@cache
def plan_text() -> str:
    regions = [f"{{id: r{region}, level: region}}" for region in range(20)]
    stations = [f"{{id: s{unit}, level: station, parent: r{unit % 20}}}" for unit in range(UNITS)]
    return PLAN % (WITHIN, WITHIN, WITHIN, ", ".join(regions + stations))


@cache
def plan() -> at.Plan:
    return at.Plan.parse(plan_text())


@cache
def outcomes() -> pa.Table:
    random = np.random.default_rng(1)
    cases = random.poisson(20, (UNITS, len(MONTHS)))
    units = np.repeat([f"s{unit}" for unit in range(UNITS)], len(MONTHS))
    parts = [
        pa.table(
            {
                "unit": units,
                "period": np.tile(MONTHS, UNITS),
                "measure": pa.array([measure] * cases.size),
                "value": values.ravel().astype(float),
            }
        )
        # Some reports are missing.
        .filter(pa.array(random.random(cases.size) < 0.95))
        for measure, values in [("cases", cases), ("cleared", random.binomial(cases, 0.75))]
    ]
    return pa.concat_tables(parts)


@cache
def tally() -> at.Tally:
    return at.tally(plan(), outcomes())


@cache
def report() -> at.Report:
    return at.assess(plan(), tally(), as_of="2024-12-31")


@cache
def standing() -> tuple[np.ndarray, np.ndarray]:
    """Estimates and standard errors of many units that differ little."""
    random = np.random.default_rng(2)
    errors = 0.05 * 10 ** random.random(20_000)
    return random.normal(0, 0.1, errors.size) + random.normal(0, errors), errors


def composite_parts() -> list[np.ndarray]:
    return list(np.random.default_rng(3).random((4, 20_000)))


def series() -> tuple[np.ndarray, np.ndarray]:
    """Values of many series, and the series of each value."""
    number = 20_000
    values = np.random.default_rng(4).normal(size=(number, 100))
    return values.ravel(), np.repeat(np.arange(number), 100)


@dataclass(frozen=True)
class Call:
    """A call that takes long, and what has to exist before it."""

    name: str
    call: Callable[[Path], object]
    prepare: Callable[[Path], object] = lambda _: report()


def write_csv(folder: Path) -> None:
    pyarrow.csv.write_csv(outcomes(), folder / "outcomes.csv")


def write_parquet(folder: Path) -> None:
    pyarrow.parquet.write_table(outcomes(), folder / "outcomes.parquet")


def write_plan(folder: Path) -> None:
    (folder / "plan.yaml").write_text(long_plan())


@cache
def long_plan() -> str:
    units = [f"{{id: s{unit}, level: station}}" for unit in range(20_000)]
    levels = "  levels: [region, station]\n"
    return (
        plan_text().split(levels)[0]
        + levels
        + f"  list: [{{id: r, level: region}}, {', '.join(units)}]\n"
    )


CALLS = [
    Call("Plan.load", lambda folder: at.Plan.load(folder / "plan.yaml"), write_plan),
    Call("Plan.parse", lambda _: at.Plan.parse(long_plan()), lambda _: long_plan()),
    Call("tally", lambda _: at.tally(plan(), outcomes())),
    Call("Tally.add", lambda _: at.tally(plan(), outcomes()[:0]).add(outcomes())),
    Call("tally of CSV", lambda folder: at.tally(plan(), folder / "outcomes.csv"), write_csv),
    Call(
        "tally of Parquet",
        lambda folder: at.tally(plan(), folder / "outcomes.parquet"),
        write_parquet,
    ),
    # Each figure of the two is refused.
    Call("Tally + Tally", lambda _: tally() + tally(), lambda _: tally()),
    Call("Tally.merge", lambda _: tally().merge(tally()), lambda _: tally()),
    Call("assess", lambda _: at.assess(plan(), tally(), as_of="2024-12-31", threads=1)),
    Call(
        "AssessmentBatches.__next__",
        lambda _: list(at.assess_batches(plan(), tally(), as_of="2024-12-31", threads=1)),
    ),
    Call(
        "AssessmentBatches.to_parquet",
        lambda folder: at.assess_batches(plan(), tally(), as_of="2024-12-31").to_parquet(
            folder / "rows.parquet"
        ),
    ),
    Call("Report.ranking", lambda _: report().ranking("t")),
    Call("Report.pooled", lambda _: report().pooled("t")),
    Call("Report.evidence", lambda _: report().evidence("t")),
    Call("Report.history", lambda _: report().history("t")),
    Call("Report.budget", lambda _: report().budget("t")),
    Call("Report.sensitivity", lambda _: report().sensitivity("t")),
    Call("Report.contributions", lambda _: report().contributions("r")),
    Call("Report.decomposition", lambda _: report().decomposition("r")),
    Call("Report.signals", lambda _: report().signals("t")),
    Call("Report.timeliness", lambda _: report().timeliness()),
    Call("Report.reconcile", lambda _: report().reconcile()),
    Call("Report.text", lambda _: report().text()),
    Call("Report.to_html", lambda _: report().to_html()),
    Call("Report.to_page", lambda _: report().to_page(details="all")),
    Call("Report.to_csv", lambda folder: report().to_csv(folder / "rows.csv")),
    Call("Report.to_parquet", lambda folder: report().to_parquet(folder / "rows.parquet")),
    Call("Report.rows", lambda _: report().rows),
    Call("Table.to_dicts", lambda _: report().assessments.to_dicts()),
    Call("rank_intervals", lambda _: stats.rank_intervals(*standing()), lambda _: standing()),
    Call(
        "tau_best",
        lambda _: stats.tau_best(*standing(), tau=10, draws=9_000),
        lambda _: standing(),
    ),
    Call(
        "rank_sensitivity",
        lambda _: stats.rank_sensitivity(composite_parts()),
        lambda _: composite_parts(),
    ),
    Call(
        "proportion",
        lambda _: stats.proportion(np.arange(300_000) % 100, 200, method="exact"),
        lambda _: None,
    ),
    Call(
        "mann_kendall",
        lambda _: stats.mann_kendall(series()[0], by=series()[1]),
        lambda _: series(),
    ),
]


def seconds(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Seconds between two moments, by the clock or by the processor, whichever is less."""
    # Other processes may take the processor away.
    return min(later - earlier for earlier, later in zip(start, end, strict=True))


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


ATTEMPTS = 3
"""A busy machine only adds to the time: the shortest of several attempts is that of the call."""


def interrupted(call: Callable[[Path], object], folder: Path) -> tuple[float, float]:
    """Interrupts a call: seconds until that could happen, and until the call stopped."""
    sent: list[tuple[float, float]] = []

    def interrupt() -> None:
        sent.append(now())
        os.kill(os.getpid(), signal.SIGINT)

    # The call has begun by then, and is not done yet.
    delay = 0.01
    timer = threading.Timer(delay, interrupt)
    is_done = False
    start = now()
    try:
        # On a busy machine the time may be over before the call begins.
        timer.start()
        call(folder)
        is_done = True
        timer.join()
    except KeyboardInterrupt:
        end = now()
    assert not is_done, "the call is too short for this test"
    return seconds(start, sent[0]) - delay, seconds(sent[0], end)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_an_interrupt_stops_a_call_soon(call: Call, tmp_path: Path) -> None:
    call.prepare(tmp_path)
    waited = stopped = float("inf")
    for _ in range(ATTEMPTS):
        times = interrupted(call.call, tmp_path)
        waited, stopped = min(waited, times[0]), min(stopped, times[1])
        if waited < LIMIT and stopped < LIMIT:
            break
    assert waited < LIMIT, "other threads waited for the call"
    assert stopped < LIMIT
