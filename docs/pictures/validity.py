"""How often statements about uncertainty are wrong: writes the tables of docs/validity.md.

    python docs/pictures/validity.py
    python docs/pictures/validity.py "effects" "awards"

The second form writes the named tables alone. Outcomes are drawn from known truths with a fixed
seed, and the library judges them like any others. Needs attain, numpy, polars and scipy.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from calibration import chance_errors, chances, last_year_as_prior, late_shares, projections
from coverage import between, table
from scipy import stats as distributions

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]

PAGE = Path(__file__).parents[1] / "validity.md"
ROWS = 19_980
# A window holds at most 5,000 periods.
MOST_YEARS = 5_000
FIELDS, UNITS = 10, 579


FIRST_YEAR = 1001
MONTHS = 12


def dispersed(random: np.random.Generator, mean: Numbers, dispersion: float) -> Numbers:
    """Counts of a variance of `dispersion` times their mean."""
    if dispersion > 1:
        mean = random.gamma(mean / (dispersion - 1), dispersion - 1)
    return random.poisson(mean).astype(float)


def clustered(
    random: np.random.Generator, of: Numbers, share: float, correlation: float
) -> Numbers:
    """Shares of cases of a month that resemble each other: beta-binomial counts."""
    shares = np.full(of.shape, share)
    if correlation > 0:
        size = 1 / correlation - 1
        shares = random.beta(share * size, (1 - share) * size, of.shape)
    return random.binomial(of.astype(int), shares).astype(float)


def certainties(months: dict[str, Numbers], goal: at.Goal, *, yearly: bool = False) -> list[float]:
    """The shares of rows, in per cent, that are met and clear, and missed and clear.

    `months` has an array of years × units × months for each measure. `yearly` adds the months up
    before they are recorded.
    """
    years, units, _ = next(iter(months.values())).shape
    names = [f"u{unit}" for unit in range(units)]
    columns = {name: pl.Series(counts.ravel()) for name, counts in months.items()}
    frame = pl.DataFrame(
        {
            "unit": np.tile(np.repeat(names, MONTHS), years),
            "year": np.repeat(np.arange(years) + FIRST_YEAR, units * MONTHS),
            "month": np.tile(np.arange(1, MONTHS + 1), years * units),
            **columns,
        }
    )
    if yearly:
        frame = frame.group_by("unit", "year").agg(pl.col(list(months)).sum())
        period = pl.format("{}", "year")
    else:
        period = pl.format("{}-{}", "year", pl.col("month").cast(pl.String).str.zfill(2))
    frame = frame.with_columns(period=period)
    plan = (
        at.plan("validity", within=[f"{FIRST_YEAR}-01-01", f"{FIRST_YEAR + years}-01-01"])
        .units([{"id": name, "level": "unit"} for name in names], levels=["unit"])
        .measures(*months, every="year" if yearly else "month")
        .target("t", goal, every="year", level="unit")
        .build()
    )
    tally = at.tally(plan, frame, values=list(months))
    rows = pl.DataFrame(at.assess(plan, tally, as_of=f"{FIRST_YEAR + years - 1}-12-31"))
    assert len(rows) == years * units
    clear = rows.filter(certainty="clear")
    return [100 * clear.filter(verdict=one).height / len(rows) for one in ("met", "missed")]


def false_certainty() -> str:
    """Rows that are clear although the truth lies on the goal."""
    random = np.random.default_rng(301)
    rows = []

    def add(name: str, months: dict[str, Numbers], goal: at.Goal) -> None:
        found = [*certainties(months, goal), *certainties(months, goal, yearly=True)]
        rows.append([name, *(f"{share:.1f}" for share in found)])

    season = 1 + 0.5 * np.cos(np.arange(MONTHS) * 2 * np.pi / MONTHS)
    steady = np.ones(MONTHS)
    at_most_100 = at.count("done") <= 100
    for units in (30, 1):
        field = "one unit alone" if units == 1 else f"{units} units"
        for dispersion, course in ((1, steady), (2, steady), (4, steady), (1, season)):
            if units == 1 and course is season:
                continue
            means = np.broadcast_to(
                100 / MONTHS * course, (min(ROWS // units, MOST_YEARS), units, MONTHS)
            )
            counts = dispersed(random, means, dispersion)
            name = "independent" if dispersion == 1 else f"dispersion {dispersion}"
            name += ", season ± 50 %" if course is season else ""
            add(f"{field}: {name}, 100 expected, at most 100", {"done": counts}, at_most_100)
    of = np.full((ROWS // 30, 30, MONTHS), 83.0)
    for goal, correlation in ((90, 0.0), (90, 0.01), (90, 0.1), (99, 0.0)):
        counts = clustered(random, of, goal / 100, correlation)
        name = "independent" if correlation == 0 else f"correlation {correlation} in a month"
        name = f"30 units: {name}, {goal} % of 996, at least {goal} %"
        add(name, {"done": counts, "of": of}, at.share("done", "of") >= goal)
    header = [
        "data",
        "met and clear",
        "missed and clear",
        "met, years alone",
        "missed, years alone",
    ]
    return table(header, rows)


# Reports of one year for each kind of units in `certainty_from_years`.
REPORTS = 300
LAST_YEAR = 2023
# How a field of units moves together in the seven years before.
TOGETHER = np.array([1.3, 0.9, 1.2, 1.0, 0.8, 1.1, 1.0])


def by_earlier_years(counts: Numbers, before: int) -> tuple[float, float]:
    """How many units of the last year are met and clear, and missed and clear, at most 100.

    `counts` has units × years. The dispersion is estimated from some years before the last, or
    taken to be 1 where there are none.
    """
    units, years = counts.shape
    names = [f"u{unit}" for unit in range(units)]
    numbers = np.arange(LAST_YEAR - years + 1, LAST_YEAR + 1).astype(str)
    frame = pl.DataFrame(
        {"unit": np.repeat(names, years), "period": np.tile(numbers, units), "done": counts.ravel()}
    )
    source = {"from": numbers[-1 - before : -1].tolist()} if before else {"dispersion": 1}
    plan = (
        at.plan("validity", within=str(LAST_YEAR), certainty=source)
        .units([{"id": name, "level": "unit"} for name in names], levels=["unit"])
        .measure("done", every="year")
        .target("t", at.count("done") <= 100, every="year", level="unit")
        .build()
    )
    tally = at.tally(plan, frame, values=["done"])
    clear = pl.DataFrame(at.assess(plan, tally, as_of=f"{LAST_YEAR}-12-31"))
    clear = clear.filter(certainty="clear")
    return clear.filter(verdict="met").height, clear.filter(verdict="missed").height


def certainty_from_years() -> str:
    """Rows of yearly figures that are clear although the truth lies on the goal."""
    random = np.random.default_rng(302)
    rows = []
    steady = np.ones(len(TOGETHER))
    for units, dispersion, course in (
        (30, 1, steady),
        (30, 2, steady),
        (30, 4, steady),
        (30, 10, steady),
        (30, 4, TOGETHER),
        (12, 4, steady),
        (12, 10, steady),
    ):
        found = np.zeros(6)
        means = np.broadcast_to(100 * np.append(course, 1), (units, len(course) + 1))
        reports = REPORTS * 30 // units
        for _ in range(reports):
            counts = dispersed(random, means, dispersion)
            found += [rate for before in (7, 3, 0) for rate in by_earlier_years(counts, before)]
        name = "independent" if dispersion == 1 else f"dispersion {dispersion}"
        name = f"{units} units: {name}" + (", years that differ" if course is TOGETHER else "")
        rows.append([name, *(f"{100 * one / (units * reports):.1f}" for one in found)])
    header = ["data"]
    for source in ("7 years", "3 years", "as independent"):
        header += [f"met, {source}", f"missed, {source}"]
    return table(header, rows)


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


TEAMS, TASKS, PLACES = 12, 200, 2
AWARD_RUNS = 1_000


def awards() -> str:
    """The stated safety of an award's choices, and how often teams are chosen again."""
    random = np.random.default_rng(601)
    names = [f"t{team}" for team in range(TEAMS)]
    tasks = {"indicator": "tasks", "normalise": {"goalposts": [0, 100]}}
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "validity",
            "units": {
                "levels": ["team"],
                "list": [{"id": name, "level": "team"} for name in names],
            },
            "measures": {"done": {}, "due": {}},
            "indicators": {"tasks": {"proportion": {"numerator": "done", "denominator": "due"}}},
            "scores": {"work": {"level": "team", "window": "2026", "parts": {"tasks": tasks}}},
            "awards": {"best": {"score": "work", "quota": {"count": PLACES}}},
        }
    )
    due = pl.DataFrame({"unit": names, "period": "2026", "due": float(TASKS)})

    def award(done: Numbers, draws: int) -> pl.DataFrame:
        frame = due.with_columns(done=pl.Series(done))
        tally = at.tally(plan, frame, values=["done", "due"])
        report = at.assess(plan, tally, as_of="2026-12-31")
        return report.awards("best", draws=draws).to_polars()

    rows = []
    for name, sd in [("all equal", 0.0), ("sd 2.5", 0.15), ("sd 7", 0.4), ("sd 15", 0.9)]:
        sums = np.zeros(4)
        for _ in range(AWARD_RUNS):
            shares = 1 / (1 + np.exp(-(1.2 + sd * random.normal(size=TEAMS))))
            done, again = (random.binomial(TASKS, shares).astype(float) for _ in range(2))
            first = award(done, 300)
            chosen = first["chosen"].to_numpy()
            # As if the observed values were the truth.
            error = np.sqrt(done / TASKS * (1 - done / TASKS) / TASKS)
            drawn = done / TASKS + error * random.normal(size=(300, TEAMS))
            best = (-drawn).argsort(axis=1).argsort(axis=1) < PLACES
            sums += [
                chosen.sum(),
                first["safety"].to_numpy()[chosen].sum(),
                best.mean(axis=0)[chosen].sum(),
                (award(again, 0)["chosen"].to_numpy() & chosen).sum(),
            ]
        cells = [f"{number:.2f}" for number in sums[1:] / sums[0]]
        rows.append([name, cells[0], cells[2], cells[1]])
    header = ["true shares", "safety, stated", "chosen again", "drawn around observed values"]
    return table(header, rows)


