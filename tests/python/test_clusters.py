"""Outcomes that lie with workers: parts become tallies there, and add up to the whole here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from engines import sail
from test_cell_query import PLAN, SCHEMA, contents, events

import attain as at
import attain.spark

AS_OF = "2023-06-30"


def part(table: pa.Table) -> at.Tally:
    return at.tally(PLAN, table, rows="events", as_of=AS_OF)


@pytest.mark.filterwarnings("default")
def test_tallies_of_dask_workers_add_up() -> None:
    from distributed import Client, LocalCluster

    table = events(6_000, seed=5)
    whole = part(table)
    pieces = [table.slice(first, 1_000) for first in range(0, len(table), 1_000)]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        parts = client.gather(client.map(part, pieces, pure=False))
    # They come in the order of the pieces; the sum is the same in any other.
    total = sum(reversed(parts))
    assert isinstance(total, at.Tally)
    assert contents(total) == contents(whole)
    assert at.assess(PLAN, total, as_of=AS_OF) == at.assess(PLAN, whole, as_of=AS_OF)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with sail() as session:
        yield session


@pytest.mark.parametrize("check_rows", [False, True])
@pytest.mark.filterwarnings("default")
def test_a_spark_frame_becomes_a_tally(session: Any, check_rows: bool) -> None:
    table = events(6_000, seed=6)
    # Each partition reads its rows by itself.
    frame = session.createDataFrame(table).repartition(3)
    found = attain.spark.tally(PLAN, frame, as_of=AS_OF, check_rows=check_rows)
    whole = part(table)
    assert at.assess(PLAN, found, as_of=AS_OF) == at.assess(PLAN, whole, as_of=AS_OF)
    if check_rows:
        assert contents(found) == contents(whole)


@pytest.mark.filterwarnings("default")
def test_a_checked_frame_names_what_is_wrong(session: Any) -> None:
    rows = [*events(20, seed=7).to_pylist()]
    rows.append(rows[0] | {"unit": "x"})
    frame = session.createDataFrame(pa.Table.from_pylist(rows, SCHEMA))
    with pytest.raises(Exception, match="there is no unit `x`"):
        attain.spark.tally(PLAN, frame, check_rows=True)
    with pytest.raises(at.OutcomeError, match="there is no unit `x`"):
        attain.spark.tally(PLAN, frame)
    with pytest.raises(at.RequestError, match="excludes `zone`"):
        attain.spark.tally(PLAN, frame, check_rows=True, zone="Asia/Ho_Chi_Minh")
