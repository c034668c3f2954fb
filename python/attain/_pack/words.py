"""The words, numbers and days of the pack in one language."""

from __future__ import annotations

import datetime
import math
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeAlias

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

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
_MOST_DECIMALS = 12


def _keeps_side(value: float, rounded: float, beside: float | None) -> bool:
    """Whether a rounded number is not 0, and on the same side of another one as the number."""
    if rounded == 0 or beside is None:
        return rounded != 0
    return (rounded > beside, rounded < beside) == (value > beside, value < beside)


class Words:
    """The phrases of a language, and how it writes numbers and days."""

    def __init__(self, language: Language) -> None:
        self.language = language
        text = Path(__file__).with_name(f"{language}.toml").read_text("utf-8")
        self._phrases: dict[str, str] = tomllib.loads(text)

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
        return f"{number:,.0f}".replace("-", "−").replace(",", self("group"))

    def number(self, value: float | None, beside: float | None = None) -> str:
        """A number in three significant digits, more where it would look equal to another one."""
        if value is None or not math.isfinite(value):
            return "–"
        if value == round(value) and abs(value) < 1e15:
            return self.whole(value)
        decimals = 0 if abs(value) >= 1_000 else 1 if abs(value) >= 10 else 2
        while decimals < _MOST_DECIMALS and not _keeps_side(value, round(value, decimals), beside):
            decimals += 1
        text = f"{value:,.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:,.0f}"
        marks = {",": self("group"), ".": self("decimal"), "-": "−"}
        return re.sub(r"[-,.]", lambda mark: marks[mark[0]], text)

    def signed(self, value: float | None) -> str:
        """A distance, with its sign."""
        text = self.number(value)
        return f"+{text}" if value is not None and value > 0 else text

    def day(self, day: datetime.date) -> str:
        """A day, as the scorecard writes it."""
        parts = {
            "%-d": str(day.day),
            "%d": f"{day.day:02}",
            "%m": f"{day.month:02}",
            "%b": _MONTHS[day.month - 1],
            "%Y": str(day.year),
        }
        return re.sub("%-?[dmbY]", lambda part: parts[part[0]], self("day"))

    def window(self, row: dict[str, Any]) -> str:
        """The window of a row."""
        return self.days(row["window_start"], row["window_end"])

    def days(self, start: datetime.date, end: datetime.date) -> str:
        """Days up to the one before `end`: a year, or the first day and the last."""
        last = end - datetime.timedelta(days=1)
        if (start.month, start.day, last.month, last.day) == (1, 1, 12, 31):
            return str(start.year) if start.year == last.year else f"{start.year}–{last.year}"
        return self.day(start) if start == last else f"{self.day(start)} – {self.day(last)}"
