"""The words, numbers and days of the pack in one language."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attain._attain import wording

Language: TypeAlias = Literal["en", "vi"]

# Words of each verdict, closed and running.
_VERDICTS = {
    ("met", True): "met",
    ("met", False): "met_so_far",
    ("missed", True): "missed",
    ("missed", False): "missed_so_far",
    ("indeterminate", True): "none",
    ("indeterminate", False): "none",
}


class Words:
    """The phrases of a language, and how it writes numbers and days: as scorecards do."""

    def __init__(self, language: Language) -> None:
        self.language = language
        text = Path(__file__).with_name(f"{language}.toml").read_text("utf-8")
        self._phrases: dict[str, str] = wording.phrases(language) | tomllib.loads(text)

    def __call__(self, key: str, **values: object) -> str:
        """A phrase, with what its braces stand for."""
        phrase = self._phrases[key]
        return phrase.format(**values) if values else phrase

    def reason(self, code: str | None) -> str:
        """Why there is no verdict."""
        return self._phrases.get(code or "no_reason", self._phrases["no_reason"])

    def verdict(self, verdict: str, *, final: bool = True) -> str:
        """The word of a verdict; a window that still runs has another one."""
        return self(_VERDICTS[verdict, final])

    def whole(self, number: float) -> str:
        """A whole number with its thousands set apart."""
        return self.number(round(number))

    def number(self, value: float | None, beside: float | None = None) -> str:
        """A number, rounded for reading, but never across or onto the one beside it."""
        if value is None:
            return "–"
        beside_it = [] if beside is None else [beside]
        printed: str = wording.number(self.language, value, beside_it)
        return printed

    def signed(self, value: float | None) -> str:
        """A distance, with its sign."""
        text = self.number(value)
        return f"+{text}" if value is not None and value > 0 else text

    def day(self, day: datetime.date) -> str:
        """A day."""
        printed: str = wording.day(self.language, day)
        return printed

    def window(self, row: dict[str, Any]) -> str:
        """The window of a row."""
        return self.days(row["window_start"], row["window_end"])

    def days(self, start: datetime.date, end: datetime.date) -> str:
        """Days up to the one before `end`: a year, or the first day and the last."""
        last = end - datetime.timedelta(days=1)
        if (start.month, start.day, last.month, last.day) == (1, 1, 12, 31):
            return str(start.year) if start.year == last.year else f"{start.year}–{last.year}"
        return self.day(start) if start == last else f"{self.day(start)} – {self.day(last)}"
