"""How often rows that are given a chance meet their goal, and projected limits hold.

Tables of `docs/validity.md`, which `python docs/pictures/validity.py` writes. Each programme is a
unit of a plan, with its own rate. The library forecasts it as of the end of three months. When the
year has ended the same library says whether the goal was met.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from coverage import table
from scipy import stats as distributions

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]

PROGRAMMES = 4_000
MONTHS = 36
AS_OF = ["2023-03-31", "2023-06-30", "2023-09-30"]
# In per cent less than last year's count.
LESS = [0, 10, 20]
FEW = 2
# Days from an event to its record, on average, and at most.
DELAY, LONGEST = 20, 90

# What the plan says of programmes, where it is told.
TOLD: dict[str, dict[str, Any]] = {
    # Two a year, with the relative variance of the true rates: exp(0.4²) − 1, about 1 ÷ 6.
    "2 expected, told": {"outlook": {"prior": {"events": 6, "of": 3}}},
    # The mean rate to come differs from that of k months so far by twice the monthly step, in
    # standard deviations, whatever k: σ²(k ÷ 3 + (12 − k) ÷ 3).
    "rate walks, told": {"outlook": {"drift": 20}},
    "rate has a trend, told": {"outlook": {"drift": 15}},
    "season, told": {"trajectory": {"seasonal": {"from": ["2021", "2022"]}}},
}
KINDS = [
    "constant rate",
    "rate changes between years",
    "1 to 12 a year",
    "2 expected",
    "2 expected, told",
    "dispersion 2 to 5",
    "reports 20 to 40 days late",
    "events recorded late",
    "rate walks",
    "rate walks, told",
    "rate has a trend",
    "rate has a trend, told",
    "season",
    "season, told",
]


def counts_of(kind: str, programmes: int, random: np.random.Generator) -> Numbers:
    """Counts of the months of three years, programme by programme."""
    one = (programmes, 1)
    if kind == "2 expected":
        yearly = FEW * np.exp(random.normal(0, 0.4, one))
        years = [yearly, yearly, yearly * np.exp(random.normal(-0.1, 0.2, one))]
    else:
        least, most = (1, 12) if kind == "1 to 12 a year" else (20, 600)
        yearly = np.exp(random.uniform(np.log(least), np.log(most), one))
        if kind in ("constant rate", "rate walks"):
            years = [yearly] * 3
        else:
            years = [yearly * np.exp(random.normal(0, 0.15, one)) for _ in range(3)]
            # Last year was as the one before; this year moved away from both.
            years[2] = years[2] * np.exp(random.normal(-0.1, 0.2, one))
    rate = np.hstack([np.repeat(year / 12, 12, axis=1) for year in years])
    if kind == "rate walks":
        rate = rate * np.exp(random.normal(0, 0.1, rate.shape).cumsum(axis=1))
    if kind == "season":
        rate = rate * (1 + 0.6 * np.cos(2 * np.pi * (np.arange(MONTHS) % 12) / 12))
    if kind == "dispersion 2 to 5":
        dispersion = random.uniform(2, 5, one)
        rate = random.gamma(rate / (dispersion - 1), dispersion - 1)
    if kind == "rate has a trend":
        slope = random.normal(0, 0.3, one)
        rate[:, 24:] = rate[:, 24:] * np.exp(slope * ((np.arange(12) + 0.5) / 12 - 0.5))
    return random.poisson(rate).astype(float)


def events_of(names: list[str], counts: Numbers, random: np.random.Generator) -> pl.DataFrame:
    """A row for each event: its day, and the day on which it was recorded."""
    months = np.arange("2021-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]")
    number = counts.astype(int)
    first = np.repeat(np.tile(months, len(names)), number.ravel())
    length = np.diff(np.append(months, np.datetime64("2024-01-01"))).astype(int)
    days = np.repeat(np.tile(length, len(names)), number.ravel())
    day = first + (random.uniform(size=len(first)) * days).astype(int)
    delay = np.minimum(random.exponential(DELAY, len(first)), LONGEST).astype(int)
    units = pl.Series(names).gather(np.repeat(np.arange(len(names)), number.sum(axis=1)))
    return pl.DataFrame(
        {"unit": units, "date": day, "recorded_at": day + delay, "measure": "events"}
    )


def forecasts(kind: str, programmes: int, told: dict[str, Any] | None = None) -> pl.DataFrame:
    """A row for each goal, programme and day: the forecast, and what happened.

    `told` is what the plan says of the programmes.
    """
    drawn_as = kind.removesuffix(", told")
    are_events = drawn_as == "events recorded late"
    if are_events:
        # Each event is a row.
        programmes //= 4
    # The same programmes, whether the plan is told of their course or not.
    random = np.random.default_rng([701, *drawn_as.encode()])
    counts = counts_of(drawn_as, programmes, random)
    late = random.integers(20, 41, counts.shape) if drawn_as.startswith("reports") else 0
    goals: dict[str, dict[str, Any]] = {
        f"less-{percent}": {"reduce_by": {"percent": percent, "from": "previous_period"}}
        for percent in LESS
    }
    if drawn_as == "2 expected":
        # A goal of 20 % less than such a count is most often that of 10 % less.
        goals["less-20"] = {"at_most": FEW}
    names = [f"p{unit}" for unit in range(programmes)]
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "calibration",
            "units": {
                "levels": ["programme"],
                "list": [{"id": name, "level": "programme"} for name in names],
            },
            "measures": {"events": {} if are_events else {"every": "month"}},
            "indicators": {"events": {"count": "events"}},
            "targets": {
                name: {
                    "indicator": "events",
                    "goal": goal,
                    "window": "2023",
                    "units": {"level": "programme"},
                    **(TOLD.get(kind, {}) if told is None else told),
                }
                for name, goal in goals.items()
            },
        }
    )
    months = np.arange("2021-01", "2024-01", dtype="datetime64[M]")
    ends = (months + 1).astype("datetime64[D]") - 1
    figures = pl.DataFrame(
        {
            "unit": np.repeat(names, MONTHS),
            "period": np.tile(months.astype(str), programmes),
            "events": counts.ravel(),
            "known": pl.Series((ends + np.zeros(counts.shape, int) + late).ravel()),
        }
    )

    events = at.tally(plan, events_of(names, counts, random), rows="events") if are_events else None

    def assessed(day: str, *, complete: bool) -> pl.DataFrame:
        known = figures if complete else figures.filter(pl.col("known") <= np.datetime64(day))
        tally = events or at.tally(plan, known.drop("known"), values=["events"])
        rows = pl.DataFrame(at.assess(plan, tally, as_of=day))
        return rows.with_columns(pl.col("unit").cast(pl.String))

    wanted = ["target", "unit", "chance", "numerator", "goal_value", "expected_now"]
    wanted += ["projected_lower", "projected_upper"]
    made = [
        assessed(day, complete=False).select(*wanted, pl.lit(day).alias("day")) for day in AS_OF
    ]
    final = assessed("2024-06-30" if are_events else "2023-12-31", complete=True)
    final = final.select("target", "unit", met="chance", events="numerator")
    years = pl.DataFrame(
        {
            "unit": names,
            "before_last": counts[:, :12].sum(axis=1),
            "last": counts[:, 12:24].sum(axis=1),
        }
    )
    found = pl.concat(made).join(final, on=["target", "unit"], validate="m:1")
    return found.join(years, on="unit", validate="m:1")


def passed_of(found: pl.DataFrame) -> Numbers:
    """The days of the year that have passed."""
    days = found["day"].str.to_date().to_numpy() - np.datetime64("2022-12-31")
    return days.astype("timedelta64[D]").astype(float)


def left_of(found: pl.DataFrame) -> Numbers:
    """How many events the goal still allows; below 0 it is missed."""
    return np.floor(found["goal_value"].to_numpy()) - found["numerator"].to_numpy()


def plug_in(found: pl.DataFrame) -> tuple[Numbers, Numbers, Numbers]:
    """The chance and limits of one who takes the rate so far for the true one.

    What is left is then a Poisson count.
    """
    passed, seen = passed_of(found), found["numerator"].to_numpy()
    to_come = distributions.poisson(seen * (365 - passed) / passed)
    limits = (seen + to_come.ppf(tail) for tail in (0.025, 0.975))
    return to_come.cdf(left_of(found)), *limits


def calibration_error(said: Numbers, met: Numbers) -> float:
    """The mean distance of chance and share that met, over ten bands of chance."""
    band = np.minimum((10 * said).astype(int), 9)
    distances = [abs((said - met)[band == one].sum()) for one in range(10)]
    return float(sum(distances) / len(said))


# Kinds that are also forecast without what earlier years say.
OF_LAST_YEAR = KINDS[:4]
EDGES = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0000001]
BANDS = ["0 to 5", "5 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 95", "95 to 100"]
METHODS = ["attain", "plug-in", "pace"]


@dataclass
class Scores:
    """What became of the forecasts of one kind of programmes."""

    # The mean chance of a band, and the share that met, in per cent.
    bands: list[tuple[float, float]]
    # By method. `jeffreys` takes no earlier year into account.
    calibration_error: dict[str, float]
    brier: dict[str, float]
    # How often limits held, in per cent: those of the library day by day, and those of the plug-in.
    held: list[float]
    held_by_plug_in: float


@cache
def scores(kind: str, programmes: int = PROGRAMMES) -> Scores:
    """Forecasts of one kind of programmes, compared with what happened."""
    found = forecasts(kind, programmes)
    columns = ["chance", "met", "events", "projected_lower", "projected_upper"]
    if found.select(pl.any_horizontal(pl.col(columns).is_null().any())).item():
        raise ValueError(f"{kind}: rows without a forecast")
    chance, met, events, lower, upper = (found[name].to_numpy() for name in columns)
    plain, from_plain, to_plain = plug_in(found)
    ahead = (found["numerator"] <= found["expected_now"]).to_numpy().astype(float)
    said = {"attain": chance, "plug-in": plain, "pace": ahead}
    if kind in OF_LAST_YEAR:
        alone = forecasts(kind, programmes, {"outlook": {"prior": "jeffreys"}})
        said["jeffreys"] = found.join(
            alone.select("target", "unit", "day", alone="chance"),
            on=["target", "unit", "day"],
            maintain_order="left",
        )["alone"].to_numpy()
    bands = []
    for low, high in itertools.pairwise(EDGES):
        inside = (low <= chance) & (chance < high)
        bands.append((100 * chance[inside].mean(), 100 * met[inside].mean()))
    held = (lower <= events) & (events <= upper)
    return Scores(
        bands,
        {name: calibration_error(one, met) for name, one in said.items()},
        {name: float(((one - met) ** 2).mean()) for name, one in said.items()},
        [100 * float(held[(found["day"] == day).to_numpy()].mean()) for day in AS_OF],
        100 * float(((from_plain <= events) & (events <= to_plain)).mean()),
    )


def chances() -> str:
    """The mean chance of bands of chance, and the share that met its goal."""
    rows = [
        [kind, *(f"{said:.0f} → {met:.0f}" for said, met in scores(kind).bands)] for kind in KINDS
    ]
    return table(["programmes", *BANDS], rows)


def errors_of(kind: str, methods: list[str]) -> list[str]:
    """Calibration errors and Brier's scores, as cells of a table."""
    found = scores(kind)
    both = found.calibration_error, found.brier
    return [f"{errors[name]:.3f}" for errors in both for name in methods]


