"""The summary for the chair: two pages of A4, whatever the size of the plan."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from attain._attain import Explanation
from attain._pack.contents import Contents, Counts, Row
from attain._pack.index import counts_line
from attain._pack.page import Link, Look, links, whole_page
from attain._pack.units import Address, grades, linked
from attain._pack.words import Words

# The room of the lists, in lines of 7.5 pt at 1.25: two pages of 297 − 25 mm have 82 lines each.
# The head of the page, gaps between sections and what is left blank at the break take the rest.
_LINES = 136
# How many letters fit a line over the whole width of 184 mm, with letters as wide as those of
# DejaVu Sans, the widest of the usual fonts.
_WIDTH = 118
# The widths of the columns of judged rows, as in `pack.css`: a share of the line.
_TITLE, _RESULT = 0.43, 0.36
# A text takes at most this number of lines of its column.
_MOST_LINES = 2
# A heading with the gap above it.
_HEADING = 2
# The smallest room of a section, in lines.
_LEAST = 4
# Units that are named as behind.
_MOST_BEHIND = 8


@dataclasses.dataclass(frozen=True)
class _Item:
    """A row or a line of a section, and the lines that it takes on paper."""

    html: str
    lines: int


@dataclasses.dataclass(frozen=True)
class _Section:
    """A part of the summary: its items are shown as far as there is room."""

    heading: str
    items: Sequence[_Item]
    # Stands in place of the items where there are none.
    empty: str | None = None
    about: str | None = None
    head: Sequence[str] | None = None
    more: str = "and_more_tables"
    kind: str = ""

    @property
    def lines(self) -> int:
        """The lines of the whole section."""
        return self.frame + max(1, sum(item.lines for item in self.items))

    @property
    def frame(self) -> int:
        """The lines of heading, remark, head of the table, and of how many items are left out."""
        return _HEADING + (self.about is not None) + (self.head is not None) + 1

    def html(self, words: Words, room: int) -> str:
        """The section in `room` lines."""
        shown, used = 0, self.frame
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
    # A new part of plans is one more line here.
    sections = [
        _missed(contents, words, look, address),
        _undecided(contents, words, look),
        _behind(contents, words, level, address),
        _due(contents, words),
        _combined(contents, words, look),
        _parts(contents, words),
        _campaigns(contents, words),
        _met(contents, words, look, address),
    ]
    shown = [section for section in sections if section is not None]
    rooms = _rooms([section.lines for section in shown])
    body = [
        links(first),
        f'<header><p class="eyebrow">{words("summary")}</p>\n',
        f"<h1>{escape(report.plan.title)}</h1>\n",
        f'<p class="hint">{words("as_of", day=words.day(report.as_of))}</p></header>\n',
        counts_line(words, look, Counts.of(contents.rows)),
        _levels(contents, words),
        expected,
        *(section.html(words, room) for section, room in zip(shown, rooms, strict=True)),
        f'<p class="hint">{words("signs")}</p>\n',
    ]
    title = f"{words('summary')} · {report.plan.title}"
    return whole_page(words, look, title, "".join(body), kind="summary-page")


def _rooms(lines: Sequence[int]) -> list[int]:
    """How many lines each section has: all it takes, as long as the others have their least."""
    rooms = [min(wanted, _LEAST) for wanted in lines]
    # In turn, so that no long section leaves the later ones without room.
    while (left := _LINES - sum(rooms)) > 0:
        short = [place for place, wanted in enumerate(lines) if rooms[place] < wanted]
        if not short:
            break
        each = max(1, left // len(short))
        for place in short:
            added = min(each, lines[place] - rooms[place], _LINES - sum(rooms))
            rooms[place] += added
    return rooms


def _cut(text: str, share: float) -> tuple[str, int]:
    """A text for a column of a share of the line, cut to the most lines, and its lines."""
    letters = int(_WIDTH * share)
    most = letters * _MOST_LINES - letters // 4
    if len(text) > most:
        text = f"{text[: most - 1].rstrip()}…"
    # Words are not divided: a line holds an eighth less than its letters.
    return text, max(1, math.ceil(len(text) * 1.125 / letters))


def _levels(contents: Contents, words: Words) -> str:
    """The counts of each level, as one line."""
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
    return f"<p>{escape('; '.join(said))}</p>\n"


# ---- The rows of the topmost units


def _topmost_rows(contents: Contents, verdict: str) -> list[Row]:
    rows = contents.listed(unit.code for unit in contents.topmost)
    return [row for row in rows if row["verdict"] == verdict]


def _topmost_name(contents: Contents, words: Words) -> str:
    units = contents.topmost
    return units[0].name if len(units) == 1 else words("several_units")


def _explanations(contents: Contents, words: Words, rows: Sequence[Row]) -> list[Explanation]:
    """Why each of some rows says what it says, in their order."""
    if not rows:
        return []
    codes = [unit.code for unit in contents.topmost]
    report = contents.report.filter(
        unit=codes, target=list(dict.fromkeys(row["target"] for row in rows))
    )
    found = {}
    for one in report.explanations(language=words.language):  # type: ignore[arg-type]  # checked before
        row = one.row
        found[row.target, row.unit, row.stratum, row.window_start] = one
    return [
        found[row["target"], row["unit"], row["stratum"], row["window_start"]] for row in rows
    ]


def _judged_items(
    contents: Contents, words: Words, look: Look, rows: Sequence[Row], address: Address
) -> Iterator[_Item]:
    several = len(contents.topmost) > 1
    for row, explanation in zip(rows, _explanations(contents, words, rows), strict=True):
        title = contents.target_titles[row["target"]]
        about = [words.window(row), *([row["stratum"]] if row["stratum"] else [])]
        if several:
            about.insert(0, row["unit_name"])
        more = f" ({', '.join(about)})"
        letters = int(_WIDTH * _TITLE)
        most = letters * _MOST_LINES - letters // 4 - len(more)
        if len(title) > most:
            title = f"{title[: max(most - 1, 20)].rstrip()}…"
        _, title_lines = _cut(title + more, _TITLE)
        # "Missed: 84 case against at most 61. Reports are missing." without its first word and
        # its last sentence, which the mark and the page of the unit say.
        sentence = explanation.judgement.partition(": ")[2]
        if row["reason"] is not None and ". " in sentence:
            sentence = sentence.rpartition(". ")[0]
        sentence = sentence.rstrip(".")
        if row["verdict"] == "missed" and row["needed"]:
            upper = row["goal_upper"] if row["goal_upper"] is not None else row["goal_value"]
            above = row["value"] is not None and upper is not None and row["value"] > upper
            key = "too_many" if above else "more"
            sentence = f"{sentence}; {words(key, events=words.whole(abs(row['needed'])))}"
        result, result_lines = _cut(sentence, _RESULT)
        name = linked(title, address(row["unit"]))
        mark = look.mark(row["verdict"], row["certainty"])
        yield _Item(
            f'<tr><th scope="row">{mark}{escape(words(row["certainty"]))}</th>'
            f"<td>{name}{escape(more)}</td><td>{escape(result)}</td></tr>\n",
            max(title_lines, result_lines),
        )


def _nearness(row: Row) -> float:
    """The distance from the goal as a share of it; larger is further."""
    gap, goal = row["gap"], row["goal_value"]
    return abs(gap) / max(abs(goal), 1e-9) if gap is not None and goal is not None else 0.0


def _missed(contents: Contents, words: Words, look: Look, address: Address) -> _Section:
    rows = _topmost_rows(contents, "missed")
    order = ("clear", "within_chance", "unsettled", "unknown")
    rows.sort(key=lambda row: (order.index(row["certainty"]), -_nearness(row)))
    return _Section(
        words("missed_heading", unit=_topmost_name(contents, words)),
        list(_judged_items(contents, words, look, rows, address)),
        empty=words("nothing_missed"),
        about=words("missed_about"),
        head=[words("judgement"), words("target"), words("value_and_goal")],
        more="and_more",
        kind="judged",
    )


def _met(contents: Contents, words: Words, look: Look, address: Address) -> _Section:
    rows = _topmost_rows(contents, "met")
    return _Section(
        words("met_heading", unit=_topmost_name(contents, words)),
        list(_judged_items(contents, words, look, rows, address)),
        empty=words("nothing_met"),
        head=[words("judgement"), words("target"), words("value_and_goal")],
        more="and_more",
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
    return _Item(f"<li>{mark}{escape(cut)}</li>\n", lines)


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
        missed = [row for row in contents.rows_of[unit.code] if row["verdict"] == "missed"]
        missed.sort(key=lambda row: row["certainty"] != "clear")
        titles = dict.fromkeys(contents.target_titles[row["target"]] for row in missed)
        numbers = f"{words.whole(counts.clear_misses)} / {words.whole(counts.missed)}"
        targets, lines = _cut("; ".join(titles), 0.6)
        name, name_lines = _cut(unit.name, 0.2)
        items.append(
            _Item(
                f'<tr><th scope="row">{linked(name, address(unit.code))}</th>'
                f"<td>{numbers}</td><td>{escape(targets)}</td></tr>\n",
                max(lines, name_lines),
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
    owed = [row for row in contents.timeliness if row["status"] != "open"]
    for status, key in (("missing", "due_reports"), ("late", "due_reports_late")):
        found = [row for row in owed if row["status"] == status]
        if found:
            units = Counter(row["unit_name"] for row in found)
            named = ", ".join(f"{unit} ({number})" for unit, number in units.most_common(6))
            text = words(key, reports=words.whole(len(found)), due=words.whole(len(owed)))
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
        numbers = ", ".join(
            f"{words.whole(row[column])} {words.verdict(column)}"
            for column in ("met", "missed", "indeterminate")
        )
        if row["task"] is not None:
            items.append(_line(f"  – {row['task_title']}: {numbers}"))
            continue
        passed = min(row["days_passed"], row["days"])
        days = words("days_passed", passed=words.whole(passed), days=words.whole(row["days"]))
        items.append(_line(f"{row['title']}, {days}: {numbers}"))
    due = [row for row in contents.milestones if row["due"] or row["verdict"] != "indeterminate"]
    if len(contents.milestones):
        verdicts = Counter(row["verdict"] for row in due)
        open_ones = len(contents.milestones) - verdicts["met"] - verdicts["missed"]
        counts = {"met": verdicts["met"], "missed": verdicts["missed"], "none": open_ones}
        text = words("milestones_counts", **{key: words.whole(n) for key, n in counts.items()})
        items.append(_line(f"{words('milestones_heading')}: {text}"))
    return _Section(words("campaigns_heading"), items) if items else None


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
