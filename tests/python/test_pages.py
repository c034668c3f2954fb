"""The examples on the pages of the documentation run, and print what the pages show.

A block of Python that prints something, or ends with an expression, is followed by a block of text
with its output. `UPDATE_DOCS=1` writes the outputs into the pages.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")])
# A block of Python, and the block of its output, if there is one.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)
WIDTH = 100


def run(code: str, names: dict[str, Any], page: Path) -> str:
    """Runs a block as a cell of a notebook, and returns what it shows."""
    tree = ast.parse(code)
    last = tree.body[-1] if tree.body else None
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        if isinstance(last, ast.Expr):
            before = ast.Module(tree.body[:-1], [])
            exec(compile(before, page, "exec"), names)
            value = eval(compile(ast.Expression(last.value), page, "eval"), names)
            if value is not None:
                print(repr(value))
        else:
            exec(compile(tree, page, "exec"), names)
    return "".join(f"{line}\n" for line in fitted(shown.getvalue().rstrip().splitlines()))


def fitted(lines: list[str]) -> Iterator[str]:
    """Breaks lines that are too long for a page."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from textwrap.wrap(
            line.rstrip(),
            WIDTH,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=len(line) > WIDTH,
        ) or [""]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_on_a_page_runs_and_shows_its_output(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = page.read_text("utf-8")
    names: dict[str, Any] = {}
    for name in ("examples", "benches"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)

    def with_output(block: re.Match[str]) -> str:
        output = run(block[1], names, page)
        shown = f"\n```text\n{output}```\n" if output else ""
        return f"```python\n{block[1]}```\n{shown}"

    with (
        pl.Config(
            tbl_width_chars=WIDTH, tbl_cols=12, fmt_str_lengths=40, tbl_hide_column_data_types=True
        ),
        pd.option_context("display.width", WIDTH, "display.max_columns", 12),
    ):
        updated = BLOCK.sub(with_output, text)
    if os.environ.get("UPDATE_DOCS"):
        page.write_text(updated, "utf-8")
    else:
        assert text == updated, "UPDATE_DOCS=1 pytest tests/python/test_pages.py writes the output"
