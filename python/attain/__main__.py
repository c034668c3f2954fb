"""attain on the command line: `python -m attain assess PLAN OUTCOMES --as-of DATE`.

Standard output has the result and nothing else; faults, notes and progress go to standard error.
The exit code is 0 for success, 1 if the input has faults, 2 if the request is not valid, 3 if rows
have a verdict that `--fail-on` names.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import io
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import attain
from attain._attain import escaped, outcome_files, package_files, sdmx_files, unknown_choice
from attain._builder import Every
from attain._faults import refuse
from attain._files import are_same

GOOD, FAULTY, MISUSED, FAILED, INTERRUPTED = 0, 1, 2, 3, 130

# The columns of outcomes that a file has once, which `--column` names.
_COLUMNS = (
    "unit",
    "period",
    "date",
    "start",
    "end",
    "measure",
    "value",
    "status",
    "recorded_at",
)

# Means standard input among the outcomes.
_STANDARD_INPUT = Path("-")

# How the names of stored tallies end.
_CELLS = ".cells.parquet"

# How the files of outcomes end that `import` writes.
_OUTCOMES = (".csv", ".parquet")

# The files that `assess` writes.
_OUTPUTS = {
    "html": "the scorecard as a page",
    "page": "an interactive page: search, filters, the steps of each missed row",
    "xlsx": "the scorecard and the rows as an Excel workbook",
    "csv": "the rows as CSV",
    "parquet": "the rows as Parquet",
    "openmetrics": "the latest rows as samples of OpenMetrics, for Prometheus",
    "junit": "the rows as test cases of JUnit XML",
    "sdmx": "the rows as SDMX-CSV, with attain.dsd.json beside it, the structure of the file",
    "iati": "the rows as results of activities in the XML of IATI",
    "package": "a folder with a Data Package: rows, units, plan, and a description of them",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names use every script; a letter that the output cannot encode is replaced by a mark.
        sys.stdout.reconfigure(errors="replace")
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except attain.RequestError as error:
        _note(str(error))
        return MISUSED
    except attain.AttainError as error:
        _note(str(error))
        return FAULTY
    except BrokenPipeError:
        # The reader of the output (`head`, a pager) has closed it. Python flushes once more at
        # exit, and must not fail there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _assess(options: argparse.Namespace) -> int:
    plan, tally = _inputs(options)
    if tally is None:
        return FAULTY

    report = attain.assess(
        plan, tally, as_of=options.as_of, geography=options.geography, **_chosen(options)
    )
    _warn(_warnings(plan, tally, report))

    width = shutil.get_terminal_size((120, 24)).columns
    print(report.text(width=width, language=options.language))
    for option in _OUTPUTS:
        path = getattr(options, option)
        if path is not None:
            match option:
                case "html":
                    report.to_html(path, language=options.language)
                case "page":
                    report.to_page(path, language=options.language)
                case "xlsx":
                    report.to_excel(path, language=options.language)
                case "csv":
                    report.to_csv(path, spreadsheet_safe=options.spreadsheet_safe)
                case "parquet":
                    report.to_parquet(path)
                case "openmetrics":
                    report.to_openmetrics(path)
                case "junit":
                    report.to_junit(path)
                case "sdmx":
                    report.to_sdmx(path, flow=options.flow)
                case "iati":
                    _left_out(
                        report.to_iati(path, activity=options.activity, language=options.language)
                    )
                case "package":
                    report.to_package(path)
            _note(f"wrote {path}")
    return FAILED if options.fail_on and len(report.filter(verdict=options.fail_on)) else GOOD


def _left_out(table: attain.Table) -> None:
    """Prints what a file does not have."""
    for row in table:
        _note(f"left out: {row['what']}, {row['count']} times ({row['places']})")


def _rows(options: argparse.Namespace) -> int:
    plan, tally = _inputs(options)
    if tally is None:
        return FAULTY
    # Those of a report need all of its rows.
    _warn([*plan.warnings, *tally.warnings])
    batches = attain.assess_batches(
        plan, tally, as_of=options.as_of, geography=options.geography, **_chosen(options)
    )
    batches.to_parquet(options.output)
    _note(f"wrote {options.output}")
    return GOOD


def _pack(options: argparse.Namespace) -> int:
    # Its modules are of no use to the other commands.
    from attain._pack import write_pack

    files, _ = _files(options)
    plan, tally = _inputs(options)
    if tally is None:
        return FAULTY
    report = attain.assess(plan, tally, as_of=options.as_of, geography=options.geography)
    _warn(_warnings(plan, tally, report))
    paths = write_pack(
        report,
        options.out,
        languages=options.language,
        units=options.unit,
        level=options.level,
        tables=options.table_format,
        spreadsheet_safe=options.spreadsheet_safe,
        inputs=[options.plan, *files, *plan.tables],
    )
    _note(f"wrote {paths[0]} and {len(paths) - 1:,} other files")
    return GOOD


def _chosen(options: argparse.Namespace) -> dict[str, Any]:
    """Which rows to judge, as keywords of `attain.assess`."""
    return {
        "targets": options.target,
        "units": options.unit,
        "levels": options.level,
        "verdicts": options.verdict,
    }


def _inputs(options: argparse.Namespace) -> tuple[attain.Plan, attain.Tally | None]:
    """The plan and its outcomes; no tally if they have faults, which are printed."""
    files, errors = _files(options)
    _refuse_overwriting(options, [options.plan, *files])
    plan = attain.Plan.load(options.plan, tables=options.tables, limits=options.limit)
    _refuse_overwriting(options, plan.tables)
    tally, further = _read(plan, options, files)
    errors += further
    _complain(errors)
    return plan, None if errors else tally


def _cells(options: argparse.Namespace) -> int:
    plan, tally = _inputs(options)
    if tally is None:
        return FAULTY
    # Reports warn of more, but need a day.
    _warn([*plan.warnings, *tally.warnings])
    return _save(tally, options)


def _merge(options: argparse.Namespace) -> int:
    _refuse_overwriting(options, [options.plan, *options.cells])
    plan = attain.Plan.load(options.plan, tables=options.tables, limits=options.limit)
    _refuse_overwriting(options, plan.tables)
    merged, errors = _stored(plan, options, options.cells)
    _complain(errors)
    if merged is None or errors:
        return FAULTY
    return _save(merged, options)


def _save(tally: attain.Tally, options: argparse.Namespace) -> int:
    tally.save(options.output)
    _note(f"wrote {options.output}")
    return GOOD


def _check(options: argparse.Namespace) -> int:
    try:
        plan = attain.Plan.load(options.plan, tables=options.tables, limits=options.limit)
    except attain.AttainError as error:
        # Outcomes have no meaning without a plan; messages about them would mislead.
        errors = [_Refused(options.plan, error)]
        warnings: list[attain.AttainWarning] = []
    else:
        files, errors = _files(options)
        tally, further = _read(plan, options, files)
        errors += further
        if errors:
            warnings = []
        elif tally is None or tally.last_day is None:
            warnings = plan.warnings
        else:
            report = attain.assess(plan, tally, as_of=tally.last_day)
            warnings = _warnings(plan, tally, report)

    if options.format == "json":
        document = {
            "faults": [dataclasses.asdict(fault) for error in errors for fault in error.faults()],
            "unlisted": sum(refused.error.unlisted for refused in errors),
            "warnings": [dataclasses.asdict(warning) for warning in warnings],
        }
        # In ASCII, which is the same in every encoding of a pipe.
        print(json.dumps(document, indent=2))
    else:
        _complain(errors)
        _warn(warnings)
        if not errors:
            print("no faults")
    return FAULTY if errors or (options.strict and warnings) else GOOD


def _warnings(
    plan: attain.Plan, tally: attain.Tally, report: attain.Report
) -> list[attain.AttainWarning]:
    """The warnings of a plan, its outcomes and a report of them."""
    # Of goals below one only the report warns: it compares them with the values.
    of_plan = [warning for warning in plan.warnings if warning.code != "goal_below_one"]
    return [*of_plan, *tally.warnings, *report.warnings]


def _warn(warnings: Sequence[attain.AttainWarning]) -> None:
    for warning in warnings:
        _note(f"warning: {warning}")


def _template(options: argparse.Namespace) -> int:
    _refuse_overwriting(options, [options.plan])
    plan = attain.Plan.load(options.plan, tables=options.tables, limits=options.limit)
    _refuse_overwriting(options, plan.tables)
    _warn(plan.warnings)
    plan.to_template(options.output, within=options.within, language=options.language)
    _note(f"wrote {options.output}")
    return GOOD


def _import(options: argparse.Namespace) -> int:
    plan, outcomes = options.output
    inputs = [*options.files, *options.others(options)]
    written = {"-o PLAN": plan, "-o OUTCOMES": outcomes, "--notes": options.notes}
    taken: list[Path] = []
    for option, path in written.items():
        if path is None:
            continue
        if any(are_same(path, other) for other in [*inputs, *taken]):
            refuse(
                "conflicting_arguments",
                None,
                f"{option} names an input, or a file that another option writes",
                found=path,
                expected="a file of its own",
            )
        taken.append(path)
    if outcomes.suffix not in _OUTCOMES:
        refuse(
            "unknown_format",
            None,
            "the ending of the file of outcomes is unknown",
            found=outcomes,
            expected=" or ".join(_OUTCOMES),
        )
    imported = options.read(options)
    for note in imported.notes:
        times = f", {note['count']:,} times" if note["count"] > 1 else ""
        found = f": found {note['found']}" if note["found"] else ""
        place = f" [{note['place']}]" if note["place"] else ""
        hint = f" ({note['hint']})" if note["hint"] else ""
        _note(f"{note['severity']}: {note['code']}{times}: {note['did']}{found}{place}{hint}")
    imported.write_plan(plan)
    _note(f"wrote {plan}")
    if outcomes.suffix == ".parquet":
        imported.to_parquet(outcomes)
    else:
        imported.to_csv(outcomes)
    _note(f"wrote {outcomes}, {len(imported):,} outcomes")
    if options.notes is not None:
        imported.write_notes(options.notes)
        _note(f"wrote {options.notes}")
    return GOOD


def _import_dhis2(options: argparse.Namespace) -> attain.Imported:
    metadata, *values = options.files
    return attain.sources.dhis2(
        [metadata, *options.metadata],
        values,
        registrations=options.registrations or None,
        targets=dict(options.target),
        at_most=options.at_most,
        kinds=dict(options.kind),
        outside=options.outside,
        recorded=options.recorded,
        inner=options.inner,
        ids=options.ids,
        labels=options.labels,
        roll_up=options.roll_up,
        zeros=options.zeros,
        strict=options.strict,
    )


def _import_excel(options: argparse.Namespace) -> attain.Imported:
    (file,) = options.files
    return attain.sources.excel(
        file,
        sheet=options.sheet,
        layout=options.layout,
        map=options.map,
        decimal=options.decimal,
        strict=options.strict,
    )


def _import_iati(options: argparse.Namespace) -> attain.Imported:
    return attain.sources.iati(
        options.files,
        activity=options.activity,
        language=options.language,
        decimal=options.decimal,
        percent=options.percent,
        events=options.events,
        cumulative=options.cumulative,
        strict=options.strict,
    )


def _import_sdmx(options: argparse.Namespace) -> attain.Imported:
    return attain.sources.sdmx(
        options.files,
        dialect=options.dialect,
        config=options.config,
        area=options.area,
        indicator=options.indicator,
        strata=options.strata,
        counts=dict(options.count),
        units=options.units,
        recorded=options.recorded,
        strict=options.strict,
    )


def _schema(_: argparse.Namespace) -> int:
    print(attain.schema())
    return GOOD


@dataclasses.dataclass(frozen=True)
class _Refused:
    """A file with faults."""

    path: Path
    error: attain.AttainError

    def faults(self) -> list[attain.Fault]:
        """Its faults with their file, because with several files a row alone is ambiguous."""
        return [
            fault if fault.file is not None else dataclasses.replace(fault, file=str(self.path))
            for fault in self.error.faults
        ]

    def __str__(self) -> str:
        is_located = all(fault.file is not None for fault in self.error.faults)
        return str(self.error) if is_located else f"{self.path}: {self.error}"


def _refuse_overwriting(options: argparse.Namespace, inputs: Sequence[Path]) -> None:
    """Refuses to write a file over an input, or two files in one place."""
    written: list[tuple[str, Path]] = []
    for option in (*_OUTPUTS, "output"):
        path = getattr(options, option, None)
        if path is None:
            continue
        match option:
            case "package":
                files = [path, *package_files(path)]
            case "sdmx":
                files = sdmx_files(path)
            case _:
                files = [path]
        pairs = ((read, file) for read in inputs for file in files)
        if (read := next((read for read, file in pairs if are_same(file, read)), None)) is not None:
            refuse(
                "conflicting_arguments",
                None,
                f"--{option} would overwrite an input",
                found=path,
                expected=f"another file than {read}",
            )
        if (
            other := next(
                (other for other, at in written for file in files if are_same(file, at)), None
            )
        ) is not None:
            refuse(
                "conflicting_arguments",
                None,
                f"--{option} and --{other} name the same file",
                found=path,
                expected="a file for each",
            )
        written += [(option, file) for file in files]


def _files(options: argparse.Namespace) -> tuple[list[Path], list[_Refused]]:
    """The files of outcomes, with those of folders and patterns, and the paths that mean none."""
    files: list[Path] = []
    errors: list[_Refused] = []
    for path in options.outcomes:
        try:
            files += [path] if path == _STANDARD_INPUT else outcome_files(path)
        except attain.AttainError as error:
            errors.append(_Refused(path, error))
    return files, errors


def _read(
    plan: attain.Plan, options: argparse.Namespace, files: Sequence[Path]
) -> tuple[attain.Tally | None, list[_Refused]]:
    """The outcomes of all files together, and the files with faults."""
    tally: attain.Tally | None = None
    errors: list[_Refused] = []
    watched = sys.stderr.isatty()
    columns = _columns(plan, options.column)
    reading = {
        "end_inclusive": options.end_inclusive,
        "date_is": options.date_is,
        "separator": options.separator,
        "decimal": options.decimal,
        "thousands": options.thousands,
    }
    stored = [path for path in files if path.name.endswith(_CELLS)]
    for path in files:
        if path in stored:
            continue
        source = sys.stdin.buffer if path == _STANDARD_INPUT else path
        try:
            if tally is None:
                tally = attain.tally(
                    plan,
                    source,
                    rows=options.rows,
                    # The days that cells are stored for.
                    as_of=getattr(options, "only_for", None),
                    progress=watched,
                    limits=options.limit,
                    **columns,
                    **reading,
                )
            else:
                # A figure may be in two files, each of which has no fault.
                tally.add(source, progress=watched, **columns, **reading)
        except attain.RequestError:
            # Options that contradict each other do so for every file.
            raise
        except attain.AttainError as error:
            errors.append(_Refused(path, error))
    # Stored tallies say themselves whether their rows are figures or events.
    merged, further = _stored(plan, options, stored)
    errors += further
    if tally is None:
        return merged, errors
    if merged is not None:
        try:
            tally.merge(merged)
        except attain.OutcomeError as error:
            errors.append(_Refused(stored[0], error))
    return tally, errors


def _stored(
    plan: attain.Plan, options: argparse.Namespace, paths: Sequence[Path]
) -> tuple[attain.Tally | None, list[_Refused]]:
    """The sum of stored tallies, and the files with faults."""
    merged: attain.Tally | None = None
    errors: list[_Refused] = []
    for path in paths:
        try:
            opened = attain.Tally.open(plan, path, limits=options.limit)
            if merged is None:
                merged = opened
            else:
                merged.merge(opened)
        except attain.AttainError as error:
            errors.append(_Refused(path, error))
    return merged, errors


def _columns(plan: attain.Plan, named: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The options `--column NAME=HEADER` as keywords of `attain.tally`."""
    columns: dict[str, Any] = {}
    strata, measures = list(plan.strata), plan.measures["measure"]
    for name, header in named:
        if name == "unit":
            # From the highest level to the lowest.
            columns.setdefault(name, []).append(header)
        elif name in _COLUMNS:
            if name in columns:
                refuse(
                    "conflicting_arguments",
                    None,
                    f"--column names `{name}` twice",
                    found=f"`{columns[name]}` and `{header}`",
                    expected="one column; only `unit` may have several, one for each level",
                )
            columns[name] = header
        elif name in strata:
            columns.setdefault("strata", {})[header] = name
        elif name in measures:
            columns.setdefault("values", {})[header] = name
        else:
            raise unknown_choice("--column", "column", name, [*_COLUMNS, *strata, *measures])
    return columns


