"""How time and memory grow with events, units, windows and measures: prints it, and draws it.

python benches/peers/growth.py --picture docs/pictures/growth.svg
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import events
import numpy as np
from measure import Timing, machine, measure

import attain as at

LAST = events.LAST


def tally_and_assess(rows: int, units: int, every: str, measures: int) -> tuple[Timing, Timing]:
    """Both halves of the main job."""
    model = model_of(units, every, measures)
    table = events.events(rows, units, measures)
    made = measure("tally", lambda: at.tally(model, table, rows="events", as_of=LAST), 3)
    tally = made.answer
    assessed = measure("assess", lambda: at.assess(model, tally, as_of=LAST).to_arrow(), 3)
    return made, assessed


def model_of(units: int, every: str, measures: int) -> at.Plan:
    """A target for every measure, unit and period of five years."""
    table = [{"id": "city", "level": "city"}]
    table += [{"id": f"u{i}", "level": "unit", "parent": "city"} for i in range(units)]
    window = {"every": every, "within": [str(events.FIRST), str(date(2024, 1, 1))]}
    kinds = range(measures)
    goal = {"at_most": 100}
    level = {"level": "unit"}
    return at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "growth",
            "units": {"levels": ["city", "unit"], "list": table},
            "measures": {f"m{i}": {} for i in kinds},
            "indicators": {f"i{i}": {"count": f"m{i}"} for i in kinds},
            "targets": {
                f"t{i}": {"indicator": f"i{i}", "goal": goal, "window": window, "units": level}
                for i in kinds
            },
        }
    )


Axis = tuple[str, Sequence[int | str], Callable[[Any], tuple[int, int, str, int]]]

AXES: list[Axis] = [
    ("events", [10**5, 10**6, 10**7, 3 * 10**7], lambda n: (n, 579, "month", 12)),
    ("units", [100, 579, 3_000, 11_000], lambda n: (10**7, n, "month", 12)),
    ("windows", ["year", "quarter", "month", "week"], lambda n: (10**7, 579, n, 12)),
    ("measures", [1, 12, 60, 240], lambda n: (10**7, 579, "month", n)),
]
WINDOWS = {"year": 5, "quarter": 20, "month": 60, "week": 260}


def main() -> None:
    """Measures along each axis."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--picture", type=Path)
    picture = parser.parse_args().picture
    print(machine("pyarrow", "attain"))
    found: dict[str, list[tuple[float, Timing, Timing]]] = {}
    for name, values, size in AXES:
        print(f"\n{name:>10} {'tally, CPU':>12} {'memory':>9} {'assess, CPU':>12} {'memory':>9}")
        found[name] = []
        for value in values:
            made, assessed = tally_and_assess(*size(value))
            number = WINDOWS[value] if isinstance(value, str) else value
            found[name].append((number, made, assessed))
            cells = [
                f"{one.cpu:>10.3f} s {(one.peak or 0) / 1e6:>6.0f} MB" for one in (made, assessed)
            ]
            print(f"{value!s:>10} {'  '.join(cells)}")
    if picture is not None:
        draw(found, picture)


def draw(found: dict[str, list[tuple[float, Timing, Timing]]], path: Path) -> None:
    """One panel per axis, time against size, both by powers of ten."""
    import matplotlib.pyplot as plt

    plt.rcParams |= {"svg.hashsalt": "attain", "font.size": 9, "axes.spines.top": False}
    figure, panels = plt.subplots(1, len(found), figsize=(10, 3), sharey=True, layout="constrained")
    for panel, (name, points) in zip(panels, found.items(), strict=True):
        sizes = np.array([size for size, _, _ in points])
        halves = ((1, "tally", "#00695c", -9), (2, "assess", "#c2410c", 3))
        for which, label, colour, up in halves:
            seconds = [point[which].cpu for point in points]
            panel.loglog(sizes, seconds, marker="o", markersize=4, color=colour)
            panel.annotate(
                label, (sizes[-1], seconds[-1]), (4, up), textcoords="offset points", color=colour
            )
        panel.set_xlabel(name)
        panel.spines["right"].set_visible(False)
        panel.margins(x=0.25)
        panel.grid(visible=True, which="major", alpha=0.3)
    panels[0].set_ylabel("CPU seconds")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
