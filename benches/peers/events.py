"""Events into cells: sums by unit, month and measure, beside the engines that people use for it.

Every engine gets the same columns and gives the sum of every unit, month and measure; the sums are
compared before anything is measured. Run it with `make bench`, or by hand:

    python benches/peers/events.py              # 1e7 events in 579 units and in 11,000
    python benches/peers/events.py --full       # 1e8
"""

from __future__ import annotations

import argparse
import os
import tempfile
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import limit_threads, machine, measure
from measure import table as print_table

import attain as at

FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)
DAYS = (LAST - FIRST).days + 1
MONTHS = 60
MEASURES = 12
# Twenty strata: two columns more.
STRATA = {"sex": ["f", "m"], "age": [f"{age}-{age + 9}" for age in range(0, 100, 10)]}
SEED = 20231231


def plan(units: int, measures: int = MEASURES, by: dict[str, list[str]] | None = None) -> at.Plan:
    """Four levels, and a monthly target for every measure in every unit, and in every stratum."""
    districts, communes = 12, max(12, units // 10)
    table = [{"id": "city", "level": "city"}]
    table += [{"id": f"d{i}", "level": "district", "parent": "city"} for i in range(districts)]
    table += [
        {"id": f"k{i}", "level": "commune", "parent": f"d{i % districts}"} for i in range(communes)
    ]
    table += [{"id": f"u{i}", "level": "group", "parent": f"k{i % communes}"} for i in range(units)]
    every_month = {"every": "month", "within": [str(FIRST), "2024-01-01"]}
    return at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "events",
            "units": {"levels": ["city", "district", "commune", "group"], "list": table},
            "strata": by or {},
            "measures": {f"m{i}": {} for i in range(measures)},
            "indicators": {f"i{i}": {"count": f"m{i}"} for i in range(measures)},
            "targets": {
                f"t{i}": {
                    "indicator": f"i{i}",
                    "goal": {"at_most": 100},
                    "window": every_month,
                    "units": {"level": "group"},
                    **({"by": list(by)} if by else {}),
                }
                for i in range(measures)
            },
        }
    )


def events(
    rows: int, units: int, measures: int = MEASURES, by: dict[str, list[str]] | None = None
) -> pa.Table:
    """As they come from a register: in no order, codes as dictionaries."""
    rng = np.random.default_rng(SEED)
    unit = rng.integers(0, units, rows, dtype=np.int32)
    day = rng.integers(0, DAYS, rows, dtype=np.int32) + (FIRST - date(1970, 1, 1)).days
    kind = rng.integers(0, measures, rows, dtype=np.uint8)
    value = rng.integers(1, 6, rows, dtype=np.int8).astype(np.float64)

    strata = {
        name: pa.DictionaryArray.from_arrays(
            rng.integers(0, len(categories), rows, dtype=np.uint8), categories
        )
        for name, categories in (by or {}).items()
    }

    def dictionary(keys: np.ndarray, letter: str, number: int) -> pa.Array:
        return pa.DictionaryArray.from_arrays(keys, [f"{letter}{i}" for i in range(number)])

    return pa.table(
        {
            "unit": dictionary(unit, "u", units),
            "date": pa.array(day).cast(pa.date32()),
            "measure": dictionary(kind, "m", measures),
            "value": value,
            **strata,
        }
    )


# ---- The same job, engine by engine; each gives a function that does it once.


def attain_tally(table: pa.Table, model: at.Plan) -> Callable[[], object]:
    return lambda: at.tally(model, table, rows="events", as_of=LAST)


def attain_days(table: pa.Table, model: at.Plan) -> Callable[[], object]:
    return lambda: at.tally(model, table, rows="events")


def attain_file(path: Path, model: at.Plan) -> Callable[[], object]:
    return lambda: at.tally(model, path, rows="events", as_of=LAST)


BY_MONTH = """
    SELECT unit, date_trunc('month', date) AS month, measure, {strata} sum(value) AS value
    FROM {source} GROUP BY ALL
"""


def by_month(source: str, table: pa.Table) -> str:
    """The query, by the strata that the table has."""
    strata = "".join(f"{name}, " for name in strata_of(table))
    return BY_MONTH.format(source=source, strata=strata)


