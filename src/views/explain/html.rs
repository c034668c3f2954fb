//! An explanation for a notebook or a page.

use super::tree::{Node, NodeKind, TreeOptions};
use super::{Explanation, Window};
use crate::scorecard::Language;
use crate::scorecard::wording::escaped;

impl Explanation {
    /// The explanation as a fragment of HTML, without scripts: what it says, and its tree, folded below the measures.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế & Đà Nẵng, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 8.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let page = report.explain("few", None, None)?.to_html();
    /// assert!(page.contains("Huế &amp; Đà Nẵng") && page.contains("Met: 8 against at most 9."));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_html(&self) -> String {
        let row = &self.row;
        let unit = if row.unit_name.is_empty() { &row.unit } else { &row.unit_name };
        let mut title = format!("{} · {unit}", self.target_title);
        for stratum in row.stratum.iter() {
            title.push_str(&format!(" · {stratum}"));
        }
        // Pages are taken for English where nothing else is said.
        let lang = match self.language {
            Language::English => String::new(),
            language => format!(" lang=\"{language}\""),
        };
        let mut page = format!("<div class=\"attain-explanation\"{lang}>");
        page.push_str(&format!("<p><strong>{}</strong>", escaped(&title)));
        if let Some(window) = Window::new(row.window_start, row.window_end) {
            page.push_str(&format!("<br>{}", self.days_as_of(&window)));
        }
        page.push_str("</p>");
        write_node(&mut page, &self.tree(&TreeOptions::default()), 0);
        for line in self.last_lines() {
            page.push_str(&format!("<p>{}</p>", escaped(&line)));
        }
        page.push_str("</div>");
        page
    }
}

/// Down to here nodes are unfolded: the verdict, and what stands directly below it.
const OPEN: usize = 2;

fn write_node(page: &mut String, node: &Node, depth: usize) {
    let mut line = escaped(&node.line());
    if node.what == NodeKind::Verdict {
        line = format!("<strong>{line}</strong>");
    }
    if node.children.is_empty() {
        page.push_str(&format!("<div>{line}</div>"));
        return;
    }
    let open = if depth < OPEN { " open" } else { "" };
    let indented = "<div style=\"margin-left: 1.5em\">";
    page.push_str(&format!("<details{open}><summary>{line}</summary>{indented}"));
    node.children.iter().for_each(|child| write_node(page, child, depth + 1));
    page.push_str("</div></details>");
}
