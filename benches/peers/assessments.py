"""From recorded cells to rows of judgement: attain beside numpy, polars, DuckDB and pandas.

    python benches/peers/assessments.py [--full] [--percent] [--repeat 5]

The job: 579 stations (with --full 11,000) report cases, cleared cases and, year by year, their
population. All levels above them are rolled up, and six indicators judged for 60 months each:

* months: the count of cases, the share cleared, the rate per population, the change of the share
  against the same month of the year before;
* the year to date: the share cleared, the change of the count against the same days of the year
  before; with --percent in per cent, which takes an exact interval for the ratio of two counts in
  every such row.

Each row has its keys, numerator, denominator, value, interval, verdict, certainty, baseline and
gap, and all come out as Arrow columns with dictionaries for keys and words. attain computes these
14 columns, and, as a second job, all of its columns (what is needed, attainment, completeness,
method, basis ...). It is exact at the goal; the others are spared that.

Everyone begins with the cells in the form they like best, in memory: attain a tally, numpy dense
arrays, polars and pandas a frame with the units above each station as integers, DuckDB a native
table. The intervals are Wilson's, Byar's (exact below ten events, for the others from a table),
squared and added, and exact for the ratio of two counts (for the others from scipy).
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from measure import machine, measure, table
from scipy import special

import attain

Z = float(special.ndtri(0.975))
FIRST_YEAR, YEARS = 2020, 5
MONTHS = 12 * YEARS
AS_OF = datetime.date(FIRST_YEAR + YEARS - 1, 12, 31)
COLUMNS = ["numerator", "denominator", "value", "lower", "upper", "baseline", "gap"]
KEYS = ["target", "unit", "level", "window_start", "window_end"]
JOB_COLUMNS = [*KEYS, *COLUMNS, "verdict", "certainty"]
GOALS: dict[str, tuple[str, float]] = {
    "crime": ("at_most", 12),
    "clearance": ("at_least", 75),
    "crime-rate": ("at_most", 120.5),
    "clearance-change": ("at_least", 0.5),
    "clearance-to-date": ("at_least", 75),
    "crime-change-to-date": ("at_most", -1),
}


# ---- the data


@dataclass
class Data:
    """Cells of stations by month (12 earlier ones first), population by year, levels above."""

    levels: list[tuple[str, int]]
    cases: np.ndarray
    cleared: np.ndarray
    population: np.ndarray
    percent: bool

    @property
    def stations(self) -> int:
        return self.levels[-1][1]

    @property
    def units(self) -> int:
        return sum(number for _, number in self.levels)

    def above(self, level: int) -> np.ndarray:
        """Per station, the number of the unit of a level that it belongs to."""
        unit = np.arange(self.stations)
        for lower in range(len(self.levels) - 1, level, -1):
            unit = unit * self.levels[lower - 1][1] // self.levels[lower][1]
        return unit


def draw(full: bool, percent: bool) -> Data:
    levels = [("country", 1), ("region", 5), ("district", 25), ("station", 579)]
    if full:
        levels = [("country", 1), ("region", 34), ("district", 626), ("station", 11_000)]
    random = np.random.default_rng(20_231_214)
    stations = levels[-1][1]
    cases = random.poisson(random.gamma(2, 6, (stations, 1)), (stations, MONTHS + 12))
    cleared = random.binomial(cases, random.beta(30, 10, (stations, 1)))
    population = random.integers(5_000, 25_000, (stations, YEARS + 1))
    return Data(levels, cases, cleared, population, percent)


def month_starts() -> list[datetime.date]:
    """Of the judged months, and the day after the last."""
    return [
        datetime.date(FIRST_YEAR + month // 12, month % 12 + 1, 1) for month in range(MONTHS + 1)
    ]


# ---- attain


def attain_inputs(data: Data) -> tuple[attain.Plan, attain.Tally]:
    listed = []
    for level, (name, number) in enumerate(data.levels):
        for unit in range(number):
            row = {"id": f"{name}-{unit}", "level": name}
            if level:
                parent, parents = data.levels[level - 1]
                row["parent"] = f"{parent}-{unit * parents // number}"
            listed.append(row)
    months = {"every": "month", "within": [f"{FIRST_YEAR}-01-01", f"{FIRST_YEAR + YEARS}-01-01"]}
    starts = month_starts()
    targets: dict[str, Any] = {}
    for name, (comparator, number) in GOALS.items():
        indicator = name.removesuffix("-to-date")
        for level, _ in data.levels:
            target = {
                "indicator": indicator,
                "goal": {comparator: number},
                "units": {"level": level},
            }
            if indicator == name:
                targets[f"{name}-{level}"] = target | {"window": months}
                continue
            for month in range(MONTHS):
                window = [starts[month - month % 12].isoformat(), starts[month + 1].isoformat()]
                targets[f"{name}-{level}-{month:02}"] = target | {"window": window}
    last_year = {"from": "same_window_last_year"}
    change_unit = "percent" if data.percent else "absolute"
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "bench",
            "measures": {"cases": {}, "cleared": {}, "population": {"over_time": "last"}},
            "indicators": {
                "crime": {"count": "cases"},
                "clearance": {"proportion": {"numerator": "cleared", "denominator": "cases"}},
                "crime-rate": {"rate": {"numerator": "cases", "population": "population"}},
                "clearance-change": {"change": {"of": "clearance", "as": "absolute"} | last_year},
                "crime-change": {"change": {"of": "crime", "as": change_unit} | last_year},
            },
            "units": {"levels": [level for level, _ in data.levels], "list": listed},
            "targets": targets,
        }
    )
    ids = np.array([f"station-{unit}" for unit in range(data.stations)])
    names = [f"{FIRST_YEAR - 1 + month // 12}-{month % 12 + 1:02}" for month in range(MONTHS + 12)]
    years = [str(FIRST_YEAR - 1 + year) for year in range(YEARS + 1)]
    figures = []
    for name, cells, periods in [
        ("cases", data.cases, names),
        ("cleared", data.cleared, names),
        ("population", data.population, years),
    ]:
        figures.append(
            pa.table(
                {
                    "unit": np.repeat(ids, len(periods)),
                    "period": np.tile(np.array(periods), data.stations),
                    "measure": pa.array([name] * cells.size),
                    "value": cells.ravel().astype(float),
                }
            )
        )
    return plan, attain.tally(plan, pa.concat_tables(figures))


# ---- what the others share: intervals over whole arrays


def wilson(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = x + Z * Z / 2
        half = Z * np.sqrt(x * (n - x) / n + Z * Z / 4)
        lower, upper = (centre - half) / (n + Z * Z), (centre + half) / (n + Z * Z)
    missing = n == 0
    return np.where(missing, np.nan, np.maximum(lower, 0)), np.where(missing, np.nan, upper)


EXACT_LOWER = np.array([0, *special.gammaincinv(np.arange(1, 10), 0.025)])
EXACT_UPPER = special.gammainccinv(np.arange(1, 11), 0.025)


def byar(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    few = x < 10
    at = np.where(few, x, 0).astype(np.intp)
    some = np.where(few, 10.0, x)
    lower = some * (1 - 1 / (9 * some) - Z / (3 * np.sqrt(some))) ** 3
    more = some + 1
    upper = more * (1 - 1 / (9 * more) + Z / (3 * np.sqrt(more))) ** 3
    return np.where(few, EXACT_LOWER[at], lower), np.where(few, EXACT_UPPER[at], upper)


def count_ratio(now: np.ndarray, then: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        low = special.betaincinv(now, then + 1, 0.025)
        high = special.betaincinv(now + 1, then, 0.975)
        lower = np.where(now > 0, low / (1 - low), 0)
        upper = np.where(then > 0, high / (1 - high), np.inf)
    return lower, upper


def square_and_add(now: Any, then: Any) -> tuple[np.ndarray, np.ndarray]:
    (value1, lower1, upper1), (value2, lower2, upper2) = now, then
    difference = value1 - value2
    return (
        difference - np.sqrt((value1 - lower1) ** 2 + (upper2 - value2) ** 2),
        difference + np.sqrt((upper1 - value1) ** 2 + (value2 - lower2) ** 2),
    )


WORDS = pa.array(["met", "missed", "indeterminate"])
SURE = pa.array(["clear", "within_chance", "unknown"])
EMPTY = np.nan


def judged(name: str, numbers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Adds verdict and certainty, as places in their words, and the gap."""
    comparator, goal = GOALS[name]
    value, lower, upper = numbers["value"], numbers["lower"], numbers["upper"]
    met = value >= goal if comparator == "at_least" else value <= goal
    missing = np.isnan(value)
    numbers["verdict"] = np.where(missing, 2, np.where(met, 0, 1)).astype(np.int32)
    inside = (lower <= goal) & (goal <= upper)
    numbers["certainty"] = np.where(missing, 2, inside).astype(np.int32)
    numbers["gap"] = value - goal if comparator == "at_least" else goal - value
    return numbers


