"""The interactive page in a browser: what it shows equals what pandas computes on the same report.

Chromium is the system's: `make` installs it. Without it these tests are skipped, and fail in CI.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

import attain

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("no chromium on the PATH: `make` installs it", allow_module_level=True)

ROOT = Path(__file__).parents[2]
VERDICTS = {"met": "met", "missed": "missed", "none": "indeterminate"}
CERTAINTIES = ["clear", "within_chance", "unsettled", "unknown"]
HOSTILE = [
    '<script>document.title="run"</script>',
    '</script><img src=x onerror="document.title=1">',
    "\"><b onclick='1'>&amp;",
    "a\u2028b\u2029c",
    "\u202egnihtyna\u2066",
    "W" * 3_000,
    "x\x1b[31m\ty",
    "__proto__",
    "{unit} $& \\n",
]


# ---- Reports


def plan_of(
    units: list[dict[str, Any]],
    targets: dict[str, Any],
    title: str = "Dự án",
    owners: dict[str, Any] | None = None,
) -> Any:
    return attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "pages",
            "title": title,
            "units": {"levels": ["city", "district", "commune"], "list": units},
            "measures": {
                "done": {"recorded_at": "commune", "every": "month"},
                "due": {"recorded_at": "commune", "every": "month"},
            },
            "indicators": {
                "share": {
                    "proportion": {"numerator": "done", "denominator": "due"},
                    "title": "Tỷ lệ",
                },
                "done": {"count": "done", "title": "Done"},
            },
            "targets": targets,
            "owners": owners or {},
        }
    )


def units_of(communes: int, districts: int) -> list[dict[str, Any]]:
    names = ["Đống Đa", "Ba Đình", "Hà Đông", "Ứng Hòa", "Thạch Thất"]
    units: list[dict[str, Any]] = [{"id": "1", "name": "Hà Nội", "level": "city"}]
    for place in range(districts):
        name = f"{names[place % len(names)]} {place // len(names) + 1}"
        units.append({"id": f"d{place}", "name": name, "level": "district", "parent": "1"})
    for place in range(communes):
        # Every seventh name stands twice.
        number = place - 1 if place % 7 == 6 else place
        units.append(
            {
                "id": f"c{place:04}",
                "name": f"Xã {number % 13}.{number}",
                "level": "commune",
                "parent": f"d{place % districts}",
            }
        )
    return units


def outcomes_of(units: list[dict[str, Any]], months: list[str], seed: int) -> pd.DataFrame:
    chance = random.Random(seed)
    rows = []
    for unit in units:
        if unit["level"] != "commune":
            continue
        skill = chance.choice([0.6, 0.75, 0.8, 0.9])
        size = chance.choice([3, 20, 400])
        for month in months:
            if chance.random() < 0.06:
                continue
            due = chance.randint(0, size)
            done = sum(chance.random() < skill for _ in range(due))
            rows += [(unit["id"], month, "due", due), (unit["id"], month, "done", done)]
    return pd.DataFrame(rows, columns=["unit", "period", "measure", "value"])


@pytest.fixture(scope="module")
def report() -> attain.Report:
    units = units_of(communes=70, districts=6)
    months = [f"2024-{month:02}" for month in range(1, 9)]
    within = {"every": "month", "within": ["2024-01-01", "2024-11-01"]}
    targets = {
        "share": {
            "indicator": "share",
            "title": "Tỷ lệ hoàn thành",
            "goal": {"at_least": 80},
            "window": within,
            "units": [unit["id"] for unit in units],
            "note": "<b>a note</b>",
            "basis": [
                {"document": "12/2023/NQ", "source": "https://example.org/12"},
                {"document": "x", "source": "javascript:alert(1)"},
            ],
        },
        "few": {
            "indicator": "done",
            "title": "Few done",
            "goal": {"at_most": 12},
            "window": within,
            "units": {"level": "commune"},
        },
        "year": {
            "indicator": "share",
            "title": "Share of the year",
            "goal": {"at_least": 75},
            "window": "2024",
            "units": {"level": "district"},
        },
    }
    # One hands its work over in the year, one exists in each district, one answers for a field.
    owners: dict[str, Any] = {
        "first": {"title": "Ban 138", "duties": [{"targets": ["share"], "until": "2024-04-30"}]},
        "second": {
            "title": "<b>Ban 89</b>",
            "duties": [{"targets": ["share"], "from": "2024-05-01"}],
        },
        "chairs": {"title": "Chủ tịch", "each": "district"},
        "counters": {"duties": [{"indicators": ["done"], "within": ["d0", "d1"]}]},
    }
    plan = plan_of(units, targets, owners=owners)
    tally = attain.tally(plan, outcomes_of(units, months, seed=1))
    return attain.assess(plan, tally, as_of="2024-08-31")


@pytest.fixture(scope="module")
def large() -> attain.Report:
    """3,000 communes, each with 12 months of one target."""
    units = units_of(communes=3_000, districts=60)
    months = [f"2024-{month:02}" for month in range(1, 13)]
    targets = {
        "share": {
            "indicator": "share",
            "title": "Tỷ lệ hoàn thành",
            "goal": {"at_least": 80},
            "window": {"every": "month", "within": "2024"},
            "units": {"level": "commune"},
        }
    }
    plan = plan_of(units, targets)
    tally = attain.tally(plan, outcomes_of(units, months, seed=2))
    return attain.assess(plan, tally, as_of="2025-01-31")


def geojson_of(report: attain.Report) -> dict[str, Any]:
    """A square for each commune, in rows of ten."""
    ids = [row["unit"] for row in report.plan.units if row["level"] == "commune"]
    features = []
    for place, unit in enumerate(ids):
        x, y = 105 + place % 10, 21 - place // 10
        ring = [[x, y], [x + 1, y], [x + 1, y - 1], [x, y - 1], [x, y]]
        features.append(
            {
                "type": "Feature",
                "properties": {"id": unit},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


# ---- The browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Shown:
    """A page in a browser, with what it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def labels(self) -> list[tuple[str, ...]]:
        """Unit, target and window of all rows, as far as a row shows them, page by page."""
        rows: list[tuple[str, ...]] = []
        while True:
            rows += [tuple(row) for row in self.page.evaluate(ROWS)]
            if not self.page.is_visible("#next") or self.page.is_disabled("#next"):
                return rows
            self.page.click("#next")

    def address(self) -> str:
        """The address now; `page.url` is told of it later."""
        return str(self.page.evaluate("location.href"))

    def is_clean(self) -> bool:
        """Whether nothing was fetched, refused or written to the console."""
        return len(self.requests) == 1 and not self.complaints


