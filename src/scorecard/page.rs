//! A scorecard as HTML: a page to print and hand round, and a fragment for a notebook.
//!
//! Both stand for themselves: no script, no font, no picture and no style sheet from elsewhere. The
//! page is well-formed XML too, so that any tool can read it. Where a level has many rows they are
//! counted, the furthest from the goal are shown, and the others can be unfolded up to a limit that
//! is stated where it bites. On paper they are printed. A unit has one row, that of its latest window, with a
//! sparkline of the earlier ones.
//!
//! This module turns rows into the texts and drawings of the templates; what they look like is said
//! in `templates/`.

use std::collections::HashSet;

use askama::Template;
use chrono::NaiveDate;

use super::bullet::{Bullet, Distribution, Scale};
use super::card::{self, Counts, Level, Section, Series, Target, TargetRows};
use super::mark::Mark;
use super::sparkline::Sparkline;
use super::wording::{self, legible};
use super::{DocumentLine, Scorecard};
use crate::assess::{Certainty, Verdict};
use crate::language::Language;

/// A scorecard as a page of its own, complete from `<!DOCTYPE html>` on.
///
/// Everything that comes from the plan or the rows is escaped; a source that begins with `http://`
/// or `https://` becomes a link, and nothing else does.
///
/// ```
/// # use attain::scorecard::{Scorecard, page};
/// # let as_of = chrono::NaiveDate::from_ymd_opt(2023, 12, 14).unwrap();
/// let scorecard = Scorecard {
///     title: "Safe <districts>".to_owned(),
///     plan: "districts-2023".to_owned(),
///     as_of,
///     sections: Vec::new(),
///     expected_wrong: None,
/// };
/// let page = page::render(&scorecard);
/// assert!(page.starts_with("<!DOCTYPE html>"));
/// assert!(page.contains("Safe &#60;districts&#62;"));
/// ```
pub fn render(scorecard: &Scorecard) -> String {
    render_card(&card::Card::from(scorecard), Language::English)
}

pub(crate) fn render_card(card: &card::Card<'_>, language: Language) -> String {
    let card = Card::of(card, PAGE_LIMITS, language);
    written(PageTemplate { card: &card }.render())
}

/// A scorecard as a piece of HTML for a notebook's output.
///
/// Its styles touch nothing outside it, and it takes text colour and background from the notebook,
/// so that it can be read in light and dark ones. It shows fewer rows than the page.
///
/// ```
/// # use attain::scorecard::{Scorecard, page};
/// # let as_of = chrono::NaiveDate::from_ymd_opt(2023, 12, 14).unwrap();
/// # let (title, plan) = ("Safe districts".to_owned(), "districts-2023".to_owned());
/// # let scorecard = Scorecard { title, plan, as_of, expected_wrong: None, sections: Vec::new() };
/// let fragment = page::fragment(&scorecard);
/// assert!(fragment.starts_with("<div class=\"attain-scorecard\""));
/// ```
pub fn fragment(scorecard: &Scorecard) -> String {
    render_fragment(&card::Card::from(scorecard))
}

pub(crate) fn render_fragment(card: &card::Card<'_>) -> String {
    let card = Card::of(card, FRAGMENT_LIMITS, Language::English);
    written(FragmentTemplate { card: &card }.render())
}

/// The summary and the sections of a fragment, without its styles and its title: for a page that has both.
pub(crate) fn render_body(card: &card::Card<'_>, language: Language) -> String {
    let card = Card::of(card, FRAGMENT_LIMITS, language);
    written(BodyTemplate { card: &card }.render())
}

/// Writing a template into memory fails only if a value's `Display` does, and none here can.
fn written(outcome: askama::Result<String>) -> String {
    outcome.unwrap_or_else(|error| format!("<p>The scorecard can't be written: {error}.</p>"))
}

/// How many rows are shown.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Rows of one target at one level that are shown one by one; more are counted.
    at_once: usize,
    /// Of the rows that are counted, as many are shown, furthest from the goal first.
    furthest: usize,
    /// Of the rows that are counted, as many can be unfolded.
    unfolded: usize,
    /// As many can be unfolded in all.
    unfolded_in_all: usize,
    /// Targets of one section that are shown; more are counted.
    targets: usize,
    /// Whether targets and rows have anchors. A notebook shows several fragments on one page, so theirs would clash.
    has_anchors: bool,
}

/// A page of a few megabytes at most: a row takes about a kilobyte.
const PAGE_LIMITS: Limits = Limits {
    at_once: 20,
    furthest: 8,
    unfolded: 500,
    unfolded_in_all: 3_000,
    targets: 500,
    has_anchors: true,
};

