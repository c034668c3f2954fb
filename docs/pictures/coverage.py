"""How often intervals hold the truth: writes the tables of docs/stats/coverage.md and its pictures.

    python docs/pictures/coverage.py

Counts are summed over their distributions, so their figures are exact; only means of values are
drawn at random, from a fixed seed. Needs attain, numpy, scipy and, for pictures, matplotlib.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats as distributions

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]
Held: TypeAlias = Callable[[Any], Numbers]

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "stats" / "coverage.md"

SHARES = ["wilson", "jeffreys", "agresti_coull", "exact", "wald"]
COUNTS: dict[str, dict[str, Any]] = {
    "byar": {},
    "byar, never exact": {"exact_below": 0},
    "mid_p": {"method": "mid_p"},
    "exact": {"method": "exact"},
}


def limits(answer: Any) -> tuple[Numbers, Numbers]:
    """Lower and upper limits; NaN where there is no answer."""
    table = pa.table(answer)
    return table["lower"].to_numpy(), table["upper"].to_numpy()


def share_coverage(method: Any, n: int, truths: Numbers) -> Numbers:
    """How often a share's interval holds each true share: summed over all counts of `n`."""
    x = np.arange(n + 1)
    lower, upper = limits(at.stats.proportion(x, n, method=method))
    held = (lower[:, None] <= truths) & (truths <= upper[:, None])
    return (distributions.binom.pmf(x[:, None], n, truths) * held).sum(axis=0)


def sampled_coverage(method: Any, n: int, population: int) -> Numbers:
    """How often a sample's interval holds the population's share, for every number of events.

    Over all populations that have at least one event and one other.
    """
    x, events = np.arange(n + 1), np.arange(1, population)
    lower, upper = limits(at.stats.proportion(x, n, population, method=method))
    truths = events / population
    held = (lower[:, None] <= truths) & (truths <= upper[:, None])
    chance = distributions.hypergeom.pmf(x[:, None], population, events, n)
    return (chance * held).sum(axis=0)


def count_coverage(choices: dict[str, Any], truths: Numbers) -> Numbers:
    """How often a count's interval holds each expected count."""
    x = likely(truths.max())
    lower, upper = limits(at.stats.count(x, **choices))
    held = (lower[:, None] <= truths) & (truths <= upper[:, None])
    return (distributions.poisson.pmf(x[:, None], truths) * held).sum(axis=0)


def likely(expected: float) -> npt.NDArray[np.int64]:
    """The counts beyond which next to no probability is left."""
    return np.arange(int(expected + 12 * np.sqrt(expected) + 30))


def two_groups_coverage(
    call: Callable[..., Any], sizes: tuple[int, int], value: Callable[[Any, Any], Any]
) -> Numbers:
    """How often an interval that compares two shares holds, over true shares from 2 to 98 %.

    A pair of counts without an answer counts as a miss.
    """
    truths = np.arange(2, 99, 4) / 100
    counts = [np.arange(n + 1) for n in sizes]
    x1, x2 = (grid.ravel() for grid in np.meshgrid(*counts, indexing="ij"))
    lower, upper = limits(call(x1, sizes[0], x2, sizes[1]))
    chance = [
        distributions.binom.pmf(x[:, None], n, truths) for x, n in zip(counts, sizes, strict=True)
    ]
    found = np.empty((len(truths), len(truths)))
    for i, first in enumerate(truths):
        for j, second in enumerate(truths):
            truth = value(first, second)
            held = ((lower <= truth) & (truth <= upper)).reshape(len(counts[0]), -1)
            found[i, j] = chance[0][:, i] @ held @ chance[1][:, j]
    return found


def rate_ratio_coverage(method: Any, expected: Iterable[float]) -> Numbers:
    """How often a ratio of two rates holds, for all pairs of expected counts."""
    expected = list(expected)
    found = np.empty((len(expected), len(expected)))
    for i, first in enumerate(expected):
        for j, second in enumerate(expected):
            counts = [likely(first), likely(second)]
            x1, x2 = (grid.ravel() for grid in np.meshgrid(*counts, indexing="ij"))
            lower, upper = limits(at.stats.rate_ratio(x1, 1, x2, 1, method=method))
            truth = first / second
            held = ((lower <= truth) & (truth <= upper)).reshape(len(counts[0]), -1)
            chance = [
                distributions.poisson.pmf(x, mean)
                for x, mean in zip(counts, (first, second), strict=True)
            ]
            found[i, j] = chance[0] @ held @ chance[1]
    return found