ROWS = """() => [...document.querySelectorAll("#body tr.row")].map(row =>
    [row.querySelector(".opener").textContent,
     ...[...row.querySelectorAll(".own:not(.place)")].map(own => own.textContent)])"""

VIOLATIONS = """() => {
    window.complaints = [];
    document.addEventListener("securitypolicyviolation",
        event => window.complaints.push(event.violatedDirective));
}"""


def opened(browser: Browser, path: Path, address: str = "", **options: Any) -> Shown:
    options = {"viewport": {"width": 1280, "height": 900}, **options}
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(10_000)
    shown = Shown(page)
    page.on("request", lambda request: shown.requests.append(request.url))
    page.on("console", lambda message: shown.complaints.append(message.text))
    page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    page.goto(path.as_uri() + address)
    return shown


@pytest.fixture(scope="module")
def path(report: attain.Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    report.to_page(path, map=geojson_of(report), details="all")
    return path


@pytest.fixture
def shown(browser: Browser, path: Path) -> Iterator[Shown]:
    shown = opened(browser, path)
    yield shown
    shown.page.context.close()


# ---- What pandas says


@dataclass
class Query:
    """What a reader has chosen."""

    q: str = ""
    v: list[str] = field(default_factory=list)
    c: list[str] = field(default_factory=list)
    t: str | None = None
    w: str | None = None
    o: str | None = None
    u: str | None = None
    s: str = "miss"


def bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(letter for letter in letters if unicodedata.category(letter)[0] != "M")
    return " ".join(letters.replace("đ", "d").split())


def natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"[0-9]+|[^0-9]+", bare(text))
    return [
        (0, len(part.lstrip("0")), part.lstrip("0")) if part[0].isdigit() else (1, 0, part)
        for part in parts
    ]


