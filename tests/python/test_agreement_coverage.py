"""Intervals hold the truth as often as the documentation says they do."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_page", DOCS / "pictures/coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["shares", "samples", "counts", "means", "two groups", "rate ratios"]
)
def test_the_page_has_the_coverage_that_was_computed(coverage: ModuleType, name: str) -> None:
    page = coverage.PAGE.read_text(encoding="utf-8")
    start, end = coverage.between(page, name)
    assert page[start:end] == coverage.TABLES[name](), "run `python docs/pictures/coverage.py`"


def test_no_table_of_the_page_is_left_out(coverage: ModuleType) -> None:
    page = coverage.PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- table: ") == len(coverage.TABLES)


@pytest.mark.parametrize("n", [1, 2, 7, 33, 90])
def test_exact_limits_never_fall_short(coverage: ModuleType, n: int) -> None:
    truths = np.linspace(0.0005, 0.9995, 2_000)
    assert coverage.share_coverage("exact", n, truths).min() >= 0.95
    expected = np.geomspace(0.01, n, 2_000)
    assert coverage.count_coverage({"method": "exact"}, expected).min() >= 0.95
    assert coverage.rate_ratio_coverage("exact_conditional", [n / 4, n]).min() >= 0.95


@pytest.mark.parametrize(
    ("n", "population"), [(1, 2), (10, 11), (80, 100), (3, 300), (460, 579), (200, 1_000)]
)
def test_exact_limits_of_a_sample_never_fall_short(
    coverage: ModuleType, n: int, population: int
) -> None:
    assert coverage.sampled_coverage("exact", n, population).min() >= 0.95 - 1e-9


@pytest.mark.parametrize("n", [5, 20, 100])
@pytest.mark.parametrize("method", ["wilson", "jeffreys"])
def test_the_advised_limits_are_right_on_average(coverage: ModuleType, method: str, n: int) -> None:
    truths = np.linspace(0.01, 0.99, 2_000)
    assert 0.945 < coverage.share_coverage(method, n, truths).mean() < 0.965
    assert coverage.share_coverage("wald", n, truths).mean() < 0.935


def test_coverage_summed_is_coverage_drawn(coverage: ModuleType) -> None:
    import attain as at

    random = np.random.default_rng(50)
    for truth in (0.03, 0.4):
        drawn = random.binomial(30, truth, 40_000)
        lower, upper = coverage.limits(at.stats.proportion(drawn, 30))
        held = ((lower <= truth) & (truth <= upper)).mean()
        # Four standard errors of 40,000 draws.
        assert coverage.share_coverage("wilson", 30, np.array([truth]))[0] == pytest.approx(
            held, abs=0.0045
        )
