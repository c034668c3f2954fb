"""Explanations as trees and in notebooks."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import attain as at

PLAN = """
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {id: city, name: "A <b> & co", level: city}
    - {id: d1, name: East, level: district, parent: city}
    - {id: d2, name: West, level: district, parent: city}
measures: {cases: {}, closed: {}}
indicators: {open: {count: cases - closed}}
targets: {few: {indicator: open, goal: {at_most: 9}, window: "2025"}}
"""


@pytest.fixture
def explanation() -> at.Explanation:
    plan = at.Plan.parse(PLAN)
    outcomes = pl.DataFrame(
        {
            "unit": ["d1", "d2", "d1", "d2"],
            "date": ["2025-01-03", "2025-02-01", "2025-01-09", "2025-02-01"],
            "measure": ["cases", "cases", "closed", "closed"],
            "value": [7, 4, 3, 4],
        }
    )
    report = at.assess(plan, at.tally(plan, outcomes, rows="events"), as_of="2025-06-30")
    return report.explain("few")


def test_a_tree_is_plain_data_that_adds_up(explanation: at.Explanation) -> None:
    tree = explanation.tree()
    keys = {"what", "id", "label", "value", "reason", "subtracted", "adds_up", "children"}

    def check(node: dict[str, Any]) -> int:
        assert set(node) == keys
        if node["adds_up"]:
            signed = [-c["value"] if c["subtracted"] else c["value"] for c in node["children"]]
            assert sum(signed) == node["value"]
        return int(node["adds_up"]) + sum(check(child) for child in node["children"])

    # The value, both measures, and each of their districts.
    assert check(tree) == 1 + 2 + 4
    value = tree["children"][1]
    assert [child["subtracted"] for child in value["children"]] == [False, True]
    shallow = explanation.tree(depth=0)["children"][1]
    assert [child["children"] for child in shallow["children"]] == [[], []]


def test_an_explanation_is_in_the_language_that_is_asked_for() -> None:
    plan = at.Plan.parse(PLAN)
    outcomes = pl.DataFrame(
        {"unit": ["d1"], "date": ["2025-01-03"], "measure": ["cases"], "value": [7.5]}
    )
    report = at.assess(plan, at.tally(plan, outcomes, rows="events"), as_of="2025-06-30")
    why = report.explain("few", language="vi")
    assert why.judgement == "Đạt: 7,5, mục tiêu nhiều nhất 9, nếu kỳ kết thúc hôm nay."
    assert "tính đến 30/06/2025" in str(why)
    assert ' lang="vi">' in why._repr_html_()
    assert report.explain("few").judgement == report.explain("few", language="en").judgement
    text = report.text(language="vi")
    assert "tính đến 30/06/2025" in text
    assert "đến nay đạt" in text
    assert report.text() == report.text(language="en")
    for call in (report.text, lambda language: report.explain("few", language=language)):
        with pytest.raises(at.RequestError, match="no such language: found `fr`"):
            call(language="fr")


def test_a_notebook_shows_the_tree_and_the_outlook_in_words(explanation: at.Explanation) -> None:
    page = explanation._repr_html_()
    assert "A &lt;b&gt; &amp; co" in page
    assert page.count("<details") == page.count("</details>") > 3
    assert "would turn the verdict" in page
    assert "if the window closed today" in str(explanation)


def test_explanations_of_all_rows_are_those_of_each() -> None:
    plan = at.Plan.load("examples/berlin/plan.yaml")
    tally = at.tally(plan, "examples/berlin/outcomes.csv")
    report = at.assess(plan, tally, as_of="2019-12-31")
    missed = report.filter(verdict="missed", level="district")
    explanations = missed.explanations(language="vi")
    assert len(explanations) == len(missed.rows) > 10
    for row, why in zip(missed.rows, explanations, strict=True):
        window = row.window_start.isoformat()
        alone = report.explain(row.target, unit=row.unit, window=window, language="vi")
        assert str(why) == str(alone)
        assert why.row == row