def errors_header(names: list[str]) -> list[str]:
    """The heads of these cells."""
    return [f"{error}: {name}" for error in ("ECE", "Brier") for name in names]


def chance_errors() -> str:
    """Errors of chances, beside those of simpler forecasts."""
    rows = [[kind, *errors_of(kind, METHODS)] for kind in KINDS]
    return table(["programmes", *errors_header(METHODS)], rows)


def last_year_as_prior() -> str:
    """Errors of chances with and without last year's count as the prior."""
    rows = [[kind, *errors_of(kind, ["attain", "jeffreys"])] for kind in OF_LAST_YEAR]
    return table(["programmes", *errors_header(["attain", "Jeffreys' prior"])], rows)


def projections() -> str:
    """How often the limits of projections hold."""
    rows = []
    for kind in KINDS:
        found = scores(kind)
        cells = [np.mean(found.held), *found.held, found.held_by_plug_in]
        rows.append([kind, *(f"{cell:.1f}" for cell in cells)])
    days = ["on 31 March", "on 30 June", "on 30 September"]
    return table(["programmes", "limits hold", *days, "limits of the plug-in hold"], rows)


# Cases a month, and by how many days cases and clearances are recorded late.
CLEARANCES = {
    "all recorded on their day": (20, (0, 0), (0, 0)),
    "clearances 20 to 40 days late": (20, (0, 0), (20, 40)),
    "the same, 5 cases a month": (5, (0, 0), (20, 40)),
    "cases 0 to 30 days late too": (20, (0, 30), (20, 40)),
}
CLEARED_GOAL = 87