def strata_of(table: pa.Table) -> list[str]:
    return [name for name in STRATA if name in table.column_names]


def duckdb_connection(threads: int):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET enable_progress_bar = false")
    return connection


def duckdb_arrow(table: pa.Table, threads: int) -> Callable[[], object]:
    connection = duckdb_connection(threads)
    connection.register("events", table)
    query = by_month("events", table)
    return lambda: connection.execute(query).to_arrow_table()


def duckdb_file(path: Path, table: pa.Table, threads: int) -> Callable[[], object]:
    connection = duckdb_connection(threads)
    query = by_month(f"'{path}'", table)
    return lambda: connection.execute(query).to_arrow_table()


def duckdb_codes(table: pa.Table, threads: int) -> Callable[[], object]:
    """A native table of small integer codes, months ready made: DuckDB's perfect hash."""
    connection = duckdb_connection(threads)
    day = table["date"].cast(pa.int32()).to_numpy() - (FIRST - date(1970, 1, 1)).days
    month_of = np.array([(d.year - FIRST.year) * 12 + d.month - 1 for d in days()], dtype=np.int16)
    codes = pa.table(
        {
            "unit": pa.chunked_array([c.indices for c in table["unit"].chunks]).cast(pa.int16()),
            "month": month_of[day],
            "measure": pa.chunked_array([c.indices for c in table["measure"].chunks]),
            "value": table["value"],
            **{
                name: pa.chunked_array([c.indices for c in table[name].chunks])
                for name in strata_of(table)
            },
        }
    )
    connection.register("codes", codes)
    connection.execute("CREATE TABLE events AS SELECT * FROM codes")
    connection.unregister("codes")
    strata = "".join(f"{name}, " for name in strata_of(table))
    query = f"SELECT unit, month, measure, {strata} sum(value) AS value FROM events GROUP BY ALL"
    return lambda: connection.execute(query).to_arrow_table()


def days() -> list[date]:
    return [date.fromordinal(FIRST.toordinal() + i) for i in range(DAYS)]


def polars_lazy(table: pa.Table) -> Callable[[], object]:
    import polars as pl

    frame = pl.DataFrame(table).with_columns(
        pl.col(name).cast(pl.Enum(table[name].chunk(0).dictionary.to_pylist()))
        for name in ("unit", "measure", *strata_of(table))
    )
    query = (
        frame.lazy()
        .group_by(
            "unit", pl.col("date").dt.truncate("1mo").alias("month"), "measure", *strata_of(table)
        )
        .agg(pl.col("value").sum())
    )
    return lambda: query.collect(engine="streaming")


def polars_fused(table: pa.Table, measures: int) -> Callable[[], object]:
    """One 32-bit key of unit, month, measure and strata."""
    import polars as pl

    frame = pl.DataFrame(
        {
            "unit": table["unit"].combine_chunks().indices.cast(pa.uint32()),
            "date": table["date"],
            "measure": table["measure"].combine_chunks().indices.cast(pa.uint32()),
            "value": table["value"],
            **{
                name: table[name].combine_chunks().indices.cast(pa.uint32())
                for name in strata_of(table)
            },
        }
    )
    day = pl.col("date").dt
    month = ((day.year() - FIRST.year) * 12 + day.month() - 1).cast(pl.UInt32)
    key = (pl.col("unit") * MONTHS + month) * measures + pl.col("measure")
    for name in strata_of(table):
        key = key * len(STRATA[name]) + pl.col(name)
    query = frame.lazy().group_by(key.alias("key")).agg(pl.col("value").sum())
    return lambda: query.collect(engine="streaming")


def polars_file(path: Path, table: pa.Table) -> Callable[[], object]:
    import polars as pl

    month = pl.col("date").dt.truncate("1mo").alias("month")
    frame = pl.scan_parquet(path).group_by("unit", month, "measure", *strata_of(table))
    query = frame.agg(pl.col("value").sum())
    return lambda: query.collect(engine="streaming")


def pandas_groupby(table: pa.Table) -> Callable[[], object]:
    frame = table.to_pandas(date_as_object=False)

    def run() -> object:
        month = frame["date"].dt.to_period("M")
        keys = ["unit", month.rename("month"), "measure"]
        return frame.groupby(keys, observed=True)["value"].sum()

    return run