/// Outputs are saved in the notebook, so a fragment stays below half a megabyte.
const FRAGMENT_LIMITS: Limits = Limits {
    at_once: 12,
    furthest: 5,
    unfolded: 100,
    unfolded_in_all: 300,
    targets: 100,
    has_anchors: false,
};

#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct PageTemplate<'a> {
    card: &'a Card,
}

#[derive(Template)]
#[template(path = "fragment.html", whitespace = "minimize")]
struct FragmentTemplate<'a> {
    card: &'a Card,
}

#[derive(Template)]
#[template(path = "body.html", whitespace = "minimize")]
struct BodyTemplate<'a> {
    card: &'a Card,
}

/// A scorecard as the templates print it.
struct Card {
    language: Language,
    title: String,
    /// The plan and the extent.
    about: String,
    as_of: Day,
    summary: [Share; 3],
    segments: Vec<Segment>,
    sections: Vec<Part>,
    warnings: Vec<String>,
    /// How many verdicts chance is expected to make wrong.
    expected_wrong: Option<String>,
    /// How many rows rest on outcomes that are made up.
    made_up: Option<String>,
    /// Who answers for the rows.
    offices: Vec<String>,
    notes: Vec<String>,
}

/// A day, as printed and as a machine reads it.
struct Day {
    printed: String,
    iso: String,
}

/// The rows of one verdict, in the summary.
struct Share {
    tone: &'static str,
    rows: String,
    word: &'static str,
    /// By certainty, each with its mark.
    certainties: Vec<(Mark, String)>,
    /// By reason.
    reasons: Vec<String>,
}

/// A piece of the bar that sums all rows up, in thousandths of its length.
struct Segment {
    mark: Mark,
    from: f64,
    width: f64,
}

/// A section.
struct Part {
    heading: String,
    verdicts: String,
    targets: Vec<Block>,
    /// What is said of the targets that would be too many.
    others: Option<String>,
    documents: Vec<Document>,
}

/// A target.
struct Block {
    anchor: Option<String>,
    title: String,
    /// The indicator's title, where it is another one.
    indicator: Option<String>,
    goal: Option<String>,
    window: Option<String>,
    basis: Option<String>,
    note: Option<String>,
    /// The axis of the bars.
    scale: Option<String>,
    /// Its rows by verdict, for the list of contents.
    verdicts: String,
    levels: Vec<Rows>,
}

/// The rows of one target at one level.
struct Rows {
    summary: Option<Crowd>,
    shown: Vec<Row>,
    unfolded: Option<Unfolded>,
    left_out: Option<String>,
}

/// What is said of rows that are too many to show.
struct Crowd {
    level: String,
    verdicts: String,
    distribution: Option<Distribution>,
    /// What the rows below it are, and their order.
    lead: &'static str,
}

/// The rows that a reader may unfold.
struct Unfolded {
    title: String,
    rows: Vec<Row>,
}

/// A row.
struct Row {
    anchor: Option<String>,
    mark: Mark,
    verdict: &'static str,
    certainty: &'static str,
    unit: String,
    level: Option<String>,
    window: Option<String>,
    goal: Option<String>,
    value: Option<String>,
    unit_of_value: String,
    /// Numerator and denominator.
    fraction: Option<String>,
    interval: Option<String>,
    bullet: Option<Bullet>,
    earlier: Option<Sparkline>,
    gap: Option<String>,
    needed: Option<String>,
    /// Why there is no value.
    reason: Option<String>,
    remarks: Vec<String>,
}

/// A document.
struct Document {
    text: String,
    source: Option<String>,
    is_address: bool,
}

impl Day {
    fn of(date: NaiveDate, language: Language) -> Self {
        Day { printed: language.day(date), iso: date.to_string() }
    }
}

/// What is the same for all rows while a card is made, and what is left of the limits.
struct Maker {
    language: Language,
    limits: Limits,
    unfolded: usize,
    with_confidence: bool,
    anchors: HashSet<String>,
}

impl Card {
    fn of(card: &card::Card<'_>, limits: Limits, language: Language) -> Self {
        let counts = card.counts();
        let mut maker = Maker {
            language,
            limits,
            unfolded: 0,
            with_confidence: card.confidences.len() > 1,
            anchors: HashSet::new(),
        };
        let targets = card.sections.iter().map(|section| section.targets.len()).sum();
        let extent = language.extent(counts.rows, targets, counts.running);
        let plan = legible(&card.plan);
        Card {
            language,
            title: legible(&card.title),
            about: language.say("about_static", &[("plan", &plan), ("extent", &extent)]),
            as_of: Day::of(card.as_of, language),
            summary: summary(&counts, language),
            segments: segments(&counts),
            sections: card.sections.iter().map(|section| maker.part(section)).collect(),
            warnings: wording::warnings(card),
            expected_wrong: card
                .expected_wrong
                .and_then(|expected| language.expected_wrong(&expected)),
            made_up: language.made_up(card),
            offices: language.offices(card),
            notes: language.notes(card),
        }
    }
}

