"""Reports for other programs, read by Prometheus, readers of JUnit XML and SDMX, frictionless."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import frictionless
import junitparser
import pandas as pd
import pysdmx.io
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

import attain as at

ROOT = Path(__file__).parents[2]
HANOI = ROOT / "examples/hanoi"
AS_OF = "2025-12-31"
GAUGES = {
    "attain_value": "value",
    "attain_goal": "goal_value",
    "attain_goal_upper": "goal_upper",
    "attain_lower": "lower",
    "attain_upper": "upper",
    "attain_chance": "chance",
    "attain_completeness_percent": "completeness",
    "attain_needed": "needed",
    "attain_final": "final",
}
LABELS = ["target", "indicator", "unit", "stratum", "window_start", "window_end"]


@pytest.fixture(scope="module")
def hanoi() -> at.Report:
    plan = at.Plan.load(HANOI / "plan.yaml")
    return at.assess(plan, at.tally(plan, HANOI / "outcomes.csv"), as_of=AS_OF)


@pytest.fixture(scope="module")
def hostile() -> at.Report:
    """Names that are markup, end labels and lines, or command a terminal; one unit has no data."""
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "hostile",
            "title": '</testsuite>"&\u001b[31m',
            "units": {
                "levels": ["city"],
                "list": [
                    {"id": 'a"\\n', "name": "=1+1,\nb", "level": "city"},
                    {"id": "<c>&amp;", "name": '"', "level": "city"},
                ],
            },
            "measures": {"cases": {}},
            "indicators": {"known": {"count": "cases", "better": "lower"}},
            "targets": {"few": {"indicator": "known", "goal": {"at_most": 9}, "window": "2024"}},
        }
    )
    rows = [{"unit": 'a"\\n', "period": "2024", "measure": "cases", "value": 12}]
    return at.assess(plan, at.tally(plan, pd.DataFrame(rows)), as_of="2025-01-31")


def families(report: at.Report, **options: Any) -> dict[str, Any]:
    text = report.to_openmetrics(**options)
    return {family.name: family for family in text_string_to_metric_families(text)}


def label(cell: Any) -> str:
    return "" if cell is None else str(cell)


def keyed(report: at.Report) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(label(row[name]) for name in LABELS): row for row in report}


@pytest.mark.parametrize("name", ["hanoi", "hostile"])
def test_samples_are_the_numbers_of_the_rows(name: str, request: pytest.FixtureRequest) -> None:
    report: at.Report = request.getfixturevalue(name)
    rows, found = keyed(report), families(report, latest=False)
    assert len(rows) == len(report)
    for family, column in GAUGES.items():
        known = {key: row[column] for key, row in rows.items() if row[column] is not None}
        samples = found[family].samples if known else []
        assert (family in found) == bool(known), family
        assert len(samples) == len(known), family
        for sample in samples:
            assert sample.labels["plan"] == report.plan.id
            key = tuple(sample.labels[name] for name in LABELS)
            assert sample.value == float(known[key]), (family, key)
            assert not math.isnan(sample.value)
    for column in ("verdict", "certainty"):
        family = found[f"attain_{column}"]
        assert family.type == "stateset"
        states = {}
        for sample in family.samples:
            key = tuple(sample.labels[name] for name in LABELS)
            if sample.value:
                assert key not in states
                states[key] = sample.labels[f"attain_{column}"]
        assert states == {key: row[column] for key, row in rows.items()}
    reasons = {
        tuple(sample.labels[name] for name in LABELS): sample.labels["reason"]
        for sample in (found["attain_reason"].samples if "attain_reason" in found else [])
    }
    assert reasons == {key: row["reason"] for key, row in rows.items() if row["reason"]}
    (day,) = found["attain_as_of_timestamp_seconds"].samples
    assert pd.Timestamp(day.value, unit="s") == pd.Timestamp(str(report.as_of))


def test_by_default_each_target_and_unit_has_one_window() -> None:
    berlin = ROOT / "examples/berlin"
    plan = at.Plan.load(berlin / "plan.yaml")
    report = at.assess(plan, at.tally(plan, berlin / "outcomes.csv"), as_of="2019-06-30")
    frame = report.to_pandas()
    started = frame[frame.window_start <= pd.Timestamp(str(report.as_of))]
    started = started.sort_values(["window_end", "window_start"])
    running = started[~started.final]
    latest = pd.concat([started[started.final], running]).groupby(["target", "unit"], observed=True)
    expected = {
        (target, unit, str(rows.iloc[-1].window_start.date())) for (target, unit), rows in latest
    }
    found = {
        (sample.labels["target"], sample.labels["unit"], sample.labels["window_start"])
        for sample in families(report)["attain_verdict"].samples
    }
    assert found == expected
    assert len(expected) < len(frame)


def test_test_cases_are_the_rows(hanoi: at.Report, hostile: at.Report, tmp_path: Path) -> None:
    for report in (hanoi, hostile):
        path = tmp_path / "junit.xml"
        assert report.to_junit(path) is None
        assert path.read_text(encoding="utf-8") == report.to_junit()
        (suite,) = junitparser.JUnitXml.fromfile(str(path))
        cases = list(suite)
        verdicts = {junitparser.Failure: "missed", junitparser.Skipped: "indeterminate"}
        found = [
            (
                case.classname,
                verdicts[type(case.result[0])] if case.result else "met",
                case.result[0].message if case.is_skipped else None,
            )
            for case in cases
        ]
        rows = list(report)
        expected = [
            (
                row["indicator"],
                row["verdict"],
                row["reason"] if row["verdict"] == "indeterminate" else None,
            )
            for row in rows
        ]
        assert found == expected
        for case, row in zip(cases, rows, strict=True):
            assert case.name.startswith(f"{row['target']} {row['unit']} ")
        counts = (suite.tests, suite.failures, suite.skipped, suite.errors)
        suite.update_statistics()
        assert counts == (suite.tests, suite.failures, suite.skipped, suite.errors)
        assert len({case.name for case in cases}) == len(cases)


@pytest.mark.parametrize("name", ["hanoi", "hostile"])
def test_a_package_is_valid(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report: at.Report = request.getfixturevalue(name)
    report.to_package(tmp_path)
    checked = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert checked.valid, checked.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    description = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert {path.name for path in tmp_path.iterdir()} == {
        "datapackage.json",
        *(resource["path"] for resource in description["resources"]),
    }
    for resource in description["resources"]:
        content = (tmp_path / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    fields = description["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == list(report.to_pandas().columns)
    verdict = next(field for field in fields if field["name"] == "verdict")
    assert verdict["constraints"] == {
        "required": True,
        "enum": ["met", "missed", "indeterminate"],
    }
    assert description["attain"]["as_of"] == str(report.as_of)
    assert at.Plan.load(tmp_path / "plan.yaml") == report.plan


def test_the_tables_of_a_package_are_the_rows(hanoi: at.Report, tmp_path: Path) -> None:
    hanoi.to_package(tmp_path)
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    rows = package.get_resource("assessments").read_rows()
    assert len(rows) == len(hanoi)
    for read, row in zip(rows, hanoi, strict=True):
        for column, cell in row.items():
            found = read[column]
            assert (
                found == cell
                if isinstance(cell, (str, type(None)))
                else (float(found) == cell if isinstance(cell, float) else found == cell)
            ), column
    units = package.get_resource("units").read_rows()
    assert [unit["unit"] for unit in units] == hanoi.plan.units["unit"]


def test_a_package_with_another_content_is_not_valid(hanoi: at.Report, tmp_path: Path) -> None:
    hanoi.to_package(tmp_path)
    path = tmp_path / "assessments.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",missed,", ",lost,", 1), encoding="utf-8")
    checked = frictionless.validate(str(tmp_path / "datapackage.json"))
    types = {kind for (kind,) in checked.flatten(["type"])}
    assert {"hash-count", "constraint-error"} & types


@pytest.mark.parametrize("name", ["hanoi", "hostile"])
def test_pysdmx_reads_the_rows_and_their_structure(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    report: at.Report = request.getfixturevalue(name)
    path, structure = tmp_path / "rows.csv", tmp_path / "attain.dsd.json"
    report.to_sdmx(path, flow="HEALTH.GOALS:FLOW(2.1)")
    # The message is checked against the JSON Schema of SDMX-JSON 2.0.
    message = pysdmx.io.read_sdmx(structure, validate=True)
    (flow,) = message.get_dataflows()
    assert (flow.agency, flow.id, flow.version) == ("HEALTH.GOALS", "FLOW", "2.1")
    (dataset,) = pysdmx.io.get_datasets(path, structure)
    components = dataset.structure.components
    assert [component.id for component in components.dimensions] == [
        *("FREQ", "REF_AREA", "TARGET", "INDICATOR", "STRATUM", "TIME_PERIOD")
    ]
    assert [component.id for component in components.measures] == ["OBS_VALUE"]
    frame = dataset.data
    assert set(frame.columns) == {component.id for component in components}
    key = [component.id for component in components.dimensions]
    assert not frame.duplicated(key).any()
    for component in components:
        if component.local_codes is not None:
            codes = {code.id for code in component.local_codes.items}
            assert set(frame[component.id]) - {""} <= codes, component.id
    columns = {
        "REF_AREA": "unit",
        "TARGET": "target",
        "INDICATOR": "indicator",
        "VERDICT": "verdict",
        "CERTAINTY": "certainty",
        "REASON": "reason",
    }
    rows = list(report)
    assert len(frame) == len(rows)
    for component, column in columns.items():
        assert list(frame[component]) == [row[column] or "" for row in rows], component
    for value, row in zip(frame["OBS_VALUE"], rows, strict=True):
        assert math.isnan(float(value)) if row["value"] is None else float(value) == row["value"]
    numbers = pd.to_numeric(frame["GOAL"])
    goals = [None if math.isnan(goal) else goal for goal in numbers]
    assert goals == [row["goal_value"] for row in rows]
    # What is missing has a status that says so, and nothing else has.
    is_missing = frame["OBS_STATUS"].isin(["M", "O", "Q"])
    assert list(is_missing) == [row["value"] is None for row in rows]


def test_written_observations_are_outcomes_again(hanoi: at.Report, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    hanoi.to_sdmx(path)
    got = at.sources.sdmx(path)
    read = {
        (unit, target, str(start)): value
        for unit, target, start, value in zip(
            *(got.outcomes[name] for name in ("unit", "TARGET", "start", "value")), strict=True
        )
    }
    assert read == {
        (row["unit"], row["target"], str(row["window_start"])): row["value"] for row in hanoi
    }


def test_a_flow_of_another_form_is_refused(hanoi: at.Report, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with pytest.raises(at.RequestError, match="HEALTH:GOALS"):
        hanoi.to_sdmx(path, flow="goals")
    assert not path.exists()


@pytest.fixture(scope="module")
def committee() -> at.Report:
    folder = ROOT / "examples/committee"
    plan = at.Plan.load(folder / "plan.yaml")
    tally = at.tally(plan, [folder / "outcomes.csv", folder / "outcomes-illustrative.csv"])
    return at.assess(plan, tally, as_of="2024-03-06")


def test_the_committees_year_is_a_file_of_iati(committee: at.Report, tmp_path: Path) -> None:
    path = tmp_path / "results.xml"
    left_out = committee.to_iati(path, activity="XM-COMMITTEE-1", language="vi")
    counts = dict(zip(left_out["what"], left_out["count"], strict=True))
    rows = list(committee)
    is_valid = [row for row in rows if row["reason"] != "unit_not_valid"]
    assert counts.get("unit_not_valid", 0) == len(rows) - len(is_valid)
    no_form = re.compile("between|above|below")
    has_form = [
        row for row in is_valid if row["goal_value"] is not None and not no_form.match(row["goal"])
    ]
    root = ElementTree.parse(path).getroot()
    targets = sorted(float(one.attrib["value"]) for one in root.iter("target"))
    assert targets == sorted(row["goal_value"] for row in has_form)
    actuals = sorted(float(one.attrib["value"]) for one in root.iter("actual"))
    assert actuals == sorted(row["value"] for row in is_valid if row["value"] is not None)
    ends = {(one[0].attrib["iso-date"], one[1].attrib["iso-date"]) for one in root.iter("period")}
    day = datetime.timedelta(days=1)
    assert ends <= {(str(row["window_start"]), str(row["window_end"] - day)) for row in rows}
    got = at.sources.iati(path)
    assert len(got) == len(actuals)
    plan = at.Plan.from_dict(got.plan)
    again = at.assess(plan, got.tally(plan), as_of=committee.as_of)
    assert len(again) == len(targets)
    verdicts = ["met", "missed"]
    assert {verdict: len(again.filter(verdict=verdict)) for verdict in verdicts} == {
        verdict: sum(
            row["value"] is not None
            and (
                row["value"] >= row["goal_value"]
                if re.match("at least|increase", row["goal"])
                else row["value"] <= row["goal_value"]
            )
            is (verdict == "met")
            for row in has_form
        )
        for verdict in verdicts
    }


def test_results_are_read_again_with_their_goals(tmp_path: Path) -> None:
    first = at.sources.iati(ROOT / "tests/interchange/iati/activity.xml")
    plan = at.Plan.from_dict(first.plan)
    report = at.assess(plan, first.tally(plan), as_of="2024-12-31")
    path = tmp_path / "results.xml"
    assert len(report.to_iati(path)) == 0
    second = at.sources.iati(path)
    assert second.plan == first.plan
    columns = [name for name in first.outcomes.column_names if name != "source"]
    assert [second.outcomes[name] for name in columns] == [first.outcomes[name] for name in columns]


def test_an_activity_without_rows_is_refused(hanoi: at.Report, tmp_path: Path) -> None:
    path = tmp_path / "results.xml"
    none = hanoi.filter(verdict="met").filter(verdict="missed")
    with pytest.raises(at.RequestError, match="no rows"):
        none.to_iati(path)
    with pytest.raises(at.RequestError, match="language"):
        hanoi.to_iati(path, language="two words")
    assert not path.exists()


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-m", "attain", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )


def assess(*arguments: object) -> subprocess.CompletedProcess[str]:
    outcomes = HANOI / "outcomes.csv"
    return run("assess", HANOI / "plan.yaml", outcomes, "--as-of", AS_OF, *arguments)


def test_the_command_line_writes_observations(hanoi: at.Report, tmp_path: Path) -> None:
    by_call, by_command = tmp_path / "call", tmp_path / "command"
    by_call.mkdir()
    by_command.mkdir()
    hanoi.to_sdmx(by_call / "rows.csv", flow="A:B(1.0)")
    done = assess("--sdmx", by_command / "rows.csv", "--flow", "A:B(1.0)")
    assert done.returncode == 0, done.stderr
    for name in ("rows.csv", "attain.dsd.json"):
        assert (by_command / name).read_bytes() == (by_call / name).read_bytes()
    other = tmp_path / "attain.dsd.json"
    done = assess("--csv", other, "--sdmx", tmp_path / "rows.csv")
    assert done.returncode == 2
    assert not other.exists()


def test_the_command_line_writes_results(hanoi: at.Report, tmp_path: Path) -> None:
    hanoi.to_iati(tmp_path / "call.xml", activity="XM-1", language="vi")
    left_out = hanoi.to_iati(tmp_path / "call.xml", activity="XM-1", language="vi")
    path = tmp_path / "command.xml"
    done = assess("--iati", path, "--activity", "XM-1", "--language", "vi")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == (tmp_path / "call.xml").read_bytes()
    assert done.stderr.count("left out: ") == len(left_out)


def test_the_command_line_writes_all_three(hanoi: at.Report, tmp_path: Path) -> None:
    metrics, junit, package = (tmp_path / name for name in ("m.txt", "j.xml", "package"))
    done = assess("--openmetrics", metrics, "--junit", junit, "--package", package)
    assert done.returncode == 0, done.stderr
    assert metrics.read_text(encoding="utf-8") == hanoi.to_openmetrics()
    assert junit.read_text(encoding="utf-8") == hanoi.to_junit()
    assert frictionless.validate(str(package / "datapackage.json")).valid


def test_the_exit_code_says_whether_a_verdict_is_there(hanoi: at.Report) -> None:
    verdicts = {row["verdict"] for row in hanoi}
    assert {"met", "missed"} <= verdicts
    assert assess().returncode == 0
    assert assess("--fail-on", "missed").returncode == 3
    assert assess("--verdict", "met", "--fail-on", "missed").returncode == 0
    code = assess("--fail-on", "indeterminate").returncode
    assert code == (3 if "indeterminate" in verdicts else 0)
    assert assess("--fail-on", "met").returncode == 2


def test_a_package_does_not_replace_an_input(tmp_path: Path) -> None:
    for name in ("plan.yaml", "outcomes.csv"):
        source = (HANOI / name).read_bytes()
        (tmp_path / name).write_bytes(source)
    for table in at.Plan.load(HANOI / "plan.yaml").tables:
        (tmp_path / Path(table).name).write_bytes(Path(table).read_bytes())
    before = (tmp_path / "plan.yaml").read_bytes()
    plan, outcomes = tmp_path / "plan.yaml", tmp_path / "outcomes.csv"
    done = run("assess", plan, outcomes, "--as-of", AS_OF, "--package", tmp_path)
    assert done.returncode == 2
    assert re.search("--package would overwrite an input", done.stderr)
    assert plan.read_bytes() == before
    csv = tmp_path / "to" / "units.csv"
    csv.parent.mkdir()
    done = assess("--csv", csv, "--package", csv.parent)
    assert done.returncode == 2
    assert not csv.exists()
