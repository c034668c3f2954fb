"""How often rows that are given a chance meet their goal: the tables of `docs/guides/outlook.md`.

    python docs/pictures/calibration.py

Each programme is a unit of a plan, with its own rate, last year's figures as the plan's baseline,
and a goal of a percentage less than them. The library forecasts it as of the end of three months; a
year later the same library says whether the goal was met.
"""

import itertools

import numpy as np
import polars as pl

import attain as at

PROGRAMMES = 4000
AS_OF = ["2023-03-31", "2023-06-30", "2023-09-30"]
PLAN = """
attain: 1
plan: calibration
units: {{levels: [programme], list: [{units}]}}
measures: {{events: {{every: month}}}}
indicators: {{events: {{count: events}}}}
targets:
{targets}
"""
GOALS = [0, 10, 20]


def programmes(kind: str, random: np.random.Generator) -> np.ndarray:
    """Counts of the 36 months of three years, programme by programme."""
    least, most = (1, 12) if kind == "small" else (20, 600)
    yearly = np.exp(random.uniform(np.log(least), np.log(most), PROGRAMMES))[:, None]
    years = [yearly * np.exp(random.normal(0, 0.15, (PROGRAMMES, 1))) for _ in range(3)]
    # Last year was as the one before; this year moved away from both.
    years[2] = years[2] * np.exp(random.normal(-0.1, 0.2, (PROGRAMMES, 1)))
    rate = np.hstack([np.repeat(year / 12, 12, axis=1) for year in years])
    if kind.startswith("seasonal"):
        month = np.arange(36) % 12
        rate = rate * (1 + 0.6 * np.cos(2 * np.pi * month / 12))
    if kind == "overdispersed":
        dispersion = random.uniform(2, 5, (PROGRAMMES, 1))
        rate = random.gamma(rate / (dispersion - 1), dispersion - 1)
    if kind.startswith("trending"):
        slope = random.normal(0, 0.3, (PROGRAMMES, 1))
        rate[:, 24:] = rate[:, 24:] * np.exp(slope * ((np.arange(12) + 0.5) / 12 - 0.5))
    return random.poisson(rate)


def rows(kind: str, seed: int) -> pl.DataFrame:
    """What was foretold and what became of it."""
    counts = programmes(kind, np.random.default_rng(seed))
    units = ", ".join(f'{{id: "p{unit}", level: programme}}' for unit in range(PROGRAMMES))
    course = {
        "seasonal, told": ", trajectory: {seasonal: {from: ['2021', '2022']}}",
        "trending, told": ", outlook: {drift: 15}",
    }.get(kind, "")
    goals = "\n".join(
        f"  less-{percent}: {{indicator: events, window: '2023', units: {{level: programme}}, "
        f"goal: {{reduce_by: {{percent: {percent}, from: previous_period}}}}{course}}}"
        for percent in GOALS
    )
    plan = at.Plan.parse(PLAN.format(units=units, targets=goals))
    months = [f"{2021 + month // 12}-{month % 12 + 1:02}" for month in range(36)]
    outcomes = pl.DataFrame(
        {
            "unit": np.repeat([f"p{unit}" for unit in range(PROGRAMMES)], 36),
            "period": months * PROGRAMMES,
            "measure": ["events"] * counts.size,
            "value": counts.ravel().astype(float),
        }
    )
    tally = at.tally(plan, outcomes)
    wanted = ["target", "unit", "chance", "numerator", "goal_value", "expected_now"]
    foretold = [
        pl.DataFrame(at.assess(plan, tally, as_of=day)).select(*wanted, pl.lit(day).alias("day"))
        for day in AS_OF
    ]
    final = pl.DataFrame(at.assess(plan, tally, as_of="2023-12-31"))
    final = final.select("target", "unit", met=pl.col("chance"))
    return pl.concat(foretold).join(final, on=["target", "unit"]).with_columns(kind=pl.lit(kind))


def plug_in(table: pl.DataFrame) -> np.ndarray:
    """Who takes the rate so far for the true one: a Poisson count of what is left."""
    day = table["day"].str.to_date().to_numpy()
    passed = (day - np.datetime64("2022-12-31")).astype("timedelta64[D]").astype(float)
    seen = table["numerator"].to_numpy()
    left = np.floor(table["goal_value"].to_numpy()) - seen
    mean = seen * (365 - passed) / passed
    chance = np.zeros(len(seen))
    term = np.exp(-mean)
    for more in range(int(max(left.max(), 0)) + 1):
        chance += np.where(more <= left, term, 0)
        term = term * mean / (more + 1)
    return chance


KINDS = [
    "steady",
    "small",
    "overdispersed",
    "trending",
    "trending, told",
    "seasonal",
    "seasonal, told",
]


def main() -> None:
    """Print both tables."""
    edges = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0000001]
    names = ["0 to 5", "5 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 95", "95 to 100"]
    reliability, brier = [], []
    for kind in KINDS:
        # The same programmes, whether the plan is told of their course or not.
        table = rows(kind, seed=len(kind.split(",")[0]))
        chance, met = table["chance"].to_numpy(), table["met"].to_numpy()
        assert not np.isnan(chance).any()
        cells = []
        for low, high in itertools.pairwise(edges):
            inside = (low <= chance) & (chance < high)
            cells.append(f"{100 * chance[inside].mean():.0f} → {100 * met[inside].mean():.0f}")
        reliability.append(f"| {kind} | " + " | ".join(cells) + " |")
        ahead = (table["numerator"] <= table["expected_now"]).to_numpy().astype(float)
        scores = [np.mean((guess - met) ** 2) for guess in (chance, plug_in(table), ahead)]
        brier.append(f"| {kind} | " + " | ".join(f"{score:.4f}" for score in scores) + " |")
    print(f"{PROGRAMMES} programmes × {len(GOALS)} goals × {len(AS_OF)} days")
    print("| programmes | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    print("\n".join(reliability))
    print("\n| programmes | attain | plug-in Poisson | pace ≥ 1 |\n|---|---|---|---|")
    print("\n".join(brier))


if __name__ == "__main__":
    main()
