"""Evidence against a goal that may be looked at after every report."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import GoalSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How many times more probable counts are if the truth misses the goal than at the goal."""

    evidence: float
    """The evidence: 1 speaks for neither side, 40 or more is an alarm at 95 %."""
    ln_evidence: float
    """Its natural logarithm."""


@overload
def share_evidence(
    events: float,
    denominator: float,
    goal: float,
    *,
    goal_side: GoalSide = "at_least",
    dispersion: float = 1,
) -> Evidence: ...
@overload
def share_evidence(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    goal_side: GoalSide = "at_least",
    dispersion: float = 1,
) -> Table: ...
def share_evidence(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    goal_side: GoalSide = "at_least",
    dispersion: float = 1,
) -> Evidence | Table:
    """Evidence that a share misses its goal, which stays right if it is looked at every week.

    `events` among `denominator` cases from the start up to the day of the look, against `goal`, a
    share. The side that meets it is `at_least` the goal, the default, or `at_most`. Whatever the
    number of looks, a truth that meets the goal ever reaches an evidence of 40 with a probability
    of 2.5 % at most; with a confidence c the alarm is at 2/(1 − c). Events and cases are divided by
    `dispersion`.

    The evidence is the likelihood of shares that miss the goal, Beta(20g, 20(1 − g)) cut at g, over
    the likelihood of g. Numbers give an `Evidence`; columns give a table with `evidence`,
    `ln_evidence` and `status`. A row has no answer if a number is missing, if `events` is not from
    0 to `denominator`, or if `goal` is not above 0 and below 1. Sources: Robbins 1970; Howard et
    al. 2021; Ramdas et al. 2023.

        >>> round(share_evidence(120, 180, 0.8).evidence)
        1702
    """
    answer: Evidence | Table = _stats.share_evidence(
        events, denominator, goal, goal_side, dispersion
    )
    return answer


@overload
def count_evidence(
    events: float,
    expected: float,
    *,
    goal_side: GoalSide = "at_most",
    dispersion: float = 1,
) -> Evidence: ...
@overload
def count_evidence(
    events: float | Column,
    expected: float | Column,
    *,
    goal_side: GoalSide = "at_most",
    dispersion: float = 1,
) -> Table: ...
def count_evidence(
    events: float | Column,
    expected: float | Column,
    *,
    goal_side: GoalSide = "at_most",
    dispersion: float = 1,
) -> Evidence | Table:
    """Evidence that a count misses its goal, which stays right if it is looked at every week.

    `events` from the start up to the day of the look, and how many are `expected` by then if the
    goal is just met. The side that meets the goal is `at_most` as many, the default, or `at_least`.
    The alarm, `dispersion` and the form of the answer are as in `share_evidence`; the rate relative
    to the goal is Gamma(4, 4), cut at 1. A row has no answer if a number is missing or negative.

        >>> round(count_evidence(140, 100).evidence)
        359
    """
    answer: Evidence | Table = _stats.count_evidence(events, expected, goal_side, dispersion)
    return answer


def evidence_benjamini_hochberg(evidence: Column, *, wrong: float = 0.05) -> list[bool | None]:
    """The rows that are established to miss their goals, of many that are looked at (e-BH).

    At most the share `wrong` of the established rows is expected to be false, whatever the
    dependence of the rows and the number of looks. Of n rows the k with the most evidence are
    established, for the largest k whose least evidence is at least n/(k·`wrong`). Returns a list
    with a bool for each row. A row without evidence gives `None` and is not counted. Raises
    `StatsError` if evidence is negative. Source: Wang & Ramdas 2022.

        >>> evidence_benjamini_hochberg([1_000, 0.3, None, 50, 20])
        [True, False, None, True, False]
    """
    found: list[bool | None] = _stats.evidence_benjamini_hochberg(evidence, wrong)
    return found
