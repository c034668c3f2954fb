"""The meeting pack of a report: pages for each level, a summary, an index and the tables."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, get_args

from attain._attain import Report, unknown_choice
from attain._faults import refuse
from attain._files import are_same, make_folder, write_whole
from attain._pack.contents import Contents, Unit
from attain._pack.index import index_page
from attain._pack.page import Link, Look, Names
from attain._pack.summary import summary_page
from attain._pack.tables import check_parquet, write_csv, write_parquet
from attain._pack.units import unit_page
from attain._pack.words import Words

Language = Literal["en", "vi"]
TableFormat = Literal["csv", "parquet"]

_EXPECTED = re.compile('<p class="expected">.*?</p>', re.S)


@dataclasses.dataclass(frozen=True)
class _Pack:
    """What is written, and how files are called."""

    contents: Contents
    languages: Sequence[str]
    level: str | None
    # Topmost units, those of the level, and those that are named, by the words of their level.
    groups: Sequence[tuple[str, Sequence[Unit]]]
    stems: dict[str, str]

    def file(self, stem: str, language: str) -> str:
        """The name of a page: the first language has the plain name."""
        return f"{stem}.html" if language == self.languages[0] else f"{stem}.{language}.html"

    def address(self, language: str) -> Callable[[str], str | None]:
        """The address of a unit's page, if it has one."""
        return lambda code: self.file(self.stems[code], language) if code in self.stems else None

    def first(self, words: Words, stem: str, here: str, unit: Unit | None = None) -> list[Link]:
        """The first line of a page: the index, the unit above, and the other languages."""
        language = words.language
        found = []
        if stem != "index":
            found.append(Link(words("pack"), self.file("index", language)))
        if stem not in ("index", "summary"):
            found.append(Link(words("summary_of"), self.file("summary", language)))
        if unit is not None:
            above = []
            parent = unit.parent
            while parent is not None:
                if parent in self.stems:
                    name = self.contents.units[parent].name
                    above.append(Link(name, self.file(self.stems[parent], language)))
                parent = self.contents.units[parent].parent
            found += above[::-1]
        found.append(Link(here))
        others = [one for one in self.languages if one != language]
        found += [Link(Words(one)("language"), self.file(stem, one), one) for one in others]
        return found


def write_pack(
    report: Report,
    out: Path,
    *,
    languages: Sequence[str] = ("en",),
    units: Sequence[str] = (),
    level: str | None = None,
    tables: TableFormat = "csv",
    spreadsheet_safe: bool = False,
    inputs: Iterable[Path] = (),
) -> list[Path]:
    """Writes the pack of a report into the folder `out`, and returns its files, the index first.

    The first of the `languages` has the plain names (`index.html`), the others have theirs in
    between (`index.vi.html`). The topmost units have a page each, so do those of `level` (by
    default the next level with rows), and the `units` that are named.

    Each file is written whole or not at all. Raises `RequestError`, before a file is written, if a
    language, level or unit is not known, or a file would overwrite one of the `inputs`;
    `FileError` if a file can't be written.
    """
    known = get_args(Language)
    for language in languages:
        if language not in known:
            raise unknown_choice("--language", "language", language, known)
    if tables == "parquet":
        check_parquet()
    pack = _planned(report, tuple(dict.fromkeys(languages)), units, level)
    names = Names()
    views = {f"{names.name(name)}.{tables}": t for name, t in pack.contents.tables().items()}
    rows = f"rows.{tables}"
    pages = [
        pack.file(stem, language)
        for stem in ("index", "summary", "page", *pack.stems.values())
        for language in pack.languages
    ]
    paths = [out / page for page in pages] + [out / "tables" / name for name in (rows, *views)]
    _refuse_overwriting(paths, [*inputs])

    make_folder(out / "tables")
    if tables == "csv":
        report.to_csv(out / "tables" / rows, spreadsheet_safe=spreadsheet_safe)
    else:
        report.to_parquet(out / "tables" / rows)
    for name, table in views.items():
        if tables == "csv":
            write_csv(table, out / "tables" / name, spreadsheet_safe=spreadsheet_safe)
        else:
            write_parquet(table, out / "tables" / name)
    _write_pages(pack, out, [f"tables/{name}" for name in (rows, *views)])
    return paths


def _planned(
    report: Report, languages: Sequence[str], codes: Sequence[str], level: str | None
) -> _Pack:
    contents = Contents(report)
    level = contents.pages_level(level)
    chosen = [contents.chosen(code) for code in dict.fromkeys(codes)]
    groups: list[tuple[str, list[Unit]]] = []
    stems: dict[str, str] = {}
    names = Names()
    of_level = contents.of_level(level) if level is not None else []
    for units in (contents.topmost, of_level, chosen):
        new = [unit for unit in units if unit.code not in stems]
        for unit in new:
            stems[unit.code] = f"unit-{names.name(unit.code)}"
        if new:
            groups.append((", ".join(dict.fromkeys(unit.level for unit in new)), new))
    return _Pack(contents, languages, level, groups, stems)


def _write_pages(pack: _Pack, out: Path, tables: Sequence[str]) -> None:
    """Writes all pages, on as many threads as there are cores."""
    contents, report = pack.contents, pack.contents.report
    words = {language: Words(language) for language in pack.languages}
    with ThreadPoolExecutor(_threads()) as threads:
        # The interactive page takes longest, and gives the others their marks.
        interactive = {
            language: threads.submit(report.to_page, language=language)  # type: ignore[call-overload]  # checked before
            for language in pack.languages
        }
        look = Look.of(
            report.filter(target=[]).to_html(), interactive[pack.languages[0]].result()
        )

        def write_unit(unit: Unit) -> None:
            rows = report.filter(unit=[unit.code, *contents.below(unit.code)])
            stem = pack.stems[unit.code]
            for language, spoken in words.items():
                page = unit_page(
                    contents,
                    spoken,
                    look,
                    unit,
                    rows.to_html(language=language),  # type: ignore[call-overload]  # checked before
                    pack.address(language),
                    pack.first(spoken, stem, unit.name, unit),
                )
                write_whole(out / pack.file(stem, language), page)

        written = [
            threads.submit(write_unit, unit) for _, units in pack.groups for unit in units
        ]
        for language, spoken in words.items():
            page = interactive[language].result()
            write_whole(out / pack.file("page", language), page)
            expected = _EXPECTED.search(page)
            address = pack.address(language)
            summary = summary_page(
                contents,
                spoken,
                look,
                expected[0] if expected else "",
                pack.level,
                address,
                pack.first(spoken, "summary", spoken("summary_of")),
            )
            write_whole(out / pack.file("summary", language), summary)
            index = index_page(
                contents,
                spoken,
                look,
                pack.groups,
                (pack.file("summary", language), pack.file("page", language), address),
                tables,
                pack.first(spoken, "index", spoken("pack")),
            )
            write_whole(out / pack.file("index", language), index)
        for one in written:
            one.result()


def _threads() -> int:
    """As many as reports use: all of the machine, or what `ATTAIN_THREADS` says."""
    said = os.environ.get("ATTAIN_THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else os.cpu_count() or 1


def _refuse_overwriting(paths: Sequence[Path], inputs: Sequence[Path]) -> None:
    for path in paths:
        read = next((read for read in inputs if are_same(path, read)), None)
        if read is not None:
            refuse(
                "conflicting_arguments",
                None,
                "--out would overwrite an input",
                found=path,
                expected=f"another folder than that of {read}",
            )