def _complain(errors: Sequence[_Refused]) -> None:
    for error in errors:
        _note(str(error))
    total = sum(len(refused.error.faults) + refused.error.unlisted for refused in errors)
    if len(errors) > 1:
        _note(f"{total:,} faults")


def _note(text: str) -> None:
    # Paths and names may come from anywhere, and must not command the terminal.
    print(*map(escaped, text.split("\n")), sep="\n", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="attain",
        description="Was the target met, how sure are we, and what would it take?",
    )
    parser.add_argument("--version", action="version", version=f"attain {attain.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    assess = commands.add_parser(
        "assess",
        help="judge a plan's targets against outcomes",
        description="Judges a plan's targets against outcomes and prints the scorecard.",
    )
    assess.set_defaults(command=_assess)
    _add_plan(assess)
    _add_outcomes(assess, "+")
    _add_judgement(assess)
    assess.add_argument(
        "--language",
        default="en",
        metavar="L",
        help="the language of the scorecard and the pages: en (default) or vi",
    )
    files = assess.add_argument_group("files to write")
    for option, text in _OUTPUTS.items():
        metavar = "DIR" if option == "package" else "FILE"
        files.add_argument(f"--{option}", type=Path, metavar=metavar, help=text)
    files.add_argument(
        "--flow",
        metavar="FLOW",
        help="with --sdmx: the dataflow, such as HEALTH:GOALS(1.0)",
    )
    files.add_argument(
        "--activity",
        metavar="ID",
        help="with --iati: the activity, a unit's code or another identifier (default: each "
        "topmost unit)",
    )
    _add_spreadsheet_safe(files, "with --csv: ")
    assess.add_argument(
        "--fail-on",
        action="append",
        choices=["missed", "indeterminate"],
        help="exit with code 3 if a row has this verdict; may be given twice",
    )

    rows = commands.add_parser(
        "rows",
        help="judge a plan's targets and write the rows as Parquet",
        description="Judges a plan's targets against outcomes and writes the rows as Parquet, some "
        "at a time: there may be any number of them, and the limit judgement_rows does not apply. "
        "There is no scorecard.",
    )
    rows.set_defaults(command=_rows)
    _add_plan(rows)
    _add_outcomes(rows, "+")
    _add_judgement(rows)
    rows.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="the Parquet file to write"
    )

    pack = commands.add_parser(
        "pack",
        help="write the pages of a meeting into a folder",
        description="Judges a plan's targets and writes a folder of pages for a meeting: an index, "
        "a summary of two pages of A4, a page for the topmost units, for each unit of the level "
        "below and for each --unit, the interactive page, and the tables.",
    )
    pack.set_defaults(command=_pack)
    _add_plan(pack)
    _add_outcomes(pack, "+")
    _add_day(pack)
    pack.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder to write into"
    )
    pack.add_argument(
        "--language",
        type=lambda text: text.split(","),
        default=["en"],
        metavar="L",
        help="the languages of the pages, with commas between them: en (default), vi, or en,vi; "
        "the first one has the plain names, the others names such as index.vi.html",
    )
    pack.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="CODE",
        help="one more unit with a page of its own; may be given several times",
    )
    pack.add_argument(
        "--level",
        metavar="LEVEL",
        help="the level whose units have a page each, in place of the level below the topmost",
    )
    pack.add_argument(
        "--parquet",
        dest="table_format",
        action="store_const",
        const="parquet",
        default="csv",
        help="the tables as Parquet, not as CSV",
    )
    _add_spreadsheet_safe(pack, "")

    check = commands.add_parser(
        "check",
        help="look for faults in a plan and its outcomes",
        description="Looks for faults in a plan and its outcomes, and warns of what looks like a "
        "mistake; exit code 1 if there are faults.",
    )
    check.set_defaults(command=_check)
    _add_plan(check)
    _add_outcomes(check, "*")
    check.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="text for people, on standard error; or JSON, on standard output",
    )
    check.add_argument(
        "--strict", action="store_true", help="exit code 1 for warnings too, not only for faults"
    )

    cells = commands.add_parser(
        "cells",
        help="store outcomes as a tally",
        description="Adds outcomes up and stores the tally, which assess and merge read.",
    )
    cells.set_defaults(command=_cells)
    _add_plan(cells)
    _add_outcomes(cells, "+")
    _add_output(cells)
    cells.add_argument(
        "--as-of",
        type=_date,
        action="append",
        dest="only_for",
        metavar="DATE",
        help="a day on which the tally will be assessed, and on no day that is not named; the file "
        "is then smaller; once for each day",
    )

    merge = commands.add_parser(
        "merge",
        help="add stored tallies up",
        description="Adds stored tallies of one plan up and stores the sum.",
    )
    merge.set_defaults(command=_merge)
    _add_plan(merge)
    merge.add_argument(
        "cells", type=Path, nargs="+", metavar="CELLS", help=f"stored tallies: FILE{_CELLS}"
    )
    _add_output(merge)

    template = commands.add_parser(
        "template",
        help="write a workbook to be filled in",
        description="Writes an Excel workbook to be filled in, with a row for each unit, period "
        "and measure that the targets of a plan need.",
    )
    template.set_defaults(command=_template)
    _add_plan(template)
    template.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write (.xlsx)"
    )
    template.add_argument(
        "--within", metavar="PERIOD", help="only the periods in this one, such as 2025-Q1"
    )
    template.add_argument(
        "--language",
        choices=["en", "vi"],
        default="en",
        help="the language of explanations: en (default) or vi",
    )
    _add_import(commands)

    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of plan files",
        description="Prints the JSON Schema of plan files, for editors and validators.",
    )
    schema.set_defaults(command=_schema)
    return parser


