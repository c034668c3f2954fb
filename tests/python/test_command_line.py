"""What `python -m attain` does with its arguments, its output and its exit code."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

import attain
from attain.__main__ import main

PLAN = """\
attain: 1
plan: clinics
title: Vaccination in the clinics of Hà Nội
units:
  levels: [region, clinic]
  list:
    - {id: region, name: Region, level: region}
    - {id: north, name: North, level: clinic, parent: region}
    - {id: south, name: South, level: clinic, parent: region}
measures: {children: {}, vaccinated: {}}
indicators:
  coverage: {proportion: {numerator: vaccinated, denominator: children}}
targets:
  coverage:
    indicator: coverage
    goal: {at_least: 75}
    window: "2025"
    units: [region, north, south]
  visits: {indicator: coverage, goal: {at_least: 50}, window: "2025", units: [region]}
"""
HEADER = "unit,period,measure,value\n"
NORTH = f"{HEADER}north,2025,children,28\nnorth,2025,vaccinated,21\n"
SOUTH = f"{HEADER}south,2025,children,10\nsouth,2025,vaccinated,7\n"
# A unit and a number at fault, in lines 3 and 4.
FAULTY = f"{HEADER}south,2025,children,10\nsuoth,2025,vaccinated,7\nnorth,2025,children,12%\n"

ASSESS = ["assess", "plan.yaml", "north.csv", "--as-of", "2025-12-31"]
# South has reported nothing.
WARNING = (
    "warning: target `coverage`, unit `south`, 2025-01-01 to 2025-12-31: nothing was recorded for"
    " 1 row of a closed window (add outcomes of these units and days, or leave the units out of"
    " the target)"
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a plan and outcomes, in which every command runs."""
    files = {
        "plan.yaml": PLAN,
        "north.csv": NORTH,
        "south.csv": SOUTH,
        "faulty.csv": FAULTY,
        "faulty.yaml": PLAN.replace("at_least: 75", "at_leats: 75"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "77")


def verdicts(path: Path) -> dict[tuple[str, str], str]:
    """The verdict of each target and unit in a CSV file of rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["target"], row["unit"]): row["verdict"] for row in csv.DictReader(file)}


# ---- assess


def test_assess_prints_the_scorecard_of_all_files_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["assess", "plan.yaml", "north.csv", "south.csv", "--as-of", "2025-12-31"]
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    plan = attain.Plan.load("plan.yaml")
    tally = attain.tally(plan, "north.csv") + attain.tally(plan, "south.csv")
    report = attain.assess(plan, tally, as_of="2025-12-31")
    assert out == report.text(width=77) + "\n"
    assert "Vaccination in the clinics of Hà Nội" in out
    assert err == ""


def test_assess_speaks_a_language(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["assess", "plan.yaml", "north.csv", "--as-of", "2025-12-31"]
    options = ["--language", "vi", "--html", "a.html", "--page", "b.html"]
    assert main([*arguments, *options]) == 0
    assert "tính đến 31/12/2025" in capsys.readouterr().out
    for path in ("a.html", "b.html"):
        assert '<html lang="vi"' in Path(path).read_text(encoding="utf-8")
    assert main([*arguments, "--language", "fr"]) == 2
    assert "no such language: found `fr`, expected en, vi" in capsys.readouterr().err


def test_assess_writes_the_files_it_is_asked_for_and_names_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = {kind: Path(f"rows.{kind}") for kind in ("html", "page", "csv", "parquet")}
    options = [text for kind, path in paths.items() for text in (f"--{kind}", str(path))]
    arguments = ["assess", "plan.yaml", "north.csv", "south.csv", "--as-of", "2025-12-31"]
    assert main([*arguments, *options]) == 0
    assert capsys.readouterr().err.splitlines() == [f"wrote {path}" for path in paths.values()]
    # 21 of 28, 7 of 10 and 28 of 38.
    assert verdicts(paths["csv"]) == {
        ("coverage", "region"): "missed",
        ("coverage", "north"): "met",
        ("coverage", "south"): "missed",
        ("visits", "region"): "met",
    }
    rows = pyarrow.parquet.read_table(paths["parquet"])
    assert rows["verdict"].to_pylist() == list(verdicts(paths["csv"]).values())
    for kind in ("html", "page"):
        page = paths[kind].read_text(encoding="utf-8")
        assert "Vaccination in the clinics of Hà Nội" in page
    assert "Content-Security-Policy" in page


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (["--target", "visits"], {("visits", "region")}),
        (["--unit", "north"], {("coverage", "north")}),
        (["--level", "clinic"], {("coverage", "north"), ("coverage", "south")}),
        (["--level", "region", "--target", "coverage"], {("coverage", "region")}),
        (["--unit", "north", "--unit", "south"], {("coverage", "north"), ("coverage", "south")}),
        (["--verdict", "indeterminate"], {("coverage", "south")}),
    ],
)
def test_assess_narrows_the_rows(options: list[str], rows: set[tuple[str, str]]) -> None:
    assert main([*ASSESS, *options, "--csv", "rows.csv"]) == 0
    assert set(verdicts(Path("rows.csv"))) == rows


def test_assess_adds_events_up(capsys: pytest.CaptureFixture[str]) -> None:
    twice = ["assess", "plan.yaml", "north.csv", "north.csv", "--as-of", "2025-12-31"]
    assert main([*twice, "--rows", "events", "--csv", "rows.csv"]) == 0
    with Path("rows.csv").open(encoding="utf-8", newline="") as file:
        (north,) = (row for row in csv.DictReader(file) if row["unit"] == "north")
    assert (north["numerator"], north["denominator"]) == ("42", "56")
    capsys.readouterr()
    # As figures they would be there twice.
    assert main(twice) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("north.csv:2: a second figure") == 1
    assert err.startswith("the outcomes have 2 faults\n")


def test_assess_tells_the_faults_of_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["faulty.csv", "missing.csv", "--as-of", "2025-12-31"]
    assert main(["assess", "plan.yaml", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    heading, unit, number, file, total = err.splitlines()
    assert heading == "the outcomes have 2 faults"
    assert unit == "  faulty.csv:3, column `unit`: there is no unit `suoth` (did you mean `south`?)"
    assert number.startswith("  faulty.csv:4, column `value`: this is no number: found `12%`")
    assert file.startswith("missing.csv: the file can't be read")
    assert total == "3 faults"


def test_assess_of_a_plan_at_fault_tells_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "faulty.yaml", "north.csv", "--as-of", "2025-12-31"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "faulty.yaml:16:" in err
    assert "did you mean `at_least`?" in err


def test_a_missing_file_is_a_fault_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "missing.yaml", "north.csv", "--as-of", "2025-12-31"]) == 1
    assert capsys.readouterr().err.startswith("missing.yaml: the plan can't be read")


def test_a_file_that_can_not_be_written_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASSESS, "--csv", "missing/rows.csv"]) == 1
    assert "missing/rows.csv: the file can't be written" in capsys.readouterr().err


def spellings(path: Path) -> dict[str, Path]:
    """Paths that lead to a file: links to it, and its own path written in other ways."""
    hard, soft = Path(f"hard-{path}"), Path(f"soft-{path}")
    hard.hardlink_to(path)
    soft.symlink_to(path)
    return {
        "itself": path,
        "hard link": hard,
        "symlink": soft,
        "absolute": path.resolve(),
        "dots": Path("..") / Path.cwd().name / path,
    }


@pytest.mark.parametrize("option", ["--csv", "--html", "--page", "--parquet"])
@pytest.mark.parametrize("spelling", ["itself", "hard link", "symlink", "absolute", "dots"])
@pytest.mark.parametrize("name", ["north.csv", "plan.yaml", "south.csv"])
def test_no_output_overwrites_an_input(
    name: str, spelling: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(name)
    before = path.read_bytes()
    output = spellings(path)[spelling]
    inputs = ["assess", "plan.yaml", "north.csv", "south.csv", "--as-of", "2025-12-31"]
    assert main([*inputs, option, str(output)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{option} would overwrite an input: found {output}, expected another")
    assert path.read_bytes() == before


def test_no_output_overwrites_a_table_of_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    units = "id,level,parent\nregion,region,\nnorth,clinic,region\nsouth,clinic,region\n"
    Path("units.csv").write_text(units, encoding="utf-8")
    start = PLAN.index("  list:")
    plan = f"{PLAN[:start]}  table: units.csv\n{PLAN[PLAN.index('measures:') :]}"
    Path("plan.yaml").write_text(plan, encoding="utf-8")
    assert attain.Plan.load("plan.yaml").tables == [Path("units.csv")]
    assert main([*ASSESS, "--csv", "./units.csv"]) == 2
    assert "--csv would overwrite an input" in capsys.readouterr().err
    assert Path("units.csv").read_text(encoding="utf-8") == units
    assert main([*ASSESS, "--csv", "rows.csv"]) == 0


def test_an_output_beside_the_inputs_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other").mkdir()
    # An earlier output may be overwritten, and a file may have the name of an input elsewhere.
    for path in ["rows.csv", "rows.csv", "other/north.csv"]:
        assert main([*ASSESS, "--csv", path]) == 0
        assert f"wrote {path}" in capsys.readouterr().err
    assert Path("north.csv").read_text(encoding="utf-8") == NORTH


def test_the_inputs_are_not_read_before_an_output_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (
        main(
            ["assess", "faulty.yaml", "faulty.csv", "--as-of", "2025-12-31", "--csv", "faulty.csv"]
        )
        == 2
    )
    assert "would overwrite an input" in capsys.readouterr().err


def test_two_outputs_are_not_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASSESS, "--csv", "rows", "--html", "./rows"]) == 2
    assert "--csv and --html name the same file" in capsys.readouterr().err
    assert not Path("rows").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "visit"], "did you mean `visits`?"),
        (["--unit", "nord"], "no unit `nord`"),
        (["--level", "clinics"], "did you mean `clinic`?"),
    ],
)
def test_a_request_that_makes_no_sense_is_a_matter_of_usage(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASSESS, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


# ---- rows


def test_rows_writes_the_rows_of_assess(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["plan.yaml", "north.csv", "south.csv", "--as-of", "2025-12-31"]
    assert main(["assess", *arguments, "--parquet", "assess.parquet"]) == 0
    capsys.readouterr()
    limited = [*arguments, "--limit", "judgement_rows=1"]
    assert main(["rows", *limited, "--output", "rows.parquet"]) == 0
    assert capsys.readouterr() == ("", "wrote rows.parquet\n")
    rows, expected = map(pyarrow.parquet.read_table, ["rows.parquet", "assess.parquet"])
    assert rows.to_pylist() == expected.to_pylist()
    choice = ["--target", "coverage", "--verdict", "missed", "--verdict", "met"]
    assert main(["rows", *limited, *choice, "--output", "rows.parquet"]) == 0
    rows = pyarrow.parquet.read_table("rows.parquet")
    assert rows["verdict"].to_pylist() == ["missed", "met", "missed"]


def test_rows_refuses_what_assess_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["rows", "plan.yaml", "north.csv", "--as-of", "2025-12-31"]
    assert main([*arguments, "--verdict", "mist", "--output", "rows.parquet"]) == 2
    assert "expected met, missed, indeterminate" in capsys.readouterr().err
    assert main([*arguments, "--output", "north.csv"]) == 2
    assert "--output would overwrite an input" in capsys.readouterr().err
    assert not Path("rows.parquet").exists()


# ---- check


def test_check_of_faultless_files_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "plan.yaml", "north.csv", "south.csv"]) == 0
    assert capsys.readouterr() == ("no faults\n", "")


def test_check_of_a_plan_alone_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "plan.yaml"]) == 0
    assert capsys.readouterr() == ("no faults\n", "")


def test_check_leaves_the_outcomes_unread_where_the_plan_is_at_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "faulty.yaml", "faulty.csv"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "faulty.yaml" in err
    assert "faulty.csv" not in err


def test_check_finds_a_figure_that_stands_in_two_files(
    capsys: pytest.CaptureFixture[str],
) -> None:
    again = f"{HEADER}south,2025,children,10\nnorth,2025,children,28\n"
    Path("again.csv").write_text(again, encoding="utf-8")
    assert main(["check", "plan.yaml", "north.csv", "again.csv"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("again.csv:3: a second figure")
    assert "the first is north.csv:2" in line


def test_check_gives_faults_to_programs_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "plan.yaml", "north.csv", "faulty.csv", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    document = json.loads(out)
    assert document["unlisted"] == 0
    unit, number = document["faults"]
    assert unit == {
        "code": "unknown_unit",
        "file": "faulty.csv",
        "line": 3,
        "column": "unit",
        "row": None,
        "path": None,
        "message": "there is no unit `suoth`",
        "found": None,
        "expected": None,
        "hint": "did you mean `south`?",
    }
    assert (number["line"], number["column"], number["found"]) == (4, "value", "`12%`")


def test_check_gives_faults_of_a_plan_with_line_and_column(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "faulty.yaml", "--format", "json"]) == 1
    fault = json.loads(capsys.readouterr().out)["faults"][0]
    line = PLAN.splitlines()[fault["line"] - 1].replace("at_least: 75", "at_leats: 75")
    assert fault["file"] == "faulty.yaml"
    assert line[fault["column"] - 1 :].startswith("at_leats")


def test_check_without_faults_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "plan.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"faults": [], "unlisted": 0, "warnings": []}


def test_faults_beyond_a_thousand_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"east,2025,children,{number}\n" for number in range(1234))
    Path("many.csv").write_text(HEADER + rows, encoding="utf-8")
    assert main(["check", "plan.yaml", "many.csv"]) == 1
    # They are of one kind, which is told once.
    assert capsys.readouterr().err.splitlines() == [
        "the outcomes have 1,234 faults",
        "  there is no unit `east`, 1,234 times",
        "    many.csv:2, column `unit`",
        "    many.csv:3, column `unit`",
        "    many.csv:4, column `unit`",
        "    … and 1,231 more",
    ]
    assert main(["check", "plan.yaml", "many.csv", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (len(document["faults"]), document["unlisted"]) == (1000, 234)


def test_faults_in_a_file_without_a_name_of_their_own_have_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "plan.yaml", "north.csv", "--limit", "tally_bytes=1"]) == 1
    assert capsys.readouterr().err.startswith("north.csv: the tally would take too much memory")


# ---- schema, usage


def test_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == json.loads(attain.schema())
    assert err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["judge"],
        ["assess", "plan.yaml"],
        ["assess", "plan.yaml", "north.csv"],
        ["assess", "plan.yaml", "north.csv", "--as-of", "2025-13-01"],
        ["assess", "plan.yaml", "north.csv", "--as-of", "2025-12-31", "--rows", "people"],
        ["check"],
        ["check", "plan.yaml", "--format", "xml"],
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: attain" in capsys.readouterr().err


# ---- As a program of its own


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "attain", *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=os.environ | environment,
    )


def test_the_module_runs_as_a_command() -> None:
    finished = run("--version")
    assert finished.returncode == 0
    assert finished.stdout == f"attain {attain.__version__}\n"


@pytest.mark.parametrize("command", [[], ["assess"], ["check"], ["cells"], ["merge"], ["schema"]])
def test_every_command_has_help(command: list[str]) -> None:
    finished = run(*command, "--help")
    assert finished.returncode == 0
    assert finished.stdout.startswith(" ".join(["usage: attain", *command]))


def test_the_help_lists_every_command() -> None:
    listing = run("--help").stdout
    assert all(command in listing for command in ("assess", "check", "cells", "merge", "schema"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (ASSESS, 0),
        (["check", "plan.yaml", "faulty.csv"], 1),
        (["assess", "missing.yaml", "north.csv", "--as-of", "2025-12-31"], 1),
        ([*ASSESS, "--unit", "nord"], 2),
        (["assess"], 2),
    ],
)
def test_the_exit_code_says_how_it_went_and_nothing_is_a_traceback(
    arguments: list[str], code: int
) -> None:
    finished = run(*arguments)
    assert finished.returncode == code
    assert "Traceback" not in finished.stderr
    assert (finished.stdout == "") == (code != 0)
    assert (finished.stderr.splitlines() == [WARNING]) == (code == 0)


def test_what_is_piped_has_no_colours_and_no_progress() -> None:
    finished = run(*ASSESS, COLUMNS="", FORCE_COLOR="1")
    assert "\x1b" not in finished.stdout + finished.stderr
    assert finished.stderr.splitlines() == [WARNING]
    # Without a terminal there is no width to keep to but the usual one.
    assert max(map(len, finished.stdout.splitlines())) <= 120


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "attain", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        # Nobody reads: the schema meets a closed pipe.
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_knows_few_letters_gets_marks_for_the_others(encoding: str) -> None:
    finished = run(*ASSESS, PYTHONIOENCODING=encoding)
    assert (finished.returncode, finished.stderr.splitlines()) == (0, [WARNING])
    assert "Vaccination in the clinics of H" in finished.stdout
    assert "N?i" in finished.stdout


def test_json_is_the_same_whatever_the_output_s_encoding() -> None:
    Path("hà-nội.csv").write_text(FAULTY, encoding="utf-8")
    arguments = ["check", "plan.yaml", "hà-nội.csv", "--format", "json"]
    documents: list[Any] = [
        json.loads(run(*arguments, PYTHONIOENCODING=encoding).stdout)
        for encoding in ("utf-8", "ascii")
    ]
    assert documents[0] == documents[1]
    assert documents[0]["faults"][0]["file"] == "hà-nội.csv"


@pytest.mark.usefixtures("interruptible")
@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_ctrl_c_ends_a_command_without_a_traceback() -> None:
    os.mkfifo("endless.csv")
    with subprocess.Popen(
        [sys.executable, "-m", "attain", "check", "plan.yaml", "endless.csv", "--rows", "events"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        # It opens once the command has come to read it.
        with Path("endless.csv").open("wb", buffering=0) as file:
            file.write(HEADER.encode())
            process.send_signal(signal.SIGINT)
            # Far more rows than there are between two looks at what was signalled.
            rows = itertools.repeat(b"north,2025,children,1\n" * 1000, 200)
            with pytest.raises(BrokenPipeError):
                file.writelines(rows)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_outcomes_come_from_folders_patterns_and_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main([*ASSESS[:3], "south.csv", *ASSESS[3:]])
    expected = capsys.readouterr()
    assert "wrote" not in expected.err
    Path("data").mkdir()
    for name in ("north.csv", "south.csv"):
        Path(name).rename(Path("data", name))
    for outcomes in (["data"], ["data/*h.csv"], ["data/north.csv", "-"]):
        text = io.TextIOWrapper(io.BytesIO(SOUTH.encode()))
        monkeypatch.setattr(sys, "stdin", text)
        assert main(["assess", "plan.yaml", *outcomes, *ASSESS[3:]]) == 0
        assert capsys.readouterr() == expected
    assert main(["assess", "plan.yaml", "none*.csv", *ASSESS[3:]]) == 1
    assert "no file matches" in capsys.readouterr().err
    assert main(["assess", "plan.yaml", "data", *ASSESS[3:], "--csv", "data/north.csv"]) == 2


def test_cells_are_stored_merged_and_assessed(capsys: pytest.CaptureFixture[str]) -> None:
    main([*ASSESS[:3], "south.csv", *ASSESS[3:]])
    expected = capsys.readouterr().out
    for name in ("north", "south"):
        stored = f"{name}.cells.parquet"
        assert main(["cells", "plan.yaml", f"{name}.csv", "--output", stored]) == 0
        assert f"wrote {stored}" in capsys.readouterr().err
    parts = ["north.cells.parquet", "south.cells.parquet"]
    assert main(["merge", "plan.yaml", *parts, "--output", "all.cells.parquet"]) == 0
    for outcomes in (["all.cells.parquet"], parts, ["north.csv", "south.cells.parquet"]):
        capsys.readouterr()
        assert main(["assess", "plan.yaml", *outcomes, *ASSESS[3:]]) == 0
        assert capsys.readouterr().out == expected
    day = ["--as-of", "2025-12-31"]
    assert main(["cells", "plan.yaml", "north.csv", *day, "--output", "day.cells.parquet"]) == 0
    assert main(["assess", "plan.yaml", "day.cells.parquet", *day]) == 0
    assert main(["assess", "plan.yaml", "day.cells.parquet", "--as-of", "2025-11-30"]) == 2
    # The same figures twice, a file of its own that would be overwritten, and another ending.
    capsys.readouterr()
    twice = ["north.csv", "north.cells.parquet"]
    assert main(["assess", "plan.yaml", *twice, *ASSESS[3:]]) == 1
    assert "same" in capsys.readouterr().err
    assert main(["merge", "plan.yaml", *parts, "--output", parts[0]]) == 2
    with pytest.raises(SystemExit):
        main(["cells", "plan.yaml", "north.csv", "--output", "x.parquet"])
