"""Draws the pictures of the gallery: each block of `docs/gallery.md` that ends with a chart."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import altair as alt

DOCS = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```\n+!\[[^\]]*\]\(pictures/([a-z-]+\.svg)\)", re.M | re.S)


def main() -> None:
    """Runs the blocks of the gallery in order, and saves the chart that each one ends with."""
    os.chdir(DOCS.parent)
    names: dict[str, Any] = {}
    for code, file in BLOCK.findall((DOCS / "gallery.md").read_text("utf-8")):
        *before, last = code.strip().split("\n")
        exec("\n".join(before), names)
        chart = eval(last, names)
        if not isinstance(chart, alt.TopLevelMixin):
            raise TypeError(f"{file}: the block ends with {type(chart).__name__}, not with a chart")
        chart.save(DOCS / "pictures" / file)
        print(file)


if __name__ == "__main__":
    main()
