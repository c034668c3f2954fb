"""Workbooks in LibreOffice: what it reads, saves, shows and prints is what was written.

A damaged part is repaired without a word when no window is open, so every cell is compared.
"""

from __future__ import annotations

import csv
import io
import math
import operator
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from workbooks import equal, filled, heads, rows_of, template

import attain as at

SOFFICE = shutil.which("soffice")
if SOFFICE is None:
    pytest.skip("no soffice on the PATH: `make` installs it", allow_module_level=True)

ROOT = Path(__file__).parents[2]
HANOI = ROOT / "examples/hanoi"
TRACKING = ROOT / "examples/tracking"
LANGUAGES: list[Any] = ["en", "vi"]

# Every sheet as a file of its own, in UTF-8, each cell as it is shown.
SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,-1"

VERDICTS = {
    "en": {
        ("met", True): "✔ met",
        ("met", False): "✔ met so far",
        ("missed", True): "✘ missed",
        ("missed", False): "✘ missed so far",
        ("indeterminate", True): "? no verdict",
        ("indeterminate", False): "? no verdict",
    },
    "vi": {
        ("met", True): "✔ đạt",
        ("met", False): "✔ đến nay đạt",
        ("missed", True): "✘ không đạt",
        ("missed", False): "✘ đến nay chưa đạt",
        ("indeterminate", True): "? chưa kết luận",
        ("indeterminate", False): "? chưa kết luận",
    },
}
GOALS: dict[str, Callable[[Any, Any], bool]] = {
    "at least": operator.ge,
    "above": operator.gt,
    "at most": operator.le,
    "below": operator.lt,
}