impl Card {
    fn phrase(&self, key: &'static str) -> &'static str {
        self.language.phrase(key)
    }

    /// The day of the report in words.
    fn as_of_in_words(&self) -> String {
        self.language.say("as_of", &[("day", &self.as_of.printed)])
    }

    /// Whether there are several targets to choose from.
    fn has_contents(&self) -> bool {
        self.sections.iter().map(|section| section.targets.len()).sum::<usize>() > 1
    }
}

const CERTAINTIES: [(Certainty, &str); 4] = [
    (Certainty::Clear, "clear"),
    (Certainty::WithinChance, "within_chance"),
    (Certainty::Unsettled, "unsettled_long"),
    (Certainty::Unknown, "unknown_long"),
];

fn summary(counts: &Counts, language: Language) -> [Share; 3] {
    let judged = |verdict: Verdict, tone, rows: [usize; 4]| Share {
        tone,
        rows: language.count(rows.iter().sum()),
        word: language.bare_verdict(verdict),
        certainties: CERTAINTIES
            .iter()
            .zip(rows)
            .filter(|(_, rows)| *rows > 0)
            .map(|((certainty, word), rows)| {
                let words = format!("{} {}", language.count(rows), language.phrase(word));
                (Mark::of(verdict, *certainty), words)
            })
            .collect(),
        reasons: Vec::new(),
    };
    [
        judged(Verdict::Met, "met", counts.met),
        judged(Verdict::Missed, "missed", counts.missed),
        Share {
            tone: "none",
            rows: language.count(counts.undecided()),
            word: language.bare_verdict(Verdict::Indeterminate),
            certainties: Vec::new(),
            reasons: language.each_reason(&counts.undecided),
        },
    ]
}

/// The bar of the summary: each piece as long as its share of the rows, but never too short to see.
fn segments(counts: &Counts) -> Vec<Segment> {
    let mut pieces = Vec::new();
    for (verdict, rows) in [(Verdict::Met, counts.met), (Verdict::Missed, counts.missed)] {
        for ((certainty, _), rows) in CERTAINTIES.iter().zip(rows) {
            pieces.push((Mark::of(verdict, *certainty), rows));
        }
    }
    let undecided = Mark::of(Verdict::Indeterminate, Certainty::Unknown);
    pieces.push((undecided, counts.undecided()));
    pieces.retain(|(_, rows)| *rows > 0);
    const LENGTH: f64 = 1_000.0;
    const LEAST: f64 = 6.0;
    let widths: Vec<f64> = pieces
        .iter()
        .map(|(_, rows)| (*rows as f64 / counts.rows as f64 * LENGTH).max(LEAST))
        .collect();
    let total: f64 = widths.iter().sum();
    let mut from = 0.0;
    let mut segments = Vec::new();
    for ((mark, _), width) in pieces.into_iter().zip(widths) {
        let width = width / total * LENGTH;
        segments.push(Segment { mark, from, width });
        from += width;
    }
    segments
}

impl Maker {
    fn part(&mut self, section: &Section<'_>) -> Part {
        let (targets, others) =
            section.targets.split_at(section.targets.len().min(self.limits.targets));
        Part {
            heading: legible(&section.heading),
            verdicts: self.language.verdicts_without_reasons(&section.counts()),
            targets: targets.iter().filter_map(|target| self.block(target)).collect(),
            others: (!others.is_empty()).then(|| {
                let counts = Counts::sum(others);
                format!(
                    "{}. {}",
                    self.language.more_targets(others.len(), &counts),
                    self.language.left_out(counts.rows)
                )
            }),
            documents: section
                .documents
                .iter()
                .map(|document| Document::of(document, self.language))
                .collect(),
        }
    }

    fn block(&mut self, target: &TargetRows<'_>) -> Option<Block> {
        let target = &target.open();
        let line = &*target.first()?;
        let row = &line.assessment;
        let shared = target.shared;
        let anchor = self.anchor(&[&row.target]);
        // One scale for the whole target, so that bars can be compared.
        let scale = Scale::of(target.entries());
        let is_other =
            line.indicator_title != line.target_title && !line.indicator_title.trim().is_empty();
        Some(Block {
            anchor,
            title: legible(&line.target_title),
            indicator: is_other.then(|| legible(&line.indicator_title)),
            goal: self.language.shared_goal(shared, line),
            window: shared.window.then(|| self.language.window(row)),
            basis: row.basis.as_deref().filter(|_| shared.basis).map(legible),
            note: line.note.as_deref().filter(|_| shared.note).map(legible),
            scale: scale.map(|scale| scale.label(&line.unit_of_value, self.language)),
            verdicts: self.language.verdicts_without_certainty(&Counts::of(target.entries())),
            levels: target
                .levels
                .iter()
                .map(|level| self.rows(target, level, scale.as_ref()))
                .collect(),
        })
    }