class Answers:
    """Answers queries on the rows of a report, independently of the page."""

    def __init__(self, report: attain.Report) -> None:
        units = {row["unit"]: row for row in report.plan.units}
        self.parents = {unit: row["parent"] for unit, row in units.items()}
        frame = report.assessments.to_pandas().reset_index(drop=True)
        titles = {row["target"]: row["title"] for row in report.plan.targets}
        names: dict[str, int] = {}
        for row in units.values():
            names[row["unit_name"]] = names.get(row["unit_name"], 0) + 1
        frame["label"] = [
            f"{name} ({unit})" if names[name] > 1 else name
            for unit, name in zip(frame.unit, frame.unit_name, strict=True)
        ]
        frame["found"] = [
            bare(f"{label} {unit}") for label, unit in zip(frame.label, frame.unit, strict=True)
        ]
        frame["title"] = frame.target.map(titles)
        months = (frame.window_end - frame.window_start).dt.days < 40
        frame["name"] = frame.window_start.dt.strftime("%Y").where(
            ~months, frame.window_start.dt.strftime("%Y-%m")
        )
        frame["words"] = frame.window_start.dt.strftime("%Y").where(
            ~months, frame.window_start.dt.strftime("%b %Y")
        )
        frame["started"] = frame.reason.ne("not_started") | frame.reason.isna()
        ceiling = frame.goal.str.startswith("at most")
        distance = (frame.goal_value - frame.upper.fillna(frame.value)).where(
            ~ceiling, frame.lower.fillna(frame.value) - frame.goal_value
        )
        frame["distance"] = (-distance).where(
            frame.verdict == "missed", frame.gap.where(frame.verdict == "met")
        )
        order = list(dict.fromkeys(frame.target))
        frame["place"] = [order.index(target) for target in frame.target]
        # The latest window of each unit and target, and the order of the plan.
        keys = list(zip(frame.target, frame.unit, strict=True))
        latest: dict[tuple[str, str], int] = {}
        when = list(zip(frame.started, frame.window_end, frame.window_start, strict=True))
        for row, key in enumerate(keys):
            if key not in latest or when[row] > when[latest[key]]:
                latest[key] = row
        self.latest = set(latest.values())
        first = list(latest)
        series = sorted(first, key=lambda key: (order.index(key[0]), -when[latest[key]][0]))
        series.sort(key=lambda key: when[latest[key]], reverse=True)
        levels: dict[tuple[str, str], int] = {}
        for key in series:
            levels.setdefault((key[0], frame.level[latest[key]]), len(levels))
        series.sort(key=lambda key: (order.index(key[0]), levels[key[0], frame.level[latest[key]]]))
        places = {key: place for place, key in enumerate(series)}
        frame["series"] = [places[key] for key in keys]
        self.frame = frame

    def is_under(self, unit: str, top: str) -> bool:
        while unit is not None and unit != top:
            unit = self.parents[unit]
        return unit is not None

    def rows(self, query: Query) -> pd.DataFrame:
        frame = self.frame
        kept = frame.found.str.contains(bare(query.q), regex=False)
        if query.w is None:
            kept &= frame.index.isin(self.latest)
        else:
            kept &= frame.name == query.w
        if query.t is not None:
            kept &= frame.target == query.t
        if query.o is not None:
            owners = frame.owners.fillna("").str.split(", ")
            kept &= owners.map(lambda owners: query.o in owners)
        if query.u is not None:
            kept &= frame.unit.map(lambda unit: self.is_under(unit, query.u))
        if query.v:
            kept &= frame.verdict.isin([VERDICTS[verdict] for verdict in query.v])
        if query.c:
            kept &= frame.certainty.isin(query.c)
        rows = frame[kept]
        return rows.loc[sorted(rows.index, key=lambda row: self.key(frame.loc[row], query.s))]

    def key(self, row: pd.Series, sort: str) -> tuple[Any, ...]:
        if sort == "plan":
            return (row.series,)
        if sort == "name":
            return (natural(row.unit_name), natural(row.unit), row.series)
        if sort in ("low", "high"):
            value = 0.0 if pd.isna(row.value) else row.value
            return (
                row.place,
                pd.isna(row.value),
                value if sort == "low" else -value,
                row.series,
            )
        return (
            {"missed": 0, "met": 1, "indeterminate": 2}[row.verdict],
            not row.started,
            -row.window_end.toordinal(),
            -row.window_start.toordinal(),
            row.verdict == "missed" and row.certainty != "clear",
            row.place,
            pd.isna(row.distance),
            0 if pd.isna(row.distance) else row.distance,
            row.series,
        )

    def labels(self, query: Query) -> list[tuple[str, ...]]:
        shown = ["label"]
        shown += ["title"] if query.t is None else []
        shown += ["words"] if query.w is None else []
        return [tuple(row) for row in self.rows(query)[shown].itertuples(index=False)]


@pytest.fixture(scope="module")
def answers(report: attain.Report) -> Answers:
    return Answers(report)