def clearances(
    units: int, monthly: int, late_cases: tuple[int, int], late_clearances: tuple[int, int]
) -> pl.DataFrame:
    """Cases of three years and which of them were cleared, each with the day of its record."""
    random = np.random.default_rng([703, monthly, *late_cases, *late_clearances])
    number = random.poisson(36 * monthly, units)
    unit = np.repeat(np.arange(units), number)
    day = np.datetime64("2021-01-01") + random.integers(0, 1095, len(unit))
    share = 1 / (1 + np.exp(-random.normal(1.9, 0.4, units)))
    is_cleared = random.uniform(size=len(unit)) < share[unit]
    late = [
        random.integers(low, high + 1, len(unit)) for low, high in (late_cases, late_clearances)
    ]
    names = np.array([f"p{unit}" for unit in range(units)])
    cases = pl.DataFrame(
        {"unit": names[unit], "date": day, "recorded_at": day + late[0], "measure": "cases"}
    )
    cleared = cases.with_columns(recorded_at=pl.Series(day + late[1]), measure=pl.lit("cleared"))
    return pl.concat([cases, cleared.filter(is_cleared)])


def plan_of_clearances(units: int) -> at.Plan:
    """A goal for the share of cases that are cleared in 2023."""
    communes = [{"id": f"p{unit}", "level": "commune"} for unit in range(units)]
    return at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "clearances",
            "units": {"levels": ["commune"], "list": communes},
            "measures": {"cases": {}, "cleared": {}},
            "indicators": {
                "share": {"proportion": {"numerator": "cleared", "denominator": "cases"}}
            },
            "targets": {
                "share": {
                    "indicator": "share",
                    "goal": {"at_least": CLEARED_GOAL},
                    "window": "2023",
                    "units": {"level": "commune"},
                }
            },
        }
    )


