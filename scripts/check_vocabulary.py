"""Checks the words of documentation, comments and messages.

Some words read well to their author and badly to everybody else: verbs with a private meaning, and
buildings where a module is meant. Each has a plain word that says the same.

    python scripts/check_vocabulary.py            # fails on every hit beyond the baseline
    python scripts/check_vocabulary.py --update   # lowers the baseline to the hits there are

`vocabulary_baseline.json` holds the number of hits per file that remain from before this check. A
number in it may fall, never rise. A file that is not in it must have none.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BASELINE = Path(__file__).with_name("vocabulary_baseline.json")

# A phrase may run over the end of a line, and then over the mark of the next line's comment.
_GAP = r"\s+(?:(?://[/!]?|#:?|>)[ \t]+)?"
_WORD = r"[\w`'’.*-]+"


def _within(first: str, last: str, words: int) -> str:
    return rf"\b(?:{first})\b(?:{_GAP}{_WORD}){{0,{words}}}?{_GAP}{last}\b"


WORDS = {
    "reckon": r"\breckon\w*",
    "tell apart": _within("tell|tells|telling|told", "apart", 3),
    "hold against": _within("hold|holds|holding|held", "against", 4),
    "come by": _within("come|comes|coming|came", "by", 0),
    "have a say": rf"\b(?:a|no|any|its|their|what){_GAP}say\b",
    "let in": _within("let|lets|letting", "in", 3),
    "whoever": r"\bwho(?:m)?ever\b",
    "so many": rf"\bso{_GAP}many\b",
    "house": r"\bhouses?\b",
    "floor": r"\bfloors?\b",
    "door": r"\bdoors?\b",
}

INSTEAD = {
    "reckon": "compute",
    "tell apart": "distinguish",
    "hold against": "compare with",
    "come by": "compute, obtain",
    "have a say": "count, have an effect",
    "let in": "accept, add",
    "whoever": "a person who, a caller that",
    "so many": "the number: how many, as many as",
    "house": "crate, package, project",
    "floor": "layer, module (it stays the term for an `at_least` goal)",
    "door": "entry point, input format",
}

# Uses that are right: the path of the file, and what the text around the word looks like.
ALLOWED: list[tuple[str, str, str]] = [
    # This file and its test name the words.
    (r"^scripts/check_vocabulary\.py|^tests/python/test_vocabulary\.py", ".", "names the words"),
    # The function of that name.
    (r".", r"\bfloor\(|\.floor\b|\bfloor_div|\bfloordiv|math\.floor|np\.floor", "f64::floor"),
    # The word for an `at_least` goal, beside the word for the other kind or for a goal.
    (r".", r"ceiling|floor\s+below\s+the\s+band|at_least|\bgoals?\b|needed", "goal"),
    (
        r".",
        r"\b(?:[Ff]or|of|met|missed|a|[Tt]he|it is a)\s+floors?\b(?!\s+(?:below|above))",
        "goal",
    ),
    (r"\.rs$", r"\bfloor:|\bfloor\s*[=,)}]|\bFloor\b", "goal"),
    (r"benches/peers/assessments\.py", r"\bfloor\b", "goal"),
]
_ALLOWED_WORD = {"f64::floor": "floor", "goal": "floor"}

# How much of the text on both sides decides whether a use is right.
_AROUND = 60

_RUST = re.compile(
    r"""//[^\n]*(?:\n[ \t]*//[^\n]*)*   # comments, those of neighbouring lines as one
      | r(\#*)"(?:.|\n)*?"\1            # raw strings
      | "(?:[^"\\]|\\(?:.|\n))*"        # strings
      | '(?:[^'\\\n]|\\[^\n]{1,8})'     # characters, for a quote among them opens no string""",
    re.VERBOSE,
)