def _add_import(commands: Any) -> None:
    imports = commands.add_parser(
        "import",
        help="make a plan and outcomes of data that were collected elsewhere",
        description="Reads data that were collected elsewhere and writes a plan, outcomes, and "
        "notes on what was changed, assumed or left out.",
    )
    formats = imports.add_subparsers(title="formats", metavar="FORMAT", required=True)

    dhis2 = formats.add_parser(
        "dhis2",
        help="metadata and values of DHIS2",
        description="Reads metadata (/api/metadata.json), values (/api/dataValueSets.json or "
        ".csv, /api/analytics.json) and registrations of complete data sets of DHIS2.",
    )
    dhis2.set_defaults(
        command=_import,
        read=_import_dhis2,
        others=lambda options: [*options.metadata, *options.registrations],
    )
    dhis2.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="the metadata, and files of values"
    )
    for option, text in [
        ("metadata", "further metadata"),
        ("registrations", "registrations of complete data sets"),
    ]:
        dhis2.add_argument(
            f"--{option}",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help=f"{text}; may be given several times",
        )
    dhis2.add_argument(
        "--target",
        type=_pair,
        action="append",
        default=[],
        metavar="ELEMENT=OF",
        help="a data element that holds targets, and what they are for; once for each",
    )
    dhis2.add_argument(
        "--at-most",
        action="append",
        default=[],
        metavar="ELEMENT",
        help="a data element of targets that should not be exceeded; once for each",
    )
    dhis2.add_argument(
        "--kind",
        type=_pair,
        action="append",
        default=[],
        metavar="INDICATOR=KIND",
        help="the kind of an indicator: ratio or proportion; once for each",
    )
    for option, choices, text in [
        ("outside", ["clip", "widen"], "what becomes of values outside the days of their unit"),
        (
            "recorded",
            ["registrations", "created", "never"],
            "where the day on which a value was recorded comes from",
        ),
        ("inner", ["itself", "total"], "what becomes of values of units with units below them"),
        ("labels", ["name", "code"], "what categories are called"),
    ]:
        dhis2.add_argument(
            f"--{option}", choices=choices, default=choices[0], help=f"{text} ({choices[0]})"
        )
    dhis2.add_argument(
        "--ids",
        default="any",
        metavar="SCHEME",
        help="what identifies an object: any (default: the id, else the code), id, code, or "
        "attribute:ID, the value of an attribute",
    )
    dhis2.add_argument(
        "--roll-up",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="add targets of counts up for the units above (default)",
    )
    dhis2.add_argument(
        "--zeros",
        choices=["from_registrations"],
        help="how absent values of elements that store no zeros are found to be 0",
    )
    _add_imported(dhis2)

    excel = formats.add_parser(
        "excel",
        help="a workbook of Excel",
        description="Reads targets and outcomes from a workbook of Excel: a tracking table, or "
        "tidy sheets such as those of `attain template`.",
    )
    excel.set_defaults(
        command=_import,
        read=_import_excel,
        others=lambda options: [] if options.map is None else [options.map],
    )
    excel.add_argument("files", type=Path, nargs=1, metavar="FILE", help="the workbook (.xlsx)")
    excel.add_argument("--sheet", metavar="NAME", help="the sheet of a tracking table")
    excel.add_argument(
        "--layout",
        choices=["auto", "tidy", "tracking"],
        default="auto",
        help="a row for each outcome (tidy), or for each indicator (tracking); auto (default) "
        "looks at the heads",
    )
    excel.add_argument(
        "--map",
        type=Path,
        metavar="FILE",
        help="what the heads of a tracking table don't say, in YAML",
    )
    _add_decimal(excel)
    _add_imported(excel)

    iati = formats.add_parser(
        "iati",
        help="results of IATI activities",
        description="Reads the results of IATI activities, version 2.03.",
    )
    iati.set_defaults(command=_import, read=_import_iati, others=lambda _: [])
    iati.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files of activities")
    iati.add_argument("--activity", metavar="ID", help="the only activity that is read")
    iati.add_argument("--language", metavar="L", help="the language of titles, such as en")
    _add_decimal(iati)
    iati.add_argument(
        "--percent",
        choices=["number", "fraction"],
        default="number",
        help="what percentages are: numbers such as 75 (number), or parts of one such as 0.75",
    )
    iati.add_argument(
        "--events", action="store_true", help="several actual values of a period add up"
    )
    iati.add_argument(
        "--cumulative",
        action="store_true",
        help="values hold what came before: none is added to another",
    )
    _add_imported(iati)

    sdmx = formats.add_parser(
        "sdmx",
        help="observations from SDMX-CSV",
        description="Reads observations from SDMX-CSV, in the forms of SDMX and of Eurostat.",
    )
    sdmx.set_defaults(
        command=_import,
        read=_import_sdmx,
        others=lambda options: [
            path for path in (options.units, options.config) if path is not None
        ],
    )
    sdmx.add_argument(
        "--dialect",
        choices=["sdmx", "open-sdg"],
        default="sdmx",
        help="the form of the files: that of SDMX (default), or that of Open SDG",
    )
    sdmx.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="with --dialect open-sdg: the configuration of the indicator in YAML",
    )
    sdmx.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files of SDMX-CSV")
    sdmx.add_argument("--area", metavar="COLUMN", help="the column of the areas")
    sdmx.add_argument("--indicator", metavar="COLUMN", help="the column of the indicators")
    sdmx.add_argument(
        "--strata",
        type=lambda text: text.split(","),
        default=[],
        metavar="COLUMN,…",
        help="the columns that are strata, with commas between them",
    )
    sdmx.add_argument(
        "--count",
        type=_counts,
        action="append",
        default=[],
        metavar="SERIES[=NUMERATOR/DENOMINATOR]",
        help="a series that adds up over areas and time, or the quotient of two; once for each",
    )
    sdmx.add_argument(
        "--units", type=Path, metavar="FILE", help="the tree of areas: id, name, level, parent"
    )
    sdmx.add_argument(
        "--recorded",
        action="store_true",
        help="the day of the last update is that on which values were recorded",
    )
    _add_imported(sdmx)


