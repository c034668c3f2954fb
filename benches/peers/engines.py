"""From events in Parquet files to a tally: attain's reader beside engines with the cell query.

    python benches/peers/engines.py [--events 10000000] [--repeat 3]

Events of 579 stations on the days of five years, of two measures, in 8 files; the plan judges
months, as of the middle of December. Every way ends with the same report. PostgreSQL gets the
first events of one file, loaded before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import machine, measure, table

import attain as at
import attain.spark

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "python"))
from engines import Postgres, postgres, sail

AS_OF = "2023-12-15"
FILES = 8


def plan(stations: int) -> at.Plan:
    units = [{"id": "c", "level": "city"}]
    units += [{"id": f"s{at:03}", "level": "station", "parent": "c"} for at in range(stations)]
    month = {"every": "month", "within": ["2019-01-01", "2024-01-01"]}
    target = {"goal": {"at_most": 100}, "window": month, "units": {"level": "station"}}
    return at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "engines",
            "measures": {"cases": {}, "cleared": {}},
            "indicators": {"crime": {"count": "cases"}, "cleared": {"count": "cleared"}},
            "units": {"levels": ["city", "station"], "list": units},
            "targets": {
                "a": target | {"indicator": "crime"},
                "b": target | {"indicator": "cleared"},
            },
        }
    )


def draw(events: int, stations: int, folder: Path) -> list[str]:
    random = np.random.default_rng(20_231_214)
    codes = pa.array([f"s{at:03}" for at in range(stations)])
    paths = []
    for part in range(FILES):
        size = events // FILES
        days = random.integers(0, 5 * 365, size).astype("int32") + 17_897
        unit = pa.array(random.integers(0, stations, size).astype("int32"))
        measures = pa.array(random.integers(0, 2, size).astype("int32"))
        columns = {
            "unit": pa.DictionaryArray.from_arrays(unit, codes).cast(pa.string()),
            "date": pa.array(days, pa.date32()),
            "measure": pa.DictionaryArray.from_arrays(
                measures, pa.array(["cases", "cleared"])
            ).cast(pa.string()),
            "value": pa.array(random.integers(1, 4, size).astype("float64")),
        }
        path = str(folder / f"events-{part}.parquet")
        pq.write_table(pa.table(columns), path, compression="zstd")
        paths.append(path)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--server-events", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    events, repeat = chosen.events, chosen.repeat
    columns = ["unit", "date", "measure", "value"]
    judged = plan(579)
    with tempfile.TemporaryDirectory() as name, postgres() as uri, sail() as session:
        paths = draw(events, 579, Path(name))
        few = f"{name}/few/events.parquet"
        Path(few).parent.mkdir()
        pq.write_table(pq.read_table(paths[0]).slice(0, chosen.server_events), few)

        def own() -> at.Tally:
            parts = [at.tally(judged, path, rows="events", as_of=AS_OF) for path in paths]
            return sum(parts[1:], parts[0])

        def by_duckdb() -> at.Tally:
            sql = at.cell_query(
                judged, f"read_parquet('{name}/*.parquet')", as_of=AS_OF, columns=columns
            )
            return at.Tally.from_cells(judged, duckdb.connect().sql(sql), as_of=AS_OF)

        def by_sail(check_rows: bool = False) -> at.Tally:
            frame = session.read.parquet(*paths)
            return attain.spark.tally(
                judged, frame, as_of=AS_OF, columns=columns, check_rows=check_rows
            )

        def report(tally: at.Tally) -> at.Report:
            return at.assess(judged, tally, as_of=AS_OF)

        expected = report(own())
        ways: dict[str, Callable[[], at.Tally]] = {
            "attain reads the files": own,
            "DuckDB, cell query": by_duckdb,
            "Sail, cell query": by_sail,
            "Sail, mapInArrow": lambda: by_sail(check_rows=True),
        }
        print(machine("duckdb", "pysail", "adbc_driver_postgresql", "attain"))
        print(f"{events:,} events in {FILES} files; the CPU of Sail is that of this process")
        timings = []
        for title, way in ways.items():
            timing = measure(title, way, repeat=repeat)
            if report(timing.answer) != expected:
                raise SystemExit(f"{title}: another report")
            timings.append(timing)
        table("Files to a tally", timings, events)
        server = Postgres(uri)
        server.load("events", pq.read_table(few))
        sql = at.cell_query(judged, "events", dialect="postgres", as_of=AS_OF, columns=columns)

        def by_postgres() -> at.Tally:
            return at.Tally.from_cells(judged, server.query(sql), as_of=AS_OF)

        by_query = measure("PostgreSQL, cell query", by_postgres, repeat=3)
        one = measure(
            "attain reads the file",
            lambda: at.tally(judged, few, rows="events", as_of=AS_OF),
            repeat=3,
        )
        if report(by_query.answer) != report(one.answer):
            raise SystemExit("PostgreSQL: another report")
        table("A table to a tally (CPU of the client)", [one, by_query], chosen.server_events)
        server.connection.close()


if __name__ == "__main__":
    main()