    /// An anchor made of ids. Two lists of ids never have the same anchor; a repeated one has none.
    fn anchor(&mut self, ids: &[&str]) -> Option<String> {
        if !self.limits.has_anchors {
            return None;
        }
        let anchor: Vec<String> = ids.iter().map(|id| anchor_of(id)).collect();
        let anchor = anchor.join("/");
        self.anchors.insert(anchor.clone()).then_some(anchor)
    }

    fn rows(&mut self, target: &Target<'_>, level: &Level<'_>, scale: Option<&Scale>) -> Rows {
        let all = level.series.len();
        if all <= self.limits.at_once {
            // Among rows of several levels each says its own; those of a crowd stand below its name.
            let name = (target.levels.len() > 1).then(|| legible(level.name));
            let shown = level
                .series
                .iter()
                .map(|series| Row { level: name.clone(), ..self.row(target, series, scale) });
            return Rows { shown: shown.collect(), summary: None, unfolded: None, left_out: None };
        }
        let counts = level.counts();
        let furthest = level.furthest(self.limits.furthest);
        let shown = furthest.len();
        let unfolded = all
            .min(self.limits.unfolded)
            .min(self.limits.unfolded_in_all.saturating_sub(self.unfolded));
        // What can be unfolded includes what is shown.
        let left_out = all - unfolded.max(shown);
        let name = legible(level.name);
        let title = self.language.say(
            if unfolded == all { "all_of_level" } else { "some_of_level" },
            &[
                ("level", &name),
                ("rows", &self.language.count(unfolded)),
                ("all", &self.language.count(all)),
            ],
        );
        self.unfolded += unfolded;
        let language = self.language;
        let mut rows = |list: Vec<&Series<'_>>| -> Vec<Row> {
            list.into_iter().map(|series| self.row(target, series, scale)).collect()
        };
        Rows {
            summary: Some(Crowd {
                verdicts: language.verdicts(&counts),
                distribution: target
                    .shared
                    .goal
                    .then(|| Distribution::of(level.entries(), language))
                    .flatten(),
                lead: language.missed_lead(shown, &counts),
                level: name,
            }),
            shown: rows(furthest),
            unfolded: (unfolded > 0)
                .then(|| Unfolded { title, rows: rows(level.worst_first(unfolded)) }),
            left_out: (left_out > 0).then(|| self.language.left_out(left_out)),
        }
    }

    fn row(&mut self, target: &Target<'_>, series: &Series<'_>, scale: Option<&Scale>) -> Row {
        let line = &*series.latest.line();
        let row = &line.assessment;
        let shared = target.shared;
        let mut remarks = self.language.remarks(line, shared);
        let takes_value_place = row.value.is_none() && row.reason.is_some();
        let stratum = row.stratum.as_deref().unwrap_or_default();
        remarks.extend(self.language.still_running(series.running()));
        remarks.extend(self.language.not_started(series.not_started()));
        Row {
            anchor: self.anchor(&[&row.target, &row.unit, stratum]),
            mark: Mark::of(row.verdict, row.certainty),
            verdict: self.language.verdict(row),
            certainty: self.language.certainty(row),
            unit: self.language.unit(row, target.has_namesake(&row.unit_name)),
            level: None,
            window: (!shared.window).then(|| self.language.window(row)),
            goal: self.language.own_goal(shared, line),
            value: self.language.value(line),
            unit_of_value: self.language.unit_of_value(&line.unit_of_value),
            fraction: self.language.fraction(row),
            interval: self.language.interval(line, self.with_confidence),
            bullet: scale.and_then(|scale| Bullet::of(line, scale, self.language)),
            earlier: Sparkline::of(series, self.language),
            gap: self.language.gap(line),
            needed: self.language.needed(line),
            // The reason comes first among the remarks; without a value it stands in its place.
            reason: takes_value_place.then(|| remarks.remove(0)),
            remarks,
        }
    }
}

/// An id as part of an anchor: letters, digits, `-` and `_` of ASCII stay, others become their code.
fn anchor_of(id: &str) -> String {
    let mut anchor = String::with_capacity(id.len());
    for character in id.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') {
            anchor.push(character);
        } else {
            anchor.push_str(&format!(".{:x}.", u32::from(character)));
        }
    }
    anchor
}

impl Document {
    fn of(line: &DocumentLine, language: Language) -> Self {
        let source = line.source.as_deref().map(legible);
        Document { text: language.document(line), is_address: linked(line).is_some(), source }
    }
}

