"""Data that were collected elsewhere: what `attain.sources` and `attain import` give."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import attain as at
from attain.__main__ import main

FIXTURES = Path(__file__).parents[1] / "interchange"
DHIS2 = [FIXTURES / "dhis2" / name for name in ("metadata.json", "values.json")]
REGISTRATIONS = FIXTURES / "dhis2" / "registrations.json"
UN = FIXTURES / "sdmx" / "un.csv"
LABELS = FIXTURES / "sdmx" / "v2-labels-semicolon.csv"
OPEN_SDG = [
    FIXTURES / "sdmx" / name for name in ("indicator_3-9-9.csv", "indicator-config-3-9-9.yml")
]
ACTIVITY = FIXTURES / "iati" / "activity.xml"


def test_observations_of_sdmx_are_assessed() -> None:
    got = at.sources.sdmx(UN)
    assert isinstance(got, at.Imported)
    assert (len(got), got.rows, got.outcomes["source"][0]) == (5, "figures", f"{UN}:2")
    got.plan["targets"] = {
        "people": {"indicator": "SH_PEOPLE", "goal": {"at_least": 1250}, "window": "2022"}
    }
    plan = at.Plan.from_dict(got.plan)
    row = at.assess(plan, got.tally(plan), as_of="2024-12-31").rows[0]
    assert (row.value, row.verdict) == (1250.0, "met")


def test_notes_are_a_table_and_a_text() -> None:
    got = at.sources.sdmx(UN)
    notes = {note["code"]: note for note in got.notes}
    assert notes["unit_scaled"]["severity"] == "noted"
    assert notes["constant_dimension"]["count"] == 2
    assert repr(got).startswith("<Imported: 5 outcomes (figures), 3 notes of what was noted")
    assert "unit_scaled" in got._repr_html_()


@pytest.mark.parametrize("form", ["path", "text", "bytes", "file", "list"])
def test_files_come_in_every_form(form: str) -> None:
    content = UN.read_bytes()
    source = {
        "path": UN,
        "text": str(UN),
        "bytes": content,
        "file": io.BytesIO(content),
        "list": [content],
    }[form]
    assert len(at.sources.sdmx(source)) == 5


def test_data_of_dhis2_are_assessed() -> None:
    got = at.sources.dhis2(
        *DHIS2,
        registrations=REGISTRATIONS,
        targets={"TESTED_TARGET": "TESTED"},
        outside="widen",
        recorded="never",
    )
    plan = at.Plan.parse(got.to_yaml())
    report = at.assess(plan, got.tally(plan), as_of="2024-06-30", units=["facOneAAAAA"])
    row = report.rows[0]
    assert (row.value, row.goal_value, row.pace) == (300.0, 600.0, "ahead")
    assert got.outcomes["source"][0] == f"{DHIS2[1]}#/dataValues/0"


def test_results_of_iati_are_assessed() -> None:
    got = at.sources.iati(ACTIVITY)
    plan = at.Plan.from_dict(got.plan)
    report = at.assess(plan, got.tally(plan), as_of="2024-12-31")
    verdicts = [row.verdict for row in report.rows]
    assert (verdicts.count("met"), verdicts.count("missed")) == (2, 3)


def test_files_of_open_sdg_have_the_goals_of_their_configuration(tmp_path: Path) -> None:
    rows, config = OPEN_SDG
    got = at.sources.sdmx(rows, dialect="open-sdg", config=config)
    plan = at.Plan.from_dict(got.plan)
    (row,) = at.assess(plan, got.tally(plan), as_of="2022-12-31").rows
    assert (row.unit, row.value, row.goal, row.progress) == ("country", 40.0, "at most 25", 40.0)
    outputs = [str(tmp_path / "p.yaml"), str(tmp_path / "o.csv")]
    options = ["--dialect", "open-sdg", "--config", str(config)]
    assert main(["import", "sdmx", str(rows), *options, "-o", *outputs]) == 0
    assert at.Plan.load(outputs[0]) == plan
    with pytest.raises(at.RequestError, match="open-sdg"):
        at.sources.sdmx(rows, dialect="sdg")  # type: ignore[arg-type]


def test_faults_have_their_place_and_a_strict_import_has_more() -> None:
    with pytest.raises(at.OutcomeError) as caught:
        at.sources.sdmx(LABELS, strict=True)
    fault = caught.value.faults[0]
    assert (fault.code, fault.file, fault.line) == ("left_out", str(LABELS), 3)
    values = {"dataValues": [{"dataElement": "x", "period": "2024", "orgUnit": "y", "value": "1"}]}
    with pytest.raises(at.OutcomeError) as caught:
        at.sources.dhis2(DHIS2[0], json.dumps(values).encode())
    assert [(fault.file, fault.path) for fault in caught.value.faults] == [
        ("<bytes>", "/dataValues/0/dataElement"),
        ("<bytes>", "/dataValues/0/orgUnit"),
    ]
    assert "<bytes>#/dataValues/0/dataElement" in str(caught.value)


def test_a_choice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(at.RequestError, match="clip, widen"):
        at.sources.dhis2(*DHIS2, outside="cut")  # type: ignore[arg-type]
    with pytest.raises(at.FileError):
        at.sources.iati("nothing.xml")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_import_writes_a_plan_and_outcomes_that_assess_reads(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, outcomes, notes = (tmp_path / name for name in ("p.yaml", f"o.{ending}", "n.csv"))
    arguments = ["import", "iati", str(ACTIVITY), "-o", str(plan), str(outcomes)]
    assert main([*arguments, "--notes", str(notes)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "skipped: left_out_words: " in told.err
    with notes.open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert codes[:2] == ["left_out_words", "left_out_no_period"]
    assert main(["assess", str(plan), str(outcomes), "--as-of", "2024-12-31"]) == 0
    assert "5 judgements of 5 targets" in capsys.readouterr().out.replace("\xa0", " ")


def test_import_takes_the_options_of_each_format(tmp_path: Path) -> None:
    written = ["-o", str(tmp_path / "p.yaml"), str(tmp_path / "o.csv")]
    files = [str(path) for path in DHIS2]
    options = ["--registrations", str(REGISTRATIONS), "--target", "TESTED_TARGET=TESTED"]
    options += ["--kind", "TPR=proportion", "--outside", "widen", "--recorded", "never"]
    assert main(["import", "dhis2", *files, *options, *written]) == 0
    text = (tmp_path / "p.yaml").read_text(encoding="utf-8")
    assert "TESTED_TARGET" in text
    assert "proportion" in text
    options = ["--area", "REF_AREA", "--strata", "SEX,AGE", "--count", "SH_PEOPLE"]
    assert main(["import", "sdmx", str(UN), *options, *written]) == 0
    assert "SH_PEOPLE.n" in (tmp_path / "p.yaml").read_text(encoding="utf-8")


def test_values_that_dhis2_computed_are_assessed(tmp_path: Path) -> None:
    names = ["dx", "pe", "ou", "value", "numerator", "denominator", "factor"]
    analytics = {
        "headers": [{"name": name} for name in names],
        "rows": [["inPositivit", "2024S1", "natAAAAAAAA", "9.3", "51.0", "547.0", "100.0"]],
    }
    got = at.sources.dhis2(DHIS2[0], json.dumps(analytics).encode(), kinds={"TPR": "proportion"})
    goal = {"indicator": "inPositivit", "goal": {"at_most": 10}, "window": "2024-H1"}
    plan = at.Plan.from_dict(got.plan | {"targets": {"few": goal}})
    row = at.assess(plan, got.tally(plan), as_of="2024-06-30").rows[0]
    assert (row.numerator, row.denominator, row.verdict) == (51.0, 547.0, "met")
    file = tmp_path / "analytics.json"
    file.write_text(json.dumps(analytics), encoding="utf-8")
    written = ["-o", str(tmp_path / "p.yaml"), str(tmp_path / "o.csv")]
    assert main(["import", "dhis2", str(DHIS2[0]), str(file), *written]) == 0
    assert "inPositivit.numerator" in (tmp_path / "o.csv").read_text(encoding="utf-8")


def test_objects_of_dhis2_have_the_names_that_are_asked_for() -> None:
    metadata = json.loads(DHIS2[0].read_bytes())
    value = {"attribute": {"id": "attNumber"}, "value": "12-7"}
    metadata["organisationUnits"][3]["attributeValues"] = [value]
    of_unit = {"dataElement": "dePositive1", "period": "202401", "orgUnit": "12-7", "value": "3"}
    files = [json.dumps(one).encode() for one in (metadata, {"dataValues": [of_unit]})]
    got = at.sources.dhis2(*files, ids="attribute:attNumber")
    assert got.outcomes["unit"] == ["12-7"]
    with pytest.raises(at.RequestError, match="attribute:ID"):
        at.sources.dhis2(*files, ids="name")
    with pytest.raises(at.RequestError, match="from_registrations"):
        at.sources.dhis2(*files, zeros="all")  # type: ignore[arg-type]


def test_targets_of_units_above_are_added_up_unless_they_are_not_to_be(tmp_path: Path) -> None:
    plan = tmp_path / "p.yaml"
    arguments = ["import", "dhis2", *map(str, DHIS2), "--target", "TESTED_TARGET=TESTED"]
    arguments += ["-o", str(plan), str(tmp_path / "o.csv")]
    for option, number in [([], 6), (["--roll-up"], 6), (["--no-roll-up"], 3)]:
        assert main([*arguments, *option]) == 0
        assert plan.read_text(encoding="utf-8").count("at_least") == number


def test_series_of_sdmx_may_be_quotients_of_counts(tmp_path: Path) -> None:
    head = "DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE\n"
    rows = [f"X:F(1.0),{series},A,2023,{value}\n" for series, value in [("P", 3), ("T", 12)]]
    text = (head + "".join(rows)).encode()
    counts = {"RATE": {"numerator": "P", "denominator": "T"}}
    parts = at.sources.sdmx(text, counts=counts).plan["indicators"]["RATE"]["ratio"]
    assert parts == {"numerator": "P.n", "denominator": "T.n", "per": 100}
    assert "count" in at.sources.sdmx(text, counts="P").plan["indicators"]["P"]
    assert "count" in at.sources.sdmx(text, counts={"P": "count"}).plan["indicators"]["P"]
    with pytest.raises(at.RequestError, match=r"counts\.RATE\.denominator"):
        at.sources.sdmx(text, counts={"RATE": {"numerator": "P"}})
    with pytest.raises(at.OutcomeError, match="no such series"):
        at.sources.sdmx(text, counts=["Q"])
    file = tmp_path / "a.csv"
    file.write_bytes(text)
    plan = tmp_path / "p.yaml"
    written = ["-o", str(plan), str(tmp_path / "o.csv")]
    assert main(["import", "sdmx", str(file), "--count", "RATE=P/T", *written]) == 0
    assert "denominator: T.n" in plan.read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["import", "sdmx", str(file), "--count", "RATE=P", *written])


def test_import_overwrites_no_input_and_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "un.csv"
    copy.write_bytes(UN.read_bytes())
    for outputs in (
        [tmp_path / "p.yaml", copy],
        [copy, tmp_path / "o.csv"],
        [tmp_path / "o.csv", tmp_path / "o.csv"],
        [tmp_path / "p.yaml", tmp_path / "o.xlsx"],
    ):
        arguments = ["import", "sdmx", str(copy), "-o", *map(str, outputs)]
        assert main(arguments) == 2
    assert copy.read_bytes() == UN.read_bytes()
    outputs = [str(tmp_path / "p.yaml"), str(tmp_path / "o.csv")]
    assert main(["import", "sdmx", str(LABELS), "--strict", "-o", *outputs]) == 1
    assert "column `ACTION`" in capsys.readouterr().err
    assert not (tmp_path / "p.yaml").exists()