# ---- Whether they agree.


def check(table: pa.Table, tally: at.Tally, threads: int) -> int:
    """Every sum of ours against every sum of DuckDB's; gives how many there are."""
    theirs = duckdb_arrow(table, threads)()
    strata = strata_of(table)
    names = ("unit", "month", "measure", "value", *strata)
    expected = {
        (
            unit,
            str(month)[:10],
            kind,
            ", ".join(f"{name}={one}" for name, one in zip(strata, categories, strict=True)),
        ): value
        for unit, month, kind, value, *categories in zip(
            *(theirs[name].to_pylist() for name in names), strict=True
        )
    }
    rows = pa.table(at.assess(tally.plan, tally, as_of=LAST).assessments)
    names = ("unit", "window_start", "target", "value", "stratum")
    columns = (rows[name].to_pylist() for name in names)
    found = 0
    for unit, month, target, value, stratum in zip(*columns, strict=True):
        key = (unit, str(month), "m" + target.removeprefix("t"), stratum or "")
        if expected.pop(key, 0.0) != (value or 0.0):
            raise SystemExit(f"the answers differ: {key}")
        found += 1
    if expected:
        raise SystemExit(f"{len(expected)} sums are missing")
    return found


def compare(
    rows: int,
    units: int,
    threads: int,
    repeat: int,
    by: dict[str, list[str]] | None = None,
) -> None:
    """All engines on the same events, from memory and from a file."""
    measures = MEASURES
    model = plan(units, measures, by)
    table = events(rows, units, measures, by)
    what = f"{rows:,} events in {units:,} units, of {measures} measures"
    if by:
        what += f" in {np.prod([len(categories) for categories in by.values()])} strata"
    jobs: dict[str, Callable[[], object]] = {"attain": attain_tally(table, model)}
    # Of strata there are too many sums to look at each: some of the units are judged instead.
    few = 20 if by else units
    some = plan(few, measures, by)
    part = events(1_000_000, few, measures, by)
    same = check(part, attain_tally(part, some)(), threads)
    print(f"\n{same:,} sums of {part.num_rows:,} events are those of DuckDB")
    if not by:
        jobs["attain, every day apart"] = attain_days(table, model)
    jobs |= {
        "DuckDB over Arrow": duckdb_arrow(table, threads),
        "DuckDB, native table of codes": duckdb_codes(table, threads),
        "polars, Enum keys": polars_lazy(table),
        "polars, fused key": polars_fused(table, measures),
    }
    if rows <= 20_000_000 and not by:
        jobs["pandas"] = pandas_groupby(table)
    timings = [measure(name, job, repeat) for name, job in jobs.items()]
    print_table(f"{what}, from memory", timings, rows)
    del jobs, timings

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        for name in ("unit", "measure", *strata_of(table)):
            at_column = table.column_names.index(name)
            table = table.set_column(at_column, name, table[name].cast(pa.string()))
        pq.write_table(table, path, compression="zstd")
        table = table.slice(0, 0)
        jobs = {
            "attain": attain_file(path, model),
            "DuckDB": duckdb_file(path, table, threads),
            "polars": polars_file(path, table),
        }
        timings = [measure(name, job, repeat) for name, job in jobs.items()]
        size = path.stat().st_size / 1e6
        print_table(f"The same from Parquet, zstd, {size:.0f} MB", timings, rows)


def main() -> None:
    """Measures everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="1e8 events instead of 1e7")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    threads = len(os.sched_getaffinity(0))
    limit_threads(threads)
    print(machine("pyarrow", "duckdb", "polars", "pandas", "attain"))
    print(f"{threads} threads each; times are medians; ratios are to the first line of each table.")
    rows = 100_000_000 if options.full else 10_000_000
    compare(rows, 579, threads, options.repeat)
    compare(rows, 11_000, threads, options.repeat)
    # Twelve measures in twenty strata: 158 million cells, of which few are filled.
    compare(10_000_000, 11_000, threads, options.repeat, STRATA)


if __name__ == "__main__":
    main()
