"""The meeting pack: its pages, links, counts, languages, tables and faults.

What is expected is counted with pandas from the CSV of the rows, or read from the plan's own files.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet
import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import attain
from attain.__main__ import main
from attain._attain import wording
from attain._pack import write_pack
from attain._pack.page import Names
from attain._pack.words import Words

ROOT = Path(__file__).parents[2]
COMMITTEE = ROOT / "examples" / "committee"
MEETING = "2024-03-06"
DISTRICTS = ["001", "006"]
COMMUNE = "00001"
CHROMIUM = shutil.which("chromium")
PACKAGE = ROOT / "python" / "attain" / "_pack"
LANGUAGES = ("en", "vi")

PLAN = """\
attain: 1
plan: clinics
title: Clinics
units:
  levels: [region, clinic, ward]
  list:
    - {id: region, name: Region, level: region}
    - {id: north, name: North, level: clinic, parent: region}
    - {id: south, name: South, level: clinic, parent: region}
    - {id: idle, name: Idle, level: ward, parent: south}
measures: {children: {}, vaccinated: {}}
indicators:
  coverage: {proportion: {numerator: vaccinated, denominator: children}}
targets:
  coverage:
    indicator: coverage
    goal: {at_least: 75}
    window: "2025"
    units: [region, north, south]
