"""The notebook of the gallery has the text and the code of the page."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "gallery.md"
NOTEBOOK = ROOT / "examples" / "gallery.ipynb"
BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.M | re.S)
PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n?", re.M)
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)[^)]*\)")
ABOVE = '# Paths are those of the folder above.\nimport os\n\nos.chdir("..")'


def cells() -> list[tuple[str, str]]:
    """The cells: text without pictures, which the charts are, and code."""
    found = [("code", ABOVE)]
    for place, part in enumerate(BLOCK.split(PAGE.read_text("utf-8"))):
        if place % 2:
            found.append(("code", part.strip()))
        elif text := LINK.sub(r"\1", PICTURE.sub("", part)).strip():
            found.append(("markdown", text))
    found[:2] = [found[1], found[0]]
    return found


def notebook() -> dict[str, Any]:
    def cell(place: int, kind: str, text: str) -> dict[str, Any]:
        code = {"execution_count": None, "outputs": []} if kind == "code" else {}
        source = text.splitlines(keepends=True)
        named = {"cell_type": kind, "id": f"cell-{place:02}", "metadata": {}, "source": source}
        return named | code

    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [cell(place, *one) for place, one in enumerate(cells())],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def test_the_notebook_has_the_code_of_the_page() -> None:
    expected = notebook()
    if os.environ.get("UPDATE_DOCS"):
        NOTEBOOK.write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert json.loads(NOTEBOOK.read_text("utf-8")) == expected
    assert sum(kind == "code" for kind, _ in cells()) > 10
