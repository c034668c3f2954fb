"""Plans and outcomes from data that were collected elsewhere: DHIS2, Excel, IATI, SDMX.

Each function reads files and gives an `Imported`: a plan as a dict, the outcomes as a table, and
notes on what was changed, assumed or left out. What makes a file unreadable or ambiguous raises
`OutcomeError` with every fault. Nothing is fetched from a network.

    got = attain.sources.sdmx("data.csv")
    goal = {"indicator": "RATE", "goal": {"at_least": 78}, "window": "2024"}
    got.plan["targets"] = {"rate": goal}
    plan = attain.Plan.from_dict(got.plan)
    report = attain.assess(plan, got.tally(plan), as_of="2025-01-01")
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import IO, Any, Literal, TypeAlias

from attain._attain import Imported
from attain._attain import importing as _importing

__all__ = ["Imported", "dhis2", "excel", "iati", "sdmx"]

_File: TypeAlias = str | os.PathLike[str] | bytes | bytearray | IO[Any]
_Files: TypeAlias = _File | Sequence[_File]


def sdmx(
    files: _Files,
    /,
    *,
    dialect: Literal["sdmx", "open-sdg"] = "sdmx",
    config: _File | None = None,
    area: str | None = None,
    indicator: str | None = None,
    strata: str | Sequence[str] = (),
    counts: str | Sequence[str] | Mapping[str, str | Mapping[str, str]] = (),
    units: _File | None = None,
    recorded: bool = False,
    strict: bool = False,
) -> Imported:
    """Observations from SDMX-CSV: versions 1.0, 2.0 and 2.1, and the form of Eurostat.

    Series become reported indicators, areas units, and dimensions with several values strata.
    `area`, `indicator` and `strata` name columns that have none of the usual names. `counts` are
    the ids of series that add up over areas and time; in a dict, a series is `"count"`, or the
    quotient of two counts (`{"RATE": {"numerator": "POSITIVE", "denominator": "TESTED"}}`). `units`
    is a CSV file of the tree of areas, with the columns `id`, `level`, and optionally `name` and
    `parent`. With `recorded`, the day of the last update is the day on which each value was
    recorded. With `strict`, what would be left out is a fault.

    The dialect `open-sdg` is that of Open SDG: the columns `Year`, `Value`, `GeoCode`, `Units` and
    `Series`, and a column for each disaggregation. `config` is the configuration of its indicator
    in YAML: the title, the unit, and the goals of the progress measure.

    Raises `OutcomeError` with every fault of every row; `RequestError` if `counts` can't be read.
    """
    read = counts if isinstance(counts, Mapping) else _texts(counts)
    imported: Imported = _importing.sdmx(
        files,
        dialect,
        config,
        area,
        indicator,
        _texts(strata),
        read,
        units,
        recorded,
        strict,
    )
    return imported


def dhis2(
    metadata: _Files,
    values: _Files,
    /,
    *,
    registrations: _Files | None = None,
    targets: Mapping[str, str] | None = None,
    at_most: str | Sequence[str] = (),
    kinds: Mapping[str, Literal["ratio", "proportion"]] | None = None,
    outside: Literal["clip", "widen"] = "clip",
    recorded: Literal["registrations", "created", "never"] = "registrations",
    inner: Literal["itself", "total"] = "itself",
    ids: str = "any",
    labels: Literal["name", "code"] = "name",
    roll_up: bool = True,
    zeros: Literal["from_registrations"] | None = None,
    strict: bool = False,
) -> Imported:
    """Data of DHIS2: metadata, values, and registrations of complete data sets.

    `values` are `dataValueSets` (JSON or CSV) and `analytics` (JSON, best with
    `includeNumDen=true`: then numerators and denominators are measures). `targets` maps data
    elements that hold targets to the data elements or indicators that they are for; `at_most` are
    those among them that should not be exceeded, and `roll_up` adds targets of counts up for the
    units above. `kinds` names the kind of indicators. A value on days on which its unit does not
    exist is cut to them (`outside="clip"`), or the unit is extended (`"widen"`). `recorded` says
    where the day of record comes from. Values of a unit that has units below it are added to theirs
    (`inner="itself"`), or are its total. `ids` says what identifies an object: `"any"` (the id,
    else the code), `"id"`, `"code"`, or `"attribute:ID"`, the value of an attribute. `labels` says
    what categories are called. With `zeros`, an absent value of an element that stores no zeros is
    0 where its data set is registered as complete. With `strict`, what would be left out is a
    fault.

    Raises `OutcomeError` with every fault, each with its place in the JSON.
    """
    imported: Imported = _importing.dhis2(
        metadata,
        values,
        registrations,
        dict(targets or {}),
        _texts(at_most),
        dict(kinds or {}),
        outside,
        recorded,
        inner,
        ids,
        labels,
        roll_up,
        zeros,
        strict,
    )
    return imported


def excel(
    file: _File,
    /,
    *,
    sheet: str | None = None,
    layout: Literal["auto", "tidy", "tracking"] = "auto",
    map: Mapping[str, Any] | _File | None = None,  # noqa: A002 - a public name
    decimal: Literal[".", ","] = ".",
    strict: bool = False,
) -> Imported:
    """Targets and outcomes from a workbook of Excel (.xlsx).

    Of the layout `"tidy"`, each row of the sheet Outcomes is an outcome, and the sheets Targets,
    Units, Indicators and Measures make the plan; `plan.to_template` writes such a workbook. Of the
    layout `"tracking"`, each row is an indicator, with columns of targets and of what was achieved,
    under heads in English, Vietnamese or French. `"auto"` looks at the heads. `sheet` is the sheet
    of a tracking table, the first one by default.

    `map`, a dict or a file of YAML, says what heads don't: `sheet`, `header` (a row or two),
    `first_row`, `columns` (`{"B": "title", "H": "target 2024"}`), `unit`, `calendar`
    (`{"year_starts": "10-01", "named_by": "end"}`), `window`, and `lop`, the days of the whole
    project. `decimal` is the mark before decimals of numbers that are texts. With `strict`, what
    would be left out is a fault.

    A cell is read as it is shown: 0.964 with the format of per cent is 96.4, and 1 with the format
    000 is the code 001. A blank cell is not reported.

    Raises `OutcomeError` with every fault, each with its sheet and cell; `FileError` if the file is
    no workbook; `RequestError` if the workbook has no such sheet, or the map has faults.
    """
    imported: Imported = _importing.excel(file, sheet, layout, map, decimal, strict)
    return imported


def iati(
    files: _Files,
    /,
    *,
    activity: str | None = None,
    language: str | None = None,
    decimal: Literal[".", ","] = ".",
    percent: Literal["number", "fraction"] = "number",
    events: bool = False,
    cumulative: bool = False,
    strict: bool = False,
) -> Imported:
    """Results of IATI activities, version 2.03.

    Activities and their locations become units, results campaigns, and targets targets. `activity`
    is the identifier of the only one that is read, `language` that of titles, and `decimal` the
    mark before decimals. With `percent="fraction"`, 0.75 means 75 %. With `events`, several actual
    values of a period add up; with `cumulative`, no value is added to another. With `strict`, what
    would be left out is a fault.

    Raises `OutcomeError` with every fault, each with its line and column.
    """
    imported: Imported = _importing.iati(
        files, activity, language, decimal, percent, events, cumulative, strict
    )
    return imported


def _texts(texts: str | Sequence[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)
