"""The cell query on real engines: the tally of its rows is that of the outcomes, bit for bit."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from engines import ENGINES, Engine, engine_named

import attain as at

PLAN = at.Plan.parse(
    """
attain: 1
plan: p
strata: {sex: [f, m]}
units:
  levels: [city, commune]
  list:
    - {id: c, level: city}
    - {id: a, level: commune, parent: c, valid_to: 2023-05-17}
    - {id: a, name: Larger, level: commune, parent: c, valid_from: 2023-05-17}
    - {id: "b'", level: commune, parent: c}
measures: {cases: {}, cleared: {}, largest: {over_time: max}}
indicators:
  crime: {count: cases}
  women: {count: cases, where: {sex: f}}
  clearance: {proportion: {numerator: cleared, denominator: cases}}
  peak: {count: largest}
targets:
  months:
    indicator: crime
    goal: {at_most: 40}
    window: {every: month, within: "2023"}
    units: {level: commune}
  year: {indicator: crime, goal: {at_most: 500}, window: "2023"}
  women: {indicator: women, goal: {at_most: 200}, window: "2023"}
  cleared: {indicator: clearance, goal: {at_least: 50}, window: {every: quarter, within: "2023"}}
  peak: {indicator: peak, goal: {at_most: 5}, window: "2023", units: {level: commune}}