def share_scores(kind: str, units: int, *, is_told: bool) -> tuple[float, float, int, int]:
    """The calibration error, how often limits hold, clear verdicts, and how many of them are wrong.

    Limits in per cent. `is_told`: whether records say on which day they were made.
    """
    monthly, *late = CLEARANCES[kind]
    events, plan = clearances(units, monthly, *late), plan_of_clearances(units)

    def assessed(day: str) -> pl.DataFrame:
        known = events.filter(pl.col("recorded_at") <= np.datetime64(day))
        known = known if is_told else known.drop("recorded_at")
        rows = pl.DataFrame(at.assess(plan, at.tally(plan, known, rows="events"), as_of=day))
        return rows.with_columns(pl.col("unit", "certainty", "verdict").cast(pl.String))

    end = assessed("2024-12-31").select("unit", end="value", met=pl.col("verdict") == "met")
    found = pl.concat([assessed(day).join(end, on="unit", validate="1:1") for day in AS_OF])
    held = pl.col("end").is_between(
        pl.col("projected_lower") - 1e-9, pl.col("projected_upper") + 1e-9
    )
    is_wrong = (pl.col("verdict") == "met") != pl.col("met")
    is_clear = pl.col("certainty") == "clear"
    sums = found.select(
        held=held.mean(), clear=is_clear.sum(), wrong=(is_clear & is_wrong).sum()
    ).row(0)
    error = calibration_error(found["chance"].to_numpy(), found["met"].to_numpy().astype(float))
    return error, 100 * sums[0], sums[1], sums[2]


def late_shares() -> str:
    """Errors of shares whose events are recorded late; also if they are taken as complete."""
    rows = []
    for kind in CLEARANCES:
        row = [kind]
        for is_told in (True, False):
            error, held, clear, wrong = share_scores(kind, 1_000, is_told=is_told)
            row += [f"{error:.3f}", f"{held:.1f}", f"{wrong:,} of {clear:,}"]
        rows.append(row)
    heads = ["ECE", "limits hold", "clear and wrong"]
    as_complete = [f"{head}, taken as complete" for head in heads]
    return table(["clearances", *heads, *as_complete], rows)