def files() -> Iterator[Path]:
    """Every file whose words are checked."""
    for pattern in (
        "*.md",
        "Makefile",
        "mkdocs.yml",
        "*.toml",
        "benches/**/*.py",
        "benches/**/*.rs",
        "crates/**/*.md",
        "crates/**/*.rs",
        "docs/**/*.md",
        "docs/**/*.py",
        "examples/**/*.md",
        "examples/**/*.py",
        "examples/**/*.ipynb",
        "fuzz/**/*.rs",
        "python/**/*.py",
        "python/**/*.pyi",
        "scripts/*.py",
        "src/**/*.rs",
        "templates/**/*",
        "tests/**/*.py",
        "tests/**/*.rs",
    ):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "target" not in path.relative_to(ROOT).parts:
                yield path


def passages(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """The passages of a file that are prose, each with its place in the text."""
    if path.suffix == ".rs":
        for found in _RUST.finditer(text):
            yield found.start(), found[0]
    elif path.suffix in {".py", ".pyi"}:
        yield from _python(text)
    elif path.suffix == ".ipynb":
        # What a cell printed may be large, and is checked where it is made.
        for cell in json.loads(text)["cells"]:
            source = "".join(cell["source"])
            yield text.find(json.dumps(source.split("\n")[0], ensure_ascii=False)[1:-1]), source
    else:
        yield 0, text


def _python(text: str) -> Iterator[tuple[int, str]]:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    block: tuple[int, int] | None = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.COMMENT:
            # Comments of neighbouring lines are one passage.
            block = (block[0] if block else start, end)
            continue
        if token.type in {tokenize.NL, tokenize.INDENT, tokenize.DEDENT}:
            continue
        if block is not None:
            yield block[0], text[block[0] : block[1]]
            block = None
        if token.type == tokenize.STRING:
            yield start, text[start:end]
        elif token.type == tokenize.NAME:
            yield start, text[start:end].replace("_", " ")
    if block is not None:
        yield block[0], text[block[0] : block[1]]


def hits(path: Path) -> list[tuple[int, str, str]]:
    """The forbidden words of a file: line, word, and the text that was found."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    found = []
    for start, passage in passages(path, text):
        for word, pattern in WORDS.items():
            for match in re.finditer(pattern, passage, re.IGNORECASE):
                place = start + match.start()
                around = text[max(0, place - _AROUND) : start + match.end() + _AROUND]
                if not _allowed(name, word, around):
                    line = text.count("\n", 0, place) + 1
                    found.append((line, word, " ".join(match[0].split())))
    return found


def _allowed(name: str, word: str, around: str) -> bool:
    return any(
        re.search(where, name)
        and _ALLOWED_WORD.get(kind, word) == word
        and re.search(looks, around)
        for where, looks, kind in ALLOWED
    )


def main() -> int:
    """Compares the hits of every file with the baseline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="lower the baseline")
    update = parser.parse_args().update
    baseline: dict[str, int] = json.loads(BASELINE.read_text(encoding="utf-8"))
    counts: dict[str, int] = {}
    excess = 0
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        found = hits(path)
        counts[name] = len(found)
        allowed = baseline.get(name, 0)
        if len(found) > allowed:
            excess += len(found) - allowed
            for line, word, text in found:
                print(f"{name}:{line}: `{text}`: write {INSTEAD[word]}")
            if allowed:
                print(f"{name}: {len(found)} hits, and {allowed} in the baseline")
    lower = {
        name: count for name, limit in baseline.items() if (count := counts.get(name, 0)) < limit
    }
    if update:
        left = {name: min(limit, counts.get(name, 0)) for name, limit in baseline.items()}
        text = json.dumps({name: count for name, count in left.items() if count}, indent=1)
        BASELINE.write_text(text + "\n", encoding="utf-8")
    elif lower:
        print(f"the baseline can be lowered for {len(lower)} files: run this with --update")
    if excess:
        print(f"{excess} hits beyond the baseline")
    return 1 if excess else 0


if __name__ == "__main__":
    sys.exit(main())
