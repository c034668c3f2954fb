"""The charts of a report: each gets its table from the report and draws it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attain.plot import _over_time, _units
from attain.plot._rows import of_one_stratum, rows_of

if TYPE_CHECKING:
    from attain import Report


class ReportPlots:
    """The charts of a report, as `report.plot`. All return Altair charts."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def rug(
        self,
        target: str | None = None,
        *,
        level: str | None = None,
        windows: int = 12,
        order: Literal["tree", "value", "gap"] = "tree",
    ) -> Any:
        """A mark for each unit and window of a target: see `attain.plot.rug`."""
        return _units.rug(self._of(target), target, level=level, windows=windows, order=order)

    def strata(
        self, target: str | None = None, *, window: str | None = None, level: str | None = None
    ) -> Any:
        """The categories of a stratum side by side for each unit: see `attain.plot.strata`."""
        return _units.strata(self._of(target), target, window=window, level=level)

    def funnel(
        self,
        target: str,
        *,
        window: str | None = None,
        level: str | None = None,
        stratum: str | None = None,
        highlight: Sequence[str] = (),
        limits: Literal["adjusted", "chance", "both"] = "adjusted",
    ) -> Any:
        """Value against size, with the limits of chance: see `attain.plot.funnel`."""
        table = self._report.funnel(target, level=level)
        return _units.funnel(
            table, window=window, stratum=stratum, highlight=highlight, limits=limits
        )

    def ranking(
        self,
        target: str,
        *,
        window: str | None = None,
        level: str | None = None,
        stratum: str | None = None,
    ) -> Any:
        """Ranks with the intervals of the true ranks: see `attain.plot.ranking`."""
        table = self._report.ranking(target, level=level)
        return _units.ranking(table, window=window, stratum=stratum)

    def contributions(
        self, target: str, *, unit: str | None = None, window: str | None = None, most: int = 20
    ) -> Any:
        """How parts add up to the distance to the goal: see `attain.plot.contributions`."""
        table = self._report.contributions(target, unit=unit)
        return _units.contributions(table, window=window, most=most)

    def certification(self, standard: str, *, window: datetime.date | str | None = None) -> Any:
        """Certificates in the tree of units: see `attain.plot.certification`."""
        table = self._report.certification(standard, window=window).certificates
        return _units.certification(table, self._tree())

    def map(
        self,
        target: str,
        geojson: Mapping[str, Any],
        *,
        window: str | None = None,
        level: str | None = None,
        code: str = "id",
    ) -> Any:
        """Verdicts on the user's GeoJSON: see `attain.plot.map`."""
        return _units.map(self._of(target), geojson, target, window=window, level=level, code=code)

    def trajectory(
        self,
        target: str,
        *,
        unit: str | None = None,
        window: str | None = None,
        stratum: str | None = None,
        fan: Sequence[float] = (0.5, 0.8, 0.95),
    ) -> Any:
        """A value over time, its goal and its forecast: see `attain.plot.trajectory`."""
        table = self._report.trajectory(target, unit=unit, window=window)
        return _over_time.trajectory(table, stratum=stratum, fan=fan)

    def signals(
        self,
        target: str,
        *,
        unit: str,
        stratum: str | None = None,
        icons: bool = True,
        **choices: Any,
    ) -> Any:
        """A control chart with two icons: see `attain.plot.signals`.

        `choices` are those of `Report.chart`.
        """
        table = self._report.chart(target, unit=unit, **choices)
        summary = None
        if icons:
            rows = rows_of(self._report.signals(target, unit=unit, **choices))
            summary = of_one_stratum(rows, stratum)[0]
        return _over_time.signals(table, stratum=stratum, summary=summary)

    def budget(self, target: str, *, window: datetime.date | str | None = None) -> Any:
        """How much of each limit is used, beside the time: see `attain.plot.budget`."""
        return _over_time.budget(self._report.budget(target, window=window))

    def effect(self, campaign: str, *, indicator: str, **choices: Any) -> Any:
        """What a campaign changed, method by method: see `attain.plot.effect`."""
        return _over_time.effect(self._report.effect(campaign, indicator=indicator, **choices))

    def boundaries(
        self,
        start: datetime.date | str,
        end: datetime.date | str,
        *,
        weights: str | None = None,
    ) -> Any:
        """Units before and after changes of boundaries: see `attain.plot.boundaries`."""
        return _units.boundaries(self._report.plan.mapping(start, end, weights=weights))

    def _of(self, target: str | None) -> Any:
        report = self._report if target is None else self._report.filter(target=target)
        return report.assessments

    def _tree(self) -> list[dict[str, Any]]:
        """The plan's units; if several have one code, the first of them."""
        listed = json.loads(self._report.plan.to_json())["units"]["list"]
        return list({str(unit["id"]): unit for unit in reversed(listed)}.values())[::-1]