def choose(page: Page, query: Query) -> None:
    """Makes the choices of a query with the controls of the page."""
    page.click("#reset")
    if query.u is not None:
        page.evaluate(
            """unit => {
            const hash = new URLSearchParams(location.hash.slice(1));
            hash.set("u", unit);
            location.hash = hash;
            const {key, name} = JSON.parse(document.getElementById("data").textContent).units;
            window.expected = name[key.indexOf(unit)];
        }""",
            query.u,
        )
        page.wait_for_function(
            "() => document.querySelector('#path b').textContent === window.expected"
        )
    if query.t is not None:
        title = page.evaluate(
            """key => {
            const {targets} = JSON.parse(document.getElementById("data").textContent);
            return targets.find(target => target.key === key).title;
        }""",
            query.t,
        )
        page.select_option("#t", label=title)
    if query.w is not None:
        label = query.w if len(query.w) == 4 else pd.Timestamp(query.w).strftime("%b %Y")
        page.select_option("#w", label=label)
    if query.o is not None:
        titles = {"first": "Ban 138", "second": "<b>Ban 89</b>", "chairs": "Chủ tịch"}
        page.select_option("#o", label=titles.get(query.o, query.o))
    page.fill("#q", query.q)
    page.select_option("#s", query.s)
    for name, values in (("v", query.v), ("c", query.c)):
        for value in values:
            page.check(f"input[name={name}][value={value}]")


def queries(answers: Answers, number: int) -> Iterator[Query]:
    chance = random.Random(20260301)
    searches = [
        "",
        "",
        "",
        "",
        "",
        "xa 1",
        "XÃ 3.",
        "dong da",
        "Đống Đa 1",
        "c00",
        "ha noi",
        "  ",
        "zzz",
        "ứng",
    ]
    for _ in range(number):
        target = chance.choice([None, None, "share", "few", "year"])
        windows = sorted(
            set(
                answers.frame.name
                if target is None
                else answers.frame.name[answers.frame.target == target]
            )
        )
        yield Query(
            q=chance.choice(searches),
            v=chance.sample(list(VERDICTS), chance.choice([0, 0, 1, 2])),
            c=chance.sample(CERTAINTIES, chance.choice([0, 0, 0, 1, 2])),
            t=target,
            w=chance.choice([None, *windows]),
            o=chance.choice([None, None, None, "first", "second", "chairs", "counters"]),
            u=chance.choice([None, None, None, "1", "d0", "d3", "c0004"]),
            s=chance.choice(["miss", "name", "low", "high", "plan"]),
        )


# ---- Tests


def test_rows_and_their_order_are_those_of_pandas(shown: Shown, answers: Answers) -> None:
    seen = 0
    for query in queries(answers, 60):
        choose(shown.page, query)
        expected = answers.labels(query)
        assert shown.labels() == expected, query
        seen += bool(expected)
        # The counts beside the verdicts are those without a choice of verdicts.
        counts = answers.rows(Query(**{**query.__dict__, "v": []})).verdict.value_counts()
        for name, verdict in VERDICTS.items():
            text = shown.page.text_content(f"#v-{name}")
            assert text == str(counts.get(verdict, 0)), query
    assert seen > 25
    assert shown.is_clean(), shown.complaints


def test_the_address_keeps_what_was_chosen(shown: Shown, answers: Answers) -> None:
    for query in queries(answers, 12):
        choose(shown.page, query)
        before, address = shown.page.evaluate(ROWS), shown.address()
        shown.page.reload()
        assert shown.address() == address
        assert shown.page.evaluate(ROWS) == before, query
    choose(shown.page, Query(t="share"))
    shown.page.click("#body .opener >> nth=2")
    panel = shown.page.text_content("#panel")
    shown.page.reload()
    assert shown.page.text_content("#panel") == panel
    assert not shown.complaints


def test_an_address_of_something_else_shows_all_rows(
    browser: Browser, path: Path, answers: Answers
) -> None:
    address = "#t=nothing&w=1999&o=nobody&v=x,&c=%00&s=up&p=-3&r=999999999&u=zz&q=%F0"
    shown = opened(browser, path, address)
    assert len(shown.labels()) == len(answers.rows(Query(q="\ufffd"))) == 0
    shown.page.click("#reset")
    assert shown.labels() == answers.labels(Query())
    assert shown.is_clean(), shown.complaints
    shown.page.context.close()


def test_the_hierarchy_leads_down_and_up(shown: Shown, answers: Answers) -> None:
    page = shown.page
    page.click("#children button >> text=Đống Đa 1")
    assert page.evaluate("document.activeElement.textContent") == "Đống Đa 1"
    assert page.locator("#path li").all_text_contents() == ["Hà Nội", "Đống Đa 1"]
    assert shown.labels() == answers.labels(Query(u="d0"))
    rows = answers.rows(Query(u="d0"))
    for text in page.locator("#levels p").all_text_contents():
        level, *counts = text.split()
        of_level = rows[rows.level == level].verdict.value_counts()
        numbers = [int(part) for part in counts if part.isdigit()]
        assert numbers == [of_level[one] for one in VERDICTS.values() if of_level[one]]
    page.click("#path button >> text=Hà Nội")
    assert shown.labels() == answers.labels(Query())
    page.go_back()
    assert shown.labels() == answers.labels(Query(u="d0"))
    assert shown.is_clean(), shown.complaints


