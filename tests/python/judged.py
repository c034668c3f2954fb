"""A judged table that several tests use."""

from __future__ import annotations

import polars as pl

import attain as at


def judged_by_sex(seen: list[int], *, due: int) -> at.Report:
    """Shares of two areas by sex, at least 80 %: `n` has the first two numbers, `s` the others."""
    frame = pl.DataFrame(
        {
            "area": ["n", "n", "s", "s"],
            "sex": ["f", "m", "f", "m"],
            "year": [2024] * 4,
            "seen": seen,
            "due": [due] * 4,
        }
    )
    return at.judge(frame, unit="area", period="year", by="sex", share=("seen", "due"), at_least=80)
