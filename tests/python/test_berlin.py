"""The numbers of the guide on Berlin's burglaries, counted again by numpy and scipy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from dense_pool import dense
from scipy import special
from scipy import stats as ss

import attain as at

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guides" / "berlin.md"
FOLDER = ROOT / "examples" / "berlin"
TARGET = "burglary-down-district"
YEARS = np.arange(2012, 2020)
JUDGED = range(2014, 2020)

Numbers: TypeAlias = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def counts() -> Numbers:
    """Burglaries by district and year."""
    table = np.zeros((12, len(YEARS)))
    for line in (FOLDER / "outcomes.csv").read_text("utf-8").splitlines()[1:]:
        area, year, measure, value = line.split(",")
        if measure == "burglary":
            table[int(area[:2]) - 1, int(year) - YEARS[0]] += float(value)
    return table


@pytest.fixture(scope="module")
def varying() -> at.Report:
    return report({"from": [str(year) for year in range(2012, 2019)]})


@pytest.fixture(scope="module")
def independent() -> at.Report:
    return report({"dispersion": 1})


def report(certainty: dict[str, object]) -> at.Report:
    plan = re.sub(
        r"^plan: berlin$", f"plan: berlin\ncertainty: {certainty}", plan_text(), flags=re.M
    )
    read = at.Plan.parse(plan)
    return at.assess(read, at.tally(read, FOLDER / "outcomes.csv"), as_of="2019-12-31")


def plan_text() -> str:
    return at.Plan.load(FOLDER / "plan.yaml").to_yaml()


def column(found: at.Report, name: str) -> npt.NDArray[np.generic]:
    """A column of the target, as districts × judged years."""
    rows = pl.DataFrame(found).filter(target=TARGET).with_columns(pl.col("unit").cast(pl.String))
    rows = rows.filter(pl.col("window_start").dt.year() >= JUDGED[0])
    return rows.sort("unit", "window_start")[name].to_numpy().reshape(12, len(JUDGED))


def dispersions(counts: Numbers, year: int) -> tuple[Numbers, Numbers]:
    """From the changes between the years before: χ² of each district beside the others."""
    before = counts[:, : year - YEARS[0]]
    chi = np.zeros(12)
    pairs = before.shape[1] - 1
    for first in range(pairs):
        pair = before[:, first : first + 2]
        for district, one in enumerate(pair):
            table = np.vstack([one, pair.sum(axis=0) - one])
            chi[district] += ss.chi2_contingency(table, correction=False).statistic
    mean_of_others = (chi.sum() - chi) / (11 * pairs)
    weight = min(20, 11 * pairs)
    known = np.full(12, float(pairs + weight))
    return np.maximum(1, (chi + weight * mean_of_others) / known), known


def clear(
    now: Numbers, before: Numbers, spreads: tuple[Numbers, Numbers], level: Numbers
) -> npt.NDArray[np.bool_]:
    """Whether the ratio of two counts is clearly above or below 0.95, by the exact binomial test.

    Counts are divided by the dispersions of their years. Given their sum, the first is binomial
    with the share that it has at the goal. A met goal is clear if a count so small is rare at the
    goal, a missed one if a count so large is.
    """
    by_now, by_then = spreads
    x, y = now / by_now, before / by_then
    odds = 0.95 * by_then / by_now
    at_most = special.betainc(y, x + 1, 1 / (1 + odds))
    at_least = special.betainc(x, y + 1, odds / (1 + odds))
    return np.where(now <= 0.95 * before, at_most, at_least) <= level


def test_dispersions_are_those_of_the_changes_before(counts: Numbers, varying: at.Report) -> None:
    found = column(varying, "dispersion")
    for place, year in enumerate(JUDGED):
        expected, _ = dispersions(counts, year)
        assert found[:, place] == pytest.approx(expected, rel=1e-9)
    assert (round(found.min(), 1), round(found.max(), 1)) == (7.5, 13.4)


def test_of_42_clear_verdicts_6_stay(
    counts: Numbers, varying: at.Report, independent: at.Report
) -> None:
    stay = np.zeros((12, len(JUDGED)), bool)
    alone = np.zeros_like(stay)
    for place, year in enumerate(JUDGED):
        now, before = counts[:, year - YEARS[0]], counts[:, year - YEARS[0] - 1]
        one = np.ones(12)
        of_now, known = dispersions(counts, year)
        of_then = one
        if year - 1 in JUDGED:
            of_then, fewer = dispersions(counts, year - 1)
            known = np.minimum(known, fewer)
        # The level at which the normal deviate is that of Student's t.
        level = ss.norm.sf(ss.t.ppf(0.975, known))
        stay[:, place] = clear(now, before, (of_now, of_then), level)
        alone[:, place] = clear(now, before, (one, one), np.full(12, 0.025))
    assert (alone == (column(independent, "certainty") == "clear")).all()
    assert (stay == (column(varying, "certainty") == "clear")).all()
    assert (alone.sum(), stay.sum(), (stay & ~alone).sum()) == (42, 6, 0)


def test_verdicts_of_the_year_after(counts: Numbers, independent: at.Report) -> None:
    met = counts[:, 2:] <= 0.95 * counts[:, 1:-1]
    is_clear = column(independent, "certainty") == "clear"
    after = met[:, 1:]
    praised, inspected = is_clear & met, is_clear & ~met
    assert (praised.sum(), inspected.sum()) == (21, 21)
    assert (praised[:, :-1].sum(), (praised[:, :-1] & after).sum()) == (19, 9)
    assert (inspected[:, :-1].sum(), (inspected[:, :-1] & after).sum()) == (16, 14)
    assert (after.sum(), after.size) == (38, 60)


def test_changes_differ_from_those_of_the_others(counts: Numbers) -> None:
    """By the z test of two shares, with and without the dispersion of the years before."""
    differ = np.zeros(2, int)
    for year in JUDGED:
        now, before = counts[:, year - YEARS[0]], counts[:, year - YEARS[0] - 1]
        for place, dispersion in enumerate((np.ones(12), dispersions(counts, year)[0])):
            x, n = now / dispersion, (now + before) / dispersion
            y, m = (
                (now.sum() - now) / dispersion,
                ((now + before).sum() - now - before) / dispersion,
            )
            share = (x + y) / (n + m)
            z = (x / n - y / m) / np.sqrt(share * (1 - share) * (1 / n + 1 / m))
            differ[place] += (2 * ss.norm.sf(np.abs(z)) < 0.05).sum()
    assert differ.tolist() == [37, 5]


def test_leads_do_not_last(counts: Numbers) -> None:
    others = counts.sum(axis=0) - counts
    change = np.diff(np.log(counts), axis=1) - np.diff(np.log(others), axis=1)
    leads = change[:, 1:]
    assert np.corrcoef(leads[:, :-1].ravel(), leads[:, 1:].ravel())[0, 1] == pytest.approx(
        -0.25, abs=0.005
    )


@pytest.mark.parametrize("year", JUDGED)
def test_lists_rest_on_a_dense_computation(counts: Numbers, varying: at.Report, year: int) -> None:
    now, before = counts[:, year - YEARS[0]], counts[:, year - YEARS[0] - 1]
    dispersion, _ = dispersions(counts, year)
    goal = 0.95 * before
    expected = dense("rate", list(now / dispersion), list(goal / dispersion), goal=(1e-12, 1.0))[
        "p_meets"
    ]
    found = pl.DataFrame(varying.pooled(TARGET, window=str(year)))
    assert found["unit"].cast(pl.String).to_list() == [f"{place:02}" for place in range(1, 13)]
    assert found["p_meets"].to_numpy() == pytest.approx(expected, abs=5e-3)
    wrong = np.minimum(expected, 1 - expected)
    rising = np.sort(wrong)
    length = int((rising.cumsum() <= 0.05 * np.arange(1, 13)).sum())
    listed = found["in_list"].to_numpy()
    assert listed.sum() == length
    assert set(np.flatnonzero(listed)) == set(np.argsort(wrong)[:length])


def test_the_page_states_these_numbers() -> None:
    text = PAGE.read_text("utf-8")
    for sentence in (
        "42 of 72 verdicts are clear",
        "earlier years show, 6 are",
        "36 of the 42 clear verdicts are within chance",
        "praises 21 districts in six years for a clear success, and inspects 21",
        "Of 19 districts with a clear success, 9 met the goal again",
        "38 of 60 met it",
        "Of 16 districts with a clear failure, 14 met the goal the year after",
    ):
        assert sentence in text, sentence