def test_a_row_explains_itself(shown: Shown, report: attain.Report, answers: Answers) -> None:
    page = shown.page
    choose(page, Query(t="share", w="2024-03", s="plan"))
    for place in (0, 3, 20, 45):
        row = answers.rows(Query(t="share", w="2024-03", s="plan")).iloc[place]
        page.click(f"#body .opener >> nth={place}")
        lines = page.evaluate(
            """() => [...document.querySelectorAll("#panel .steps li")].map(item =>
            (item.querySelector(":scope > details > summary") || item).textContent)"""
        )
        why = report.explain("share", unit=row.unit, window="2024-03")
        assert lines[0] == why.judgement

        def said(node: dict[str, Any]) -> Iterator[str]:
            yield node["label"]
            for child in node["children"]:
                yield from said(child)

        expected = list(said(why.tree(depth=1)))
        notes = why.to_dict()["notes"]
        assert len(lines) == len(expected) + len(notes)
        for text, label in zip(lines, expected, strict=False):
            assert label in text
        assert lines[len(expected) :] == notes
        hrefs = page.eval_on_selector_all("#panel a", "links => links.map(a => a.href)")
        assert hrefs == ["https://example.org/12"]
        page.click("#panel button >> text=Close")
        assert page.locator("#panel").count() == 0


def test_the_map_shows_verdicts_and_selects_units(shown: Shown, answers: Answers) -> None:
    page = shown.page
    choose(page, Query(t="few", w="2024-02"))
    rows = answers.rows(Query(t="few", w="2024-02"))
    counts = rows.verdict.value_counts()
    words = page.get_attribute("#map", "aria-label") or ""
    for name, verdict in VERDICTS.items():
        word = {"none": "no verdict"}.get(name, name)
        assert f"{counts.get(verdict, 0)} {word}" in words
    # The fourth square of the second row, and a corner of the map, where none is.
    box = page.locator("#map").bounding_box()
    assert box is not None
    x, y = page.evaluate(
        """() => {
        const map = document.getElementById("map"), {width, height} = map.viewBox.baseVal;
        const point = new DOMPoint(3.5 * (width - 40) / 10, 1.5 * (height - 40) / 7);
        const {x, y} = point.matrixTransform(map.getScreenCTM());
        return [x, y];
    }"""
    )
    page.mouse.click(x, y)
    assert "u=c0013" in shown.address()
    assert page.locator("#map .chosen").count() == 1
    page.mouse.click(box["x"] + 1, box["y"] + 1)
    assert "u=c0013" in shown.address()


