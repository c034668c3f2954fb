"""Reports as tables, objects, texts, pages and files: the same rows in each."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import attain

HANOI = attain.Plan.load("examples/hanoi/plan.yaml")
AS_OF = datetime.date(2025, 12, 31)

TEXT = pa.dictionary(pa.int32(), pa.string())
CODE = pa.dictionary(pa.int32(), pa.string(), ordered=True)
DAY, NUMBER = pa.date32(), pa.float64()
SCHEMA = pa.schema(
    [
        pa.field("target", TEXT, nullable=False),
        pa.field("indicator", TEXT, nullable=False),
        pa.field("campaign", TEXT),
        pa.field("unit", TEXT, nullable=False),
        pa.field("unit_name", TEXT, nullable=False),
        pa.field("level", TEXT, nullable=False),
        pa.field("window_start", DAY, nullable=False),
        pa.field("window_end", DAY, nullable=False),
        pa.field("as_of", DAY, nullable=False),
        pa.field("final", pa.bool_(), nullable=False),
        pa.field("numerator", NUMBER),
        pa.field("denominator", NUMBER),
        pa.field("value", NUMBER),
        pa.field("lower", NUMBER),
        pa.field("upper", NUMBER),
        pa.field("confidence", NUMBER),
        pa.field("method", TEXT),
        pa.field("dispersion", NUMBER),
        pa.field("baseline", NUMBER),
        pa.field("goal", TEXT, nullable=False),
        pa.field("goal_value", NUMBER),
        pa.field("goal_upper", NUMBER),
        pa.field("expected_now", NUMBER),
        pa.field("verdict", CODE, nullable=False),
        pa.field("certainty", CODE, nullable=False),
        pa.field("pace", CODE),
        pa.field("chance", NUMBER),
        pa.field("projected", NUMBER),
        pa.field("projected_lower", NUMBER),
        pa.field("projected_upper", NUMBER),
        pa.field("exposure", NUMBER),
        pa.field("nowcast", NUMBER),
        pa.field("gap", NUMBER),
        pa.field("needed", pa.int64()),
        pa.field("attainment", NUMBER),
        pa.field("progress", NUMBER),
        pa.field("completeness", NUMBER),
        pa.field("matched", pa.uint32()),
        pa.field("unmatched", pa.uint32()),
        pa.field("imputed", NUMBER),
        pa.field("reason", CODE),
        pa.field("basis", TEXT),
        pa.field("owners", TEXT),
        pa.field("stratum", TEXT),
        pa.field("illustrative", pa.bool_(), nullable=False),
    ]
)


@pytest.fixture(scope="module")
def report() -> attain.Report:
    tally = attain.tally(HANOI, "examples/hanoi/outcomes.csv")
    return attain.assess(HANOI, tally, as_of=AS_OF)


# ---- The rows


def test_a_report_after_another_has_the_rows_of_a_whole_assessment() -> None:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "measures": {"cases": {}},
            "indicators": {"known": {"count": "cases"}},
            "units": {"levels": ["city"], "list": [{"id": "c", "level": "city"}]},
            "targets": {
                "few": {
                    "indicator": "known",
                    "goal": {"at_most": 2},
                    "window": {"every": "month", "within": "2025"},
                }
            },
        }
    )

    def events(*days: str) -> pa.Table:
        dates = [datetime.date.fromisoformat(day) for day in days]
        return pa.table(
            {"unit": ["c"] * len(days), "date": dates, "measure": ["cases"] * len(days)}
        )

    tally = attain.tally(plan, events("2025-01-05", "2025-06-14"), rows="events")
    before = attain.assess(plan, tally, as_of="2025-06-14")
    tally.add(events("2025-01-09", "2025-01-10", "2025-06-15"))
    after = attain.assess(plan, tally, as_of="2025-06-15", after=before)
    assert pa.table(after) == pa.table(attain.assess(plan, tally, as_of="2025-06-15"))
    assert [row.value for row in after.rows[:6]] == [3, 0, 0, 0, 0, 2]
    # The report of the day before says what it said.
    assert before.rows[0].value == 1

    hanoi = attain.tally(HANOI, "examples/hanoi/outcomes.csv")
    with pytest.raises(attain.RequestError, match="earlier report"):
        attain.assess(HANOI, hanoi, as_of=AS_OF, after=before)


def test_a_report_has_these_columns_of_these_types(report: attain.Report) -> None:
    assert len(SCHEMA) == 45
    assert pa.schema(report).equals(SCHEMA)
    assert pa.table(report).schema.equals(SCHEMA)
    assert report.assessments.column_names == SCHEMA.names


def test_chosen_columns_are_those_of_the_report_in_the_order_named(
    report: attain.Report,
) -> None:
    names = ["verdict", "unit", "chance", "value"]
    expected = pa.table(report).select(names)
    tally = attain.tally(HANOI, "examples/hanoi/outcomes.csv")
    assessed = attain.assess(HANOI, tally, as_of=AS_OF, columns=names)
    after = attain.assess(HANOI, tally, as_of=AS_OF, after=report, columns=names)
    for table in (report.select(names), assessed, after):
        assert pa.table(table) == expected
    packed = ["value", "unit"]
    assessed = attain.assess(HANOI, tally, as_of=AS_OF, columns=packed)
    assert pa.table(assessed) == pa.table(report).select(packed)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["verdct"], "no such column: found `verdct` .*did you mean `verdict`"),
        (["unit", "unit"], "stands twice: found `unit`"),
        ([], "no column is named"),
    ],
)
def test_columns_that_are_unknown_or_named_twice_are_refused(
    report: attain.Report, names: list[str], message: str
) -> None:
    tally = attain.tally(HANOI, "examples/hanoi/outcomes.csv")
    with pytest.raises(attain.RequestError, match=message):
        report.select(names)
    with pytest.raises(attain.RequestError, match=message):
        attain.assess(HANOI, tally, as_of=AS_OF, columns=names)


def test_a_report_without_rows_has_the_columns_too(report: attain.Report) -> None:
    none = report.filter(target="clearance-2022", verdict="missed")
    assert len(none) == 0
    assert none.rows == []
    assert none.to_arrow().schema.equals(SCHEMA)
    assert none.to_pandas().shape == none.to_polars().shape == (0, 45)
    assert "0 judgements" in none.text()


def test_the_objects_say_what_the_table_says(report: attain.Report) -> None:
    table = pa.table(report).to_pylist()
    assert [row.to_dict() for row in report.rows] == table
    for row, columns in zip(report.rows, table, strict=True):
        assert list(row.to_dict()) == SCHEMA.names
        assert {name: getattr(row, name) for name in SCHEMA.names} == columns


def test_the_rows_are_those_that_were_worked_out_by_hand(report: attain.Report) -> None:
    with Path("examples/hanoi/expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    table = report.to_polars().select("target", "unit", "window_start", "window_end", "verdict")
    found = {tuple(map(str, row)) for row in table.iter_rows()}
    assert found == {tuple(row[name] for name in table.columns) for row in expected}


def test_every_library_takes_a_report_as_a_table(report: attain.Report) -> None:
    verdicts = [row.verdict for row in report.rows]
    assert pa.table(report)["verdict"].to_pylist() == verdicts
    assert pl.DataFrame(report)["verdict"].to_list() == verdicts
    assert pd.DataFrame.from_arrow(report)["verdict"].tolist() == verdicts
    assert duckdb.connect().from_arrow(report).select("verdict").fetchall() == [
        (verdict,) for verdict in verdicts
    ]
    assert isinstance(report.to_arrow(), pa.Table)
    assert isinstance(report.to_pandas(), pd.DataFrame)
    assert isinstance(report.to_polars(), pl.DataFrame)


def test_pandas_keeps_whole_numbers_that_may_be_missing_apart_from_their_gaps(
    report: attain.Report,
) -> None:
    needed = report.to_pandas()["needed"]
    assert [None if pd.isna(number) else number for number in needed] == [
        row.needed for row in report.rows
    ]


def test_a_report_says_what_it_is_of(report: attain.Report) -> None:
    assert report.plan == HANOI
    assert report.as_of == AS_OF
    assert repr(report) == "<Report of hanoi as of 2025-12-31: 60 rows>"


def test_a_row_says_what_it_is_of(report: attain.Report) -> None:
    (row,) = report.filter(target="tet-2024-clearance").rows
    assert repr(row) == (
        "<Assessment of tet-2024-clearance for 01, 2024-02-08 to before 2024-02-15: met>"
    )
    assert row == report.filter(target="tet-2024-clearance").rows[0]
    assert row != report.rows[0]


# ---- Some of the rows


@pytest.mark.parametrize(
    "narrowing",
    [
        {"target": "clearance-2022"},
        {"unit": "01"},
        {"level": "country"},
        {"verdict": "missed"},
        {"unit": "VN", "verdict": "met"},
    ],
)
def test_a_filter_keeps_the_rows_that_fit_in_their_order(
    report: attain.Report, narrowing: dict[str, str]
) -> None:
    kept = report.filter(**narrowing)  # type: ignore[arg-type]
    fitting = [
        row
        for row in report.rows
        if all(getattr(row, name) == value for name, value in narrowing.items())
    ]
    assert 0 < len(fitting) < len(report)
    assert kept.rows == fitting


@pytest.mark.parametrize(
    "conditions",
    [
        {"target": ["clearance-2022", "tet-2024-clearance"]},
        {"verdict": ["met", "indeterminate"]},
        {"verdict": "missed", "certainty": ["clear", "within_chance"]},
        {"reason": ["no_data", "incomplete"]},
        {"unit": [], "verdict": "met"},
    ],
)
def test_a_filter_takes_lists_of_what_it_keeps(
    report: attain.Report, conditions: dict[str, str | list[str]]
) -> None:
    def fits(row: attain.Assessment) -> bool:
        return all(
            getattr(row, name) in ([value] if isinstance(value, str) else value)
            for name, value in conditions.items()
        )

    kept = report.filter(**conditions)  # type: ignore[arg-type]
    assert kept.rows == [row for row in report.rows if fits(row)]


def test_a_filter_names_windows_by_periods_and_days(report: attain.Report) -> None:
    def starts(window: str | datetime.date | list[str | datetime.date]) -> set[datetime.date]:
        return {row.window_start for row in report.filter(window=window).rows}

    year = datetime.date(2022, 1, 1)
    of_year = [row for row in report.rows if row.window_start == year]
    assert of_year
    assert starts("2022") == {year}
    assert year in starts(datetime.date(2022, 3, 5))
    assert starts(["2022", "2023"]) == {year, datetime.date(2023, 1, 1)}
    with pytest.raises(attain.RequestError, match="no window `2022-W07`"):
        report.filter(window="2022-W07")


def test_pandas_makes_a_frame_of_a_report_and_of_a_table(report: attain.Report) -> None:
    frame = pd.DataFrame(report)
    assert list(frame.columns) == SCHEMA.names
    assert frame["verdict"].tolist() == report.assessments["verdict"]
    assert list(report) == report.assessments.to_dicts()
    days = report.to_pandas()["window_start"]
    assert pd.api.types.is_datetime64_any_dtype(days)
    assert days.dt.date.tolist() == report.assessments["window_start"]
    with pytest.raises(KeyError, match="did you mean `verdict`"):
        report.assessments["verdit"]


def test_a_filter_by_campaign_keeps_its_targets(report: attain.Report) -> None:
    campaigns = {row.campaign for row in report.rows} - {None}
    assert campaigns
    for campaign in campaigns:
        kept = report.filter(campaign=campaign)
        assert {row.campaign for row in kept.rows} == {campaign}


def test_a_filter_that_asks_for_nothing_keeps_everything(report: attain.Report) -> None:
    assert report.filter().to_arrow().equals(report.to_arrow())


@pytest.mark.parametrize(
    ("narrowing", "message"),
    [
        ({"target": "clearance-2202"}, "did you mean `clearance-2022`?"),
        ({"unit": "00"}, "no unit `00`"),
        ({"level": "districts"}, "did you mean `district`?"),
        ({"campaign": "tet"}, "no campaign `tet`"),
        ({"verdict": "failed"}, "expected met, missed, indeterminate"),
    ],
)
def test_what_the_plan_does_not_have_can_not_be_asked_for(
    report: attain.Report, narrowing: dict[str, str], message: str
) -> None:
    with pytest.raises(attain.RequestError) as caught:
        report.filter(**narrowing)  # type: ignore[arg-type]
    assert message in str(caught.value)


# ---- Why a row says what it says


def test_an_explanation_reads_as_text_and_as_data(report: attain.Report) -> None:
    explanation = report.explain("clearance-h1-2023", unit="01", window="2023-03-15")
    assert explanation.formula == (
        "Vụ phạm tội về trật tự xã hội khám phá — social-order crimes cleared"
        " ÷ Vụ phạm tội về trật tự xã hội phát hiện — social-order crimes recorded × 100"
    )
    assert explanation.judgement.startswith("Met: 90.8\xa0% (1\u202f670 of 1\u202f840)")
    assert explanation.row in report.rows
    data = explanation.to_dict()
    assert [(one["measure"], one["value"]) for one in data["inputs"]] == [
        ("cleared", 1670),
        ("cases", 1840),
    ]
    assert data["row"]["window_start"] == "2023-01-01"
    assert data["row"]["final"] is True
    assert list(data["row"]) == SCHEMA.names
    # It can be passed on as JSON.
    assert json.loads(json.dumps(data)) == data
    # Long lines are broken.
    text = str(explanation).replace("\n    ", " ")
    for piece in (
        "1\u202f670",
        "1\u202f840",
        "96/2019/QH14",
        explanation.judgement,
        explanation.formula,
    ):
        assert piece in text
    assert repr(explanation).startswith("<Explanation of clearance-h1-2023 for 01: Met: 90.8")


def test_a_row_that_can_not_be_judged_says_what_is_missing(report: attain.Report) -> None:
    explanation = report.explain("rehab-volunteers-2024")
    assert explanation.row.reason == "no_data"
    assert explanation.judgement.startswith("No verdict")
    assert [one["value"] for one in explanation.to_dict()["inputs"]] == [None]


def test_a_day_in_the_window_may_be_a_date(report: attain.Report) -> None:
    by_date = report.explain("clearance-2022", window=datetime.date(2022, 12, 31))
    assert by_date.to_dict() == report.explain("clearance-2022", window="2022-12-31").to_dict()
    # The window is half-open: its end is a day too late.
    with pytest.raises(attain.RequestError, match="no row"):
        report.explain("clearance-2022", window="2023-01-01")


def test_an_ambiguous_row_is_asked_for() -> None:
    berlin = attain.Plan.load("examples/berlin/plan.yaml")
    tally = attain.tally(berlin, "examples/berlin/outcomes.csv")
    report = attain.assess(berlin, tally, as_of="2020-01-01")
    with pytest.raises(attain.RequestError, match=r"84 rows .* name a unit as well"):
        report.explain("burglary-down-district")
    with pytest.raises(attain.RequestError, match=r"7 rows .* name the window, or a day in it"):
        report.explain("burglary-down-district", unit="01")
    row = report.explain("burglary-down-district", unit="01", window="2017-06-01").row
    assert (row.unit, row.window_start) == ("01", datetime.date(2017, 1, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "clearence-2022"}, "did you mean `clearance-2022`?"),
        ({"target": "clearance-2022", "unit": "VM"}, "did you mean `VN`?"),
        ({"target": "clearance-2022", "unit": "VN"}, "no row"),
    ],
)
def test_a_row_that_there_is_not_can_not_be_explained(
    report: attain.Report, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(attain.RequestError) as caught:
        report.explain(**arguments)  # type: ignore[arg-type]
    assert message in str(caught.value)


# ---- Whole and parts


def test_a_whole_that_differs_from_its_parts_is_listed() -> None:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "clinics",
            "units": {
                "levels": ["region", "clinic"],
                "list": [
                    {"id": "r", "name": "Region", "level": "region"},
                    {"id": "n", "name": "North", "level": "clinic", "parent": "r"},
                    {"id": "s", "name": "South", "level": "clinic", "parent": "r"},
                ],
            },
            "measures": {"visits": {}},
            "indicators": {"visits-made": {"count": "visits"}},
            "targets": {
                "busy": {
                    "indicator": "visits-made",
                    "goal": {"at_least": 100},
                    "window": {"every": "year", "within": ["2024-01-01", "2026-01-01"]},
                    "units": ["r"],
                }
            },
        }
    )
    figures = pl.DataFrame(
        {
            "unit": ["r", "n", "s", "r", "n", "s"],
            "period": ["2024", "2024", "2024", "2025", "2025", "2025"],
            "measure": ["visits"] * 6,
            # In 2024 the parts make the whole, in 2025 seven are missing.
            "value": [90, 40, 50, 110, 43, 60],
        }
    )
    report = attain.assess(plan, attain.tally(plan, figures), as_of="2025-12-31")
    assert [row.value for row in report.rows] == [90, 110]
    differences = report.reconcile()
    assert len(differences) == 1
    assert pa.table(differences).to_pylist() == [
        {
            "unit": "r",
            "unit_name": "Region",
            "level": "region",
            "window_start": datetime.date(2025, 1, 1),
            "window_end": datetime.date(2026, 1, 1),
            "measure": "visits",
            "parts_are": "units",
            "whole": 110.0,
            "parts": 103.0,
            "difference": 7.0,
        }
    ]


# ---- For people


def test_a_text_keeps_to_the_width_of_the_terminal(report: attain.Report) -> None:
    for width in (40, 60, 80, 100, 200):
        # Every character of these texts is one cell wide.
        assert max(map(len, report.text(width=width).splitlines())) <= width


@pytest.mark.parametrize("width", [0, 1, 39])
def test_a_text_for_no_terminal_at_all_is_as_for_a_narrow_one(
    report: attain.Report, width: int
) -> None:
    assert report.text(width=width) == report.text(width=40)


def test_colours_are_only_added(report: attain.Report) -> None:
    plain, coloured = report.text(), report.text(colour=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert str(report) == plain


def test_a_page_is_given_or_written(report: attain.Report, tmp_path: Path) -> None:
    path = tmp_path / "scorecard.html"
    assert report.to_html(path) is None
    page = path.read_text(encoding="utf-8")
    assert page == report.to_html()
    assert page.lower().startswith("<!doctype html>")
    assert HANOI.title.split("—", maxsplit=1)[0].strip() in page


def test_a_notebook_shows_the_scorecard(report: attain.Report) -> None:
    shown = report.filter(target="clearance-2022")._repr_html_()
    assert "clearance in the year" in shown or "87.3" in shown
    assert "<html" not in shown.lower()


def test_names_are_no_markup() -> None:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "title": "<script>alert(1)</script>",
            "units": {"levels": ["c"], "list": [{"id": "c", "name": "<b>C&D</b>", "level": "c"}]},
            "measures": {"cases": {}},
            "indicators": {"i": {"count": "cases", "title": "<i>"}},
            "targets": {"t": {"indicator": "i", "goal": {"at_most": 1}, "window": "2025"}},
        }
    )
    table = {"unit": ["c"], "period": ["2025"], "measure": ["cases"], "value": [1]}
    report = attain.assess(plan, attain.tally(plan, pl.DataFrame(table)), as_of="2025-12-31")
    for markup in (report.to_html(), report._repr_html_()):
        assert "<script>alert" not in markup
        assert "<b>C&D</b>" not in markup


# ---- Files


def test_a_csv_file_holds_the_rows(report: attain.Report, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    report.to_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert list(written[0]) == SCHEMA.names
    kinds = {str(DAY): datetime.date.fromisoformat, str(NUMBER): float, "int64": int, "uint32": int}
    for texts, row in zip(written, report.rows, strict=True):
        for field in SCHEMA:
            text, value = texts[field.name], getattr(row, field.name)
            if value is None:
                assert text == ""
            elif field.type == pa.bool_():
                assert text == str(value).lower()
            else:
                assert kinds.get(str(field.type), str)(text) == value


def test_a_csv_file_for_spreadsheets_holds_no_formulas(tmp_path: Path) -> None:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "units": {"levels": ["city"], "list": [{"id": "1", "name": "=1+2", "level": "city"}]},
            "measures": {"cases": {}},
            "indicators": {"cases": {"count": "cases"}},
            "targets": {"few": {"indicator": "cases", "goal": {"at_most": 1}, "window": "2024"}},
        }
    )
    frame = pl.DataFrame({"unit": ["1"], "period": ["2024"], "measure": "cases", "value": [1]})
    report = attain.assess(plan, attain.tally(plan, frame), as_of="2025-01-31")
    path = tmp_path / "rows.csv"
    for options, name in (({}, "=1+2"), ({"spreadsheet_safe": True}, "'=1+2")):
        report.to_csv(path, **options)
        with path.open(encoding="utf-8", newline="") as file:
            assert [row["unit_name"] for row in csv.DictReader(file)] == [name]


def test_a_parquet_file_holds_the_rows_and_their_types(
    report: attain.Report, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    report.to_parquet(str(path))
    table = pyarrow.parquet.read_table(path)
    # A file keeps the codes that occur, in no order of meaning.
    fields = [field.with_type(TEXT) if field.type == CODE else field for field in SCHEMA]
    assert table.schema.equals(pa.schema(fields))
    assert table.to_pydict() == report.to_arrow().to_pydict()
    assert pl.read_parquet(path)["verdict"].to_list() == [row.verdict for row in report.rows]


@pytest.mark.parametrize("method", ["to_html", "to_page", "to_csv", "to_parquet"])
def test_a_file_that_can_not_be_written_is_a_file_error(
    report: attain.Report, method: str, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "rows"
    with pytest.raises(attain.FileError) as caught:
        getattr(report, method)(path)
    assert caught.value.faults[0].file == str(path)


def test_small_pictures_are_svg_elements_with_their_meaning_in_words() -> None:
    plan = attain.Plan.load("examples/berlin/plan.yaml")
    report = attain.assess(
        plan, attain.tally(plan, "examples/berlin/outcomes.csv"), as_of="2019-12-31"
    )
    target = "burglary-down-city"
    rows = report.filter(target=target).rows
    for picture in (report.sparkline(target), report.rug(target)):
        element = ElementTree.fromstring(picture)
        title, description = (element[place].text for place in (0, 1))
        assert title == f"{plan.targets.to_dicts()[0]['title']} · {rows[0].unit_name}"
        assert description is not None
        for row in rows:
            assert f"{row.window_start.year}: " in description
    assert report.rug(target, windows=2).count("<g ") == 2
    assert "không đạt" in report.sparkline(target, language="vi")
    with pytest.raises(attain.RequestError, match="name a unit as well"):
        report.rug("burglary-down-district")
    with pytest.raises(attain.RequestError, match="no such language"):
        report.rug(target, language="fr")  # type: ignore[arg-type]