"""
)
SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("date", pa.date32()),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("status", pa.string()),
        ("recorded_at", pa.date32()),
        ("sex", pa.string()),
    ]
)
DAYS = ["2023-05-16", "2023-06-30", "2023-12-31"]


def events(number: int, seed: int) -> pa.Table:
    """Events of every kind: without a value, of fractions, with a status, recorded later, large."""
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for _ in range(number):
        day = datetime.date(2022, 12, 25) + datetime.timedelta(draw.randrange(380))
        status = draw.choice([None] * 8 + ["A", "P", "I", "Q", "L", " "])
        value = draw.choice([None, 1, 1, 2, 3, 0, 0.5, 0.1, 7, 2_097_152, 2_097_153, 1e9])
        if status in ("Q", "L"):
            value = None
        late = datetime.timedelta(draw.randrange(90))
        rows.append(
            {
                "unit": draw.choice(["a", "b'"]),
                "date": day,
                "measure": draw.choice(["cases", "cases", "cases", "cleared", "largest"]),
                "value": value,
                "status": status,
                "recorded_at": day + late if draw.random() < 0.3 else None,
                "sex": draw.choice([None, "f", "m"]),
            }
        )
    return pa.Table.from_pylist(rows, SCHEMA)


def contents(tally: at.Tally) -> list[tuple[object, ...]]:
    """The cells without where they came from, in an order of their own."""
    cells = tally.cells()
    names = [name for name in cells.column_names if name not in ("source", "row", "rows")]
    rows = [tuple(row[name] for name in names) for row in cells.to_dicts()]
    return sorted(rows, key=repr)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with engine_named(request.param) as engine:
        yield engine


@pytest.mark.parametrize("as_of", [*DAYS, None])
def test_the_tally_of_the_query_is_that_of_the_events(engine: Engine, as_of: str | None) -> None:
    table = events(4_000, seed=20_231_214)
    known = table
    if as_of is not None:
        # The query leaves out what was not known by then, which no report of the day reads.
        day = datetime.date.fromisoformat(as_of)
        is_known = [at is None or at <= day for at in table.column("recorded_at").to_pylist()]
        known = table.filter(pa.array(is_known))
    expected = at.tally(PLAN, known, rows="events", as_of=as_of)
    engine.load("events", table)
    sql = at.cell_query(PLAN, "events", dialect=engine.dialect, as_of=as_of)
    found = at.Tally.from_cells(PLAN, engine.query(sql), as_of=as_of)
    assert contents(found) == contents(expected)
    for day in [as_of] if as_of is not None else DAYS:
        assert at.assess(PLAN, found, as_of=day) == at.assess(PLAN, expected, as_of=day)
        whole = at.tally(PLAN, table, rows="events", as_of=day)
        assert at.assess(PLAN, found, as_of=day) == at.assess(PLAN, whole, as_of=day)


Row = tuple[str, str | None, float | None, str | None, str | None]


@pytest.mark.parametrize(
    ("rows", "naive"),
    [
        # A window's end in mid-month: what came after it is not of the window.
        pytest.param(
            [("2023-06-10", None, 3.0, None, None), ("2023-06-25", None, 4.0, None, None)],
            "select unit, date_trunc('month', date)::date as date, measure, sum(value) as value"
            " from events group by all",
            id="months",
        ),
        # Events without a value count 1.
        pytest.param(
            [("2023-06-10", None, None, None, None)] * 2 + [("2023-06-10", None, 3.0, None, None)],
            "select unit, date, measure, sum(value) as value from events group by all",
            id="no value",
        ),
        # Imputed values are a share of their own.
        pytest.param(
            [("2023-06-10", None, 1.0, "I", None)] + [("2023-06-10", None, 1.0, None, None)] * 3,
            "select unit, date, measure, sum(value) as value from events group by all",
            id="status",
        ),
        # What was recorded later was not known.
        pytest.param(
            [("2023-06-10", None, 3.0, None, None), ("2023-06-10", "2023-07-05", 1.0, None, None)],
            "select unit, date, measure, sum(value) as value from events group by all",
            id="recorded later",
        ),
    ],
)
def test_what_sums_by_hand_lose(engine: Engine, rows: list[Row], naive: str) -> None:
    as_of = "2023-06-15"
    day = datetime.date.fromisoformat
    table = pa.Table.from_pylist(
        [
            {
                "unit": "b'",
                "date": day(date),
                "measure": "cases",
                "value": value,
                "status": status,
                "recorded_at": None if recorded is None else day(recorded),
                "sex": None,
            }
            for date, recorded, value, status, _ in rows
        ],
        SCHEMA,
    )
    expected = at.assess(PLAN, at.tally(PLAN, table, rows="events", as_of=as_of), as_of=as_of)
    engine.load("events", table)
    sql = at.cell_query(PLAN, "events", dialect=engine.dialect, as_of=as_of)
    tally = at.Tally.from_cells(PLAN, engine.query(sql), as_of=as_of)
    assert at.assess(PLAN, tally, as_of=as_of) == expected
    if engine.dialect == "duckdb":
        by_hand = at.tally(PLAN, engine.query(naive), rows="events", as_of=as_of)
        assert at.assess(PLAN, by_hand, as_of=as_of) != expected


def test_revised_figures_replace_each_other(engine: Engine) -> None:
    figure = {"unit": "b'", "measure": "cases", "status": None, "sex": None}
    day = datetime.date.fromisoformat
    rows = [
        figure | {"period": "2023-01", "value": 4.0, "recorded_at": day("2023-02-01")},
        figure | {"period": "2023-01", "value": 3.0, "recorded_at": day("2023-03-01")},
        figure | {"period": "2023-02", "value": 9.0, "recorded_at": day("2023-09-01")},
    ]
    schema = pa.schema(
        [("period", pa.string()), *[field for field in SCHEMA if field.name != "date"]]
    )
    table = pa.Table.from_pylist(rows, schema)
    as_of = "2023-06-30"
    engine.load("figures", table)
    sql = at.cell_query(PLAN, "figures", dialect=engine.dialect, rows="figures", as_of=as_of)
    found = at.Tally.from_cells(PLAN, engine.query(sql), as_of=as_of)
    expected = at.assess(PLAN, at.tally(PLAN, table), as_of=as_of)
    assert at.assess(PLAN, found, as_of=as_of) == expected
    assert expected.filter(target="year").rows[0].numerator == 3
    # The same figure twice is no revision.
    engine.load("figures", pa.concat_tables([table, table.slice(1, 1)]))
    with pytest.raises(at.OutcomeError, match="a second figure for the same unit"):
        at.Tally.from_cells(PLAN, engine.query(sql), as_of=as_of)


def test_an_instant_falls_on_the_day_of_its_zone(engine: Engine) -> None:
    zone = "Asia/Ho_Chi_Minh"
    columns = ["unit", "date", "measure"]
    if engine.dialect == "sqlite":
        with pytest.raises(at.RequestError, match="sqlite knows no time zones"):
            at.cell_query(PLAN, "instants", dialect="sqlite", columns=columns, zone=zone)
        return
    # 01:30 on New Year's Day in Hà Nội.
    instant = datetime.datetime(2022, 12, 31, 18, 30, tzinfo=datetime.UTC)
    table = pa.table(
        {
            "unit": ["b'"],
            "date": pa.array([instant], pa.timestamp("us", "UTC")),
            "measure": ["cases"],
        }
    )
    engine.load("instants", table)
    sql = at.cell_query(PLAN, "instants", dialect=engine.dialect, columns=columns, zone=zone)
    tally = at.Tally.from_cells(PLAN, engine.query(sql))
    assert [row["start"] for row in tally.cells().to_dicts()] == [datetime.date(2023, 1, 1)]
    report = at.assess(PLAN, tally, as_of="2023-12-31")
    assert report.filter(target="year").rows[0].numerator == 1


def test_unknown_codes_come_back_and_are_refused_where_they_stand(engine: Engine) -> None:
    rows = events(50, seed=7).to_pylist()
    rows.append(rows[0] | {"unit": "x", "status": None, "value": 1.0})
    rows.append(rows[0] | {"sex": "q", "status": None, "value": 1.0})
    engine.load("events", pa.Table.from_pylist(rows, SCHEMA))
    sql = at.cell_query(PLAN, "events", dialect=engine.dialect, as_of="2024-12-31")
    with pytest.raises(at.OutcomeError) as refused:
        at.Tally.from_cells(PLAN, engine.query(sql), as_of="2024-12-31")
    message = str(refused.value)
    assert "there is no unit `x`" in message
    assert "there is no category `q` of `sex`" in message


def test_columns_have_the_names_that_are_given(engine: Engine) -> None:
    table = events(500, seed=11).rename_columns(
        ["district", "happened at", "kind", "number", "mark", "known", "gender"]
    )
    engine.load("renamed", table)
    columns = {
        "unit": "district",
        "date": "happened at",
        "measure": "kind",
        "value": "number",
        "status": "mark",
        "recorded_at": "known",
        "sex": "gender",
    }
    sql = at.cell_query(PLAN, "renamed", dialect=engine.dialect, columns=columns)
    found = at.Tally.from_cells(PLAN, engine.query(sql))
    names = {ours: theirs for ours, theirs in columns.items() if ours != "sex"}
    expected = at.tally(
        PLAN,
        table,
        rows="events",
        strata={"gender": "sex"},
        **{name: [source] if name == "unit" else source for name, source in names.items()},
    )
    assert contents(found) == contents(expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: at.cell_query(PLAN, "t", columns=["unit", "date"]),
            "no column is named for `measure`",
        ),
        (
            lambda: at.cell_query(PLAN, "t", columns=["unit", "measure"]),
            "no column says which days",
        ),
        (
            lambda: at.cell_query(PLAN, "t", columns=["unit", "date", "measure", "age"]),
            "have no column `age`",
        ),
        (
            lambda: at.cell_query(PLAN, "t", columns=["unit", "unit", "date", "measure"]),
            "`unit` is named twice",
        ),
        (
            lambda: at.cell_query(PLAN, "t", dialect="oracle"),
            "duckdb, postgres, spark, sqlite, ansi",
        ),  # type: ignore[arg-type]
    ],
)
def test_what_a_query_can_not_be_made_of_is_refused(call: Callable[[], str], message: str) -> None:
    with pytest.raises(at.RequestError, match=message):
        call()


def test_the_query_of_the_standard_is_one_that_duckdb_reads_too() -> None:
    table = events(300, seed=3)
    connection = duckdb.connect()
    connection.register("events", table)
    sql = at.cell_query(PLAN, "(select * from events)", dialect="ansi", as_of="2023-06-30")
    found = at.Tally.from_cells(PLAN, connection.sql(sql).to_arrow_table(), as_of="2023-06-30")
    expected = at.tally(PLAN, table, rows="events", as_of="2023-06-30")
    report = at.assess(PLAN, expected, as_of="2023-06-30")
    assert at.assess(PLAN, found, as_of="2023-06-30") == report
