"""Text from outside commands no terminal, and unknown choices are refused in one form."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import attain

ESCAPE = "x\x1b[31m\x07\u202e"
DIRTY = ("\x1b", "\x07", "\u202e")


def plan(title: str = "Few", code: str = "01") -> dict[str, object]:
    return {
        "attain": 1,
        "plan": "p",
        "units": {"levels": ["city"], "list": [{"id": code, "level": "city"}]},
        "measures": {"cases": {"title": title}},
        "indicators": {"cases": {"count": "cases", "title": title}},
        "targets": {
            "few": {
                "title": title,
                "indicator": "cases",
                "goal": {"at_most": 9},
                "window": "2025-Q1",
            }
        },
    }


FRAME = pl.DataFrame({"unit": ["01"], "period": ["2025-Q1"], "measure": "cases", "value": [3]})


def tally(made: attain.Plan) -> attain.Tally:
    return attain.tally(made, FRAME)


def report(title: str = "Few") -> attain.Report:
    made = attain.Plan.from_dict(plan(title))
    return attain.assess(made, tally(made), as_of="2025-04-30")


def test_explanations_command_no_terminal() -> None:
    explanation = report(ESCAPE).explain("few")
    for text in (
        str(explanation),
        repr(explanation),
        explanation._repr_html_(),
        explanation.formula,
        str(explanation.tree()),
    ):
        assert not any(character in text for character in DIRTY), text
    assert explanation.to_dict()["target_title"] == ESCAPE


def test_rows_command_no_terminal() -> None:
    made = report(ESCAPE)
    rows = [*made.rows, *made.history("few", unit="01"), *made.sensitivity("few").to_dicts()]
    assert len(rows) == 5
    for row in rows:
        for text in (repr(row), str(row)):
            assert not any(character in text for character in DIRTY), text


def test_faults_command_no_terminal(tmp_path: Path) -> None:
    with pytest.raises(attain.FileError) as caught:
        attain.Plan.load(f"{ESCAPE}.yaml")
    fault = caught.value.faults[0]
    for text in (str(caught.value), str(fault)):
        assert text.startswith(r"x\u{1b}[31m\u{7}\u{202e}.yaml: "), text
    assert fault.file == f"{ESCAPE}.yaml"
    with pytest.raises(attain.PlanError) as refused:
        attain.Plan.from_dict({**plan(), "targets": {"few": {ESCAPE: 1}}})
    for text in (str(refused.value), *map(str, refused.value.faults)):
        assert not any(character in text for character in DIRTY), text

    finished = subprocess.run(
        [sys.executable, "-m", "attain", "check", str(tmp_path / f"{ESCAPE}.yaml")],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert finished.returncode == 1
    assert not any(character in finished.stderr for character in DIRTY), finished.stderr


@pytest.mark.parametrize(
    ("call", "what", "found", "near"),
    [
        (lambda: attain.Plan.parse("", "jsn"), "format of plans", "jsn", "json"),  # type: ignore[arg-type]
        (lambda: attain.Plan.parse("", "xml"), "format of plans", "xml", "yaml"),  # type: ignore[arg-type]
        (lambda: report().filter(verdict="mett"), "verdict", "mett", "met"),  # type: ignore[arg-type]
        (
            lambda: attain.tally(attain.Plan.from_dict(plan()), FRAME, rows="figure"),  # type: ignore[call-overload]
            "kind of rows",
            "figure",
            "figures",
        ),
        (
            lambda: report().contributions("few", parts="unit"),  # type: ignore[arg-type]
            "kind of parts",
            "unit",
            "units",
        ),
        (
            lambda: attain.judge(
                pl.DataFrame({"unit": ["a"], "date": ["2025-01-01"]}),
                count="cases",
                at_most=1,
                unit="unit",
                date="date",
                every="monthly",  # type: ignore[arg-type]
            ),
            "kind of period",
            "monthly",
            "month",
        ),
    ],
)
def test_unknown_choices_are_refused_in_one_form(
    call: Callable[[], object], what: str, found: str, near: str
) -> None:
    with pytest.raises(attain.RequestError) as caught:
        call()
    (fault,) = caught.value.faults
    assert fault.message == f"there is no such {what}"
    assert fault.found == f"`{found}`"
    assert fault.expected is not None
    assert near in fault.expected.split(", ")
    assert fault.hint in {f"did you mean `{near}`?", None}
    assert (fault.hint is None) == (found == "xml")


def test_lost_zeros_are_named() -> None:
    for call in (
        lambda: report().filter(unit="1"),
        lambda: report().explain("few", unit="1"),
    ):
        with pytest.raises(attain.RequestError, match="`01` has lost its leading zeros"):
            call()


def test_a_tally_outlives_edits_of_goals_and_titles() -> None:
    made = attain.Plan.from_dict(plan())
    recorded = tally(made)
    edited = plan("Other")
    edited["targets"]["few"]["goal"] = {"at_most": 2}  # type: ignore[index]
    now = attain.Plan.from_dict(edited)
    again = attain.assess(now, recorded, as_of="2025-04-30")
    assert [row.verdict for row in again.rows] == ["missed"]
    other = attain.Plan.from_dict(plan(code="02"))
    with pytest.raises(attain.RequestError, match="a difference in the unit `01`"):
        attain.assess(other, recorded, as_of="2025-04-30")
