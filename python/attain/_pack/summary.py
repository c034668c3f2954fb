"""The summary for the chair: two pages of A4, whatever the size of the plan."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from attain._attain import Explanation
from attain._pack.contents import Contents, Counts, Row
from attain._pack.index import about_lines, counts_line
from attain._pack.page import Link, Look, links, whole_page
from attain._pack.units import Address, grades, linked
from attain._pack.words import Words

# The room in lines of 7.5 pt at 1.25: two pages of 297 − 25 mm have 82 lines each. Six of them may
# stay blank where a page ends.
_LINES = 158.0
# The lines of the head but the title: the words above it, the day, the numbers, chance, the signs.
_HEAD = 9.0
# The title takes two lines each time it fills a line, and is cut beyond three of them.
_TITLE_LETTERS, _MOST_TITLE_LINES = 56, 3
# What padding and border of a table's row take, in lines.
_PADDING = 0.35
# How many letters fit a line over the whole width of 184 mm, with letters as wide as those of
# DejaVu Sans, the widest of the usual fonts.
_WIDTH = 122
# The widths of the columns of judged rows, as in `pack.css`: a share of the line.
_TITLE, _RESULT = 0.43, 0.36
# A text takes at most this number of lines of its column.
_MOST_LINES = 2
# A heading with the gap above it.
_HEADING = 2
# Units that are named as behind.
_MOST_BEHIND = 8


# Explanations by target, unit, stratum and first day of the window.
_Explained = dict[tuple[str, str, str | None, datetime.date], Explanation]


@dataclasses.dataclass(frozen=True)
class _Item:
    """A row or a line of a section, and the lines that it takes on paper."""

    html: str
    lines: float
    # The same in one line, with less of its texts.
    short: _Item | None = None


@dataclasses.dataclass(frozen=True)
class _Section:
    """A part of the summary: its items are shown as far as there is room."""

    heading: str
    items: Sequence[_Item]
    # Stands in place of the items where there are none.
    empty: str | None = None
    about: str | None = None
    head: Sequence[str] | None = None
    more: str = "more_in_tables"
    kind: str = ""

    @property
    def lines(self) -> float:
        """The lines of the whole section."""
        return self.frame + max(1.0, sum(item.lines for item in self.items))

    @property
    def frame(self) -> float:
        """The lines of heading, remark and head of the table."""
        return _HEADING + (self.about is not None) + 1.5 * (self.head is not None)

    def shortened(self, over: float) -> _Section:
        """The section in `over` lines less, if short forms of its last items give as many."""
        items = list(self.items)
        for place, item in reversed(list(enumerate(items))):
            if over > 0 and item.short is not None:
                over -= item.lines - item.short.lines
                items[place] = item.short
        return dataclasses.replace(self, items=items)

    def html(self, words: Words, room: float) -> str:
        """The section in `room` lines."""
        shown, used = 0, self.frame
        # How many are left out takes a line itself.
        room = room + 1e-9 if self.lines <= room + 1e-9 else room - 1.0
        for item in self.items:
            if used + item.lines > room:
                break
            shown, used = shown + 1, used + item.lines
        inside = "".join(item.html for item in self.items[:shown])
        if self.head is not None and shown:
            cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.head)
            inside = (
                f'<table class="pack fixed {self.kind}"><thead><tr>{cells}</tr></thead>\n'
                f"<tbody>\n{inside}</tbody></table>\n"
            )
        elif shown:
            inside = f'<ul class="lines">\n{inside}</ul>\n'
        elif not self.items:
            inside = f"<p>{escape(self.empty or '')}</p>\n"
        left_out = len(self.items) - shown
        more = words(self.more, more=words.whole(left_out)) if left_out else ""
        about = f'<p class="hint">{escape(self.about)}</p>\n' if self.about else ""
        rest = f'<p class="pack-more">{escape(more)}</p>\n' if more else ""
        return f"<section>\n<h2>{escape(self.heading)}</h2>\n{about}{inside}{rest}</section>\n"


def summary_page(
    contents: Contents,
    words: Words,
    look: Look,
    expected: str,
    level: str | None,
    address: Address,
    first: Sequence[Link],
) -> str:
    """The summary. `expected` says how many verdicts chance makes wrong, in HTML."""
    report = contents.report
    title = report.plan.title
    if len(title) > _TITLE_LETTERS * _MOST_TITLE_LINES:
        title = f"{title[: _TITLE_LETTERS * _MOST_TITLE_LINES - 1]}…"
    levels, level_lines = _levels(contents, words)
    title_lines = max(1, math.ceil(len(title) / _TITLE_LETTERS))
    room = _LINES - _HEAD - level_lines - 2 * title_lines - bool(contents.illustrative)
    explained = _explained(contents, words)
    met = _met(contents, words, look, address, explained)
    # A new part of plans is one more line here.
    sections = [
        _missed(contents, words, look, address, explained),
        _undecided(contents, words, look),
        _behind(contents, words, level, address),
        _due(contents, words),
        _combined(contents, words, look),
        _parts(contents, words),
        _campaigns(contents, words),
        _owners(contents, words),
        met,
    ]
    shown = [section for section in sections if section is not None]
    if (over := sum(section.lines for section in shown) - room) > 0:
        shown[-1] = met.shortened(over)
    rooms = _rooms([section.lines for section in shown], room)
    body = [
        links(first),
        f'<header><p class="eyebrow">{words("summary")}</p>\n',
        f"<h1>{_clamped(escape(title), title_lines)}</h1>\n",
        f"{about_lines(words, contents)}</header>\n",
        counts_line(words, look, Counts.of(contents.rows)),
        f"<p>{_clamped(escape(levels), level_lines)}</p>\n",
        expected,
        *(section.html(words, room) for section, room in zip(shown, rooms, strict=True)),
        f"<p>{_clamped(words('signs'), 2)}</p>\n",
    ]
    name = f"{words('summary')} · {report.plan.title}"
    return whole_page(words, look, name, "".join(body), kind="summary-page")


def _rooms(lines: Sequence[float], room: float) -> list[float]:
    """How many lines each section has: all it takes, or an equal share of what the others leave."""
    rooms = [0.0] * len(lines)
    left = room
    # The shortest first: what it leaves of its share is for the longer ones.
    order = sorted(range(len(lines)), key=lines.__getitem__)
    for done, place in enumerate(order):
        rooms[place] = min(lines[place], left / (len(lines) - done))
        left -= rooms[place]
    return rooms


def _cut(text: str, share: float, after: str = "", *, lines: int = _MOST_LINES) -> tuple[str, int]:
    """A text for a column of a share of the line, and the lines that it takes.

    What is too long for `lines` is cut; a text `after` it never is.
    """
    letters = int(_WIDTH * share)
    # Words are not divided: lines before the last one hold less than their letters.
    most = letters * lines - (lines - 1) * letters // 5 - len(after)
    if len(text) > most:
        text = f"{text[: max(most - 1, 12)].rstrip()}…"
    whole = len(text) + len(after)
    return text, min(lines, math.ceil(whole * (1.0 + 6.0 / letters) / letters))


def _levels(contents: Contents, words: Words) -> tuple[str, int]:
    """The counts of each level in a sentence, and its lines."""
    said = []
    for level in contents.levels:
        counts = Counts.of(row for row in contents.rows if row["level"] == level)
        if counts.rows:
            numbers = (
                f"{words.whole(counts.met)} {words('met')}",
                f"{words.whole(counts.missed)} {words('missed')}",
                f"{words.whole(counts.none)} {words('none')}",
            )
            said.append(f"{level}: {', '.join(numbers)}")
    return _cut("; ".join(said), 1.0)


# ---- The rows of the topmost units


def _topmost_rows(contents: Contents, verdict: str) -> list[Row]:
    rows = contents.listed(unit.code for unit in contents.topmost)
    return [row for row in rows if row["verdict"] == verdict]


def _topmost_name(contents: Contents, words: Words) -> str:
    units = contents.topmost
    return units[0].name if len(units) == 1 else words("several_units")


def _explained(contents: Contents, words: Words) -> _Explained:
    """Why each row of the topmost units says what it says."""
    report = contents.report.filter(unit=[unit.code for unit in contents.topmost])
    found = {}
    for one in report.explanations(language=words.language):
        row = one.row
        found[row.target, row.unit, row.stratum, row.window_start] = one
    return found


def _judged_items(
    contents: Contents,
    words: Words,
    look: Look,
    rows: Sequence[Row],
    address: Address,
    explained: _Explained,
) -> Iterator[_Item]:
    several = len(contents.topmost) > 1
    for row in rows:
        key = row["target"], row["unit"], row["stratum"], row["window_start"]
        title = contents.target_titles[row["target"]]
        about = [words.window(row), *([row["stratum"]] if row["stratum"] else [])]
        if several:
            about.insert(0, row["unit_name"])
        more = f" ({', '.join(about)})"
        # "Missed: 84 case against at most 61. Reports are missing." without its first word and
        # its last sentence, which the mark and the page of the unit say.
        sentence = explained[key].judgement.partition(": ")[2]
        if row["reason"] is not None and ". " in sentence:
            sentence = sentence.rpartition(". ")[0]
        sentence, needed = sentence.rstrip("."), ""
        if row["verdict"] == "missed" and row["needed"]:
            upper = row["goal_upper"] if row["goal_upper"] is not None else row["goal_value"]
            above = row["value"] is not None and upper is not None and row["value"] > upper
            word = "too_many" if above else "more"
            needed = f"{words(word, events=words.whole(abs(row['needed'])))} · "
        said = look.mark(row["verdict"], row["certainty"]) + escape(words(row["certainty"]))
        item = None
        for most in range(1, _MOST_LINES + 1):
            name, name_lines = _cut(title, _TITLE, more, lines=most)
            result, result_lines = _cut(sentence, _RESULT, needed, lines=most)
            of_target = f"{linked(name, address(row['unit']))}{escape(more)}"
            of_result = f"<b>{escape(needed)}</b>{escape(result)}"
            line = (
                f'<tr><th scope="row">{_clamped(said, 1)}</th>'
                f"<td>{_clamped(of_target, most)}</td><td>{_clamped(of_result, most)}</td></tr>\n"
            )
            item = _Item(line, max(name_lines, result_lines) + _PADDING, item)
        if item is not None:
            yield item


def _nearness(row: Row) -> float:
    """The distance from the goal as a share of it; larger is further."""
    gap, goal = row["gap"], row["goal_value"]
    return abs(gap) / max(abs(goal), 1e-9) if gap is not None and goal is not None else 0.0


def _missed(
    contents: Contents, words: Words, look: Look, address: Address, explained: _Explained
) -> _Section:
    rows = _topmost_rows(contents, "missed")
    order = ("clear", "within_chance", "unsettled", "unknown")
    rows.sort(key=lambda row: (order.index(row["certainty"]), -_nearness(row)))
    return _Section(
        words("missed_heading", unit=_topmost_name(contents, words)),
        list(_judged_items(contents, words, look, rows, address, explained)),
        empty=words("nothing_missed"),
        about=words("missed_about"),
        head=[words("judgement"), words("target"), words("value_and_goal")],
        more="more_on_page",
        kind="judged",
    )


def _met(
    contents: Contents,
    words: Words,
    look: Look,
    address: Address,
    explained: _Explained,
) -> _Section:
    rows = _topmost_rows(contents, "met")
    return _Section(
        words("met_heading", unit=_topmost_name(contents, words)),
        list(_judged_items(contents, words, look, rows, address, explained)),
        empty=words("nothing_met"),
        head=[words("judgement"), words("target"), words("value_and_goal")],
        more="more_on_page",
        kind="judged",
    )


def _undecided(contents: Contents, words: Words, look: Look) -> _Section:
    rows = _topmost_rows(contents, "indeterminate")
    reasons = Counter(row["reason"] for row in rows)
    items = []
    for reason, number in reasons.most_common():
        titles = [contents.target_titles[row["target"]] for row in rows if row["reason"] == reason]
        text = f"{words.reason(reason)} ({words.whole(number)}): {'; '.join(titles)}"
        items.append(_line(text, look.mark("indeterminate")))
    codes = {unit.code for unit in contents.topmost}
    to_come = sum(row["reason"] == "not_started" for row in contents.rows if row["unit"] in codes)
    if to_come:
        items.append(_line(words("windows_to_come", rows=words.whole(to_come))))
    return _Section(
        words("undecided_heading", unit=_topmost_name(contents, words)),
        items,
        empty=words("nothing_undecided"),
    )


def _line(text: str, mark: str = "") -> _Item:
    cut, lines = _cut(text, 1.0)
    return _Item(f"<li>{_clamped(mark + escape(cut), lines)}</li>\n", lines)


def _clamped(html: str, lines: int) -> str:
    """Content that takes at most these lines on paper, however wide its letters are."""
    return f'<span class="clamp-{lines}">{html}</span>'


# ---- Units, reports and steps


def _behind(
    contents: Contents, words: Words, level: str | None, address: Address
) -> _Section | None:
    if level is None:
        return None
    counted = [(unit, contents.counts([unit.code])) for unit in contents.of_level(level)]
    counted = [one for one in counted if one[1].missed]
    counted.sort(key=lambda one: one[1].worst_first)
    items = []
    for unit, counts in counted[:_MOST_BEHIND]:
        missed = [row for row in contents.rows_of.get(unit.code, ()) if row["verdict"] == "missed"]
        missed.sort(key=lambda row: row["certainty"] != "clear")
        titles = dict.fromkeys(contents.target_titles[row["target"]] for row in missed)
        numbers = f"{words.whole(counts.clear_misses)} / {words.whole(counts.missed)}"
        targets, lines = _cut("; ".join(titles), 0.57)
        name, name_lines = _cut(unit.name, 0.19)
        name = _clamped(linked(name, address(unit.code)), name_lines)
        items.append(
            _Item(
                f'<tr><th scope="row">{name}</th><td>{numbers}</td>'
                f"<td>{_clamped(escape(targets), lines)}</td></tr>\n",
                max(lines, name_lines) + _PADDING,
            )
        )
    if not items:
        return None
    return _Section(
        words("behind_heading", level=level),
        items,
        about=words("behind_about"),
        head=[
            words("unit"),
            f"{words('clear_misses')} / {words('missed')}",
            words("missed_targets"),
        ],
        kind="behind",
    )


def _due(contents: Contents, words: Words) -> _Section:
    items = []
    owed, window = contents.owed, contents.reviewed
    days = words.window(window) if window is not None else ""
    for status, key in (("missing", "due_reports"), ("late", "due_reports_late")):
        found = [row for row in owed if row["status"] == status]
        if found:
            units = Counter(row["unit_name"] for row in found)
            named = ", ".join(f"{unit} ({number})" for unit, number in units.most_common(6))
            numbers = {"reports": words.whole(len(found)), "due": words.whole(len(owed))}
            text = words(key, window=days, **numbers)
            items.append(_line(f"{text}: {named}{' …' if len(units) > 6 else ''}"))
    milestones = sorted(contents.milestones, key=lambda row: row["by"])
    late = [row for row in milestones if row["due"] and row["done"] is None and row["deed"]]
    coming = [row for row in milestones if not row["due"]]
    for rows, key in ((late, "due_milestone_late"), (coming, "due_milestone_next")):
        for row in rows[:4]:
            what = row["deed"] or f"{_milestone(contents, words, row)}"
            items.append(_line(words(key, day=words.day(row["by"]), what=what)))
    for row in contents.listed(unit.code for unit in contents.topmost):
        if not row["final"] and row["pace"] == "behind":
            title = contents.target_titles[row["target"]]
            items.append(_line(words("due_running", target=f"{title}, {words.window(row)}")))
    return _Section(words("due_heading"), items, empty=words("nothing_due"))


def _milestone(contents: Contents, words: Words, row: Row) -> str:
    """The milestone of a target in words."""
    title = contents.target_titles[row["target"]]
    sign = {"at least": "≥", "at most": "≤", "above": ">", "below": "<"}.get(row["comparator"], "")
    return f"{title}: {sign} {words.number(row['reach'])}, {row['unit_name']}"


def _combined(contents: Contents, words: Words, look: Look) -> _Section | None:
    codes = {unit.code for unit in contents.topmost}
    rows = [row for row in contents.combined[0] if row["unit"] in codes]
    items = []
    for row in rows:
        said = words("met_of", met=row["met"], targets=row["targets"], required=row["required"])
        text = f"{words.verdict(row['verdict'])}: {row['title']}, {words.window(row)}: {said}"
        items.append(_line(text, look.mark(row["verdict"])))
    return _Section(words("combined_heading"), items) if items else None


def _campaigns(contents: Contents, words: Words) -> _Section | None:
    items = []
    for row in contents.campaigns:
        verdicts = [one for one in ("met", "missed", "indeterminate") if row[one]]
        numbers = ", ".join(f"{words.whole(row[one])} {words.verdict(one)}" for one in verdicts)
        numbers = f": {numbers}" if numbers else ""
        if row["task"] is not None:
            items.append(_line(f"  – {row['task_title']}{numbers}"))
            continue
        passed = min(row["days_passed"], row["days"])
        days = words("days_passed", passed=words.whole(passed), days=words.whole(row["days"]))
        items.append(_line(f"{row['title']}, {days}{numbers}"))
    if len(contents.milestones):
        found = Counter(row["verdict"] for row in contents.milestones)
        counts = {"met": found["met"], "missed": found["missed"], "none": found["indeterminate"]}
        text = words("milestones_counts", **{key: words.whole(n) for key, n in counts.items()})
        items.append(_line(f"{words('milestones_heading')}: {text}"))
    return _Section(words("campaigns_heading"), items) if items else None


def _owners(contents: Contents, words: Words) -> _Section | None:
    """The offices of which there is one; those of each unit stand on the pages of the units."""
    items = []
    for row in contents.owners:
        if row["unit"] is not None or not row["rows"]:
            continue
        verdicts = [one for one in ("met", "missed", "indeterminate") if row[one]]
        parts = [f"{words.whole(row[one])} {words.verdict(one)}" for one in verdicts]
        for key in ("unsettled", "behind"):
            if row[key]:
                parts.append(f"{words.whole(row[key])} {words(key)}")
        if row["inherited"]:
            parts.append(words("inherited", rows=words.whole(row["inherited"])))
        name = "" if row["name"] is None else f", {row['name']}"
        items.append(_line(f"{row['title']}{name}: {', '.join(parts)}"))
    return _Section(words("offices"), items) if items else None


def _parts(contents: Contents, words: Words) -> _Section | None:
    items = []
    for standard, of_units in contents.latest_certificates.items():
        rows = list(of_units.values())
        if rows:
            verdicts = Counter(row["verdict"] for row in rows)
            numbers = {
                "met": words.whole(verdicts["met"]),
                "none": words.whole(verdicts["indeterminate"]),
                "units": words.whole(len(rows)),
            }
            text = words("standards_counts", level=rows[0]["level"], **numbers)
            title = contents.title("standards", standard)
            items.append(_line(f"{title}, {words.window(rows[0])}: {text}"))
    for score, of_units in contents.latest_scores.items():
        rows = list(of_units.values())
        if rows:
            title = contents.title("scores", score)
            items.append(_line(f"{title}, {words.window(rows[0])}: {grades(words, rows)}"))
    for award, of_units in contents.latest_awards.items():
        rows = list(of_units.values())
        if rows:
            numbers = {
                "chosen": words.whole(sum(row["chosen"] for row in rows)),
                "eligible": words.whole(sum(row["eligible"] is True for row in rows)),
                "quota": words.number(rows[0]["quota"]),
            }
            text = words("awards_counts", **numbers)
            if tied := sum(row["tied"] for row in rows):
                text += f", {words('awards_tied', tied=words.whole(tied))}"
            title = contents.title("awards", award)
            items.append(_line(f"{title}, {words.window(rows[0])}: {text}"))
    for models, (table, _) in contents.replications.items():
        # The row without a model is that of all models together.
        for row in contents.latest(table):
            if row["model"] is None:
                numbers = {
                    "models": words.number(row["kept_up"]),
                    "places": words.number(row["places"]),
                    "reached": words.number(row["reached"]),
                    "units": words.number(row["units"]),
                }
                title = contents.title("models", models)
                text = words("models_counts", **numbers)
                items.append(_line(f"{title}, {words.window(row)}: {text}"))
    return _Section(words("parts_heading"), items) if items else None
