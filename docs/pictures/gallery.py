"""Draws the pictures of pages: of each block that ends with a chart."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import altair as alt

DOCS = Path(__file__).parents[1]
PAGES = ["gallery.md", "guides/berlin.md"]
BLOCK = re.compile(
    r"^```python\n(.*?)^```\n(?:\n```text\n.*?^```\n)?(?:\n!\[[^\]]*\]\((?:\.\./)?pictures/([a-z-]+\.svg)\))?",
    re.M | re.S,
)


def main() -> None:
    """Draws the pictures of all pages."""
    os.chdir(DOCS.parent)
    for page in PAGES:
        draw(page)


def draw(page: str) -> None:
    """Runs the blocks of a page in order, and saves the chart that each one ends with."""
    names: dict[str, Any] = {}
    for code, file in BLOCK.findall((DOCS / page).read_text("utf-8")):
        tree = ast.parse(code)
        if not file:
            exec(compile(tree, page, "exec"), names)
            continue
        *before, last = tree.body
        exec(compile(ast.Module(before, []), page, "exec"), names)
        if not isinstance(last, ast.Expr):
            raise TypeError(f"{file}: the block does not end with an expression")
        chart = eval(compile(ast.Expression(last.value), page, "eval"), names)
        if not isinstance(chart, alt.TopLevelMixin):
            raise TypeError(f"{file}: the block ends with {type(chart).__name__}, not with a chart")
        chart.save(DOCS / "pictures" / file)
        print(file)


if __name__ == "__main__":
    main()