@dataclass(frozen=True)
class Office:
    """LibreOffice without windows, with a profile of its own."""

    profile: Path

    def convert(self, to: str, into: Path, *files: Path) -> str:
        """Converts files, and gives what the program says."""
        done = subprocess.run(
            [
                *(str(SOFFICE), f"-env:UserInstallation={self.profile.as_uri()}", "--headless"),
                *("--convert-to", to, "--outdir", into, *files),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | {"LC_ALL": "C.UTF-8", "HOME": str(self.profile)},
        )
        return done.stdout + done.stderr


@dataclass(frozen=True)
class Written:
    """Workbooks of attain in `folder`, and in folders below it what LibreOffice made of them."""

    folder: Path
    reports: dict[str, at.Report]

    def saved(self, name: str) -> Any:
        """The workbook that LibreOffice saved."""
        return openpyxl.load_workbook(self.folder / "xlsx" / f"{name}.xlsx", data_only=True)

    def shown(self, name: str, sheet: str) -> list[list[str]]:
        """The cells of a sheet as LibreOffice shows them."""
        path = self.folder / "csv" / f"{name}-{sheet}.csv"
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def written(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("workbooks")
    hanoi = at.Plan.load(HANOI / "plan.yaml")
    table = at.sources.excel(TRACKING / "itt.xlsx", map=TRACKING / "map.yaml")
    tracking = at.Plan.from_dict(table.plan)
    reports = {
        "hanoi": at.assess(hanoi, at.tally(hanoi, HANOI / "outcomes.csv"), as_of="2025-12-31"),
        "tracking": at.assess(tracking, table.tally(tracking), as_of="2025-03-31"),
    }
    for language in LANGUAGES:
        for name, report in reports.items():
            report.to_excel(folder / f"{name}-{language}.xlsx", language=language)
        hanoi.to_template(folder / f"template-{language}.xlsx", within="2025", language=language)
    files = sorted(folder.glob("*.xlsx"))
    for to in ("xlsx", "pdf", SHOWN):
        into = folder / to.partition(":")[0]
        told = office.convert(to, into, *files)
        made = [path.name for path in into.glob("*")]
        assert all(any(name.startswith(file.stem) for name in made) for file in files), told
    return Written(folder, reports)


WORKBOOKS = [
    f"{name}-{language}" for name in ("hanoi", "tracking", "template") for language in LANGUAGES
]
REPORTS = [(name, language) for name in ("hanoi", "tracking") for language in LANGUAGES]


def same(saved: Any, value: Any) -> bool:
    """Whether a value is one that LibreOffice saved: it keeps 15 digits of a number."""
    if isinstance(saved, int | float) and isinstance(value, float):
        return math.isclose(saved, value, rel_tol=1e-14)
    return equal(saved, value)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_cell_is_as_it_was_written(written: Written, name: str) -> None:
    before = openpyxl.load_workbook(written.folder / f"{name}.xlsx")
    after = written.saved(name)
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        saved = after[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                other = saved.cell(cell.row, cell.column)
                assert same(other.value, cell.value), (sheet.title, cell.coordinate)
                links = [link and link.location for link in (cell.hyperlink, other.hyperlink)]
                assert links[0] == links[1], (sheet.title, cell.coordinate)
                if cell.value is not None:
                    format_ = other.number_format.replace("\\", "")
                    assert format_ == cell.number_format, (sheet.title, cell.coordinate)
                    assert other.protection.locked == cell.protection.locked
        for what in ("dimensions", "print_title_rows"):
            assert getattr(saved, what) == getattr(sheet, what), (sheet.title, what)
        assert {table.name: table.ref for table in saved.tables.values()} == {
            table.name: table.ref for table in sheet.tables.values()
        }
        assert saved.auto_filter.ref == sheet.auto_filter.ref
        assert saved.protection.sheet == sheet.protection.sheet
        rules = [
            sorted((str(rule.sqref), rule.type, rule.formula1) for rule in found)
            for found in (
                saved.data_validations.dataValidation,
                sheet.data_validations.dataValidation,
            )
        ]
        assert rules[0] == rules[1], sheet.title


def scorecard_rows(book: Any) -> Iterator[tuple[int, Any, int]]:
    """The lines of a scorecard: where each is, its cells, and which row its link leads to."""
    for cells in book.worksheets[0].iter_rows():
        if cells[5].hyperlink is not None:
            place = int(cells[5].hyperlink.location.rsplit("A", 1)[1])
            yield cells[0].row, cells, place - 2


def sheet_of_assessments(book: Any) -> Any:
    (sheet,) = [sheet for sheet in book if "assessments" in sheet.tables]
    return sheet


@pytest.mark.parametrize(("name", "language"), REPORTS)
def test_the_sheet_of_assessments_has_the_rows_of_the_report(
    written: Written, name: str, language: str
) -> None:
    frame = written.reports[name].to_pandas()
    head, *rows = rows_of(sheet_of_assessments(written.saved(f"{name}-{language}")))
    assert list(head) == list(frame.columns)
    assert len(rows) == len(frame)
    for column, cells in zip(head, zip(*rows, strict=True), strict=True):
        for cell, value in zip(cells, frame[column], strict=True):
            assert same(cell, value), column


@pytest.mark.parametrize(("name", "language"), REPORTS)
def test_a_line_shows_the_verdict_in_words_and_a_value_that_agrees(
    written: Written, name: str, language: str
) -> None:
    report = written.reports[name].to_pandas()
    book = written.saved(f"{name}-{language}")
    shown = written.shown(f"{name}-{language}", book.sheetnames[0])
    lines = list(scorecard_rows(book))
    assert sorted(place for _, _, place in lines) == list(range(len(report)))
    judged = 0
    for line, _, place in lines:
        row, texts = report.iloc[place], shown[line - 1]
        assert texts[5] == VERDICTS[language][row["verdict"], bool(row["final"])]
        if texts[4] == "":
            assert row["verdict"] == "indeterminate" or row["value"] != row["value"]
            continue
        number = re.match(r"[\d,]+(?:\.\d+)?", texts[4])
        assert number is not None, texts
        value = Decimal(number[0].replace(",", ""))
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        assert abs(value - Decimal(row["value"])) <= Decimal(f"0.500001e{exponent}"), texts
        compare = next((GOALS[goal] for goal in GOALS if row["goal"].startswith(goal)), None)
        if compare is not None and row["final"] and row["verdict"] != "indeterminate":
            assert compare(value, Decimal(row["goal_value"])) == (row["verdict"] == "met"), texts
            judged += 1
    assert judged >= 5


@pytest.mark.parametrize(("name", "language"), REPORTS)
def test_a_scorecard_is_printed_with_its_head_on_each_page(
    written: Written, name: str, language: str
) -> None:
    sheet = written.saved(f"{name}-{language}").worksheets[0]
    pages = [
        page.extract_text()
        for page in PdfReader(written.folder / f"pdf/{name}-{language}.pdf").pages
    ]
    assert sheet["A1"].value in pages[0]
    first = next(cells for _, cells, _ in scorecard_rows(sheet.parent))
    head = [cell.value for cell in sheet[first[0].row - 2]]
    of_card = [text for text in pages if str(head[6]) in text and str(head[5]) in text]
    verdicts = written.reports[name].to_pandas()["verdict"].value_counts()
    printed = "".join(of_card)
    assert printed.count("✔") == verdicts["met"]
    assert printed.count("✘") == verdicts["missed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_that_libreoffice_saved_is_read_as_before(
    office: Office, language: Any, tmp_path: Path
) -> None:
    workbook, frame = filled(language)
    path = tmp_path / "filled.xlsx"
    path.write_bytes(workbook)
    told = office.convert("xlsx", tmp_path / "saved", path)
    saved = (tmp_path / "saved/filled.xlsx").read_bytes()
    assert saved != workbook, told
    before, after = at.sources.excel(workbook), at.sources.excel(saved)
    assert len(after) == len(frame)
    assert after.outcomes == before.outcomes
    assert after.notes == before.notes
    plan = template()
    reports = [at.assess(plan, got.tally(plan), as_of="2025-01-31") for got in (before, after)]
    assert reports[0] == reports[1]


def test_a_percentage_that_was_typed_with_its_sign_keeps_its_value(
    office: Office, written: Written, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(written.folder / "template-vi.xlsx")
    sheet = book.worksheets[0]
    column = heads(sheet)
    (row,) = [
        cells[0].row
        for cells in sheet.iter_rows()
        if cells[column["unit_of_value"] - 1].value == "%"
    ]
    cell = sheet.cell(row, column["value"])
    cell.value, cell.number_format = 0.873, "0.00%"
    book.save(tmp_path / "typed.xlsx")
    office.convert("xlsx", tmp_path / "saved", tmp_path / "typed.xlsx")
    got = at.sources.excel(tmp_path / "saved/typed.xlsx")
    assert list(got.outcomes["value"]) == [87.3]


def test_a_tracking_table_that_libreoffice_saved_is_read_as_before(
    office: Office, tmp_path: Path
) -> None:
    office.convert("xlsx", tmp_path, TRACKING / "itt.xlsx")
    saved = (tmp_path / "itt.xlsx").read_bytes()
    tables = [(TRACKING / "itt.xlsx").read_bytes(), saved]
    assert tables[0] != tables[1]
    before, after = (at.sources.excel(table, map=TRACKING / "map.yaml") for table in tables)
    assert after.plan == before.plan
    assert after.outcomes == before.outcomes
    assert after.notes == before.notes


def test_half_a_workbook_is_not_converted(office: Office, written: Written, tmp_path: Path) -> None:
    whole = (written.folder / "hanoi-en.xlsx").read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    assert "could not be loaded" in office.convert("pdf", tmp_path, tmp_path / "half.xlsx")
    assert not (tmp_path / "half.pdf").exists()