/// The source of a document if it is a web address: nothing else becomes a link.
pub(crate) fn linked(line: &DocumentLine) -> Option<String> {
    line.source.as_deref().map(legible).filter(|source| {
        let scheme = source.split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use roxmltree::{Document as Tree, Node, ParsingOptions};

    use super::*;
    use crate::scorecard::number;
    use crate::scorecard::samples::{self, HOSTILE, any_scorecard};

    fn parsed(html: &str) -> Tree<'_> {
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        Tree::parse_with_options(html, options).unwrap_or_else(|error| panic!("{error}: {html}"))
    }

    fn cards() -> Vec<Scorecard> {
        let empty = Scorecard { sections: Vec::new(), ..samples::varied() };
        vec![samples::varied(), samples::large(700), samples::hostile(), empty]
    }

    fn documents() -> Vec<String> {
        cards().iter().flat_map(|card| [render(card), fragment(card)]).collect()
    }

    fn elements<'a, 'input>(
        tree: &'a Tree<'input>,
        name: &'static str,
    ) -> impl Iterator<Item = Node<'a, 'input>> {
        tree.descendants().filter(move |node| node.tag_name().name() == name)
    }

    fn with_class<'a, 'input>(
        tree: &'a Tree<'input>,
        class: &'static str,
    ) -> impl Iterator<Item = Node<'a, 'input>> {
        tree.descendants().filter(move |node| has_class(node, class))
    }

    fn has_class(node: &Node<'_, '_>, class: &str) -> bool {
        node.attribute("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    fn is_inside_page(link: &Node<'_, '_>) -> bool {
        link.attribute("href").is_some_and(|address| address.starts_with('#'))
    }

    /// What a reader reads, blanks of any kind as one space.
    fn text_of(node: Node<'_, '_>) -> String {
        let text: String =
            node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn style_of(tree: &Tree<'_>) -> String {
        elements(tree, "style").map(text_of).collect()
    }

    #[test]
    fn page_and_fragment_are_well_formed() {
        for html in documents() {
            let tree = parsed(&html);
            assert!(["html", "div"].contains(&tree.root_element().tag_name().name()));
        }
    }

    #[test]
    fn a_page_says_its_language_and_encoding_first() {
        let html = render(&samples::varied());
        let tree = parsed(&html);
        assert_eq!(tree.root_element().attribute("lang"), Some("en"));
        // A browser looks for the encoding in the first 1,024 bytes (HTML standard, 4.2.5.4).
        assert!(html.find("<meta charset=\"utf-8\"/>").unwrap() < 1_000);
        let title = text_of(elements(&tree, "title").next().unwrap());
        assert!(
            title.contains("phòng, chống tội phạm") && title.contains("15 Jan 2024"),
            "{title}"
        );
        assert_eq!(elements(&tree, "h1").count(), 1);
        assert_eq!(elements(&tree, "h2").count(), 2);
    }

    #[test]
    fn nothing_is_fetched_and_nothing_runs() {
        for html in documents() {
            let tree = parsed(&html);
            for node in tree.descendants().filter(Node::is_element) {
                let name = node.tag_name().name();
                let loads = ["script", "link", "img", "iframe", "object", "embed", "use", "base"];
                assert!(!loads.contains(&name), "{name}");
                for attribute in node.attributes() {
                    let name = attribute.name();
                    assert!(!name.starts_with("on"), "{name}");
                    assert!(!["src", "style", "srcset"].contains(&name), "{name}");
                }
            }
            let style = style_of(&tree);
            assert!(!style.contains("url(") && !style.contains("@import"), "{style}");
        }
    }

    #[test]
    fn whatever_a_text_holds_it_is_shown_as_text() {
        let html = render(&samples::hostile());
        let tree = parsed(&html);
        let shown: BTreeSet<String> = with_class(&tree, "name").map(text_of).collect();
        let expected: BTreeSet<String> = HOSTILE
            .iter()
            .map(|text| legible(text).split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(shown, expected);
        // Styles and words of our own are the same with harmless texts.
        let plain = render(&samples::varied());
        assert_eq!(style_of(&tree), style_of(&parsed(&plain)));
    }

    #[test]
    fn only_web_addresses_become_links() {
        for html in [render(&samples::varied()), render(&samples::hostile())] {
            let tree = parsed(&html);
            assert!(elements(&tree, "a").count() > 0);
            for link in elements(&tree, "a").filter(|link| !is_inside_page(link)) {
                assert!(link.attribute("href").unwrap().starts_with("https://example.org/"));
                assert_eq!(link.attribute("rel"), Some("noreferrer"));
            }
        }
        let hostile = render(&samples::hostile());
        let tree = parsed(&hostile);
        let sources = with_class(&tree, "source").map(text_of);
        assert_eq!(
            sources.filter(|source| source.starts_with("javascript:")).count(),
            HOSTILE.len()
        );
    }

    #[test]
    fn a_table_can_be_read_without_seeing_it() {
        for html in documents() {
            let tree = parsed(&html);
            for table in elements(&tree, "table") {
                let caption = table.first_element_child().unwrap();
                assert_eq!(caption.tag_name().name(), "caption");
                assert!(!text_of(caption).is_empty());
                let head = caption.next_sibling_element().unwrap();
                assert_eq!(head.tag_name().name(), "thead");
                let columns: Vec<_> = head.first_element_child().unwrap().children().collect();
                let columns: Vec<_> = columns.iter().filter(|node| node.is_element()).collect();
                assert!(columns.iter().all(|cell| cell.attribute("scope") == Some("col")));
                let body = head.next_siblings().filter(|node| node.tag_name().name() == "tbody");
                for row in body.flat_map(|body| body.children().filter(Node::is_element)) {
                    let cells: Vec<_> = row.children().filter(Node::is_element).collect();
                    let span = |cell: &Node<'_, '_>| {
                        cell.attribute("colspan").map_or(1, |span| span.parse().unwrap())
                    };
                    assert_eq!(cells.iter().map(span).sum::<usize>(), columns.len());
                    let heads = cells.iter().filter(|cell| cell.tag_name().name() == "th");
                    let scopes: Vec<_> = heads.filter_map(|cell| cell.attribute("scope")).collect();
                    if has_class(&row, "row") {
                        assert_eq!(scopes, ["row"]);
                    } else if has_class(&row, "target") {
                        assert_eq!(scopes, ["rowgroup"]);
                    }
                }
            }
            for picture in elements(&tree, "svg") {
                let is_said = picture.attribute("role") == Some("img")
                    && picture.attribute("aria-label").is_some_and(|words| !words.is_empty());
                assert!(is_said || picture.attribute("aria-hidden") == Some("true"));
            }
        }
    }

    #[test]
    fn each_row_says_all_there_is_to_know() {
        let card = samples::varied();
        let html = render(&card);
        let tree = parsed(&html);
        let rows: Vec<_> = with_class(&tree, "row").map(text_of).collect();
        // Two of the three months of one target are in its sparkline.
        let all: usize = card.sections.iter().map(|section| section.rows.len()).sum();
        assert_eq!(rows.len(), all - 2);
        let card = card::Card::from(&card);
        let targets: Vec<_> = card.sections.iter().flat_map(|section| &section.targets).collect();
        let lines = targets.iter().flat_map(|target| {
            let target = target.open();
            let lines = target.entries().map(|entry| (entry.line().into_owned(), target.shared));
            lines.collect::<Vec<_>>()
        });
        for (text, (line, shared)) in rows.iter().zip(lines) {
            let line = &line;
            let row = &line.assessment;
            let mut words =
                vec![Language::English.verdict(row).to_owned(), row.unit_name.to_string()];
            words.push(Language::English.certainty(row).to_owned());
            words.extend(Language::English.value(line));
            words.extend(Language::English.interval(line, false));
            words.extend(Language::English.fraction(row));
            words.extend(Language::English.gap(line));
            words.extend(Language::English.needed(line));
            words.extend(Language::English.remarks(line, shared));
            for word in words {
                let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(text.contains(&word), "`{word}` is missing in: {text}");
            }
        }
        let page = text_of(tree.root_element());
        for word in [
            "14 met",
            "13 missed",
            "9 no verdict",
            "at least 6 000 places",
            "1 Jan 2023 – 30 Jun 2024",
            "01/2019/NQ-MAU of 27 Nov 2019, khoản 2 Điều 2",
            "https://example.org/nghi-quyet/01-2019?ban=goc&trang=2",
            "Intervals at 95 % confidence.",
            "bars: 0 to 100 %",
            "bars: value ÷ goal, 0 to 1.1",
            "earlier: 1 met, 1 missed",
        ] {
            assert!(page.contains(word), "`{word}` is missing");
        }
    }

    #[test]
    fn of_many_rows_the_page_says_how_many_it_leaves_out() {
        for (html, limits) in [
            (render(&samples::large(10_000)), PAGE_LIMITS),
            (fragment(&samples::large(10_000)), FRAGMENT_LIMITS),
        ] {
            let tree = parsed(&html);
            let unfolded = elements(&tree, "details")
                .flat_map(|details| details.descendants().collect::<Vec<_>>())
                .filter(|node| has_class(node, "row"))
                .count();
            assert_eq!(unfolded, limits.unfolded);
            let rows = with_class(&tree, "row").count();
            assert_eq!(rows, 6 + limits.furthest + limits.unfolded);
            let text = text_of(with_class(&tree, "more").next().unwrap());
            let left_out = number::count(10_000 - limits.unfolded).replace('\u{202f}', " ");
            assert!(
                text.contains(&format!("{left_out} rows are left out here; the full table is"))
            );
            assert!(html.len() < 1_000_000, "{} bytes", html.len());
        }
    }

    #[test]
    fn rows_are_unfolded_up_to_a_limit_over_all_targets() {
        let mut card = samples::large(0);
        for target in 0..40 {
            let mut rows = samples::large(200).sections.remove(0).rows;
            for line in &mut rows {
                line.assessment.target = format!("target {target}").into();
            }
            card.sections[0].rows.extend(rows);
        }
        let page = render(&card);
        let tree = parsed(&page);
        let unfolded: usize = elements(&tree, "details")
            .map(|details| details.descendants().filter(|node| has_class(node, "row")).count())
            .sum();
        assert_eq!(unfolded, PAGE_LIMITS.unfolded_in_all);
        assert!(page.len() < 6_000_000, "{} bytes", page.len());
        // Beside the contents, 15 targets can unfold all their 200 rows; of the others only the 8 furthest are shown.
        assert_eq!(elements(&tree, "details").count(), 1 + 15);
        let left_out = "192 rows are left out here";
        assert_eq!(
            with_class(&tree, "more").filter(|row| text_of(*row).contains(left_out)).count(),
            25
        );
    }

    #[test]
    fn styles_touch_nothing_outside_a_fragment() {
        let html = fragment(&samples::varied());
        let tree = parsed(&html);
        let style = style_of(&tree);
        for (selectors, _) in rules(&style) {
            for selector in selectors.split(',').map(str::trim) {
                assert!(selector.starts_with(".attain-scorecard.attain-scorecard"), "{selector}");
            }
        }
    }

    /// The selectors and declarations of a style sheet, also of rules inside `@media`.
    fn rules(style: &str) -> Vec<(&str, &str)> {
        let rules = style.split('}').filter_map(|rule| {
            let (before, declarations) = rule.rsplit_once('{')?;
            Some((before.rsplit('{').next()?.trim(), declarations.trim()))
        });
        rules.collect()
    }

    /// Rules of JupyterLab 4 for elements that a scorecard has. `dt` and `dd` float there.
    const JUPYTER: &str = "
        .jp-RenderedHTMLCommon td { vertical-align: middle; padding: 0.5em; white-space: normal; max-width: none; border: none; text-align: right; }
        .jp-RenderedHTMLCommon th { vertical-align: middle; padding: 0.5em; white-space: normal; max-width: none; border: none; text-align: right; font-weight: bold; }
        .jp-RenderedHTMLCommon table { border-collapse: collapse; border: none; color: #212121; table-layout: fixed; margin: 0 auto 1em; }
        .jp-RenderedHTMLCommon tbody tr { background: #f5f5f5; }
        .jp-RenderedHTMLCommon p { margin: 0 0 1em; }
        .jp-OutputArea-output dl { width: 100%; overflow: hidden; padding: 0; margin: 0; }
        .jp-OutputArea-output dt { font-weight: bold; float: left; width: 20%; padding: 0; margin: 0; }
        .jp-OutputArea-output dd { float: left; width: 80%; padding: 0; margin: 0; }
        ";

    #[test]
    fn a_notebook_does_not_move_what_a_fragment_shows() {
        let html = fragment(&samples::varied());
        let tree = parsed(&html);
        let style = style_of(&tree);
        let own = rules(&style);
        let mut checked = 0;
        for (selectors, declarations) in rules(JUPYTER) {
            let element = selectors.rsplit(' ').next().unwrap();
            let names = |declarations: &str| -> BTreeSet<String> {
                let names = declarations.split(';').filter_map(|one| one.split_once(':'));
                names.map(|(name, _)| name.trim().to_owned()).collect()
            };
            // The class twice outweighs every selector above.
            let set: BTreeSet<String> = own
                .iter()
                .filter(|(selectors, _)| {
                    selectors.split(',').any(|one| one.rsplit(' ').next() == Some(element))
                })
                .flat_map(|(_, declarations)| names(declarations))
                .collect();
            for name in names(declarations) {
                assert!(set.contains(&name), "`{name}` of `{element}` is left to the notebook");
                checked += 1;
            }
        }
        assert_eq!(checked, 33);
        let float = |element: &str| {
            own.iter()
                .find(|(selectors, _)| selectors.ends_with(&format!(".summary {element}")))
                .is_some_and(|(_, declarations)| {
                    declarations.contains("float: none") && declarations.contains("width: auto")
                })
        };
        assert!(float("dt") && float("dd"));
    }

    #[test]
    fn a_page_has_one_anchor_for_each_target_and_row_and_a_link_to_each_target() {
        for card in cards() {
            let html = render(&card);
            let tree = parsed(&html);
            let ids: Vec<&str> =
                tree.descendants().filter_map(|node| node.attribute("id")).collect();
            let distinct: BTreeSet<&str> = ids.iter().copied().collect();
            assert_eq!(distinct.len(), ids.len());
            assert!(ids.iter().all(|id| !id.is_empty() && !id.contains(char::is_whitespace)));
            for link in elements(&tree, "a").filter(is_inside_page) {
                assert!(distinct.contains(&link.attribute("href").unwrap()[1..]));
            }
            let targets = with_class(&tree, "target").count();
            let links = elements(&tree, "a").filter(is_inside_page).count();
            assert_eq!(links, if targets > 1 { targets } else { 0 });
            let rows: BTreeSet<String> = with_class(&tree, "row").map(text_of).collect();
            assert!(ids.len() >= rows.len());
        }
        let ids = ["a b", "a.20.b", "a/b", "ấ"].map(anchor_of);
        assert_eq!(ids, ["a.20.b", "a.2e.20.2e.b", "a.2f.b", ".1ea5."]);
        assert!(!fragment(&samples::varied()).contains(" id=\""));
    }

    #[test]
    fn a_scroll_region_can_be_focused_and_has_a_name() {
        for html in documents() {
            let tree = parsed(&html);
            for region in with_class(&tree, "scroll") {
                assert_eq!(region.attribute("role"), Some("region"));
                assert_eq!(region.attribute("tabindex"), Some("0"));
                assert!(region.attribute("aria-label").is_some_and(|name| !name.is_empty()));
            }
            // Stacked rows lose the roles that browsers give to tables, so the markup names them.
            for (element, role) in [
                ("table", "table"),
                ("thead", "rowgroup"),
                ("tbody", "rowgroup"),
                ("tr", "row"),
                ("td", "cell"),
            ] {
                assert!(elements(&tree, element).all(|node| node.attribute("role") == Some(role)));
            }
        }
    }

    #[test]
    fn a_page_is_light_or_dark_and_prints_what_is_folded() {
        let html = render(&samples::large(100));
        assert!(html.contains("<meta name=\"color-scheme\" content=\"light dark\"/>"));
        let style = style_of(&parsed(&html));
        let (screen, print) = style.split_once("@media print").unwrap();
        assert!(screen.contains("@media screen and (prefers-color-scheme: dark)"));
        assert!(print.contains("details::details-content { content-visibility: visible;"));
    }

    /// The relative luminance of a colour such as `#1f83c4` (WCAG 2.2).
    fn luminance(colour: [f64; 3]) -> f64 {
        let [red, green, blue] = colour.map(|channel| {
            let channel = channel / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn colour(hex: &str) -> [f64; 3] {
        [1, 3, 5].map(|place| f64::from(u8::from_str_radix(&hex[place..place + 2], 16).unwrap()))
    }

    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn shapes_and_texts_stand_out_from_light_and_dark_backgrounds() {
        let html = fragment(&samples::varied());
        let tree = parsed(&html);
        let style = style_of(&tree);
        let of = |name: &str| {
            let value = style.split_once(name).unwrap().1;
            value.trim_start().split([';', ' ']).next().unwrap()
        };
        // The page in light and dark, and the backgrounds of JupyterLab's and VS Code's dark themes.
        let themes = [
            ("#ffffff", "#1b2026"),
            ("#16191d", "#dfe3e6"),
            ("#111111", "#e0e0e0"),
            ("#1e1e1e", "#d4d4d4"),
        ];
        let share: f64 = style.split_once("currentColor ").unwrap().1[..2].parse().unwrap();
        for (background, ink) in themes.map(|(background, ink)| (colour(background), colour(ink))) {
            for hue in ["--met:", "--missed:"] {
                // WCAG 1.4.11: shapes that carry meaning.
                assert!(contrast(colour(of(hue)), background) >= 3.0, "{hue} on {background:?}");
            }
            // WCAG 1.4.3: texts; the paler ones are mixed with the background.
            let mix = |place| (ink[place] * share + background[place] * (100.0 - share)) / 100.0;
            assert!(contrast([mix(0), mix(1), mix(2)], background) >= 4.5, "{background:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_row_can_be_shown(card in any_scorecard()) {
            for html in [render(&card), fragment(&card)] {
                let tree = parsed(&html);
                let text = text_of(tree.root_element());
                prop_assert!(!html.contains("NaN") && !html.contains("inf\""), "{}", html);
                prop_assert!(!text.contains("\u{2212}0 "), "{}", text);
            }
        }
    }
}