EFFECT_RUNS = 2_000
HISTORY, WORST_OF = 36, 12


def monthly(random: np.random.Generator, kind: str, months: int) -> Numbers:
    """Counts of months without trend, season or effect."""
    if kind == "independent":
        return random.poisson(30.0, months).astype(float)
    if kind == "dispersion 3":
        return dispersed(random, np.full(months, 30.0), 3)
    if kind == "AR(.5)":
        logs = np.zeros(months + 50)
        for month in range(1, len(logs)):
            logs[month] = 0.5 * logs[month - 1] + 0.25 * random.normal()
        return random.poisson(30 * np.exp(logs[50:])).astype(float)
    raise ValueError(kind)


def launched(random: np.random.Generator, kind: str, *, after_worst: bool) -> Numbers:
    """The months before a campaign, and its own: any ones, or after the highest of twelve."""
    while True:
        counts = monthly(random, kind, HISTORY + 60)
        for last in range(HISTORY - 1, len(counts) - 1):
            before = counts[last - WORST_OF + 1 : last]
            if not after_worst or counts[last] > before.max():
                return counts[last - HISTORY + 1 : last + 2]


def effects() -> str:
    """How often the limits of an effect hold 1 where a campaign changed nothing."""
    random = np.random.default_rng(602)
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "validity",
            "units": {"levels": ["city"], "list": [{"id": "c", "level": "city"}]},
            "measures": {"cases": {"every": "month"}},
            "indicators": {"cases": {"count": "cases"}},
            "campaigns": {"campaign": {"window": "2023-01"}},
        }
    )
    months = [f"{2020 + month // MONTHS}-{month % MONTHS + 1:02}" for month in range(HISTORY + 1)]
    methods = ["same_length_before", "same_window_last_year", "interrupted_series"]
    rows = []
    for kind in ("independent", "dispersion 3", "AR(.5)"):
        for after_worst in (False, True):
            held, falls, warned = np.zeros(3), np.zeros(2), 0
            plain = np.zeros(2)
            for _ in range(EFFECT_RUNS):
                counts = launched(random, kind, after_worst=after_worst)
                frame = pl.DataFrame({"unit": "c", "period": months, "cases": counts})
                tally = at.tally(plan, frame, values=["cases"])
                report = at.assess(plan, tally, as_of="2023-01-31")
                found = report.effect("campaign", indicator="cases").to_polars()
                of = {row["method"]: row for row in found.iter_rows(named=True)}
                limits = [(of[one]["lower"], of[one]["upper"]) for one in methods]
                held += [lower <= 1 <= upper for lower, upper in limits]
                warned += of["same_length_before"]["warning"] is not None
                alone = at.stats.rate_ratio(counts[-1], 31, counts[-2], 31)
                plain += [alone.lower <= 1 <= alone.upper, alone.upper < 1]
                falls += [limits[0][1] < 1, limits[2][1] < 1]
            percent = 100 / EFFECT_RUNS
            cells = [*(percent * held), percent * plain[0], percent * falls[0], percent * plain[1]]
            rows.append(
                [
                    f"{kind}, {'after the highest of 12 months' if after_worst else 'any month'}",
                    *(f"{cell:.1f}" for cell in cells),
                    f"{percent * warned:.0f}",
                ]
            )
    header = [
        "months, and the campaign's start",
        "month before",
        "year before",
        "interrupted series",
        "month before, independent events",
        "false fall",
        "false fall, independent events",
        "warned",
    ]
    return table(header, rows)


