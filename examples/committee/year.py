"""Show the year as it ran: the report of each month's end of 2023, with what was known then.

The report of 31 March knows the monthly reports that districts had made by that day, so those of
January and February and not yet that of March.

    python examples/committee/year.py
"""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attain as at

HERE = Path(__file__).parent
MEETING = datetime.date(2024, 3, 6)
MONTH_ENDS = [
    datetime.date(2023 + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)
    for month in range(1, 13)
]
DAYS = [*MONTH_ENDS, MEETING]
TARGETS = [
    "reports-resolved-illustrative",
    "serious-year-illustrative",
    "murder-fewer-illustrative",
    "illegal-lending-fewer-illustrative",
]
# What flags a target, and the test of a row for it.
FLAGS = {
    "chance below 50 %": lambda row: row["chance"] is not None and row["chance"] < 0.5,
    "pace behind": lambda row: row["pace"] == "behind",
    "budget alert": lambda row: row["alert"] in {"alert", "exceeded"},
    "chart signals worse": lambda row: row["signal"] == "deterioration",
    "evidence alarms": lambda row: row["alarm"] is True,
    "goal missed": lambda row: row["verdict"] == "missed",
}


def course(
    plan: at.Plan,
    tally: at.Tally,
    days: Sequence[datetime.date] = DAYS,
    targets: Sequence[str] = TARGETS,
) -> list[dict[str, Any]]:
    """A row for each target and day: verdict, certainty, pace, chance, and what warns of it."""
    rows = []
    for day in days:
        report = at.assess(plan, tally, as_of=day, targets=targets)
        for row in report.assessments:
            target = row["target"]
            budget = next(iter(report.budget(target)), {"alert": None})
            signals = next(
                iter(report.signals(target, every="month", least_points=8)), {"meaning": None}
            )
            alarms = [period["alarm"] for period in report.evidence(target)]
            rows.append(
                {
                    name: row[name]
                    for name in (
                        "target", "as_of", "value", "completeness", "verdict", "certainty",
                        "pace", "chance", "dispersion",
                    )
                }
                | {
                    "alert": budget["alert"],
                    "signal": signals["meaning"],
                    "alarm": True in alarms,
                }
            )  # fmt: skip
    return sorted(rows, key=lambda row: (list(targets).index(row["target"]), row["as_of"]))


def first_flags(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each target: the first of the days on which each flag was raised, if any."""
    return [
        {"target": target}
        | {
            flag: next(
                (row["as_of"] for row in rows if row["target"] == target and is_raised(row)), None
            )
            for flag, is_raised in FLAGS.items()
        }
        for target in dict.fromkeys(row["target"] for row in rows)
    ]


def main() -> None:
    """Print both tables."""
    plan = at.Plan.load(HERE / "plan.yaml")
    tally = at.tally(plan, [HERE / "outcomes.csv", HERE / "outcomes-illustrative.csv"])
    rows = course(plan, tally)
    titles = {row["target"]: row["title"] for row in plan.targets}
    for target in TARGETS:
        print(titles[target])
        print("  day          value  chance  verdict, certainty, pace, budget")
        for row in (row for row in rows if row["target"] == target):
            value, chance = (
                "" if row[name] is None else f"{row[name]:.{digits}f}"
                for name, digits in (("value", 1), ("chance", 3))
            )
            texts = [row[name] or "" for name in ("verdict", "certainty", "pace", "alert")]
            print(f"  {row['as_of']}  {value:>6}  {chance:>6}  {', '.join(filter(None, texts))}")
        flags = next(flags for flags in first_flags(rows) if flags["target"] == target)
        for flag in FLAGS:
            print(f"  {flag}: {flags[flag] or 'never'}")


if __name__ == "__main__":
    main()
