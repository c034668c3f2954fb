"""How often charts give a false signal, and find a change: the tables of `docs/guides/signals.md`.

    python docs/pictures/false_alarms.py

Nothing changes in any of these units but by chance, by the season, or by what carries over from one
month to the next. Every signal and every trend that the library finds in them is a false alarm.
"""

from typing import Any

import numpy as np
import polars as pl

import attain as at

UNITS, MONTHS, TOGETHER = 4000, 48, 20
PLAN = """
attain: 1
plan: false-alarms
units: {{levels: [unit], list: [{units}]}}
measures: {{events: {{}}, cases: {{}}}}
indicators:
  count: {{count: events}}
  share: {{proportion: {{numerator: events, denominator: cases}}}}
targets:
  count: {{indicator: count, goal: {{at_most: 1}}, window: "2024", units: {{level: unit}}}}
  share: {{indicator: share, goal: {{at_most: 1}}, window: "2024", units: {{level: unit}}}}
"""
KINDS = {
    "100 a month": "count",
    "10 a month": "count",
    "1 a month": "count",
    "60 % of 50": "share",
    "100 a month, overdispersed": "count",
    "100 a month, seasonal": "count",
    "100 a month, carrying over": "count",
}
RULES = ["nhs", "western_electric", "nelson", "anhoej"]


def events(kind: str, random: np.random.Generator) -> np.ndarray:
    """What happens in each unit and month."""
    shape = (UNITS, MONTHS)
    if kind == "60 % of 50":
        return random.binomial(50, 0.6, shape)
    rate = np.full(shape, float(kind.split(" ")[0]))
    if kind.endswith("overdispersed"):
        # Three times the variance of chance.
        rate = random.gamma(rate / 2, 2)
    if kind.endswith("seasonal"):
        rate = rate * (1 + 0.5 * np.cos(2 * np.pi * np.arange(MONTHS) / 12))
    if kind.endswith("carrying over"):
        # The logarithm of the rate moves by 15 %, and half of that is left the month after.
        moved = random.normal(0, 0.15, shape)
        for month in range(1, MONTHS):
            moved[:, month] = 0.5 * moved[:, month - 1] + np.sqrt(0.75) * moved[:, month]
        rate = rate * np.exp(moved)
    return random.poisson(rate)


def report(kind: str) -> at.Report:
    """Four years of such units."""
    counts = events(kind, np.random.default_rng(len(kind)))
    units = [f"u{unit}" for unit in range(UNITS)]
    ids = ", ".join(f"{{id: {unit}, level: unit}}" for unit in units)
    months = [f"{2021 + month // 12}-{month % 12 + 1:02}" for month in range(MONTHS)]
    columns = {"unit": np.repeat(units, MONTHS), "period": months * UNITS}
    values = {"events": counts.ravel(), "cases": np.maximum(counts.ravel(), 50)}
    outcomes = [
        pl.DataFrame(columns | {"measure": measure, "value": value.astype(float)})
        for measure, value in values.items()
    ]
    plan = at.Plan.parse(PLAN.format(units=ids))
    return at.assess(plan, at.tally(plan, pl.concat(outcomes)), as_of="2024-12-31")


RATES: dict[str, dict[str, Any]] = {
    "all 48": {},
    "first 24": {"baseline": 24},
    "first 12": {"baseline": 12},
    "all 48, a shift of 6": {"shift_length": 6},
    "all 48, a shift of 8": {"shift_length": 8},
    "all 48, `outside_limits` alone": {"only": ["outside_limits"]},
}


def rates() -> str:
    """False signals and power by the baseline, the rules and the events of a month."""
    means = (10, 30, 100, 300)
    rows = ["| baseline and rules | " + " | ".join(f"{mean} a month" for mean in means) + " |"]
    rows.append("|---" * (len(means) + 1) + "|")
    for name, choices in RATES.items():
        cells = []
        for mean in means:
            found = at.stats.signal_rates(
                48, kind="u", laney=True, mean=mean, shift=0.2 * mean**0.5, **choices
            )
            cells.append(f"{100 * found.false_signal:.1f} / {100 * found.power:.0f}")
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def per_cent(values: pl.Series) -> str:
    """The share of those that are true."""
    return f"{100 * values.fill_null(value=False).mean():.1f}"


def main() -> None:
    """Print the tables."""
    print(rates() + "\n")
    signals, trends = [], []
    for kind, target in KINDS.items():
        found = report(kind)
        cells = []
        for rules in RULES:
            rows = pl.DataFrame(found.signals(target, rules=rules))
            assert rows["reason"].is_null().all()
            latest, ever = per_cent(rows["signal"].is_not_null()), per_cent(rows["signals"] > 0)
            cells.append(f"{latest} / {ever}")
        # Of the latest points those outside of the limits.
        chart = {}
        for name in ["p_prime", "p"] if target == "share" else ["u_prime", "u"]:
            rows = pl.DataFrame(found.signals(target, chart=name))
            outside = (rows["value"] > rows["upper"]) | (rows["value"] < rows["lower"])
            chart[name] = per_cent(outside)
        signals.append(f"| {kind} | " + " | ".join([*chart.values(), *cells]) + " |")
        cells = []
        for test in ["mann_kendall", "seasonal", "hamed_rao"]:
            rows = pl.DataFrame(found.signals(target, trend=test))
            cells.append(per_cent(rows["p"] < 0.05))
        rows = pl.DataFrame(found.signals(target, trend="seasonal"))
        p = rows["p"].to_numpy().reshape(-1, TOGETHER)
        # Benjamini and Hochberg find something where any of the sorted p is below its step.
        steps = 0.05 * np.arange(1, TOGETHER + 1) / TOGETHER
        cells.append(f"{100 * (np.sort(p, axis=1) < steps).any(axis=1).mean():.1f}")
        trends.append(f"| {kind} | " + " | ".join(cells) + " |")
    print(f"{UNITS} units × {MONTHS} months")
    names = ["outside limits", "without Laney's factor", *(f"`{rules}`" for rules in RULES)]
    print("| steady units | " + " | ".join(names) + " |")
    print("|---" * 7 + "|")
    print("\n".join(signals))
    print(
        f"\n| steady units | `mann_kendall` | `seasonal` | `hamed_rao` | {TOGETHER} units, `p_bh` |"
    )
    print("|---" * 5 + "|")
    print("\n".join(trends))


if __name__ == "__main__":
    main()
