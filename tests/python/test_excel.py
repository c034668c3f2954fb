"""Workbooks: what is written is read back equal, and what is filled in is counted."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from workbooks import equal, filled, heads, opened, rows_of, template

import attain as at

ROOT = Path(__file__).parents[2]
HANOI = ROOT / "examples/hanoi"


@pytest.fixture(scope="module")
def hanoi() -> at.Report:
    plan = at.Plan.load(HANOI / "plan.yaml")
    return at.assess(plan, at.tally(plan, HANOI / "outcomes.csv"), as_of="2025-12-31")


def test_the_sheet_of_assessments_has_every_cell_of_the_rows(hanoi: at.Report) -> None:
    frame = hanoi.to_pandas()
    head, *rows = rows_of(opened(hanoi.to_excel())["Assessments"])
    assert list(head) == list(frame.columns)
    assert len(rows) == len(frame)
    for name, cells in zip(head, zip(*rows, strict=True), strict=True):
        differing = [
            (cell, value)
            for cell, value in zip(cells, frame[name], strict=True)
            if not equal(cell, value)
        ]
        assert differing == [], name


def test_the_sheet_of_assessments_is_a_table(hanoi: at.Report) -> None:
    table = opened(hanoi.to_excel())["Assessments"].tables["assessments"]
    assert table.ref.startswith("A1:")
    assert [column.name for column in table.tableColumns] == list(hanoi.to_pandas().columns)


@pytest.mark.parametrize(
    ("language", "sheet", "words"),
    [
        ("en", "Scorecard", {"met": "met", "missed": "missed", "indeterminate": "no verdict"}),
        (
            "vi",
            "Bảng điểm",
            {"met": "đạt", "missed": "đạt", "indeterminate": "chưa kết luận"},
        ),
    ],
)
def test_a_line_of_the_scorecard_says_what_its_row_says(
    hanoi: at.Report, language: Any, sheet: str, words: dict[str, str]
) -> None:
    book = opened(hanoi.to_excel(language=language))
    assessments = rows_of(book.worksheets[2])
    column = {name: place for place, name in enumerate(assessments[0])}
    marks = {"met": "✔", "missed": "✘", "indeterminate": "?"}
    linked = [row for row in book[sheet].iter_rows() if row[5].hyperlink is not None]
    assert len(linked) == len(hanoi)
    for cells in linked:
        # The link leads to the row.
        place = int(cells[5].hyperlink.location.rsplit("A", 1)[1])
        row = assessments[place - 1]
        verdict = row[column["verdict"]]
        assert cells[5].value.startswith(marks[verdict]), row
        assert words[verdict] in cells[5].value
        if cells[4].value is not None:
            assert cells[4].value == row[column["value"]]
        assert cells[8].value == row[column["attainment"]]


def test_equal_reports_are_equal_bytes_and_nothing_leads_out(
    hanoi: at.Report, tmp_path: Path
) -> None:
    path = tmp_path / "card.xlsx"
    hanoi.to_excel(path)
    assert path.read_bytes() == hanoi.to_excel() == hanoi.to_excel()
    with zipfile.ZipFile(path) as package:
        assert not any("External" in package.read(name).decode() for name in package.namelist())
    assert opened(path.read_bytes()).properties.created.isoformat().startswith("2025-12-31")


def test_a_value_is_shown_in_digits_that_keep_its_verdict() -> None:
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "units": {"levels": ["c"], "list": [{"id": "c", "level": "c"}]},
            "measures": {"n": {}, "d": {}},
            "indicators": {"share": {"ratio": {"numerator": "n", "denominator": "d"}}},
            "targets": {"t": {"indicator": "share", "goal": {"at_least": 90}, "window": "2024"}},
        }
    )
    rows = [("n", 8996), ("d", 10_000)]
    frame = pd.DataFrame(rows, columns=["measure", "value"]).assign(unit="c", period="2024")
    report = at.assess(plan, at.tally(plan, frame), as_of="2025-01-31")
    sheet = opened(report.to_excel())["Scorecard"]
    (cells,) = [row for row in sheet.iter_rows() if row[5].hyperlink is not None]
    # With one decimal it would look as though 90 were reached.
    assert (cells[4].value, cells[4].number_format) == (89.96, '#,##0.00"\xa0%"')


def test_a_template_asks_for_what_the_targets_need() -> None:
    sheet = opened(template().to_template())["Outcomes"]
    column = heads(sheet)
    asked = [
        tuple(row[column[name] - 1] for name in ("measure", "unit", "period", "sex"))
        for row in rows_of(sheet)[1:]
    ]
    quarters = [f"2024-Q{n}" for n in range(1, 5)]
    assert asked == [
        *(("cases", unit, quarter, None) for unit in ("011", "021") for quarter in quarters),
        *(("cleared", unit, "2024", "f") for unit in ("011", "021", "031")),
        ("index", "01", "2024", None),
    ]
    assert sheet.protection.sheet
    value = sheet.cell(2, column["value"])
    assert value.value is None
    assert not value.protection.locked
    assert sheet.cell(2, column["unit"]).protection.locked
    some = opened(template().to_template(within="2024-Q2"))["Outcomes"]
    assert some.max_row == 3


def test_a_template_in_vietnamese_has_the_same_columns() -> None:
    book = opened(template().to_template(language="vi"))
    assert book.sheetnames == ["Số liệu", "Cách điền"]
    assert list(heads(book["Số liệu"])) == list(heads(opened(template().to_template())["Outcomes"]))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_template_that_was_filled_in_counts_as_a_csv_does(language: Any, tmp_path: Path) -> None:
    plan = template()
    workbook, frame = filled(language)
    got = at.sources.excel(workbook)
    assert len(got) == len(frame)
    # Rows without a value are not reported, and not 0.
    assert len(frame) < opened(workbook).worksheets[0].max_row - 1
    path = tmp_path / "filled.csv"
    frame.to_csv(path, index=False)
    day = "2025-01-31"
    assert at.assess(plan, got.tally(plan), as_of=day) == at.assess(
        plan, at.tally(plan, path), as_of=day
    )


def test_a_tracking_table_is_read_in_one_call() -> None:
    table = ROOT / "examples/tracking/itt.xlsx"
    calendar = {"year_starts": "10-01", "named_by": "end"}
    got = at.sources.excel(table, map={"calendar": calendar})
    plan = at.Plan.from_dict(got.plan)
    report = at.assess(plan, got.tally(plan), as_of="2025-03-31")
    assert report.to_pandas()["verdict"].value_counts().to_dict() == {
        "met": 4,
        "missed": 4,
        "indeterminate": 3,
    }
    assert got.outcomes["source"][0] == "itt.xlsx!ITT!I6"
    by_file = at.sources.excel(table, map=ROOT / "examples/tracking/map.yaml")
    assert by_file.notes == got.notes


def test_faults_name_sheet_and_cell() -> None:
    with pytest.raises(at.OutcomeError) as raised:
        at.sources.excel(ROOT / "tests/interchange/excel/pit.xlsx")
    cells = {fault.path for fault in raised.value.faults}
    assert cells == {f"Outcomes!{cell}" for cell in ("A14", "B5", "D6", "D7", "D9")}
    with pytest.raises(at.FileError, match="no workbook"):
        at.sources.excel(b"a,b\n1,2\n")
    with pytest.raises(at.RequestError, match="did you mean `header`"):
        at.sources.excel(ROOT / "examples/tracking/itt.xlsx", map={"headers": 3})
    with pytest.raises(at.RequestError, match="sheet"):
        at.sources.excel(ROOT / "examples/tracking/itt.xlsx", sheet="Indicators")


def test_the_command_line_reads_workbooks(tmp_path: Path) -> None:
    plan, outcomes, notes = (tmp_path / name for name in ("p.yaml", "o.csv", "n.csv"))
    tracking = ROOT / "examples/tracking"
    done = attain(
        *("import", "excel", tracking / "itt.xlsx", "--map", tracking / "map.yaml"),
        *("-o", plan, outcomes, "--notes", notes),
    )
    assert done.returncode == 0, done.stderr
    assert "left_out_heading" in done.stderr
    assert len(pd.read_csv(notes)) == 5
    done = attain("assess", plan, outcomes, "--as-of", "2025-03-31")
    assert done.returncode == 0, done.stderr
    assert "4 met" in done.stdout


def attain(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "attain", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_line_writes_workbooks(tmp_path: Path) -> None:
    card, template = tmp_path / "card.xlsx", tmp_path / "fill-me.xlsx"
    plan = HANOI / "plan.yaml"
    done = attain(
        *("assess", plan, HANOI / "outcomes.csv", "--as-of", "2025-12-31"),
        *("--language", "vi", "--xlsx", card),
    )
    assert done.returncode == 0, done.stderr
    assert "Bảng điểm" in openpyxl.load_workbook(card).sheetnames
    done = attain("template", plan, "-o", template, "--within", "2025")
    assert done.returncode == 0, done.stderr
    assert openpyxl.load_workbook(template).sheetnames == ["Outcomes", "How to fill in"]
    done = attain("template", plan, "-o", plan)
    assert done.returncode == 2
    assert "overwrite" in done.stderr
