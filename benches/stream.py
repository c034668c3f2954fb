"""Judges a hundred million rows and writes them as Parquet, in bounded memory.

(ulimit -v 4000000; python benches/stream.py)

100,000 units, 60 months, 17 targets: 102 million rows. Prints seconds, the largest resident memory
before and after, and the size of the file, and checks its rows.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import attain as at

MONTHS = [f"{year}-{month:02}" for year in range(2019, 2024) for month in range(1, 13)]
MEASURES = 8
LAST = "2023-12-31"


def plan_of(units: int, targets: int) -> at.Plan:
    """Counts of events and ratios of two counts, for every unit and month."""
    table = [{"id": f"d{district}", "level": "district"} for district in range(units // 1_000)]
    table += [
        {"id": f"u{unit}", "level": "unit", "parent": f"d{unit // 1_000}"} for unit in range(units)
    ]
    window = {"every": "month", "within": ["2019-01-01", "2024-01-01"]}
    goals: list[dict[str, object]] = []
    indicators: dict[str, object] = {}
    for target in range(targets):
        measure, other = f"m{target % MEASURES}", f"m{(target + 1) % MEASURES}"
        if target < MEASURES:
            indicators[f"i{target}"] = {"count": measure}
            goals.append({"at_most": 2})
        else:
            indicators[f"i{target}"] = {"ratio": {"numerator": measure, "denominator": other}}
            goals.append({"at_least": 40 + target})
    return at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "stream",
            "units": {"levels": ["district", "unit"], "list": table},
            "measures": {f"m{measure}": {} for measure in range(MEASURES)},
            "indicators": indicators,
            "targets": {
                f"t{target}": {
                    "indicator": f"i{target}",
                    "goal": goal,
                    "window": window,
                    "units": {"level": "unit"},
                }
                for target, goal in enumerate(goals)
            },
        }
    )


def events(units: int, number: int) -> Iterator[pa.RecordBatch]:
    """Events in no order, a million at a time."""
    random = np.random.default_rng(1)
    days = np.arange("2019-01-01", "2024-01-01", dtype="datetime64[D]")
    codes = pa.array([f"u{unit}" for unit in range(units)])
    measures = pa.array([f"m{measure}" for measure in range(MEASURES)])
    for first in range(0, number, 1_000_000):
        some = min(1_000_000, number - first)
        unit = pa.array(random.integers(0, units, some, dtype=np.int32))
        measure = pa.array(random.integers(0, MEASURES, some, dtype=np.int32))
        yield pa.record_batch(
            {
                "unit": pa.DictionaryArray.from_arrays(unit, codes),
                "date": pa.array(random.choice(days, some)),
                "measure": pa.DictionaryArray.from_arrays(measure, measures),
            }
        )


def peak() -> float:
    """The largest resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Prints what the stream takes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--targets", type=int, default=17)
    parser.add_argument("--events", type=int, default=20_000_000)
    options = parser.parse_args()
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    print("address space:", "unlimited" if limit < 0 else f"at most {limit / 1e9:.2f} GB")

    plan = plan_of(options.units, options.targets)
    tally: at.Tally | None = None
    for batch in events(options.units, options.events):
        if tally is None:
            tally = at.tally(plan, batch, rows="events", as_of=LAST)
        else:
            tally.add(batch)
    assert tally is not None, "there are events"
    print(f"{len(tally):,} events are tallied: at most {peak():,.0f} MB so far")

    rows = options.units * len(MONTHS) * options.targets
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        wall, cpu = time.perf_counter(), time.process_time()
        at.assess_batches(plan, tally, as_of=LAST).to_parquet(path)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        file = pq.ParquetFile(path)
        assert file.metadata.num_rows == rows, "each target, month and unit has a row"
        print(f"{rows:,} rows: {cpu:,.0f} s CPU, {wall:,.0f} s wall, at most {peak():,.0f} MB")
        print(f"{path.stat().st_size / 1e6:,.0f} MB in {file.num_row_groups} row groups")
        # The last target's rows, beside those of a report of them alone.
        report = at.assess(plan, tally, as_of=LAST, targets=f"t{options.targets - 1}", windows=LAST)
        columns = ["unit", "value", "verdict", "lower", "upper"]
        last = file.read_row_group(file.num_row_groups - 1, columns=columns)
        tail = min(len(last), len(report))
        expected = pa.table(report.select(columns)).slice(len(report) - tail)
        found = last.slice(len(last) - tail)
        assert found.to_pylist() == expected.to_pylist(), "the rows are the same"


if __name__ == "__main__":
    main()