SERIES = 4_000


def published_values(random: np.random.Generator, kind: str, years: int) -> Numbers:
    """Series of yearly values, one in each row."""
    steps = random.normal(size=(SERIES, years))
    if kind == "around one level":
        return 50 + 3 * steps
    if kind == "random walk":
        return 50 + 2 * steps.cumsum(axis=1)
    keeps = 0.8
    values = np.empty_like(steps)
    values[:, 0] = steps[:, 0] / np.sqrt(1 - keeps**2)
    for year in range(1, years):
        values[:, year] = keeps * values[:, year - 1] + steps[:, year]
    if kind == "AR(.8)":
        return 50 + 2 * values
    if kind == "share near 100 %, AR(.8)":
        return np.round(100 / (1 + np.exp(-4 - 0.4 * values)), 1)
    raise ValueError(kind)


def line_limits(values: Numbers) -> tuple[Numbers, Numbers]:
    """The 95 % limits of the next value by a straight line."""
    count = values.shape[1]
    time = np.arange(count) - (count - 1) / 2
    slope = values @ time / (time @ time)
    residuals = values - values.mean(axis=1, keepdims=True) - slope[:, None] * time
    ahead = (count + 1) / 2
    beyond = 1 + 1 / count + ahead**2 / (time @ time)
    beside = distributions.t.ppf(0.975, count - 2) * np.sqrt(
        (residuals**2).sum(axis=1) / (count - 2) * beyond
    )
    middle = values.mean(axis=1) + slope * ahead
    return middle - beside, middle + beside


