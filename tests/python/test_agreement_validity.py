"""Chances are met, and limits of projections hold, as often as the documentation says."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from scipy import stats

DOCS = Path(__file__).parents[2] / "docs"
# Of 4,000 on the page.
PROGRAMMES = 400


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS / "pictures"))
        return importlib.import_module("calibration")


@pytest.fixture(scope="module")
def validity() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS / "pictures"))
        return importlib.import_module("validity")


def cells(validity: ModuleType, name: str) -> dict[str, list[str]]:
    """A table of the page, by the names of its rows."""
    page = validity.PAGE.read_text(encoding="utf-8")
    start, end = validity.between(page, name)
    lines = [line.strip("| ").split(" | ") for line in page[start:end].splitlines()[2:]]
    return {line[0]: line[1:] for line in lines}


def test_each_table_of_the_page_is_written_by_the_script(validity: ModuleType) -> None:
    page = validity.PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- table: ") == len(validity.TABLES)
    for name in validity.TABLES:
        assert cells(validity, name)


def test_the_page_has_a_row_for_each_kind(calibration: ModuleType, validity: ModuleType) -> None:
    for name in ("chances", "chance errors", "projections"):
        assert list(cells(validity, name)) == calibration.KINDS


# Three standard deviations of a simulation of 400 programmes. A programme has nine forecasts, which
# depend on each other.
NEAR = {"calibration_error": 0.025, "brier": 0.025, "held": 3.0}


@pytest.mark.parametrize("units", [12, 30])
def test_rows_of_years_are_seldom_clear_at_the_goal(validity: ModuleType, units: int) -> None:
    """Three standard deviations of 600 rows above 2.5 % are 4.4 %."""
    random = np.random.default_rng(units)
    reports = 600 // units
    known, alone = np.zeros(2), np.zeros(2)
    for _ in range(reports):
        counts = validity.dispersed(random, np.full((units, 8), 100.0), 10)
        known += validity.by_earlier_years(counts, 7)
        alone += validity.by_earlier_years(counts, 0)
    assert (100 * known / (units * reports) <= 4.4).all()
    assert (100 * alone / (units * reports) > 18).all()


def test_errors_and_coverage_of_the_page_are_found_again_with_fewer_programmes(
    calibration: ModuleType, validity: ModuleType
) -> None:
    errors, held = cells(validity, "chance errors"), cells(validity, "projections")
    for kind in calibration.KINDS:
        found = calibration.scores(kind, PROGRAMMES)
        stated = [float(cell) for cell in errors[kind]]
        for place, error in enumerate(("calibration_error", "brier")):
            again = [getattr(found, error)[name] for name in calibration.METHODS]
            assert again == pytest.approx(stated[3 * place : 3 * place + 3], abs=NEAR[error]), kind
        assert np.mean(found.held) == pytest.approx(float(held[kind][0]), abs=NEAR["held"]), kind


def test_chances_are_nearer_to_the_truth_than_simpler_forecasts(calibration: ModuleType) -> None:
    for kind in calibration.KINDS:
        found = calibration.scores(kind, PROGRAMMES)
        for errors in (found.calibration_error, found.brier):
            assert errors["attain"] < min(errors["plug-in"], errors["pace"]), kind
        assert np.mean(found.held) > found.held_by_plug_in, kind


@pytest.mark.parametrize("kind", ["reports 20 to 40 days late", "events recorded late"])
def test_late_reports_leave_chances_and_limits_as_true_as_stated(
    calibration: ModuleType, validity: ModuleType, kind: str
) -> None:
    assert float(cells(validity, "chance errors")[kind][0]) <= 0.03
    assert 93 <= float(cells(validity, "projections")[kind][0]) <= 97
    found = calibration.scores(kind, PROGRAMMES)
    assert found.calibration_error["attain"] <= 0.03 + NEAR["calibration_error"]
    assert 93 - 1 <= np.mean(found.held) <= 97 + 1


def test_shares_whose_events_are_recorded_late_are_as_true_as_stated(
    calibration: ModuleType, validity: ModuleType
) -> None:
    page = cells(validity, "late shares")
    for kind in calibration.CLEARANCES:
        error, held, wrong, as_complete, *_ = page[kind]
        assert float(error) <= 0.03, kind
        assert 93 <= float(held) <= 97, kind
        wrong, clear = (int(number.replace(",", "")) for number in wrong.split(" of "))
        assert wrong <= 0.025 * clear, kind
        if "late" in kind:
            assert float(as_complete) > 10 * float(error), kind
    error, held, clear, wrong = calibration.share_scores(
        "clearances 20 to 40 days late", 200, is_told=True
    )
    assert error <= 0.06
    assert held >= 93
    assert wrong <= 2 < clear


def test_chances_are_as_true_as_they_have_to_be(validity: ModuleType) -> None:
    """Calibration errors and Brier's scores that forecasts of these programmes may have."""
    errors = cells(validity, "chance errors")
    most = {
        "constant rate": (0.02, 0.092),
        "2 expected": (0.02, 0.122),
        "reports 20 to 40 days late": (0.03, 0.1),
        "events recorded late": (0.03, 0.1),
    }
    for kind, (calibration_error, brier) in most.items():
        assert float(errors[kind][0]) <= calibration_error, kind
        assert float(errors[kind][3]) <= brier, kind


