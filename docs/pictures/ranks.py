"""Draws the picture of docs/stats/ranks.md from the example on that page.

    python docs/pictures/ranks.py

Needs attain, polars and matplotlib.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "stats" / "ranks.md"
INK, COLOUR = "#222222", "#0072b2"


def example() -> dict[str, Any]:
    """What the page's example leaves behind."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    if code is None:
        raise ValueError(f"{PAGE} has no example")
    names: dict[str, Any] = {}
    exec(compile(code[1], PAGE, "exec"), names)
    return names


def draw() -> None:
    """One line per country, the best on top."""
    import matplotlib.pyplot as plt

    found = example()
    countries = list(found["pisa"])
    figure, axis = plt.subplots(figsize=(7.2, 8.2))
    for place, (country, alone, together) in enumerate(
        zip(countries, found["alone"], found["together"], strict=True)
    ):
        axis.plot(together[1:], [place, place], color=COLOUR, linewidth=1.2, alpha=0.7)
        axis.plot(
            alone[1:], [place, place], color=COLOUR, linewidth=5, alpha=0.45, solid_capstyle="butt"
        )
        axis.plot(alone[0], place, "o", color=INK, markersize=4)
        left = together[1] > 10
        axis.text(
            together[1] - 0.5 if left else together[2] + 0.5,
            place,
            country,
            ha="right" if left else "left",
            va="center",
            fontsize=8.5,
            color=INK,
        )
    axis.set_ylim(len(countries) - 0.3, -0.9)
    axis.set_xlim(0.3, len(countries) + 0.7)
    axis.set_yticks([])
    axis.set_xticks([1, 5, 10, 15, 20, 25, 30, 35, 38])
    axis.grid(axis="x", color="#dddddd", linewidth=0.6)
    axis.set_axisbelow(True)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xlabel("rank in mathematics, PISA 2018")
    axis.set_title(
        "Dot: rank of the estimate. Thick: its own 95 % interval. Thin: of all ranks at once.",
        loc="left",
        fontsize=9.5,
        color=INK,
    )
    figure.tight_layout()
    figure.savefig(Path(__file__).parent / "ranks-pisa.png", dpi=144, metadata={"Software": None})


if __name__ == "__main__":
    draw()