def mean_coverage(draw: Callable[..., Numbers], truth: float, n: int) -> float:
    """How often a mean's interval holds, of 20,000 samples."""
    values = draw(np.random.default_rng(2026), (20_000, n))
    sums, squares = values.sum(axis=1), (values**2).sum(axis=1)
    lower, upper = limits(at.stats.mean(sums, squares, n))
    return float(((lower <= truth) & (truth <= upper)).mean())


# Tables


def percent(share: float) -> str:
    """With one decimal."""
    return f"{100 * share:.1f}"


def both(coverage: Numbers) -> str:
    """The mean, and the lowest in brackets."""
    return f"{percent(coverage.mean())} ({percent(coverage.min())})"


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    """In Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shares() -> str:
    """The page's table of shares."""
    truths = np.arange(1, 100, 0.05) / 100
    return table(
        ["of", *(f"`{method}`" for method in SHARES)],
        (
            [f"{n:,}", *(both(share_coverage(method, n, truths)) for method in SHARES)]
            for n in (5, 10, 20, 50, 100, 1_000)
        ),
    )


def samples() -> str:
    """The page's table of samples of a population."""
    sizes = [(10, 11), (10, 20), (10, 100), (50, 100), (80, 100), (50, 1_000), (460, 579)]
    return table(
        ["of", *(f"`{method}`" for method in SHARES)],
        (
            [
                f"{n:,} of {population:,}",
                *(both(sampled_coverage(method, n, population)) for method in SHARES),
            ]
            for n, population in sizes
        ),
    )


def counts() -> str:
    """The page's table of counts."""
    names = ["`byar`", "`byar`, `exact_below=0`", "`mid_p`", "`exact`"]
    rows = []
    for low, high in [(0.5, 2), (2, 5), (5, 10), (10, 20), (20, 50), (50, 100), (100, 500)]:
        truths = np.geomspace(low, high, 1_001)
        coverages = (both(count_coverage(choices, truths)) for choices in COUNTS.values())
        rows.append([f"{low} to {high}", *coverages])
    return table(["expected", *names], rows)


def means() -> str:
    """The page's table of means."""
    kinds: dict[str, tuple[Callable[..., Numbers], float]] = {
        "normal": (lambda random, size: random.normal(0, 1, size), 0),
        "uniform": (lambda random, size: random.random(size), 0.5),
        "exponential (waiting times)": (lambda random, size: random.exponential(1, size), 1),
        "log-normal, σ = 1 (costs)": (
            lambda random, size: random.lognormal(0, 1, size),
            float(np.exp(0.5)),
        ),
    }
    sizes = (5, 20, 100, 500)
    return table(
        ["values", *(f"n = {n}" for n in sizes)],
        (
            [name, *(percent(mean_coverage(draw, truth, n)) for n in sizes)]
            for name, (draw, truth) in kinds.items()
        ),
    )


def two_groups() -> str:
    """The page's table of two shares compared."""

    def log_normal(*arguments: Any) -> Any:
        return at.stats.proportion_ratio(*arguments, method="log_normal")

    def difference(first: Any, second: Any) -> Any:
        return first - second

    def ratio(first: Any, second: Any) -> Any:
        return first / second

    calls: list[tuple[Callable[..., Any], Callable[[Any, Any], Any]]] = [
        (at.stats.proportion_difference, difference),
        (at.stats.proportion_ratio, ratio),
        (log_normal, ratio),
    ]
    rows = [
        [f"{n1} and {n2}", *(both(two_groups_coverage(call, (n1, n2), of)) for call, of in calls)]
        for n1, n2 in [(10, 10), (30, 30), (20, 80), (100, 100)]
    ]
    names = ["`proportion_difference`", "`proportion_ratio`", "`log_normal`"]
    return table(["of", *names], rows)