def _add_decimal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--decimal",
        choices=[".", ","],
        default=".",
        help="the mark before decimals: a point (default) or a comma",
    )


def _add_imported(parser: argparse.ArgumentParser) -> None:
    """The files that every format writes."""
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        nargs=2,
        required=True,
        metavar=("PLAN", "OUTCOMES"),
        help="the plan as YAML, and the outcomes as CSV or Parquet",
    )
    parser.add_argument("--notes", type=Path, metavar="FILE", help="the notes as CSV")
    parser.add_argument("--strict", action="store_true", help="what would be left out is a fault")


def _counts(text: str) -> tuple[str, str | dict[str, str]]:
    series, separator, quotient = text.partition("=")
    if not separator:
        return series, "count"
    numerator, separator, denominator = quotient.partition("/")
    if not separator or not series or not numerator or not denominator:
        raise argparse.ArgumentTypeError(f"{text} is no quotient such as RATE=POSITIVE/TESTED")
    return series, {"numerator": numerator, "denominator": denominator}


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise argparse.ArgumentTypeError(f"{text} is no pair such as TESTED_TARGET=TESTED")
    return name, value


def _add_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        type=_date,
        required=True,
        metavar="DATE",
        help="the day of judgement, such as 2025-12-31; later outcomes are left out",
    )
    parser.add_argument(
        "--geography",
        type=_date,
        metavar="DATE",
        help="judge everything in the units of this day, whatever the days of the outcomes",
    )


