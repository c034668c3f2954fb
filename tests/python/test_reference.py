"""Every public name of the package has its place in the reference."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

import attain
from attain import errors
from attain.stats import choices

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def pages(navigation: Any) -> list[Path]:
    """The pages in the navigation of the site."""
    if isinstance(navigation, str):
        return [DOCS / navigation]
    entries = navigation.values() if isinstance(navigation, dict) else navigation
    return [page for entry in entries for page in pages(entry)]


PAGES = pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])


def documented() -> Counter[str]:
    """How often each object stands on a page of the navigation."""
    found: Counter[str] = Counter()
    for page in PAGES:
        text = page.read_text("utf-8")
        for name, options in re.findall(r"^::: (\S+)\n((?: {4}.*\n)*)", text + "\n", re.M):
            found[name] += 1
            members = re.findall(r"^ +- (\w+)$", options, re.M)
            found.update(f"{name}.{member}" for member in members)
            if name == "attain.stats.choices":
                found.update(f"{name}.{member}" for member in choices.__all__)
    return found


def test_every_page_is_in_the_navigation() -> None:
    assert sorted(PAGES) == sorted(DOCS.rglob("*.md"))


def test_every_public_name_has_one_place_in_the_reference() -> None:
    faults = [f"attain.errors.{name}" for name in errors.__all__]
    names = [
        f"attain.{name}"
        for name in attain.__all__
        if name != "__version__" and name not in errors.__all__
    ]
    names += [f"attain.stats.{name}" for name in attain.stats.__all__]
    names += [f"attain.stats.choices.{name}" for name in choices.__all__]
    found = documented()
    assert {name: found[name] for name in faults + names} == dict.fromkeys(faults + names, 1)


def test_the_overview_lists_every_public_name() -> None:
    text = (DOCS / "reference" / "python" / "index.md").read_text("utf-8")
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text, re.M)
    listed = re.findall(r"`(\w+)`", " ".join(rows))
    assert sorted(listed) == sorted(attain.__all__)


def test_the_statistics_are_listed_by_subject() -> None:
    text = (DOCS / "stats" / "index.md").read_text("utf-8")
    listed = re.findall(r"\[`(\w+)`\]\[attain\.stats\.\w+\]", text)
    functions = [name for name in attain.stats.__all__ if name.islower()]
    assert sorted(listed) == sorted(functions)
