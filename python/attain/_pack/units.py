"""The page of a unit: its scorecard, with what it passes on, owes and holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import escape

from attain._pack.contents import Contents, Row, Unit
from attain._pack.page import Link, Look, links, table
from attain._pack.words import Words

# Missing reports, and units that hold something, are named up to this number.
_MOST_NAMED = 20

# The address of a unit's page in a language, if it has one.
Address = Callable[[str], str | None]


def unit_page(
    contents: Contents,
    words: Words,
    look: Look,
    unit: Unit,
    scorecard: str,
    address: Address,
    first: Sequence[Link],
) -> str:
    """The scorecard of a unit and the units below it as a page of the pack."""
    sections = [
        (title, body)
        for title, body in _sections(contents, words, look, unit, address)
        if body is not None
    ]
    contents_list = " · ".join(
        f'<a href="#pack-{place}">{escape(title)}</a>' for place, (title, _) in enumerate(sections)
    )
    also = f'<p class="hint">{words("also_here")}: {contents_list}</p>\n' if sections else ""
    place = escape(where(contents, words, unit))
    bodies = "".join(
        f'<section class="pack-sections" id="pack-{number}">\n<h2>{escape(title)}</h2>\n'
        f"{body}</section>\n"
        for number, (title, body) in enumerate(sections)
    )
    plan = escape(contents.report.plan.title)
    name = escape(unit.name)

    # The scorecard's own marks; texts in it are escaped, so that each is there once.
    def put(page: str, mark: str, text: str) -> str:
        assert page.count(mark) == 1, mark
        return page.replace(mark, text)

    page = put(scorecard, "</style>", f"{look.own_style}</style>")
    page = put(page, "<title>", f"<title>{name} · ")
    page = put(page, "<header>", f"{links(first)}<header>")
    page = re.sub(
        "<h1>.*?</h1>",
        lambda _: f'<h1>{name}</h1>\n<p class="hint">{place} · {plan}</p>',
        page,
        count=1,
        flags=re.S,
    )
    page = put(page, "</header>", f"{also}</header>")
    return put(page, '<footer class="key">', f'{bodies}<footer class="key">')


def where(contents: Contents, words: Words, unit: Unit) -> str:
    """The level of a unit, and the unit above it."""
    parent = contents.units.get(unit.parent) if unit.parent else None
    if parent is None:
        return unit.level
    return words("in_parent", level=unit.level, parent=parent.name)


def linked(name: str, address: str | None) -> str:
    """A name, as a link where there is a page."""
    return f'<a href="{escape(address)}">{escape(name)}</a>' if address else escape(name)


def _sections(
    contents: Contents, words: Words, look: Look, unit: Unit, address: Address
) -> Iterator[tuple[str, str | None]]:
    below = contents.below(unit.code)
    for level in contents.levels:
        codes = [code for code in below if contents.units[code].level == level]
        if codes:
            title = words("units_below", level=level)
            yield title, _units_below(contents, words, codes, address)
    yield words("from_above"), _from_above(contents, words, look, unit)
    yield words("standards"), _standards(contents, words, look, unit)
    yield words("scores"), _scores(contents, words, unit)
    yield words("awards"), _awards(contents, words, unit)
    yield words("models"), _models(contents, words, unit)
    yield words("reports"), _reports(contents, words, unit)


def _units_below(contents: Contents, words: Words, codes: list[str], address: Address) -> str:
    rows = []
    counted = [(code, contents.counts([code])) for code in codes]
    for code, counts in sorted(counted, key=lambda one: one[1].worst_first):
        numbers = (counts.clear_misses, counts.missed, counts.met, counts.none)
        name = linked(contents.units[code].name, address(code))
        rows.append([name, *map(words.whole, numbers)])
    head = [words("unit"), words("clear_misses"), words("missed"), words("met"), words("none")]
    about = f'<p class="hint">{words("units_below_about")}</p>\n'
    return about + table(head, rows, kind="counts")


def _from_above(contents: Contents, words: Words, look: Look, unit: Unit) -> str | None:
    rows = []
    for share in contents.shares.get(unit.code, []):
        goal = words.number(share["goal_value"], share["value"])
        signs = {"at least": "≥", "at most": "≤", "above": ">", "below": "<"}
        sign = signs.get(share["comparator"] or "", share["comparator"] or "")
        result = words.number(share["value"], share["goal_value"])
        verdict = words.verdict(share["verdict"], final=share["final"])
        reason = f": {words.reason(share['reason'])}" if share["value"] is None else ""
        rows.append(
            [
                f"{escape(contents.target_titles[share['target']])}, {words.window(share)}",
                escape(f"{sign} {goal}"),
                escape(result + reason),
                words.signed(share["gap"]),
                look.mark(share["verdict"]) + verdict,
            ]
        )
    if not rows:
        return None
    heads = ("target", "share", "result", "share_gap", "judgement")
    return table([words(key) for key in heads], rows)


def _standards(contents: Contents, words: Words, look: Look, unit: Unit) -> str | None:
    rows = []
    below = set(contents.all_below(unit.code))
    for standard, of_units in contents.latest_certificates.items():
        own = of_units.get(unit.code)
        said = certificate_words(words, look, own) if own else ""
        held = []
        for level in contents.levels:
            units = [row for code, row in of_units.items() if code in below]
            units = [row for row in units if row["level"] == level]
            if units:
                part = sum(row["verdict"] == "met" for row in units)
                numbers = words.whole(part), words.whole(len(units))
                held.append(words("of_level", level=level, part=numbers[0], whole=numbers[1]))
        if own or held:
            row = own or next(iter(of_units.values()))
            title = escape(f"{contents.title('standards', standard)}, {words.window(row)}")
            rows.append([title, said or "–", escape("; ".join(held)) or "–"])
    if not rows:
        return None
    heads = ("standard", "own_certificate", "holding_below")
    return table([words(key) for key in heads], rows)


def certificate_words(words: Words, look: Look, row: Row) -> str:
    """Whether a unit holds a standard, and how much of it."""
    if row["verdict"] == "indeterminate":
        return look.mark("indeterminate") + escape(
            f"{words('none')}: {words.reason(row['reason'])}"
        )
    said = words("holds" if row["verdict"] == "met" else "holds_not")
    parts = [words("criteria_met", met=row["criteria_met"], criteria=row["criteria"])]
    if row["units"] is not None:
        numbers = {"holding": row["units_holding"], "needed": row["units_needed"]}
        parts.append(words("units_hold", units=row["units"], **numbers))
    return look.mark(row["verdict"]) + escape(f"{said}: {'; '.join(parts)}")


def _scores(contents: Contents, words: Words, unit: Unit) -> str | None:
    rows = []
    below = set(contents.all_below(unit.code))
    for score, of_units in contents.latest_scores.items():
        said = []
        if (own := of_units.get(unit.code)) is not None:
            said.append(f"{words('own_certificate')}: {points(words, own)}")
        scored = [row for code, row in of_units.items() if code in below]
        if scored:
            said.append(grades(words, scored))
            best = sorted((row for row in scored if row["rank"]), key=lambda row: row["rank"])
            named = [f"{row['unit_name']} ({words.number(row['points'])})" for row in best[:5]]
            if named:
                said.append(words("best_units", units=", ".join(named)))
        if said:
            row = own or scored[0]
            title = f"{contents.title('scores', score)}, {words.window(row)}"
            rows.append([escape(title), "<br>".join(map(escape, said))])
    return table([words("score"), words("result")], rows) if rows else None


def points(words: Words, row: Row) -> str:
    """The points of a unit, with its grade and its rank."""
    if row["points"] is None:
        return words("no_points", reason=words.reason(row["reason"]))
    key = "points_only" if row["grade"] is None else "points_rank"
    number = words.number(row["points"])
    return words(key, points=number, grade=row["grade"], rank=row["rank"] or "–")


def grades(words: Words, rows: Sequence[Row]) -> str:
    """How many units have which grade, or between which points they lie."""
    counted = Counter(row["grade"] for row in rows if row["grade"] is not None)
    scored = [row["points"] for row in rows if row["points"] is not None]
    if counted:
        said = "; ".join(
            words("grade_units", grade=grade, units=words.whole(units))
            for grade, units in counted.most_common()
        )
    elif scored:
        low, high = words.number(min(scored)), words.number(max(scored))
        said = words("points_range", low=low, high=high)
    else:
        said = words("no_points", reason=words.reason(rows[0]["reason"]))
    return f"{rows[0]['level']}: {said}"


def _awards(contents: Contents, words: Words, unit: Unit) -> str | None:
    rows = []
    below = set(contents.all_below(unit.code))
    for award, of_units in contents.latest_awards.items():
        said = []
        if (own := of_units.get(unit.code)) is not None:
            key = "chosen_one" if own["chosen"] else _ELIGIBLE[own["eligible"]]
            said.append(words(key))
        places = [row for code, row in of_units.items() if code in below]
        if places:
            chosen = [row["unit_name"] for row in places if row["chosen"]]
            text = words("chosen_below", chosen=words.whole(len(chosen)))
            if chosen:
                some = ", ".join(chosen[:_MOST_NAMED]) + (" …" if len(chosen) > _MOST_NAMED else "")
                text = f"{text}: {some}"
            said.append(text)
        if said:
            row = own or places[0]
            title = f"{contents.title('awards', award)}, {words.window(row)}"
            rows.append([escape(title), "<br>".join(map(escape, said))])
    return table([words("award"), words("result")], rows) if rows else None


_ELIGIBLE = {True: "eligible_one", False: "not_eligible", None: "eligible_unknown"}


def _models(contents: Contents, words: Words, unit: Unit) -> str | None:
    rows = []
    for models, of_units in contents.latest_models.items():
        row = of_units.get(unit.code)
        if row is None:
            continue
        numbers = words.number(row["models"]), words.number(row["places"])
        said = words("models_places", models=numbers[0], places=numbers[1])
        if row["places"] is None:
            said = words.reason(row["reason"])
        title = f"{contents.title('models', models)}, {words.window(row)}"
        rows.append([escape(title), escape(said)])
    return table([words("group_of_models"), words("result")], rows) if rows else None


def _reports(contents: Contents, words: Words, unit: Unit) -> str | None:
    codes = [unit.code, *contents.all_below(unit.code)]
    owed = [row for code in codes for row in contents.owed_by.get(code, [])]
    if not owed or contents.reviewed is None:
        return None
    rows = []
    for measure in dict.fromkeys(row["measure"] for row in owed):
        found = Counter(row["status"] for row in owed if row["measure"] == measure)
        numbers = {
            status: words.whole(found[status])
            for status in ("on_time", "late", "missing", "undated")
        }
        title = contents.measure_titles.get(measure, measure)
        rows.append([escape(title), escape(words("reports_counts", **numbers))])
    missing = [row for row in owed if row["status"] == "missing"]
    lines = [
        words(
            "missing_report",
            unit=row["unit_name"],
            measure=contents.measure_titles.get(row["measure"], row["measure"]),
            period=words.days(row["period_start"], row["period_end"]),
            day=words.day(row["due"]),
        )
        for row in missing[:_MOST_NAMED]
    ]
    if len(missing) > _MOST_NAMED:
        more = words.whole(len(missing) - _MOST_NAMED)
        lines.append(words("more_in_tables", more=more))
    listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
    named = f'<ul class="lines">{listed}</ul>\n' if listed else ""
    about = escape(words("reports_about", window=words.window(contents.reviewed)))
    heads = [words("measure"), words("result")]
    return f'<p class="hint">{about}</p>\n' + table(heads, rows) + named