def test_names_do_nothing(browser: Browser, tmp_path: Path) -> None:
    units = [{"id": "top", "name": HOSTILE[0], "level": "city"}]
    for place, name in enumerate(HOSTILE):
        units.append({"id": f"u{place}", "name": name, "level": "commune", "parent": "top"})
    targets = {
        f"t{place}": {
            "indicator": "done",
            "title": name,
            "note": name,
            "goal": {"at_most": 1},
            "window": "2024",
            "units": [unit["id"] for unit in units],
            "basis": [{"document": name, "title": name, "source": f"javascript:{name}"}],
        }
        for place, name in enumerate(HOSTILE[:4])
    }
    plan = plan_of(units, targets, title=HOSTILE[1])
    frame = pd.DataFrame(
        {
            "unit": [f"u{place}" for place in range(9)],
            "period": "2024",
            "measure": "done",
            "value": 3,
        }
    )
    report = attain.assess(plan, attain.tally(plan, frame), as_of="2025-01-31")
    path = tmp_path / "hostile.html"
    report.to_page(path, details="all", map=named_map(HOSTILE))
    shown = opened(browser, path, f"#q={HOSTILE[0]}&t={HOSTILE[1]}")
    page = shown.page
    page.click("#reset")
    title = page.title()
    texts = page.locator("#body .opener").all_text_contents()
    # What turns the direction of text or breaks a line is left out; all else is shown as it is.
    assert HOSTILE[0] in " ".join(texts)
    assert HOSTILE[1] in texts
    assert HOSTILE[5] in texts
    assert not any(character in text for text in texts for character in "\u202e\u2028\x1b")
    for place in range(0, len(texts), 5):
        page.click(f"#body .opener >> nth={place}")
    page.click("#children button >> nth=0")
    assert page.locator("#body tr.row").count() == 4
    page.click("#reset")
    page.fill("#q", HOSTILE[2])
    assert page.locator("#body tr.row").count() == 4
    assert page.title() == title
    assert page.locator("img, iframe, #body script, #panel script, b[onclick]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.is_clean(), shown.complaints
    page.context.close()


def named_map(names: list[str]) -> dict[str, Any]:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    features = [
        {"type": "Feature", "properties": {"id": "u1", "name": name}, "geometry": geometry}
        for name in names
    ]
    return {"type": "FeatureCollection", "features": features}


def test_what_the_page_would_run_is_only_its_script(browser: Browser, path: Path) -> None:
    """The policy of the page refuses another script, style and request."""
    page = opened(browser, path).page
    page.evaluate(VIOLATIONS)
    page.evaluate(
        """() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'run'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<b style='color: red' onclick='1'>x</b>");
        const image = new Image();
        image.src = "https://example.org/x.png";
        return fetch("https://example.org/").catch(() => {});
    }"""
    )
    page.wait_for_function("() => window.complaints.length >= 4")
    refused = set(page.evaluate("window.complaints"))
    assert {"script-src-elem", "style-src-attr", "img-src", "connect-src"} <= refused
    assert page.title() != "run"
    page.context.close()


def test_without_a_script_the_page_shows_the_scorecard(browser: Browser, path: Path) -> None:
    page = opened(browser, path, java_script_enabled=False).page
    assert not page.locator("#app").is_visible()
    text = page.inner_text("main")
    assert "need JavaScript" in text
    assert "Tỷ lệ hoàn thành" in text
    assert "Few done" in text
    assert page.locator("main table .row").count() > 20
    page.context.close()


def test_everything_is_reached_by_keyboard(shown: Shown, answers: Answers) -> None:
    page = shown.page

    def focused() -> str:
        return str(page.evaluate("document.activeElement.id || document.activeElement.value || ''"))

    def tab_to(name: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if focused() == name:
                style = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
                assert style != "none"
                return
        raise AssertionError(f"{name} is not reached")

    tab_to("q")
    page.keyboard.type("xa 1")
    tab_to("s")
    page.keyboard.press("n")
    tab_to("missed")
    page.keyboard.press("Space")
    query = Query(
        q="xa 1", v=["missed"], s=str(page.evaluate("document.getElementById('s').value"))
    )
    assert shown.page.evaluate(ROWS) == [list(row) for row in answers.labels(query)][:50]
    assert page.text_content("#status") == f"{len(answers.rows(query))} rows"
    tab_to("rows", 200)
    page.keyboard.press("Tab")
    opener = focused()
    page.keyboard.press("Enter")
    assert page.locator("#panel").count() == 1
    assert focused() == opener
    assert page.get_attribute(f"#{opener}", "aria-expanded") == "true"
    # Through the panel to its button, which closes it.
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Close":
            break
    page.keyboard.press("Space")
    assert page.locator("#panel").count() == 0
    assert focused() == opener


def test_counts_of_rows_are_those_of_the_table(shown: Shown, answers: Answers) -> None:
    page = shown.page
    total = len(answers.rows(Query()))
    assert page.get_attribute("#table", "aria-rowcount") == str(total + 1)
    page.click("#next")
    page.click("#body .opener >> nth=1")
    indices = page.eval_on_selector_all("#table tr", "rows => rows.map(row => row.ariaRowIndex)")
    assert indices[:5] == ["1", "52", "53", "54", "55"]
    assert page.get_attribute("#table", "aria-rowcount") == str(total + 2)
    assert page.text_content("#status") == f"Rows 51 to 100 of {total}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser: Browser, path: Path, width: int, scheme: Any) -> None:
    shown = opened(
        browser, path, "#t=share", viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    page = shown.page
    page.click("#children button >> nth=0")
    page.click("#body .opener >> nth=1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = violations(page)
    assert not found, found
    page.context.close()


def violations(page: Page) -> list[str]:
    results = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {node['html'][:200]} {node['failureSummary']}"
        for found in results
        for node in found["nodes"]
    ]


# The rules of JupyterLab's `.jp-RenderedHTMLCommon` that touch lists of terms and tables.
JUPYTER = """
.jp-RenderedHTMLCommon {
  color: rgba(0, 0, 0, .87); font-family: sans-serif; font-size: 14px; line-height: 1.6;
  padding-right: 20px;
}
.jp-RenderedHTMLCommon dl { overflow: auto; }
.jp-RenderedHTMLCommon dl dt { font-weight: bold; float: left; width: 20%; }
.jp-RenderedHTMLCommon dl dd { float: left; width: 80%; }
.jp-RenderedHTMLCommon table {
  border-collapse: collapse; border-spacing: 0; border: none; color: rgba(0, 0, 0, .87);
  font-size: 12px; table-layout: fixed; margin: 0 auto 1em;
}
.jp-RenderedHTMLCommon td, .jp-RenderedHTMLCommon th, .jp-RenderedHTMLCommon tr {
  vertical-align: middle; padding: .5em; line-height: normal; white-space: normal;
  max-width: none; border: none;
}
.jp-RenderedHTMLCommon th { font-weight: bold; }
.jp-RenderedHTMLCommon td, .jp-RenderedHTMLCommon th { text-align: right; }
.jp-RenderedHTMLCommon tbody tr:nth-child(odd) { background: #f5f5f5; }
.jp-RenderedHTMLCommon ul { list-style: disc; padding-left: 2em; }
.jp-RenderedHTMLCommon p { text-align: left; margin: 0 0 1em; }
.dark { background: #111; color: #fff; }
.dark .jp-RenderedHTMLCommon, .dark table { color: rgba(255, 255, 255, 1); }
.dark tbody tr:nth-child(odd) { background: #1e1e1e; }
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_notebook(
    browser: Browser, report: attain.Report, theme: str
) -> None:
    page = browser.new_context(viewport={"width": 1000, "height": 900}).new_page()
    page.set_content(
        f"<!DOCTYPE html><html lang=en><head><title>notebook</title><style>{JUPYTER}</style></head>"
        f"<body class={theme}><main><h1>Notebook</h1><div class=jp-RenderedHTMLCommon>"
        f"{report._repr_html_()}</div></main></body></html>"
    )
    found = violations(page)
    assert not found, found
    # A count and its word stand on one line, whatever the notebook does to terms.
    lines = page.eval_on_selector_all(
        ".summary dt", "terms => terms.map(term => term.getClientRects().length)"
    )
    assert lines == [1, 1, 1]
    floats = page.eval_on_selector_all(
        ".summary dt, .summary dd", "all => all.map(one => getComputedStyle(one).float)"
    )
    assert set(floats) == {"none"}
    page.context.close()


def test_print_has_all_rows_that_fit(browser: Browser, path: Path, answers: Answers) -> None:
    page = opened(browser, path, "#s=plan").page
    expected = list(answers.rows(Query(s="plan")).label)
    assert len(expected) > 100
    file = path.with_suffix(".pdf")
    page.pdf(path=file, format="A4", landscape=True)
    text = " ".join("".join(part.extract_text() for part in PdfReader(file).pages).split())
    printed = unicodedata.normalize("NFC", text)
    for label in set(expected):
        times = expected.count(label)
        assert printed.count(unicodedata.normalize("NFC", label)) >= times, label
    # Afterwards the page is as before.
    page.emulate_media(media="screen")
    assert page.locator("#body tr.row").count() == 50
    page.context.close()


def test_a_report_without_rows_has_a_page(
    browser: Browser, report: attain.Report, tmp_path: Path
) -> None:
    path = tmp_path / "none.html"
    report.filter(verdict=[]).to_page(path)
    shown = opened(browser, path)
    assert shown.page.text_content("#status") == "No row fits. Clear some filters."
    assert shown.page.locator("#body tr").count() == 0
    assert not violations(shown.page)
    assert shown.is_clean(), shown.complaints
    shown.page.context.close()


def test_3000_units_of_12_months_are_small_and_fast(
    browser: Browser, large: attain.Report, tmp_path: Path
) -> None:
    path = tmp_path / "large.html"
    start = time.perf_counter()
    large.to_page(path)
    written = time.perf_counter() - start
    rows = len(large)
    assert rows == 36_000
    size = path.stat().st_size / rows
    missed = large.assessments["verdict"].count("missed")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector("#body tr.row")
    open_time = time.perf_counter() - start
    nodes = page.evaluate("document.querySelectorAll('*').length")
    times = page.evaluate(
        """() => {
        const [q, w, s] = ["q", "w", "s"].map(id => document.getElementById(id));
        const measured = act => {
            const start = performance.now();
            act();
            document.body.getBoundingClientRect();
            return performance.now() - start;
        };
        const type = (node, value) => () => {
            node.value = value;
            node.dispatchEvent(new Event("input", {bubbles: true}));
        };
        return [type(q, "xa 3.1"), type(q, ""), type(w, "3"), type(s, "high"), type(s, "name"),
            () => document.querySelector("input[value=missed]").click()].map(measured);
    }"""
    )
    print(
        f"\n{rows} rows, {missed} explained: {size:.1f} bytes a row, {nodes} nodes, written in "
        f"{written:.2f} s, open in {open_time:.2f} s, filters "
        + ", ".join(f"{one:.0f}" for one in times)
        + " ms"
    )
    assert size <= 200
    assert nodes <= 5_000
    assert open_time <= 2
    assert max(times) <= 500
    context.close()


def test_labels_are_in_the_language_of_the_page(
    browser: Browser, report: attain.Report, tmp_path: Path
) -> None:
    path = tmp_path / "vi.html"
    report.to_page(path, language="vi", details="all")
    shown = opened(browser, path, "#t=share&w=2024-03&u=d0&s=plan")
    page = shown.page
    assert page.get_attribute("html", "lang") == "vi"
    assert "Chỉ tiêu" in page.inner_text("#filters")
    first = page.inner_text("#body tr.row >> nth=0")
    row = report.filter(target="share", unit="d0", window="2024-03").rows[0]
    assert row.value is not None
    assert f"{row.value:.1f}".replace(".", ",") in first
    assert "mục tiêu: ít nhất 80" in first
    assert "tháng 3/2024" in page.inner_text("#w")
    assert "31/08/2024" in page.inner_text("header")
    page.click("#body .opener >> nth=0")
    why = report.explain("share", unit="d0", window="2024-03", language="vi")
    steps = page.locator("#panel .steps")
    assert why.judgement in (steps.text_content() or "")
    assert steps.get_attribute("lang") is None
    assert not violations(page)
    assert shown.is_clean(), shown.complaints
    page.context.close()


def test_the_scorecard_has_a_language_too(
    browser: Browser, report: attain.Report, tmp_path: Path
) -> None:
    path = tmp_path / "scorecard.html"
    report.to_html(path, language="vi")
    assert path.read_text(encoding="utf-8") == report.to_html(language="vi")
    assert report.to_html(language="en") == report.to_html()
    page = opened(browser, path).page
    assert page.get_attribute("html", "lang") == "vi"
    text = page.inner_text("main")
    assert "Tính đến 31/08/2024" in text
    assert "ít nhất 80" in text
    for english in ("at least", "no verdict", "missed", "Judgement", "Aug", "How to"):
        assert english not in text
    assert not violations(page)
    page.context.close()


def test_the_scorecard_counts_the_rows_of_each_office(
    browser: Browser, report: attain.Report, tmp_path: Path
) -> None:
    path = tmp_path / "scorecard.html"
    report.to_html(path)
    page = opened(browser, path).page
    said = page.locator(".offices li").all_inner_texts()
    counts = report.by_owner().to_pandas()
    counts = counts.groupby("title")[["rows", "met", "missed", "indeterminate"]].sum()
    expected = set()
    for title, row in counts.iterrows():
        words = [(row.met, "met"), (row.missed, "missed"), (row.indeterminate, "no verdict")]
        parts = [f"{rows} {word}" for rows, word in words if rows]
        expected.add(f"{title}: {', '.join(parts)}")
    assert len(said) == 4
    assert {line.replace("\u202f", "") for line in said} == expected
    rows = [counts.rows[line.split(":")[0]] for line in said]
    assert rows == sorted(rows, reverse=True)
    text = report.text(width=100).replace("\u202f", "")
    assert all(line in text for line in expected)
    without = json.loads(report.plan.to_json())
    del without["owners"]
    plan = attain.Plan.from_dict(without)
    tally = attain.tally(plan, outcomes_of(units_of(70, 6), ["2024-01"], seed=1))
    report = attain.assess(plan, tally, as_of="2024-08-31")
    assert "Who answers" not in report.to_html() + report.to_page() + report.text(width=100)
    page.context.close()


# ---- The file


def test_a_page_is_given_or_written(report: attain.Report, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert report.to_page(path) is None
    page = path.read_text(encoding="utf-8")
    assert page == report.to_page()
    assert page.startswith("<!DOCTYPE html>")
    sizes = [len(report.to_page(details=details)) for details in (0, "missed", "all")]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3
    assert report.to_page(details=0) == report.to_page(details="none")


def test_a_map_is_a_text_or_a_dict(report: attain.Report) -> None:
    geojson = geojson_of(report)
    page = report.to_page(map=geojson)
    assert page == report.to_page(map=json.dumps(geojson))
    for feature in geojson["features"]:
        feature["properties"] = {"name": feature["properties"]["id"]}
    assert page == report.to_page(map=geojson, code="name")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"map": "{"}, "the map is no JSON"),
        ({"map": {"type": "Feature"}}, "the map has no features"),
        ({"map": {"features": []}}, "no area with the code of a unit"),
        ({"details": "some"}, "no such kind of details: found `some`"),
        ({"details": 1}, "no such kind of details: found `1`"),
        ({"language": "fr"}, "no such language: found `fr`"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused(
    report: attain.Report, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(attain.RequestError, match=re.escape(message)):
        report.to_page(**options)
