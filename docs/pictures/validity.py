"""How often statements about uncertainty are wrong: writes the tables of docs/validity.md.

    python docs/pictures/validity.py

Outcomes are drawn from known truths with a fixed seed, and the library judges them like any others.
Needs attain, numpy and polars.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from coverage import between, table

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]

PAGE = Path(__file__).parents[1] / "validity.md"
YEARS = 20_000
FIELDS, UNITS = 10, 579


def dispersed(random: np.random.Generator, mean: Numbers | float, dispersion: float) -> Numbers:
    """Counts of a variance of `dispersion` times their mean."""
    means = np.broadcast_to(mean, (YEARS,))
    if dispersion > 1:
        means = random.gamma(means / (dispersion - 1), dispersion - 1)
    return random.poisson(means).astype(float)


def clustered(random: np.random.Generator, of: int, share: float, correlation: float) -> Numbers:
    """Shares of cases that resemble each other: beta-binomial counts."""
    if correlation == 0:
        return random.binomial(of, share, YEARS).astype(float)
    size = 1 / correlation - 1
    shares = random.beta(share * size, (1 - share) * size, YEARS)
    return random.binomial(of, shares).astype(float)


def certainties(frame: pl.DataFrame, **choices: object) -> list[str]:
    """The shares of rows that are met and clear, and missed and clear."""
    judged = at.judge(frame, unit="unit", period="year", **choices)
    rows = pl.DataFrame(judged).filter(pl.col("level") == "unit")
    assert len(rows) == YEARS
    clear = rows.filter(certainty="clear")
    return [
        f"{100 * clear.filter(verdict=verdict).height / YEARS:.1f}" for verdict in ("met", "missed")
    ]


def false_certainty() -> str:
    """Rows that are clear although the truth lies on the goal."""
    random = np.random.default_rng(301)
    units = pl.DataFrame({"unit": [f"u{unit}" for unit in range(YEARS)], "year": 2023})
    rows = []
    for dispersion in (1, 2, 4):
        counts = dispersed(random, 100.0, dispersion)
        name = "independent events" if dispersion == 1 else f"events, dispersion {dispersion}"
        found = certainties(units.with_columns(done=counts), count="done", at_most=100)
        rows.append([f"{name}, 100 expected, at most 100", *found])
    for correlation in (0, 0.01, 0.1):
        counts = clustered(random, 1_000, 0.9, correlation)
        name = "independent cases" if correlation == 0 else f"cases, correlation {correlation}"
        frame = units.with_columns(done=counts, of=1_000.0)
        found = certainties(frame, share=("done", "of"), at_least="90 %")
        rows.append([f"{name}, 90 % of 1,000, at least 90 %", *found])
    return table(["data", "met and clear", "missed and clear"], rows)


def truths(random: np.random.Generator, kind: str, units: int) -> Numbers:
    """True shares of units."""
    if kind == "all at the goal":
        return np.full(units, 0.8)
    if kind == "around the goal, sd 3":
        return np.clip(random.normal(0.8, 0.03, units), 0.5, 0.99)
    if kind == "around the goal, sd 8":
        return np.clip(random.normal(0.8, 0.08, units), 0.4, 0.99)
    if kind == "one in ten bad":
        return np.where(random.random(units) < 0.1, 0.65, 0.82)
    raise ValueError(kind)


KINDS = ["all at the goal", "around the goal, sd 3", "around the goal, sd 8", "one in ten bad"]


def cases(random: np.random.Generator, units: int) -> Numbers:
    """Cases of units, from 20 to 600."""
    return np.floor(np.exp(random.uniform(np.log(20), np.log(600), units)))


def clear_and_wrong(events: Numbers, of: Numbers, is_good: npt.NDArray[np.bool_]) -> Numbers:
    """How many verdicts are clear, and how many of them are wrong."""
    test = pl.DataFrame(at.stats.proportion_test(events, of, 0.8))
    below, above = test["p_below"].to_numpy(), test["p_above"].to_numpy()
    is_met = events >= 0.8 * of
    clear = np.where(is_met, above, below) <= 0.025
    return np.array([clear.sum(), (clear & (is_met != is_good)).sum()])


def reliable_lists() -> str:
    """Verdicts on 579 units: those that are clear one by one, and those of the reliable list."""
    random = np.random.default_rng(401)
    rows = []
    for kind in KINDS:
        alone, listed, errors = np.zeros(2), np.zeros(3), np.zeros(2)
        for _ in range(FIELDS):
            of, true = cases(random, UNITS), truths(random, kind, UNITS)
            events = random.binomial(of.astype(int), true).astype(float)
            is_good = true >= 0.8
            alone += clear_and_wrong(events, of, is_good)
            pooled = pl.DataFrame(at.stats.pooled(events, of, at_least=0.8).units)
            is_met = pooled["p_meets"].to_numpy() >= 0.5
            wrong = is_met != is_good
            kept, p_wrong = pooled["in_list"].to_numpy(), pooled["p_wrong"].to_numpy()
            listed += [kept.sum(), p_wrong[kept].sum(), (kept & wrong).sum()]
            errors += [
                ((events / of - true) ** 2).mean(),
                ((pooled["value"].to_numpy() - true) ** 2).mean(),
            ]
        raw, drawn = np.sqrt(errors / FIELDS)
        rows.append(
            [
                kind,
                *(f"{number / FIELDS:.0f}" for number in alone),
                *(f"{number / FIELDS:.1f}" for number in listed),
                f"{100 * raw:.1f}",
                f"{100 * drawn:.1f}",
            ]
        )
    header = [
        "true shares",
        "clear alone",
        "of these wrong",
        "in the list",
        "wrong, stated",
        "wrong, occurred",
        "error of values",
        "of pooled values",
    ]
    return table(header, rows)


def scorecards() -> str:
    """60 targets × 579 units: the number of wrong verdicts that is stated, and that occurred."""
    random = np.random.default_rng(402)
    rows = []
    for kind in KINDS:
        stated = occurred = alone = 0.0
        for _ in range(60):
            of, true = cases(random, UNITS), truths(random, kind, UNITS)
            events = random.binomial(of.astype(int), true).astype(float)
            is_good = true >= 0.8
            pooled = pl.DataFrame(at.stats.pooled(events, of, at_least=0.8).units)
            stated += pooled["p_wrong"].sum()
            occurred += ((pooled["p_meets"].to_numpy() >= 0.5) != is_good).sum()
            alone += clear_and_wrong(events, of, is_good)[1]
        rows.append([kind, f"{stated:,.0f}", f"{occurred:,.0f}", f"{alone:,.0f}"])
    header = ["true shares", "wrong, stated", "wrong, occurred", "clear alone and wrong"]
    return table(header, rows)


def looks(random: np.random.Generator, share: float, runs: int) -> tuple[Numbers, Numbers]:
    """Events and cases after each of 52 weeks of 20 cases."""
    events = random.binomial(20, share, (runs, 52)).cumsum(axis=1).astype(float)
    return events, np.broadcast_to(20.0 * np.arange(1, 53), events.shape)


def alarms() -> str:
    """Programmes with an alarm in any of 52 weeks: by evidence, and by a test every week."""
    random = np.random.default_rng(501)
    runs = 4_000
    rows = []
    for share in (0.8, 0.78, 0.75, 0.7, 0.6):
        events, of = looks(random, share, runs)
        found = pl.DataFrame(at.stats.share_evidence(events.ravel(), of.ravel(), 0.8))
        evidence = found["evidence"].to_numpy().reshape(events.shape) >= 40
        test = pl.DataFrame(at.stats.proportion_test(events.ravel(), of.ravel(), 0.8))
        weekly = test["p_below"].to_numpy().reshape(events.shape) <= 0.025
        ever, tested = evidence.any(axis=1), weekly.any(axis=1)
        week = np.where(ever, evidence.argmax(axis=1) + 1, 99)
        median = f"{np.median(week):.0f}" if ever.mean() > 0.5 else "–"
        cells = [f"{100 * one.mean():.1f}" for one in (ever, tested)]
        rows.append([f"{100 * share:.0f}", cells[0], median, cells[1]])
    header = ["true share", "alarm by evidence", "median week", "alarm by a test every week"]
    return table(header, rows)


TABLES = {
    "false certainty": false_certainty,
    "reliable lists": reliable_lists,
    "scorecards": scorecards,
    "alarms": alarms,
}


def main() -> None:
    """Write the tables into the page."""
    page = PAGE.read_text()
    for name, make in TABLES.items():
        start, end = between(page, name)
        page = f"{page[:start]}{make()}{page[end:]}"
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
