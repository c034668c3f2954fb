"""attain in a page: a browser judges as the package does.

`make wasm` builds the page and runs this.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import missing
from playwright.sync_api import Page, sync_playwright

import attain as at

BUILT = Path(__file__).parents[2] / "build" / "wasm.html"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(BUILT.as_uri())
        page.wait_for_function("document.querySelector('#card').srcdoc !== ''")
        yield page
        assert {*asked} <= {BUILT.as_uri(), "about:srcdoc"}, "nothing is asked of the network"
        browser.close()


def scorecard(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#card').srcdoc"))


def write(page: Page, name: str, text: str) -> None:
    """Writes a long text at once; `fill` waits for the layout of each."""
    page.evaluate("([name, text]) => { document.querySelector(name).value = text; }", [name, text])


def expected(page: Page, tmp_path: Path) -> str:
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text(page.input_value("#outcomes"))
    plan = at.Plan.parse(page.input_value("#plan"))
    return at.assess(plan, at.tally(plan, outcomes), as_of=page.input_value("#day")).to_html()


def test_the_scorecard_is_that_of_the_package(page: Page, tmp_path: Path) -> None:
    first = scorecard(page)
    assert first == expected(page, tmp_path)
    page.fill("#outcomes", page.input_value("#outcomes").replace("186", "86"))
    page.click("button")
    second = scorecard(page)
    assert second == expected(page, tmp_path)
    assert second != first


def test_faults_are_shown_with_their_place(page: Page) -> None:
    plan = page.input_value("#plan")
    page.fill("#plan", plan.replace("targets:", "target:"))
    page.click("button")
    assert "did you mean `targets`?" in page.inner_text("#faults")
    assert page.is_hidden("#card")
    page.fill("#plan", plan)
    page.click("button")
    assert page.inner_text("#faults") == ""
    assert page.is_visible("#card")


def test_many_outcomes_are_judged_in_the_page(page: Page, tmp_path: Path) -> None:
    """Without threads and files: 2,400 figures of 200 units, equal to the package's report."""
    codes = [f"u{number}" for number in range(200)]
    units = ", ".join(f"{{id: {code}, level: unit}}" for code in codes)
    write(
        page,
        "#plan",
        "{attain: 1, plan: many, measures: {n: {every: month}}, indicators: {c: {count: n}},"
        " targets: {t: {indicator: c, goal: {at_least: 50},"
        " window: {every: month, within: '2024'}, units: {level: unit}}},"
        f" units: {{levels: [unit], list: [{units}]}}}}",
    )
    rows = [
        f"{code},2024-{month:02},n,{(place * 7 + month * 13) % 101}"
        for place, code in enumerate(codes)
        for month in range(1, 13)
    ]
    write(page, "#outcomes", "\n".join(["unit,period,measure,value", *rows, ""]))
    page.fill("#day", "2024-12-31")
    page.click("button")
    assert scorecard(page) == expected(page, tmp_path)
