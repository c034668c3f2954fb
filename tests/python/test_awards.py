"""Awards from Python: a table of who may be chosen, who is, and how safe that is."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

import attain
from attain import RequestError

PLAN = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "made-up",
        "units": {"levels": ["team"], "list": [{"id": team, "level": "team"} for team in "abcd"]},
        "measures": {"done": {}, "due": {}},
        "indicators": {"tasks": {"proportion": {"numerator": "done", "denominator": "due"}}},
        "scores": {
            "work": {
                "level": "team",
                "window": "2026",
                "parts": {"tasks": {"indicator": "tasks", "normalise": {"goalposts": [0, 100]}}},
                "grades": [{"grade": "good", "at_least": 70}],
            }
        },
        "awards": {
            "best": {
                "score": "work",
                "eligible": {"grade": "good"},
                "quota": {"share": 50, "of": "eligible"},
            },
            "two": {"score": "work", "quota": {"count": 2}, "ties": "all_in"},
        },
    }
)
DONE = {"a": 180, "b": 160, "c": 160, "d": 100}


@pytest.fixture
def report() -> attain.Report:
    figures = pd.DataFrame(
        [
            {"unit": unit, "period": "2026", "measure": measure, "value": value}
            for unit, done in DONE.items()
            for measure, value in (("done", done), ("due", 200))
        ]
    )
    return attain.assess(PLAN, attain.tally(PLAN, figures), as_of="2026-12-31")


def test_awards_are_a_table(report: attain.Report) -> None:
    rows = pl.DataFrame(report.awards("best", seed=2)).to_dicts()
    assert [row["quota"] for row in rows] == [1] * 4
    assert [row["chosen"] for row in rows] == [True, False, False, False]
    assert [row["eligible"] for row in rows] == [True, True, True, False]
    assert [row["rank"] for row in rows] == [1, 2, 2, None]
    assert rows[3]["why_not"] == "is not rated “good” or better"
    assert rows[0]["safety"] > 0.95


def test_ties_are_listed(report: attain.Report) -> None:
    rows = report.awards("two").to_pandas()
    assert rows["chosen"].tolist() == [True, True, True, False]
    assert rows["tied"].tolist() == [False, True, True, False]


def test_the_same_seed_draws_the_same(report: attain.Report) -> None:
    first, again, other = (
        report.awards("two", draws=200, seed=seed).to_pandas() for seed in (5, 5, 6)
    )
    pd.testing.assert_frame_equal(first, again)
    assert first["safety"].tolist() != other["safety"].tolist()
    assert report.awards("best", draws=0).to_pandas()["safety"].isna().all()


def test_what_the_plan_does_not_have_is_refused(report: attain.Report) -> None:
    with pytest.raises(RequestError, match="no award `bets`: did you mean `best`"):
        report.awards("bets")
    with pytest.raises(RequestError, match="no window"):
        report.awards("best", window="2027-01-01")