"""
OUTCOMES = """\
unit,period,measure,value
north,2025,children,28
north,2025,vaccinated,21
south,2025,children,10
south,2025,vaccinated,7
"""
PACK = ["pack", "plan.yaml", "outcomes.csv", "--as-of", "2025-12-31", "--out", "out"]


class Page(HTMLParser):
    """The links, anchors, scripts and text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.words: list[str] = []
        self.language: str | None = None
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes += found
        if found.get("href"):
            self.links.append(str(found["href"]))
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        if tag == "html":
            self.language = found.get("lang")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committees' pack: the city, two districts, a commune, in both languages."""
    out = tmp_path_factory.mktemp("pack")
    units = [text for code in (*DISTRICTS, COMMUNE) for text in ("--unit", code)]
    inputs = [str(COMMITTEE / "plan.yaml"), *map(str, sorted(COMMITTEE.glob("outcomes*.csv")))]
    options = ["--as-of", MEETING, "--language", "vi,en", "--level", "city", *units]
    assert main(["pack", *inputs, *options, "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def rows(pack: Path) -> pd.DataFrame:
    return pd.read_csv(pack / "tables" / "rows.csv", dtype={"unit": str})


@pytest.fixture(scope="module")
def below() -> dict[str, set[str]]:
    """The units directly below each, from the example's own file."""
    units = pd.read_csv(COMMITTEE / "units.csv", dtype=str, keep_default_na=False)
    # Those of the day of the meeting: the communes of 2025 are directly below the city.
    units = units[(units["valid_from"] <= MEETING) & ~units["valid_to"].between("0", MEETING)]
    return {str(parent): set(found["id"]) for parent, found in units.groupby("parent")}


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan and outcomes, in which commands run."""
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "outcomes.csv").write_text(OUTCOMES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def counted(rows: pd.DataFrame) -> tuple[int, int, int]:
    """Met, missed and no verdict."""
    verdicts = rows["verdict"].value_counts()
    met, missed, none = (int(verdicts.get(one, 0)) for one in ("met", "missed", "indeterminate"))
    return met, missed, none


# ---- Pages, links, counts


def test_the_pack_has_each_page_in_each_language_and_the_tables(pack: Path) -> None:
    stems = ["index", "summary", "page", "unit-01", *(f"unit-{one}" for one in DISTRICTS)]
    stems.append(f"unit-{COMMUNE}")
    pages = {f"{stem}{ending}" for stem in stems for ending in (".html", ".en.html")}
    found = files(pack)
    assert {name for name in found if name.endswith(".html")} == pages
    tables = {Path(name).stem for name in found - pages}
    assert tables >= {
        "rows",
        "campaigns",
        "milestones",
        "combined",
        "combined-parts",
        "timeliness",
        "certificates-drug-free-commune-illustrative",
        "criteria-drug-free-district-illustrative",
        "scores-scheme-2025-illustrative",
        "score-parts-scheme-2025-illustrative",
        "awards-collectives-2023-illustrative",
        "models-movement-illustrative",
        "shares-fewer-cascade-illustrative",
        "share-sums-clearance-year-illustrative",
    }
    for name in pages:
        expected = "en" if name.endswith(".en.html") else "vi"
        assert Page(pack / name).language == expected, name


def test_every_link_leads_somewhere(pack: Path) -> None:
    pages = {path.name: Page(path) for path in pack.glob("*.html")}
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("https://", "http://", "data:")):
                continue
            file, _, anchor = link.partition("#")
            assert not file or (pack / file).is_file(), (name, link)
            if anchor:
                assert anchor in pages[file or name].anchors, (name, link)
    # Every page and table can be reached from the index.
    linked = {link.partition("#")[0] for link in pages["index.html"].links}
    vietnamese = {name for name in pages if not name.endswith(".en.html")} - {"index.html"}
    assert linked >= vietnamese | {name for name in files(pack) if name.startswith("tables/")}
    for stem in ("index", "summary", "page", f"unit-{COMMUNE}"):
        assert f"{stem}.en.html" in pages[f"{stem}.html"].links
        assert f"{stem}.html" in pages[f"{stem}.en.html"].links
    # From a commune up to its district and the city.
    assert {"unit-01.html", "unit-001.html"} <= set(pages[f"unit-{COMMUNE}.html"].links)


def test_the_index_counts_the_rows_of_each_page(
    pack: Path, rows: pd.DataFrame, below: dict[str, set[str]]
) -> None:
    text = (pack / "index.en.html").read_text("utf-8")
    expected = counted(rows)
    assert tuple(map(int, re.findall(r"</svg><b>(\d+)</b>", text))) == expected
    for code in ("01", *DISTRICTS, COMMUNE):
        (row,) = re.findall(
            rf'<tr><th scope="row"><a href="unit-{code}\.en\.html">.*?</tr>', text, re.S
        )
        numbers = list(map(int, re.findall(r"</svg>(\d+)</span>", row)))
        own = counted(rows[rows["unit"] == code])
        under = counted(rows[rows["unit"].isin(below.get(code, set()))])
        # A commune has hamlets, and these have no rows: a dash in place of three numbers.
        assert numbers == [*own, *(under if sum(under) else ())], code


def test_a_page_has_the_rows_of_its_unit_and_of_the_units_below(
    pack: Path, rows: pd.DataFrame, below: dict[str, set[str]]
) -> None:
    for code in ("01", *DISTRICTS, COMMUNE):
        text = (pack / f"unit-{code}.en.html").read_text("utf-8")
        head = re.findall(r'<dt><span class="rows">([\d\u202f]+)</span>', text)
        numbers = [int(number.replace("\u202f", "")) for number in head]
        units = {code, *below.get(code, set())}
        assert tuple(numbers) == counted(rows[rows["unit"].isin(units)]), code
        # The table of units below: clear misses, misses, met, no verdict of each.
        table = text.partition('<table class="pack counts">')[2].partition("</table>")[0]
        found = {
            unescape(re.sub("<[^>]*>", "", name)): list(map(int, re.findall(r">(\d+)</td>", cells)))
            for name, cells in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
        }
        expected = {}
        for name, of_unit in rows[rows["unit"].isin(below.get(code, set()))].groupby("unit_name"):
            met, missed, none = counted(of_unit)
            clear = ((of_unit["verdict"] == "missed") & (of_unit["certainty"] == "clear")).sum()
            expected[name] = [int(clear), missed, met, none]
        assert found == expected, code


def test_a_district_sees_the_goals_that_the_city_shares_out(pack: Path) -> None:
    shares = pd.read_csv(
        pack / "tables" / "shares-fewer-cascade-illustrative.csv", dtype={"unit": str}
    )
    for code in (*DISTRICTS, COMMUNE):
        (row,) = shares[shares["unit"] == code].to_dict("records")
        text = Page(pack / f"unit-{code}.en.html").text
        section = text[text.rindex("Goals that units above share out") :]
        said = f"≤ {row['goal_value']:.0f} {row['value']:.0f}"
        assert said in section, (said, section[:400])
    assert "Goals that units above share out" not in Page(pack / "unit-01.en.html").text


def test_pages_tell_of_standards_scores_awards_models_and_reports(
    pack: Path, below: dict[str, set[str]]
) -> None:
    def table(name: str) -> pd.DataFrame:
        return pd.read_csv(pack / "tables" / f"{name}.csv", dtype={"unit": str})

    text = Page(pack / "unit-001.en.html").text
    certificates = table("certificates-drug-free-commune-illustrative")
    communes = certificates[certificates["unit"].isin(below["001"])]
    holding = (communes["verdict"] == "met").sum()
    assert f"commune: {holding} of {len(communes)}" in text
    scores = table("scores-scheme-2025-illustrative")
    grades = scores[scores["unit"].isin(below["001"])]["grade"].value_counts()
    assert f"commune: good: {grades['good']}" in text
    awards = table("awards-collectives-2023-illustrative")
    chosen = awards[awards["unit"].isin(below["001"]) & awards["chosen"]]
    assert f"{len(chosen)} of the units below are chosen" in text
    (models,) = table("model-units-movement-illustrative").query("unit == '001'").to_dict("records")
    assert f"{models['models']} models, {models['places']:.0f} places" in text
    owed = table("timeliness").query("unit == '001' and measure == 'cases'")
    # The meeting reviews 2023: the window of most rows.
    owed = owed[owed["period_start"].str.startswith("2023")]
    found = owed["status"].value_counts()
    on_time, late, missing = (found.get(one, 0) for one in ("on_time", "late", "missing"))
    assert f"{on_time} on time, {late} late, {missing} missing" in text
    # The commune itself.
    text = Page(pack / f"unit-{COMMUNE}.en.html").text
    (score,) = scores[scores["unit"] == COMMUNE].to_dict("records")
    assert f"{score['points']:.1f} points, grade {score['grade']}, rank {score['rank']}" in text


# ---- The summary


def test_the_summary_counts_and_names_what_was_missed(pack: Path, rows: pd.DataFrame) -> None:
    page = Page(pack / "summary.en.html")
    for level, of_level in rows.groupby("level"):
        met, missed, none = counted(of_level)
        assert f"{level}: {met} met, {missed} missed, {none} no verdict" in page.text
    html = (pack / "summary.en.html").read_text("utf-8")
    section = html[html.index("<h2>Missed by") : html.index("<h2>Without a verdict")]
    # Of each target the latest window that has begun: no two windows of the city are missed.
    city = rows[(rows["unit"] == "01") & (rows["verdict"] == "missed")]
    assert section.count('<tr><th scope="row">') == len(city)
    certainties = re.findall("</svg>([a-z ]+)</span></th>", section)
    assert certainties == sorted(certainties, key=["clear", "within chance"].index)
    assert certainties.count("clear") == (city["certainty"] == "clear").sum()
    needed = re.findall(r"<b>([\d\u202f]+) (more|too many) · </b>", section)
    numbers = sorted(int(number.replace("\u202f", "")) for number, _ in needed)
    assert numbers == sorted(int(abs(number)) for number in city["needed"])
    # 84 murders where the goal is 61.
    assert "<b>23 too many · </b>84\u00a0case against reduce by 1" in section.replace(
        " case", "\u00a0case"
    )
    assert "Reports missing, 2023: 8 of 2 520" in page.text.replace("\u202f", " ")
    assert "met: Cao điểm Tết 2024" in page.text
    assert "237 of 579 hold it" in page.text
    assert "39 chosen of" in page.text
    assert "108 models kept up, 6 419 places" in page.text.replace("\u202f", " ")
    assert re.search(r"Expected by chance: about \d+ wrong verdicts", page.text)


def test_the_summary_names_the_units_that_are_behind(pack: Path, rows: pd.DataFrame) -> None:
    html = (pack / "summary.en.html").read_text("utf-8")
    section = html[html.index("<h2>Who is behind") : html.index("<h2>What is due")]
    found = re.findall(r'<th scope="row">.*?</th><td>(\d+) / (\d+)</td>', section)
    districts = rows[(rows["level"] == "district") & (rows["verdict"] == "missed")]
    clear = districts["certainty"].eq("clear").groupby(districts["unit"]).sum()
    missed = districts.groupby("unit").size()
    expected = sorted(zip(clear, missed, strict=True), reverse=True)[: len(found)]
    assert [tuple(map(int, one)) for one in found] == expected
    assert len(found) >= 5


def pages_of(path: Path, pdf: Path) -> list[tuple[int, int]]:
    """The sizes of the pages that Chromium prints, in whole points."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command = [str(CHROMIUM), *options, f"--print-to-pdf={pdf}", path.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    boxes = [page.mediabox for page in pypdf.PdfReader(pdf).pages]
    return [(round(float(box.width)), round(float(box.height))) for box in boxes]


def crowded(letters: str) -> attain.Report:
    """A report with more than two pages could hold, with long names of such letters."""
    name = (letters * 300)[:300]
    districts = [f"d{place}" for place in range(40)]
    targets = {
        f"t{place}": {
            "title": f"{place} {name}",
            "indicator": "share",
            "goal": {"at_least": 50 if place % 2 else 10},
            "window": "2024",
            "campaign": f"c{place % 12}",
            "units": ["top", *districts],
        }
        for place in range(60)
    }
    campaigns = {
        f"c{place}": {
            "title": name,
            "window": "2024",
            "milestones": [{"what": name, "by": "2024-03-01"}, {"what": name, "by": "2025-03-01"}],
        }
        for place in range(12)
    }
    units = [{"id": "top", "name": name, "level": "city"}]
    units += [
        {"id": one, "name": f"{one} {name}", "level": "district", "parent": "top"}
        for one in districts
    ]
    plan = {
        "attain": 1,
        "plan": "crowded",
        "title": name,
        "units": {"levels": ["city", "district"], "list": units},
        "measures": {
            "part": {"recorded_at": "district", "every": "month", "due": 5},
            "whole": {"recorded_at": "district", "every": "month", "due": 5},
        },
        "indicators": {"share": {"proportion": {"numerator": "part", "denominator": "whole"}}},
        "campaigns": campaigns,
        "targets": targets,
        "combined": {f"all{place}": {"title": name, "all": ["t0", "t1"]} for place in range(12)},
        "standards": {
            f"s{place}": {
                "title": name,
                "level": "district",
                "window": "2024",
                "all": [{"indicator": "share", "goal": {"at_least": 50}}],
            }
            for place in range(12)
        },
    }
    outcomes = pd.DataFrame(
        [
            {"unit": one, "period": f"2024-{month:02}", "measure": measure, "value": value}
            for one in districts
            for month in range(1, 12)
            for measure, value in (("part", 3), ("whole", 10))
        ]
    )
    loaded = attain.Plan.from_dict(plan)
    return attain.assess(loaded, attain.tally(loaded, outcomes), as_of="2025-01-31")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: `make` installs it")
def test_the_summary_is_two_pages_of_a4(pack: Path, tmp_path: Path) -> None:
    for name in ("summary.html", "summary.en.html"):
        assert pages_of(pack / name, tmp_path / "summary.pdf") == [(595, 842)] * 2


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: `make` installs it")
@pytest.mark.parametrize("letters", ["W", "犯罪"])
def test_a_summary_of_any_plan_is_two_pages_of_a4(letters: str, tmp_path: Path) -> None:
    write_pack(crowded(letters), tmp_path, languages=["vi"], level="city")
    assert pages_of(tmp_path / "summary.html", tmp_path / "summary.pdf") == [(595, 842)] * 2
    # What there is no room for is counted.
    assert re.search(r"và \d+ dòng khác", Page(tmp_path / "summary.html").text)


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: `make` installs it")
def test_pages_are_accessible_and_as_wide_as_a_phone(pack: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        # The policy of the pages refuses the script that checks them.
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, color_scheme="dark", bypass_csp=True
        )
        page = context.new_page()
        for name in ("index.html", "summary.en.html", "unit-001.html"):
            page.goto((pack / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            found = Axe().run(page).response["violations"]
            assert not found, (name, [one["id"] for one in found])
        browser.close()


# ---- Names


HOSTILE = {
    "../x": "</h1><img src=x onerror=y()>",
    "a/b": "A'B\"C",
    "A/B": "<!-- ",
    "a b": "{braces} %s &amp;",
    "con": "</title><script>alert(1)</script>",
    "Đống Đa": "</style>",
    "dong-da": "javascript:alert(1)",
    "index": "</table>",
    "x" * 200: "y" * 500,
    "x" * 201: "–",
}


LOW = 'low & "er"'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    units = [{"id": "top", "name": "<script>alert(0)</script>", "level": "<top>"}]
    units += [
        {"id": code, "name": name, "level": LOW, "parent": "top"} for code, name in HOSTILE.items()
    ]
    title = "<b>Title</b> {x} </main><script>alert(2)</script>"
    target = {"title": title, "indicator": "i", "goal": {"at_least": 50}, "window": "2024"}
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "hostile",
            "title": title,
            "units": {"levels": ["<top>", LOW], "list": units},
            "measures": {"a": {"unit": "<i>"}},
            "indicators": {"i": {"count": "a", "title": title}},
            "campaigns": {
                "c": {
                    "title": title,
                    "window": "2024",
                    "milestones": [{"what": title, "by": "2024-02-01"}],
                }
            },
            "targets": {
                "own": {**target, "units": [*HOSTILE]},
                "shared": {**target, "units": ["top"], "cascade": {"to": LOW, "by": "same"}},
            },
            "combined": {"all": {"title": title, "all": ["own", "shared"]}},
        }
    )
    outcomes = pd.DataFrame(
        [
            {"unit": code, "period": "2024", "measure": "a", "value": 4 * place}
            for place, code in enumerate(HOSTILE)
        ]
    )
    out = tmp_path_factory.mktemp("hostile") / "pack"
    report = attain.assess(plan, attain.tally(plan, outcomes), as_of="2025-01-31")
    write_pack(report, out, languages=["en", "vi"])
    return out


def test_names_are_shown_as_text_and_never_read(hostile: Path) -> None:
    for path in hostile.glob("*.html"):
        page = Page(path)
        if path.name.startswith("page."):
            continue
        assert "script" not in page.tags, path
        assert "img" not in page.tags, path
        assert not [one for one in page.attributes if one.startswith("on")], path
        assert not [link for link in page.links if link.startswith("javascript:")], path
    index = Page(hostile / "index.html")
    for name in HOSTILE.values():
        assert " ".join(name.split()) in index.text
    assert "<b>Title</b> {x}" in index.text
    assert "<script>alert(0)</script>" in Page(hostile / "unit-top.html").text


def test_names_of_files_are_safe_and_differ(hostile: Path) -> None:
    names = [path.name for path in hostile.iterdir() if path.name.startswith("unit-")]
    assert len(names) == 2 * (1 + len(HOSTILE))
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch(r"unit-[A-Za-z0-9_-]{1,64}(\.vi)?\.html", name), name
    # Nothing lies outside the folder.
    assert {path.name for path in hostile.parent.iterdir()} == {"pack"}


def test_a_name_is_never_given_twice() -> None:
    names = Names(["rows"])
    found = [names.name(text) for text in ("a/b", "a b", "A-B", "a-b-2", "", "đ", "d", "rows", "–")]
    assert found == ["a-b", "a-b-2", "A-B-3", "a-b-2-2", "x", "d", "d-2", "rows-2", "x-2"]


# ---- Languages


def words_of(language: str) -> dict[str, str]:
    return tomllib.loads((PACKAGE / f"{language}.toml").read_text("utf-8"))


def test_languages_have_the_same_keys_and_placeholders() -> None:
    english, vietnamese = map(words_of, LANGUAGES)
    assert english.keys() == vietnamese.keys()
    for key, phrase in english.items():
        braces = [sorted(re.findall(r"\{\w*\}", text)) for text in (phrase, vietnamese[key])]
        assert braces[0] == braces[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_of_scorecards_are_not_repeated(language: str) -> None:
    scorecard = tomllib.loads((ROOT / "src" / "language" / f"{language}.toml").read_text("utf-8"))
    own = words_of(language)
    assert not own.keys() & scorecard.keys()
    assert Words(language)("met") == scorecard["met"]


def test_every_phrase_is_used_and_every_key_exists() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in PACKAGE.glob("*.py"))
    keys = words_of("en").keys()
    known = keys | wording.phrases("en").keys()
    assert set(re.findall(r"""\bwords\(\s*["'](\w+)["']""", sources)) <= known
    assert keys <= set(re.findall(r"""["'](\w+)["']""", sources))


def _reasons() -> set[str]:
    """The codes of reasons, from the stub."""
    stub = (ROOT / "python" / "attain" / "_attain.pyi").read_text("utf-8")
    return set(re.findall(r'"(\w+)"', stub.partition("_Reason: TypeAlias")[2].partition("]")[0]))


def test_every_reason_has_words() -> None:
    for language in LANGUAGES:
        assert _reasons() <= wording.phrases(language).keys()


def test_a_number_is_not_rounded_onto_its_goal() -> None:
    english, vietnamese = map(Words, LANGUAGES)
    assert english.number(29.936672, 30) == "29.9"
    assert english.number(89.96, 90) == "89.96"
    assert english.number(1840.0) == "1\u202f840"
    assert vietnamese.number(12345.5) == "12.346"
    assert vietnamese.number(-0.4361) == "−0,436"
    assert english.number(None) == "–"
    assert english.signed(3.0) == "+3"
    day = pd.Timestamp("2024-03-06").date()
    assert (english.day(day), vietnamese.day(day)) == ("6\u00a0Mar\u00a02024", "06/03/2024")


def test_one_language_has_no_links_to_others(inputs: Path) -> None:
    assert main([*PACK, "--language", "vi"]) == 0
    names = {name for name in files(inputs / "out") if name.endswith(".html")}
    assert names == {
        f"{stem}.html"
        for stem in (
            "index",
            "summary",
            "page",
            "unit-region",
            "unit-north",
            "unit-south",
        )
    }
    page = Page(inputs / "out" / "index.html")
    assert page.language == "vi"
    assert "English" not in page.text


# ---- Tables


def test_tables_hold_what_the_views_return(pack: Path) -> None:
    plan = attain.Plan.load(COMMITTEE / "plan.yaml")
    tally = attain.tally(plan, sorted(COMMITTEE.glob("outcomes*.csv")))
    report = attain.assess(plan, tally, as_of=MEETING)
    for name, table in {
        "milestones": report.milestones(),
        "combined": report.combined().verdicts,
        "scores-scheme-2025-illustrative": report.score("scheme-2025-illustrative").scores,
        "shares-fewer-cascade-illustrative": report.cascade("fewer-cascade-illustrative").shares,
    }.items():
        found = pd.read_csv(pack / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(found.columns) == table.column_names
        for column in found:
            for text, value in zip(found[column], table[column], strict=True):
                if value is None:
                    assert text == ""
                elif isinstance(value, bool):
                    assert text == json.dumps(value)
                elif isinstance(value, float):
                    assert float(text) == value
                else:
                    assert text == str(value)


def test_tables_are_parquet_if_they_are_asked_for(inputs: Path) -> None:
    assert main([*PACK, "--parquet"]) == 0
    names = {name for name in files(inputs / "out") if not name.endswith(".html")}
    assert names == {"tables/rows.parquet"}
    found = pyarrow.parquet.read_table(inputs / "out" / "tables" / "rows.parquet")
    # 21 of 28, 7 of 10 and 28 of 38.
    assert found["verdict"].to_pylist() == ["missed", "met", "missed"]
    assert "tables/rows.parquet" in Page(inputs / "out" / "index.html").links


def test_parquet_needs_its_library(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main([*PACK, "--parquet"]) == 2
    message = "--parquet needs pyarrow for the tables of views: expected `attain[pandas]`, or CSV"
    assert message in capsys.readouterr().err
    assert not (inputs / "out").exists()


def test_spreadsheets_take_no_text_for_a_formula(inputs: Path) -> None:
    plan = PLAN.replace("targets:", 'campaigns: {c: {title: =1+1, window: "2025"}}\ntargets:')
    Path("plan.yaml").write_text(plan, "utf-8")
    for options, start in (([], "=1+1"), (["--spreadsheet-safe"], "'=1+1")):
        assert main([*PACK, *options]) == 0
        found = pd.read_csv(inputs / "out" / "tables" / "campaigns.csv")
        assert found["title"].tolist() == [start]


# ---- Faults


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--unit", "nroth"], "column `--unit`: there is no such unit: found `nroth`"),
        (["--unit", "nroth"], "(did you mean `north`?)"),
        (["--level", "clinc"], "column `--level`: there is no such level: found `clinc`"),
        (["--level", "ward"], "--level names a level that no row is about, nor a level below it"),
        (["--unit", "idle"], "--unit names a unit that no row is about, nor a unit below it"),
        (["--language", "fr"], "there is no such language: found `fr`, expected en, vi"),
        (["--language", "en,"], "there is no such language: found ``"),
    ],
)
def test_a_fault_of_an_argument_is_told_before_a_file_is_written(
    options: list[str], message: str, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*PACK, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert not (inputs / "out").exists()


def test_faults_of_the_outcomes_are_told_as_by_the_other_commands(
    inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("outcomes.csv").write_text(OUTCOMES.replace("south", "suoth"), "utf-8")
    assert main(PACK) == 1
    assert "outcomes.csv:4, column `unit`: there is no unit `suoth`" in capsys.readouterr().err
    assert not (inputs / "out").exists()


@pytest.mark.parametrize("spelling", ["itself", "hard link", "symlink"])
def test_no_file_of_the_pack_overwrites_an_input(
    spelling: str, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = inputs / "out" / "tables"
    tables.mkdir(parents=True)
    rows = tables / "rows.csv"
    match spelling:
        case "itself":
            rows.write_text(OUTCOMES, "utf-8")
        case "hard link":
            rows.hardlink_to("outcomes.csv")
        case _:
            rows.symlink_to(inputs / "outcomes.csv")
    source = str(rows) if spelling == "itself" else "outcomes.csv"
    assert main([source if one == "outcomes.csv" else one for one in PACK]) == 2
    assert "--out would overwrite an input: found out/tables/rows.csv" in capsys.readouterr().err
    assert rows.read_text("utf-8") == OUTCOMES
    assert files(inputs / "out") == {"tables/rows.csv"}


def test_a_pack_is_written_over_an_earlier_one(inputs: Path) -> None:
    assert main(PACK) == 0
    before = {name: (inputs / "out" / name).read_bytes() for name in files(inputs / "out")}
    (inputs / "out" / "index.html").write_text("old", "utf-8")
    (inputs / "out" / "notes.txt").write_text("mine", "utf-8")
    assert main(PACK) == 0
    assert (inputs / "out" / "notes.txt").read_text("utf-8") == "mine"
    for name, content in before.items():
        assert (inputs / "out" / name).read_bytes() == content
    # No temporary file is left.
    assert files(inputs / "out") == {*before, "notes.txt"}


def test_a_file_that_can_not_be_written_is_a_fault(
    inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inputs / "out" / "summary.html").mkdir(parents=True)
    assert main(PACK) == 1
    assert "out/summary.html: the file can't be written: it is a folder" in capsys.readouterr().err
    (inputs / "file").write_text("", "utf-8")
    assert main([*PACK[:-1], "file"]) == 1
    assert "file/tables: the folder can't be written" in capsys.readouterr().err


def test_a_plan_without_rows_has_a_pack_too(inputs: Path) -> None:
    Path("plan.yaml").write_text(PLAN[: PLAN.index("targets:")] + "targets: {}\n", "utf-8")
    assert main(PACK) == 0
    names = {name for name in files(inputs / "out") if name.endswith(".html")}
    assert names == {"index.html", "summary.html", "page.html"}


def test_levels_and_units_choose_the_pages(inputs: Path) -> None:
    options: dict[str, list[str]] = {
        "unit-region unit-north unit-south": [],
        "unit-region": ["--level", "region"],
        "unit-region unit-south": ["--level", "region", "--unit", "south", "--unit", "south"],
    }
    for expected, chosen in options.items():
        shutil.rmtree(inputs / "out", ignore_errors=True)
        assert main([*PACK, *chosen]) == 0
        found = {path.stem for path in (inputs / "out").glob("unit-*.html")}
        assert found == set(expected.split())


def test_the_command_names_what_it_has_written(
    inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(PACK) == 0
    out, err = capsys.readouterr()
    assert out == ""
    others = len(files(inputs / "out")) - 1
    assert err.splitlines()[-1] == f"wrote out/index.html and {others} other files"


def options_of(command: str, capsys: pytest.CaptureFixture[str]) -> Any:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    return capsys.readouterr().out


def test_the_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    text = options_of("pack", capsys)
    for option in ("--as-of", "--out", "--language", "--unit", "--level", "--parquet"):
        assert option in text