def _add_spreadsheet_safe(parser: argparse._ActionsContainer, when: str) -> None:
    parser.add_argument(
        "--spreadsheet-safe",
        action="store_true",
        help=f"{when}an apostrophe before texts that a spreadsheet takes for formulas",
    )


def _add_judgement(parser: argparse.ArgumentParser) -> None:
    _add_day(parser)
    choice = parser.add_argument_group("which rows (each option may be given several times)")
    for option, text in [
        ("target", "only this target"),
        ("unit", "only this unit"),
        ("level", "only units of this level"),
        ("verdict", "only rows with this verdict: met, missed or indeterminate"),
    ]:
        metavar = option[0].upper()
        choice.add_argument(f"--{option}", action="append", metavar=metavar, help=text)


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a plan: YAML, JSON or TOML")
    parser.add_argument(
        "--tables",
        type=Path,
        metavar="DIR",
        help="a folder, beside the plan's own, in which the tables that the plan names may lie",
    )
    parser.add_argument(
        "--limit",
        type=_limits,
        metavar="NAME=NUMBER",
        help="how much there may be: judgement_rows (25 million unless said otherwise), "
        "tally_bytes (4 GiB) or plan_bytes (64 MiB); several with commas between them",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=_cells_path,
        required=True,
        metavar="FILE",
        help=f"the file to write, which ends in {_CELLS}",
    )