def published_series() -> str:
    """How often projections of published series hold the next value."""
    random = np.random.default_rng(603)
    names = [f"u{unit}" for unit in range(SERIES)]
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "validity",
            "units": {
                "levels": ["unit"],
                "list": [{"id": name, "level": "unit"} for name in names],
            },
            "indicators": {"value": {"reported": {"unit": "%"}}},
            "targets": {"t": {"indicator": "value", "goal": {"at_least": 50}, "window": "2025"}},
        }
    )
    rows = []
    kinds = ["around one level", "AR(.8)", "random walk", "share near 100 %, AR(.8)"]
    for kind in kinds:
        for length in (6, 12, 24, 36):
            values = published_values(random, kind, length + 1)
            earlier, truth = values[:, :-1], values[:, -1]
            years = [str(2025 - length + year) for year in range(length)]
            periods = [*years, "2025-H1"]
            frame = pl.DataFrame(
                {
                    "unit": np.repeat(names, length + 1),
                    "period": periods * SERIES,
                    # The half year only makes the row one that can be judged.
                    "value": np.clip(values, 0, 100).ravel(),
                }
            )
            tally = at.tally(plan, frame, values=["value"])
            found = pl.DataFrame(at.assess(plan, tally, as_of="2025-06-30"))
            lower, upper = (
                found[f"projected_{end}"].fill_null(float("nan")).to_numpy()
                for end in ("lower", "upper")
            )
            known = ~np.isnan(lower)
            held = ((lower <= truth) & (truth <= upper))[known]
            from_line, to_line = line_limits(earlier)
            line = (from_line <= truth) & (truth <= to_line)
            cells = [held.mean(), (upper[known] > 100).mean(), line.mean(), (to_line > 100).mean()]
            rows.append([kind, str(length), *(f"{100 * cell:.1f}" for cell in cells)])
    header = [
        "series",
        "values",
        "limits hold",
        "upper limit above 100",
        "limits of a line hold",
        "upper limit of a line above 100",
    ]
    return table(header, rows)


TABLES: dict[str, Callable[[], str]] = {
    "false certainty": false_certainty,
    "certainty from years": certainty_from_years,
    "reliable lists": reliable_lists,
    "scorecards": scorecards,
    "alarms": alarms,
    "awards": awards,
    "effects": effects,
    "chances": chances,
    "chance errors": chance_errors,
    "late shares": late_shares,
    "last year as prior": last_year_as_prior,
    "projections": projections,
    "published series": published_series,
}


def main() -> None:
    """Write the tables into the page: those whose names are given, else all."""
    page = PAGE.read_text()
    names = sys.argv[1:] or list(TABLES)
    for name in names:
        start, end = between(page, name)
        page = f"{page[:start]}{TABLES[name]()}{page[end:]}"
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
