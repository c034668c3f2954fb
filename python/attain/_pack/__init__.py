"""The meeting pack of a report: pages for each level, a summary, an index and the tables."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from attain._attain import Report, unknown_choice
from attain._faults import refuse
from attain._files import are_same, make_folder, write_whole
from attain._pack.contents import VIEWS, Contents, Unit
from attain._pack.index import index_page
from attain._pack.page import Link, Look, Names, links
from attain._pack.summary import summary_page
from attain._pack.tables import check_parquet, write_csv, write_parquet
from attain._pack.units import unit_page
from attain._pack.words import Language, Words

TableFormat: TypeAlias = Literal["csv", "parquet"]

# The file of the report's own rows.
_ROWS = "rows"
# How many verdicts chance makes wrong, on the interactive page.
_EXPECTED = re.compile('<p class="expected">.*?</p>', re.S)


@dataclasses.dataclass(frozen=True)
class _Pack:
    """What is written, and how files are called."""

    contents: Contents
    languages: Sequence[Language]
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
    languages: Sequence[Language] = ("en",),
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
    with ThreadPoolExecutor(_threads()) as threads:
        try:
            return _write(
                pack,
                out,
                threads,
                tables=tables,
                spreadsheet_safe=spreadsheet_safe,
                inputs=[*inputs],
            )
        except BaseException:
            # Pages that nobody waits for any more.
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def _write(
    pack: _Pack,
    out: Path,
    threads: ThreadPoolExecutor,
    *,
    tables: TableFormat,
    spreadsheet_safe: bool,
    inputs: Sequence[Path],
) -> list[Path]:
    contents, report = pack.contents, pack.contents.report
    # They take longest, and the first one gives the others its marks.
    interactive = {
        language: threads.submit(_interactive, report, language) for language in pack.languages
    }
    look = threads.submit(_look, report, interactive[pack.languages[0]])
    for view in [threads.submit(getattr, contents, view) for view in VIEWS]:
        view.result()
    names = Names([_ROWS])
    views = {names.name(name): table for name, table in contents.tables().items()}
    files = [f"tables/{name}.{tables}" for name in (_ROWS, *views)]
    pages = [
        pack.file(stem, language)
        for stem in ("index", "summary", "page", *pack.stems.values())
        for language in pack.languages
    ]
    paths = [out / name for name in (*pages, *files)]
    _refuse_overwriting(paths, inputs)

    make_folder(out / "tables")
    written = [
        threads.submit(_write_unit, pack, out, unit, look)
        for _, units in pack.groups
        for unit in units
    ]
    if tables == "csv":
        report.to_csv(out / files[0], spreadsheet_safe=spreadsheet_safe)
        for file, table in zip(files[1:], views.values(), strict=True):
            write_csv(table, out / file, spreadsheet_safe=spreadsheet_safe)
    else:
        report.to_parquet(out / files[0])
        for file, table in zip(files[1:], views.values(), strict=True):
            write_parquet(table, out / file)
    _write_overview(pack, out, look.result(), files, interactive)
    for one in written:
        one.result()
    return paths


def _planned(
    report: Report, languages: Sequence[Language], codes: Sequence[str], level: str | None
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
    return _Pack(contents, languages, groups, stems)


def _interactive(report: Report, language: Language) -> str:
    return report.to_page(language=language)


def _look(report: Report, interactive: Future[str]) -> Look:
    """The look of all pages, which is the same in every language."""
    return Look.of(report.filter(target=[]).to_html(), interactive.result())


def _write_unit(pack: _Pack, out: Path, unit: Unit, look: Future[Look]) -> None:
    """Writes the page of a unit in each language."""
    contents = pack.contents
    codes = [unit.code, *contents.below(unit.code)]
    # A report that was filtered by units alone considers all units of every target for what it
    # says of chance, also of targets without a row. That takes three times as long.
    targets = {row["target"] for code in codes for row in contents.rows_of.get(code, ())}
    rows = contents.report.filter(unit=codes, target=sorted(targets))
    stem = pack.stems[unit.code]
    for language in pack.languages:
        words = Words(language)
        scorecard = rows.to_html(language=language)
        page = unit_page(
            contents,
            words,
            look.result(),
            unit,
            scorecard,
            pack.address(language),
            pack.first(words, stem, unit.name, unit),
        )
        write_whole(out / pack.file(stem, language), page)


def _write_overview(
    pack: _Pack,
    out: Path,
    look: Look,
    tables: Sequence[str],
    interactive: Mapping[Language, Future[str]],
) -> None:
    """Writes the interactive page, the summary and the index in each language."""
    contents = pack.contents
    for language in pack.languages:
        words, address = Words(language), pack.address(language)
        page = interactive[language].result()
        line = links(pack.first(words, "page", words("page")))
        # The first one in the page: what comes before is escaped.
        linked = page.replace("<header>", f"{line}<header>", 1)
        write_whole(out / pack.file("page", language), linked)
        expected = _EXPECTED.search(page)
        summary = summary_page(
            contents,
            words,
            look,
            expected[0] if expected else "",
            contents.pages_level(None),
            address,
            pack.first(words, "summary", words("summary_of")),
        )
        write_whole(out / pack.file("summary", language), summary)
        index = index_page(
            contents,
            words,
            look,
            pack.groups,
            (pack.file("summary", language), pack.file("page", language), address),
            tables,
            pack.first(words, "index", words("pack")),
        )
        write_whole(out / pack.file("index", language), index)


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
