"""The index of the pack: what is in it, with counts beside each page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from attain._pack.contents import Contents, Counts, Unit
from attain._pack.page import Link, Look, links, table, whole_page
from attain._pack.units import Address, where
from attain._pack.words import Words


def index_page(
    contents: Contents,
    words: Words,
    look: Look,
    groups: Sequence[tuple[str, Sequence[Unit]]],
    addresses: tuple[str, str, Address],
    tables: Sequence[str],
    first: Sequence[Link],
) -> str:
    """The index. `groups` are units by the words of their level, `addresses` those of pages."""
    report, (summary, page, address) = contents.report, addresses
    cards = [
        (summary, words("summary"), words("summary_about")),
        (page, words("page"), words("page_about")),
    ]
    body = [
        links(first),
        f'<header><p class="eyebrow">{words("pack")}</p>\n<h1>{escape(report.plan.title)}</h1>\n',
        f"{about_lines(words, contents)}</header>\n",
        counts_line(words, look, Counts.of(contents.rows)),
        f"<h2>{words('overview')}</h2>\n<ul class='pack-cards'>",
        *(
            f'<li><a href="{escape(link)}">{escape(name)}</a><span>{escape(about)}</span></li>'
            for link, name, about in cards
        ),
        "</ul>\n",
    ]
    said = f'<p class="hint">{words("page_counts")}</p>\n'
    for level, units in groups:
        body.append(f"<h2>{escape(words('pages_of', level=level))}</h2>\n{said}")
        said = ""
        rows = []
        for unit in units:
            own = contents.counts([unit.code])
            below = contents.counts(contents.below(unit.code))
            name = f'<a href="{escape(address(unit.code) or "")}">{escape(unit.name)}</a>'
            place = f'<span class="where">{escape(where(contents, words, unit))}</span>'
            rows.append([name + place, _numbers(words, look, own), _numbers(words, look, below)])
        heads = [words("unit"), words("own_rows"), words("rows_below")]
        body.append(table(heads, rows, kind="pages stacked"))
    kind = "Parquet" if any(name.endswith(".parquet") for name in tables) else "CSV"
    listed = "".join(
        f'<li><a href="{escape(name)}">{escape(name.rpartition("/")[2])}</a></li>'
        for name in tables
    )
    body += [
        f"<h2>{words('tables')}</h2>\n",
        f'<p class="hint">{escape(words("tables_about", kind=kind))}</p>\n',
        f'<ul class="pack-list">{listed}</ul>\n',
        f'<footer class="key"><p></p><p>{words("signs")}</p></footer>\n',
    ]
    title = f"{words('pack')} · {report.plan.title}"
    return whole_page(words, look, title, "".join(body), kind="index-page")


def about_lines(words: Words, contents: Contents) -> str:
    """The day of the report, and how many of its rows rest on figures that are made up."""
    lines = [words("as_of", day=words.day(contents.report.as_of))]
    made_up, rows = contents.illustrative, len(contents.rows)
    if made_up:
        phrase = "all_illustrative" if made_up == rows else "some_illustrative"
        numbers = {"rows": words.whole(made_up), "all": words.whole(rows)}
        lines.append(words(phrase, **numbers))
    return "".join(f'<p class="hint">{line}</p>\n' for line in lines)


def counts_line(words: Words, look: Look, counts: Counts) -> str:
    """Met, missed and no verdict in large numbers."""
    shown = (("met", counts.met), ("missed", counts.missed), ("indeterminate", counts.none))
    numbers = "".join(
        f"<span>{look.mark(verdict)}<b>{words.whole(number)}</b> {words.verdict(verdict)}</span>"
        for verdict, number in shown
    )
    return f'<p class="pack-numbers">{numbers}</p>\n'


def _numbers(words: Words, look: Look, counts: Counts) -> str:
    if not counts.rows:
        return "–"
    shown = (("met", counts.met), ("missed", counts.missed), ("indeterminate", counts.none))
    return " ".join(
        f'<span class="numbers" title="{escape(words.verdict(verdict))}">'
        f"{look.mark(verdict)}{words.whole(number)}</span>"
        for verdict, number in shown
    )