def rate_ratios() -> str:
    """The page's table of two rates compared."""
    expected = (1, 3, 10, 30, 100)
    found = {method: rate_ratio_coverage(method, expected) for method in RATE_RATIOS}
    rows = [
        [
            f"{expected[i]} and {expected[j]}",
            *(percent(coverage[i, j]) for coverage in found.values()),
        ]
        for i in range(len(expected))
        for j in range(i, len(expected))
    ]
    return table(["expected", *(f"`{method}`" for method in RATE_RATIOS)], rows)


RATE_RATIOS = ["exact_conditional", "score"]
TABLES = {
    "shares": shares,
    "samples": samples,
    "counts": counts,
    "means": means,
    "two groups": two_groups,
    "rate ratios": rate_ratios,
}


def between(page: str, name: str) -> tuple[int, int]:
    """Where a table of the page begins and ends, between two remarks no reader sees."""
    begin = f"<!-- table: {name} -->\n\n"
    start = page.index(begin) + len(begin)
    # Of a table that is not written yet, both remarks share an empty line.
    return start, page.index("\n\n<!-- end -->", start - 2)


# Pictures

INK = "#222222"
COLOURS = ["#0072b2", "#009e73", "#cc79a7", "#e69f00", "#d55e00"]


def panels(
    truths: Numbers,
    lines: dict[str, Numbers],
    lowest: float,
    label: str,
    logarithmic: bool,
    title: str,
) -> Any:
    """One panel per method, one above the other, on one scale."""
    import matplotlib.pyplot as plt

    plt.rcParams.update(
        {
            "font.size": 10,
            "font.family": "sans-serif",
            "axes.edgecolor": "#999999",
            "text.color": INK,
            "axes.labelcolor": INK,
        }
    )
    figure, axes = plt.subplots(
        len(lines), 1, figsize=(7.2, 1.25 * len(lines) + 0.9), sharex=True, sharey=True
    )
    for axis, (name, coverage), colour in zip(axes, lines.items(), COLOURS, strict=False):
        axis.axhline(95, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        axis.fill_between(truths, 100 * coverage, 95, color=colour, alpha=0.18, linewidth=0)
        axis.plot(truths, 100 * coverage, color=colour, linewidth=1.1)
        axis.set_ylim(lowest, 100.5)
        axis.set_yticks([tick for tick in (80, 85, 90, 95, 100) if tick >= lowest])
        axis.set_xlim(truths.min(), truths.max())
        axis.text(
            1.012, 0.5, name, transform=axis.transAxes, color=colour, va="center", weight="bold"
        )
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(color="#999999", labelsize=9)
        if logarithmic:
            axis.set_xscale("log")
    axes[0].set_title(title, loc="left", fontsize=11)
    axes[-1].set_xlabel(label)
    figure.supylabel("holds the truth, %", fontsize=10)
    figure.tight_layout()
    return figure


def draw() -> None:
    """Both pictures of the page."""
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    truths = np.linspace(0.005, 0.995, 1_321)
    figure = panels(
        truths,
        {method: share_coverage(method, 30, truths) for method in SHARES},
        79.5,
        "true share",
        False,
        "Shares of 30: how often the interval covers the truth; dashed, the nominal 95 %",
    )
    figure.axes[-1].set_xlim(0, 1)
    figure.axes[-1].xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    save(figure, "coverage-shares.png")

    truths = np.geomspace(0.5, 100, 1_201)
    figure = panels(
        truths,
        # Exact limits would be the same line as Byar's.
        {method: count_coverage(COUNTS[method], truths) for method in ("byar", "mid_p")},
        89.5,
        "expected count",
        True,
        "Counts: how often the interval holds; dashed, the promised 95 %",
    )
    figure.axes[-1].set_xticks([0.5, 1, 2, 5, 10, 20, 50, 100])
    figure.axes[-1].xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
    figure.axes[-1].minorticks_off()
    save(figure, "coverage-counts.png")


def save(figure: Any, name: str) -> None:
    """The same picture, the same file: it does not say what wrote it."""
    path = Path(__file__).parent / name
    figure.savefig(path, dpi=144, bbox_inches="tight", metadata={"Software": None})


def main() -> int:
    """Tables into the page, pictures next to this file."""
    page = PAGE.read_text(encoding="utf-8")
    for name, make in TABLES.items():
        start, end = between(page, name)
        page = page[:start] + make() + page[end:]
    PAGE.write_text(page, encoding="utf-8")
    draw()
    return 0


if __name__ == "__main__":
    sys.exit(main())