def indicators(
    read: Callable[[str, str], np.ndarray], percent: bool
) -> dict[str, dict[str, np.ndarray]]:
    """The six indicators, from sums: `read("cases", "to_date")`; `..._before`, a year earlier."""
    found: dict[str, dict[str, np.ndarray]] = {}
    cases, cleared = read("cases", "month"), read("cleared", "month")
    population = read("population", "month")
    empty = np.full(cases.shape, EMPTY)
    lower, upper = byar(cases)
    found["crime"] = {
        "numerator": cases,
        "denominator": empty,
        "value": cases,
        "lower": lower,
        "upper": upper,
        "baseline": empty,
    }
    found["crime-rate"] = {
        "numerator": cases,
        "denominator": population,
        "value": cases * 1e5 / population,
        "lower": lower * (1e5 / population),
        "upper": upper * (1e5 / population),
        "baseline": empty,
    }

    def share(cleared: np.ndarray, cases: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        lower, upper = wilson(cleared, cases)
        with np.errstate(divide="ignore", invalid="ignore"):
            return 100 * cleared / cases, 100 * lower, 100 * upper

    now = share(cleared, cases)
    then = share(read("cleared", "month_before"), read("cases", "month_before"))
    found["clearance"] = {
        "numerator": cleared,
        "denominator": cases,
        "value": now[0],
        "lower": now[1],
        "upper": now[2],
        "baseline": empty,
    }
    lower, upper = square_and_add(now, then)
    found["clearance-change"] = {
        "numerator": now[0],
        "denominator": empty,
        "value": now[0] - then[0],
        "lower": lower,
        "upper": upper,
        "baseline": then[0],
    }
    cases, cleared = read("cases", "to_date"), read("cleared", "to_date")
    value, lower, upper = share(cleared, cases)
    found["clearance-to-date"] = {
        "numerator": cleared,
        "denominator": cases,
        "value": value,
        "lower": lower,
        "upper": upper,
        "baseline": empty,
    }
    before = read("cases", "to_date_before")
    if percent:
        missing = before == 0
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(missing, np.nan, 100 * (cases - before) / before)
        lower, upper = (
            np.where(missing, np.nan, 100 * (x - 1)) for x in count_ratio(cases, before)
        )
    else:
        value = cases - before
        lower, upper = square_and_add((cases, *byar(cases)), (before, *byar(before)))
    found["crime-change-to-date"] = {
        "numerator": cases,
        "denominator": before if percent else empty,
        "value": value,
        "lower": lower,
        "upper": upper,
        "baseline": before,
    }
    return {name: judged(name, found[name]) for name in GOALS}


def arrow(
    data: Data, found: dict[str, dict[str, np.ndarray]], keys: dict[str, np.ndarray]
) -> pa.Table:
    """All rows as one table: keys per indicator, and its numbers."""
    size = len(keys["unit"])
    columns: dict[str, Any] = {}
    names = pa.array(list(GOALS))
    columns["target"] = pa.DictionaryArray.from_arrays(
        np.repeat(np.arange(len(GOALS), dtype=np.int32), size), names
    )
    unit_names = pa.array(
        [f"{level}-{unit}" for level, number in data.levels for unit in range(number)]
    )
    unit = np.tile(keys["unit"], len(GOALS))
    columns["unit"] = pa.DictionaryArray.from_arrays(unit, unit_names)
    level = np.repeat(np.arange(len(data.levels), dtype=np.int32), [n for _, n in data.levels])
    columns["level"] = pa.DictionaryArray.from_arrays(
        level[unit], pa.array([level for level, _ in data.levels])
    )
    starts = np.array(month_starts(), dtype="datetime64[D]").astype(np.int32)
    month = keys["month"]
    begin = np.concatenate(
        [starts[month - month % 12 if name.endswith("to-date") else month] for name in GOALS]
    )
    columns["window_start"] = pa.array(begin).cast(pa.date32())
    columns["window_end"] = pa.array(np.tile(starts[month + 1], len(GOALS))).cast(pa.date32())
    for column in COLUMNS:
        numbers = np.concatenate([found[name][column].ravel() for name in GOALS])
        columns[column] = pa.array(numbers, from_pandas=True)
    for column, words in [("verdict", WORDS), ("certainty", SURE)]:
        codes = np.concatenate([found[name][column].ravel() for name in GOALS])
        columns[column] = pa.DictionaryArray.from_arrays(codes, words)
    return pa.table(columns)


# ---- numpy: dense arrays, units × months


def numpy_job(data: Data) -> pa.Table:
    def rolled(cells: np.ndarray) -> np.ndarray:
        parts = [cells]
        for level in range(len(data.levels) - 2, -1, -1):
            lower, number = data.levels[level + 1][1], data.levels[level][1]
            unit = np.arange(lower) * number // lower
            first = np.searchsorted(unit, np.arange(number))
            parts.insert(0, np.add.reduceat(parts[0], first, axis=0))
        return np.concatenate(parts)

    sums = {name: rolled(getattr(data, name)) for name in ["cases", "cleared", "population"]}
    units = data.units

    def read(measure: str, extent: str) -> np.ndarray:
        cells = sums[measure]
        if measure == "population":
            return np.repeat(cells[:, 1:], 12, axis=1).astype(float)
        if extent.startswith("to_date"):
            cells = cells.reshape(units, YEARS + 1, 12).cumsum(axis=2).reshape(units, -1)
        cells = cells[:, :-12] if extent.endswith("before") else cells[:, 12:]
        return cells.astype(float)

    keys = {
        "unit": np.repeat(np.arange(units, dtype=np.int32), MONTHS),
        "month": np.tile(np.arange(MONTHS), units),
    }
    return arrow(data, indicators(read, data.percent), keys)


# ---- polars: a frame of cells, expressions throughout, scipy where there is no other way


def long_cells(data: Data) -> dict[str, np.ndarray]:
    stations, months = data.cases.shape
    above = {
        name: np.repeat(data.above(level), months).astype(np.int32)
        for level, (name, _) in enumerate(data.levels)
    }
    offset = 0
    for name, number in data.levels:
        above[name] += offset
        offset += number
    return above | {
        "month": np.tile(np.arange(-12, MONTHS, dtype=np.int32), stations),
        "cases": data.cases.ravel(),
        "cleared": data.cleared.ravel(),
        "population": np.repeat(data.population, 12, axis=1).ravel(),
    }


SUMMED = ["cases", "cleared", "population"]


def polars_job(data: Data, cells: pl.DataFrame) -> pa.Table:
    lazy = cells.lazy()
    sums = [pl.col(name).sum() for name in SUMMED]
    rolled = pl.concat(
        [lazy.group_by(pl.col(name).alias("unit"), "month").agg(sums) for name, _ in data.levels]
    ).sort("unit", "month")
    year = pl.col("month").floordiv(12).alias("year")
    to_date = [
        pl.col(name).cum_sum().over("unit", year).alias(f"{name}_to_date") for name in SUMMED[:2]
    ]
    before = ["cases", "cleared", "cases_to_date"]
    frame = (
        rolled.with_columns(to_date)
        .with_columns(
            pl.col(name).shift(12).over("unit").alias(f"{name}_before") for name in before
        )
        .filter(pl.col("month") >= 0)
        .with_columns(pl.exclude("unit", "month").cast(pl.Float64))
    )
    z2 = Z * Z

    def wilson_of(x: pl.Expr, n: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        centre, half = x + z2 / 2, Z * (x * (n - x) / n + z2 / 4).sqrt()
        there = pl.when(n > 0)
        return (
            there.then(100 * x / n),
            there.then(100 * pl.max_horizontal((centre - half) / (n + z2), 0.0)),
            there.then(100 * ((centre + half) / (n + z2))),
        )

    def byar_of(x: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        few = x.clip(upper_bound=9).cast(pl.UInt32)
        more = x + 1
        return (
            pl.when(x < 10)
            .then(pl.lit(pl.Series(EXACT_LOWER)).gather(few))
            .otherwise(x * (1 - 1 / (9 * x) - Z / (3 * x.sqrt())).pow(3)),
            pl.when(x < 10)
            .then(pl.lit(pl.Series(EXACT_UPPER)).gather(few))
            .otherwise(more * (1 - 1 / (9 * more) + Z / (3 * more.sqrt())).pow(3)),
        )

    column = pl.col
    cases, cleared, people = column("cases"), column("cleared"), column("population")
    value, low, high = wilson_of(cleared, cases)
    value2, low2, high2 = wilson_of(column("cleared_before"), column("cases_before"))
    value3, low3, high3 = wilson_of(column("cleared_to_date"), column("cases_to_date"))
    low0, high0 = byar_of(cases)
    frame = frame.with_columns(
        v=value,
        l=low,
        h=high,
        v2=value2,
        l2=low2,
        h2=high2,
        v3=value3,
        l3=low3,
        h3=high3,
        l0=low0,
        h0=high0,
    ).collect()
    if data.percent:
        now, then = frame["cases_to_date"], frame["cases_to_date_before"]
        low4, high4 = count_ratio(now.to_numpy(), then.to_numpy())
        frame = frame.with_columns(l4=pl.Series(low4), h4=pl.Series(high4))
    else:
        now, then = column("cases_to_date"), column("cases_to_date_before")
        (low4, high4), (low5, high5) = byar_of(now), byar_of(then)
        below, above = (
            ((now - low4) ** 2 + (high5 - then) ** 2),
            (high4 - now) ** 2 + (then - low5) ** 2,
        )
        frame = frame.with_columns(l4=now - then - below.sqrt(), h4=now - then + above.sqrt())
    null = pl.lit(None, pl.Float64)
    per = 1e5 / people
    now, then = column("cases_to_date"), column("cases_to_date_before")
    changed = pl.when(then > 0)
    numbers = {
        "crime": (cases, null, cases, column("l0"), column("h0"), null),
        "clearance": (cleared, cases, column("v"), column("l"), column("h"), null),
        "crime-rate": (
            cases,
            people,
            cases * 1e5 / people,
            column("l0") * per,
            column("h0") * per,
            null,
        ),
        "clearance-change": (
            column("v"),
            null,
            column("v") - column("v2"),
            column("v")
            - column("v2")
            - ((column("v") - column("l")) ** 2 + (column("h2") - column("v2")) ** 2).sqrt(),
            column("v")
            - column("v2")
            + ((column("h") - column("v")) ** 2 + (column("v2") - column("l2")) ** 2).sqrt(),
            column("v2"),
        ),
        "clearance-to-date": (
            column("cleared_to_date"),
            now,
            column("v3"),
            column("l3"),
            column("h3"),
            null,
        ),
        "crime-change-to-date": (
            now,
            then,
            changed.then(100 * (now - then) / then),
            changed.then(100 * (column("l4") - 1)),
            changed.then(100 * (column("h4") - 1)),
            then,
        )
        if data.percent
        else (now, null, now - then, column("l4"), column("h4"), then),
    }
    starts = pl.lit(pl.Series(month_starts()))
    words = pl.Enum(WORDS.to_pylist()), pl.Enum(SURE.to_pylist())
    unit_names = pl.Enum(
        [f"{level}-{unit}" for level, number in data.levels for unit in range(number)]
    )
    level = pl.Series(np.repeat([0, 1, 2, 3], [n for _, n in data.levels]).astype(np.uint8))
    level_names = pl.Enum([level for level, _ in data.levels])
    target_names = pl.Enum(list(GOALS))
    keys = frame.lazy().with_columns(
        level=pl.lit(level).gather(column("unit")).cat.to(level_names),
        unit_name=column("unit").cast(pl.UInt16).cat.to(unit_names),
    )
    parts = []
    for name, six in numbers.items():
        comparator, goal = GOALS[name]
        begin = (
            column("month") - column("month") % 12 if name.endswith("to-date") else column("month")
        )
        floor = comparator == "at_least"
        value, lower, upper = column("value"), column("lower"), column("upper")
        part = keys.select(
            pl.lit(name).cast(target_names).alias("target"),
            column("unit_name").alias("unit"),
            "level",
            starts.gather(begin).alias("window_start"),
            starts.gather(column("month") + 1).alias("window_end"),
            *[number.alias(to) for number, to in zip(six, COLUMNS, strict=False)],
        ).with_columns(
            gap=value - goal if floor else goal - value,
            verdict=pl.when(value.is_null())
            .then(pl.lit("indeterminate", words[0]))
            .when(value >= goal if floor else value <= goal)
            .then(pl.lit("met", words[0]))
            .otherwise(pl.lit("missed", words[0])),
            certainty=pl.when(value.is_null())
            .then(pl.lit("unknown", words[1]))
            .when((lower <= goal) & (upper >= goal))
            .then(pl.lit("within_chance", words[1]))
            .otherwise(pl.lit("clear", words[1])),
        )
        parts.append(part)
    return pl.concat(parts).collect().to_arrow()


# ---- DuckDB: sums, windows and lags in SQL; limits and words in numpy


def duckdb_job(data: Data, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    union = " union all ".join(
        f"select {name} as unit, month, sum(cases)::double cases, sum(cleared)::double cleared, "
        f"sum(population)::double population from cells group by all"
        for name, _ in data.levels
    )
    year = "partition by unit, floor(month / 12)"
    sums = connection.execute(f"""
        with rolled as ({union}), dated as (
            select *, sum(cases) over ({year} order by month) as cases_to_date,
                sum(cleared) over ({year} order by month) as cleared_to_date
            from rolled),
        lagged as (
            select *, lag(cases, 12) over ({LAG}) as cases_before,
                lag(cleared, 12) over ({LAG}) as cleared_before,
                lag(cases_to_date, 12) over ({LAG}) as cases_to_date_before
            from dated)
        select * from lagged where month >= 0 order by unit, month""").fetchnumpy()
    return from_sums(data, sums)


LAG = "partition by unit order by month"


def from_sums(data: Data, sums: dict[str, np.ndarray]) -> pa.Table:
    def read(measure: str, extent: str) -> np.ndarray:
        suffix = extent.removeprefix("month")
        name = measure + (f"_{extent}" if extent.startswith("to_date") else suffix)
        return np.asarray(sums[name])

    keys = {
        "unit": np.asarray(sums["unit"]).astype(np.int32),
        "month": np.asarray(sums["month"]).astype(np.intp),
    }
    return arrow(data, indicators(read, data.percent), keys)


# ---- pandas


def pandas_job(data: Data, cells: pd.DataFrame) -> pa.Table:
    rolled = pd.concat(
        [
            cells.groupby([name, "month"], sort=False)[SUMMED]
            .sum()
            .rename_axis(["unit", "month"])
            .reset_index()
            for name, _ in data.levels
        ]
    )
    rolled = rolled.sort_values(["unit", "month"], ignore_index=True).astype(
        dict.fromkeys(SUMMED, float)
    )
    by_year = rolled.groupby(["unit", rolled["month"] // 12], sort=False)
    for name in ["cases", "cleared"]:
        rolled[f"{name}_to_date"] = by_year[name].cumsum()
    by_unit = rolled.groupby("unit", sort=False)
    for name in ["cases", "cleared", "cases_to_date"]:
        rolled[f"{name}_before"] = by_unit[name].shift(12)
    judged_months = rolled[rolled["month"] >= 0]
    return from_sums(data, {name: judged_months[name].to_numpy() for name in judged_months})


# ---- all together


def canonical(rows: pa.Table) -> pl.DataFrame:
    frame = pl.DataFrame(rows).select(
        pl.col("target").cast(pl.String),
        pl.col("unit").cast(pl.String),
        "window_start",
        "window_end",
        "value",
        "lower",
        "upper",
        pl.col("verdict").cast(pl.String),
    )
    # attain has a target per level and window to date; the others one for all.
    target = pl.col("target").str.replace(r"-(country|region|district|station)(-\d+)?$", "")
    return frame.with_columns(target=target).sort("target", "unit", "window_end")


def agree(name: str, expected: pl.DataFrame, found: pl.DataFrame) -> None:
    """Stops unless each row's value, limits and verdict are the same."""
    keys = ["target", "unit", "window_start", "window_end"]
    if not expected.select(keys).equals(found.select(keys)):
        sys.exit(f"{name}: the rows differ")
    if not expected["verdict"].equals(found["verdict"]):
        differ = expected.with_columns(other=found["verdict"]).filter(
            pl.col("verdict") != pl.col("other")
        )
        # Floats can't tell on which side of the goal a difference of quotients lies that is on it.
        goal = pl.col("target").replace_strict({name: goal for name, (_, goal) in GOALS.items()})
        far = differ.filter((pl.col("value") - goal).abs() > 1e-9)
        print(
            f"{name}: {len(differ)} verdicts differ exactly at the goal, by the rounding of floats"
        )
        if len(far):
            sys.exit(f"{name}: {len(far)} verdicts differ\n{far}")
    for column, tolerance in [("value", 1e-9), ("lower", 1e-8), ("upper", 1e-8)]:
        one, other = expected[column], found[column]
        if not one.is_null().equals(other.is_null()):
            sys.exit(f"{name}: {column} is missing in other rows")
        one, other = one.drop_nulls().to_numpy(), other.drop_nulls().to_numpy()
        if not np.allclose(one, other, rtol=tolerance, atol=tolerance):
            at = np.nanargmax(np.abs(one - other))
            sys.exit(f"{name}: {column} differs: {one[at]} and {other[at]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="11,000 stations instead of 579")
    parser.add_argument(
        "--percent", action="store_true", help="exact intervals for ratios of counts"
    )
    parser.add_argument("--repeat", type=int, default=5)
    chosen = parser.parse_args()
    data = draw(chosen.full, chosen.percent)
    plan, tally = attain_inputs(data)
    cells = long_cells(data)
    frame, pandas_frame = pl.DataFrame(cells), pd.DataFrame(cells)
    connection = duckdb.connect(config={"threads": pl.thread_pool_size()})
    connection.register("input", pa.table(cells))
    connection.execute("create table cells as select * from input")

    contestants: dict[str, Callable[[], pa.Table]] = {
        "attain, their columns": lambda: pa.table(
            attain.assess(plan, tally, as_of=AS_OF, columns=JOB_COLUMNS)
        ),
        "attain, all columns": lambda: pa.table(attain.assess(plan, tally, as_of=AS_OF)),
        "numpy": lambda: numpy_job(data),
        "polars": lambda: polars_job(data, frame),
        "DuckDB": lambda: duckdb_job(data, connection),
        "pandas": lambda: pandas_job(data, pandas_frame),
    }
    expected = canonical(contestants["attain, all columns"]())
    print(machine("numpy", "polars", "duckdb", "pandas", "scipy", "attain"))
    print(
        f"{len(expected):,} rows; attain, polars and DuckDB on {pl.thread_pool_size()} threads,"
        " numpy and pandas on one"
    )
    for name, job in contestants.items():
        agree(name, expected, canonical(job()))
    number = len(expected)
    del expected
    timings = [measure(name, job, chosen.repeat) for name, job in contestants.items()]
    table("Cells to rows of judgement, as Arrow columns", timings, number)


if __name__ == "__main__":
    main()