def _cells_path(text: str) -> Path:
    # `assess` knows stored tallies by this ending.
    if not text.endswith(_CELLS):
        raise argparse.ArgumentTypeError(f"{text} does not end in {_CELLS}")
    return Path(text)


def _add_outcomes(parser: argparse.ArgumentParser, count: str) -> None:
    parser.add_argument(
        "outcomes",
        type=Path,
        nargs=count,
        metavar="OUTCOMES",
        help="outcomes: files of CSV, JSON lines, Parquet or Arrow, folders, patterns such as "
        f"'2024/*.csv.gz', stored tallies (FILE{_CELLS}), or - for standard input",
    )
    parser.add_argument(
        "--rows",
        choices=["figures", "events"],
        default="figures",
        help="what a row is: a unit's figure, given once, or an event, to be added up",
    )
    parser.add_argument(
        "--column",
        type=_column,
        action="append",
        default=[],
        metavar="NAME=HEADER",
        help="the header of a column that has a name of its own, such as unit=district; NAME is a "
        "column of outcomes (unit, period, date, value …), a stratum, or a measure, whose values "
        "then have a column of their own; once for each column",
    )
    parser.add_argument(
        "--end-inclusive",
        action="store_true",
        help="`end` is the last day of a span, not the day after",
    )
    parser.add_argument(
        "--date-is",
        choices=get_args(Every),
        help="`date` means the week, month, quarter, half or year that contains it",
    )
    parser.add_argument(
        "--separator",
        type=_mark,
        default=",",
        metavar="MARK",
        help="what separates the columns of CSV files: a comma, a semicolon, a bar, or a tab",
    )
    parser.add_argument(
        "--decimal",
        type=_mark,
        default=".",
        metavar="MARK",
        help="what stands before decimals in CSV files: a point or a comma",
    )
    parser.add_argument(
        "--thousands",
        type=_mark,
        metavar="MARK",
        help="what groups the digits of thousands in CSV files: a point, a comma, an apostrophe "
        "or a blank",
    )


def _limits(text: str) -> attain.Limits:
    try:
        return attain.Limits.parse(text)
    except attain.RequestError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _mark(text: str) -> str:
    mark = "\t" if text == r"\t" else text
    if len(mark) != 1:
        raise argparse.ArgumentTypeError(f"`{text}` is no single character")
    return mark


def _column(text: str) -> tuple[str, str]:
    name, separator, header = text.partition("=")
    if not separator or not name or not header:
        raise argparse.ArgumentTypeError(f"{text} is no NAME=HEADER such as unit=district")
    return name, header


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date such as 2025-12-31") from None


if __name__ == "__main__":
    sys.exit(main())
