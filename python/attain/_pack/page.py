"""What all pages of the pack share: their frame, marks, links and escapes."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from attain._pack.words import Words

# Pages fetch nothing and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = Path(__file__).with_name("pack.css")
# The marks of the interactive page, in the order of the Rust constant `Mark::ALL`.
_MARKS = (
    *(("met", certainty) for certainty in ("clear", "within_chance", "unsettled", "unknown")),
    *(("missed", certainty) for certainty in ("clear", "within_chance", "unsettled", "unknown")),
    ("indeterminate", "unknown"),
)
_LONGEST_NAME = 60


class Names:
    """Names of files: of ASCII letters, digits, hyphens and underscores, and never twice."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        # Some file systems do not distinguish capitals.
        self._taken = {name.casefold() for name in taken}

    def name(self, text: str) -> str:
        """The name for a code."""
        plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
        plain = plain.encode("ascii", "ignore").decode("ascii")
        stem = re.sub("[^A-Za-z0-9_-]+", "-", plain)[:_LONGEST_NAME].strip("-") or "x"
        name, number = stem, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.casefold())
        return name


@dataclasses.dataclass(frozen=True)
class Look:
    """Style sheet and marks of the scorecard, so that all pages look alike."""

    scorecard_style: str
    own_style: str
    marks: dict[tuple[str, str], str]

    @staticmethod
    def of(scorecard: str, interactive: str) -> Look:
        """Takes them from a page of each kind; the style of the pack is its own."""
        style = scorecard.partition("<style>")[2].partition("</style>")[0]
        marks = interactive.partition('<template id="marks">')[2].partition("</template>")[0]
        found = [f"{mark}</svg>" for mark in marks.split("</svg>") if "<svg" in mark]
        return Look(style, _STYLE.read_text("utf-8"), dict(zip(_MARKS, found, strict=True)))

    def mark(self, verdict: str, certainty: str = "clear") -> str:
        """The mark of a row."""
        key = (verdict, "unknown" if verdict == "indeterminate" else certainty)
        return self.marks[key]


@dataclasses.dataclass(frozen=True)
class Link:
    """A link of a page's first line; without an address it is where the reader is."""

    text: str
    address: str | None = None
    language: str | None = None

    def html(self) -> str:
        """The element."""
        language = f' lang="{self.language}" hreflang="{self.language}"' if self.language else ""
        if self.address is None:
            return f'<b aria-current="page"{language}>{escape(self.text)}</b>'
        return f'<a href="{escape(self.address)}"{language}>{escape(self.text)}</a>'


def links(line: Sequence[Link]) -> str:
    """The first line of a page."""
    return f'<nav class="pack-links">{" · ".join(link.html() for link in line)}</nav>\n'


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    kind: str = "stacked",
) -> str:
    """A table of cells that are HTML already. The first cell of a row names it.

    Its kind says how it looks: `stacked` and `pages` have their cells below each other on narrow
    screens, `counts` has numbers that stay side by side.
    """
    columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    # Narrow screens show the cells below each other, each with its label.
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(
            f'<td data-label="{label}">{cell}</td>'
            for label, cell in zip(head[1:], row[1:], strict=True)
        )
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<table class="pack {kind}"><thead><tr>{columns}</tr></thead>\n'
        f"<tbody>\n{lines}</tbody></table>\n"
    )


def whole_page(words: Words, look: Look, title: str, body: str, *, kind: str) -> str:
    """A page of the pack that is no scorecard."""
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{look.scorecard_style}{look.own_style}</style>\n</head>\n"
        f'<body class="{kind}">\n<main class="attain-scorecard attain-page">\n{body}</main>\n'
        "</body>\n</html>\n"
    )