def test_a_prior_that_is_told_makes_chances_of_few_events_true(
    calibration: ModuleType, validity: ModuleType
) -> None:
    errors = cells(validity, "chance errors")
    assert float(errors["2 expected, told"][3]) <= 0.122
    found = calibration.scores("2 expected, told", PROGRAMMES)
    # Without what earlier years say.
    untold = calibration.scores("2 expected", PROGRAMMES)
    for error in ("calibration_error", "brier"):
        assert getattr(found, error)["attain"] < getattr(untold, error)["jeffreys"]


def prior_of_last_year(found: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Shape and exposure of a gamma distribution: what last year's counts say of a rate.

    Rates of programmes have a gamma distribution by the moments of last year's counts. A
    programme's own count changes it, and a year's change adds its variance: twice that between
    programmes (DerSimonian & Laird 1986) and the square of their mean change.
    """
    units = found.unique("unit")
    before, last = units["before_last"].to_numpy() + 0.5, units["last"].to_numpy() + 0.5
    weight, change = 1 / (1 / before + 1 / last), np.log(last / before)
    mean_change = np.average(change, weights=weight)
    excess = (weight * (change - mean_change) ** 2).sum() - (len(units) - 1)
    between = max(0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    shared = max(0, mean_change**2 - 1 / weight.sum())
    counts = units["last"].to_numpy()
    mean, error = counts.mean(), counts.mean() * np.sqrt((2 + 1 / counts.mean()) / (len(units) - 1))
    size = mean**2 / (max(0, counts.var(ddof=1) - mean) + error)
    seen = size + found["last"].to_numpy()
    shape = 1 / (1 / seen + 2 * (between + shared))
    return shape, shape * (size / mean + 1) / seen


@pytest.mark.parametrize("prior", ["history", "jeffreys"])
@pytest.mark.parametrize("kind", ["constant rate", "rate changes between years"])
def test_chances_of_independent_events_are_those_of_a_negative_binomial_law(
    calibration: ModuleType, kind: str, prior: str
) -> None:
    """The dispersion is told: events are independent."""
    told = {"outlook": {"prior": prior}, "certainty": {"dispersion": 1}}
    found = calibration.forecasts(kind, PROGRAMMES, told)
    elapsed = calibration.passed_of(found) / 365
    shape, exposure = prior_of_last_year(found) if prior == "history" else (0.5, 0.0)
    law = stats.nbinom(found["numerator"].to_numpy() + shape, (exposure + elapsed) / (exposure + 1))
    chance = law.cdf(calibration.left_of(found))
    assert found["chance"].to_numpy() == pytest.approx(chance, abs=1e-7)


def test_the_calibration_error_is_the_mean_distance_over_ten_bands(calibration: ModuleType) -> None:
    said = np.array([0.0, 0.05, 0.55, 0.55, 1.0])
    met = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    by_hand = (abs(0.025 - 0.5) * 2 + abs(0.55 - 0.5) * 2 + 0) / 5
    assert calibration.calibration_error(said, met) == pytest.approx(by_hand)
