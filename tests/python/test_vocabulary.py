"""The check of words finds them where people read, and only there."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_vocabulary.py"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, for a project of its own that is empty."""
    specification = importlib.util.spec_from_file_location("check_vocabulary", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "BASELINE", tmp_path / "baseline.json")
    monkeypatch.setattr(sys, "argv", ["check_vocabulary.py"])
    (tmp_path / "baseline.json").write_text("{}")
    (tmp_path / "src").mkdir()
    return module


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("page.md", "Rows are told\n  apart by units.", ["tell apart"]),
        ("page.md", "It is held against\nits goal, so many times.", ["hold against", "so many"]),
        ("page.md", "Whoever asks, the unit has no say.", ["have a say", "whoever"]),
        ("page.md", "How a value is come by; it is reckoned.", ["reckon", "come by"]),
        ("page.md", "The column `not_told_apart` of a floor or a ceiling.", []),
        ("page.md", "The floor below reads files through one door.", ["floor", "door"]),
        ("src/a.rs", "// told\n// apart\nfn f() {}", ["tell apart"]),
        ("src/a.rs", 'let text = "let it in";', ["let in"]),
        ("src/a.rs", "let door = 1; // x.floor() of a number", []),
        ("src/a.rs", "let quote = '\"'; let door = 2;", []),
        ("src/a.py", '"""Lets more rows in."""\n', ["let in"]),
        ("src/a.py", "through_the_door = np.floor(2.5)\n", ["door"]),
        ("src/a.py", "# so\n# many\nx = 1\n", ["so many"]),
    ],
)
def test_words_are_found(
    check: ModuleType, tmp_path: Path, name: str, text: str, words: list[str]
) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert sorted(word for _, word, _ in check.hits(path)) == sorted(words)


def test_a_hit_names_its_line(check: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("One.\n\nTwo, reckoned.\n")
    assert check.hits(tmp_path / "page.md") == [(3, "reckon", "reckoned")]


def test_the_number_of_hits_may_fall_and_not_rise(
    check: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "src" / "a.rs"
    page.write_text("// reckon, reckon\n")
    assert check.main() == 1
    check.BASELINE.write_text('{"src/a.rs": 2}')
    assert check.main() == 0
    page.write_text("// reckon\n")
    monkeypatch.setattr(sys, "argv", ["check_vocabulary.py", "--update"])
    assert check.main() == 0
    assert json.loads(check.BASELINE.read_text()) == {"src/a.rs": 1}
    page.write_text("// reckon, reckon\n")
    assert check.main() == 1
    # An update never allows more than there was.
    assert json.loads(check.BASELINE.read_text()) == {"src/a.rs": 1}
