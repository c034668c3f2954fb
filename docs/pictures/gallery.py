"""Draws the pictures of the gallery: each block of `docs/gallery.md` that ends with a chart."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import altair as alt

DOCS = Path(__file__).parents[1]
BLOCK = re.compile(
    r"^```python\n(.*?)^```\n(?:\n```text\n.*?^```\n)?(?:\n!\[[^\]]*\]\(pictures/([a-z-]+\.svg)\))?",
    re.M | re.S,
)


def main() -> None:
    """Runs the blocks of the gallery in order, and saves the chart that each one ends with."""
    os.chdir(DOCS.parent)
    names: dict[str, Any] = {}
    for code, file in BLOCK.findall((DOCS / "gallery.md").read_text("utf-8")):
        tree = ast.parse(code)
        if not file:
            exec(compile(tree, "gallery.md", "exec"), names)
            continue
        *before, last = tree.body
        exec(compile(ast.Module(before, []), "gallery.md", "exec"), names)
        if not isinstance(last, ast.Expr):
            raise TypeError(f"{file}: the block does not end with an expression")
        chart = eval(compile(ast.Expression(last.value), "gallery.md", "eval"), names)
        if not isinstance(chart, alt.TopLevelMixin):
            raise TypeError(f"{file}: the block ends with {type(chart).__name__}, not with a chart")
        chart.save(DOCS / "pictures" / file)
        print(file)


if __name__ == "__main__":
    main()
