//! A report as a scorecard, for people to read.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;

use super::card::{self, BlockRows, Card, Counts, Entry, TargetRows};
use super::wording::ENGLISH;
use super::{DocumentLine, Limit, Line, Scorecard, Section, page, text};
use crate::assess::{Block, Columns, Common, Texts, methods};
use crate::error::Result;
use crate::exact::Bound;
use crate::language::Language;
use crate::output::{self, unwritable};
use crate::plan::Goal;
use crate::report::Report;

impl Report {
    /// The report with the plan's titles and documents: one section for each campaign, in the order in
    /// which their targets come, and one for the targets of none.
    ///
    /// Builds a [`Line`] for each row. [`Report::text`] and [`Report::to_html`] build only those that they show.
    pub fn scorecard(&self) -> Scorecard {
        let texts = Texts::of(self.plan());
        let sections = self.sections().into_iter().map(|(campaign, blocks)| {
            let lines = |block: &Block| -> Vec<Line> {
                let rows = self.block_rows(block, &texts);
                rows.places
                    .clone()
                    .map(|place| Entry::Row(&rows, place).line().into_owned())
                    .collect()
            };
            Section {
                heading: self.heading(campaign, ENGLISH).to_owned(),
                documents: self.documents(&blocks),
                rows: blocks.into_iter().flat_map(lines).collect(),
            }
        });
        Scorecard {
            title: self.plan().title().to_owned(),
            plan: self.plan().id().to_owned(),
            as_of: self.as_of(),
            expected_wrong: self.expected_wrong(),
            sections: sections.collect(),
        }
    }

    /// The same for the views, without a line for each row.
    pub(crate) fn card<'a>(&'a self, texts: &'a Texts, language: Language) -> Card<'a> {
        let sections = self.sections().into_iter().map(|(campaign, blocks)| {
            let documents = self.documents(&blocks);
            let mut targets: Vec<Vec<BlockRows<'_>>> = Vec::new();
            let mut places: HashMap<&str, usize> = HashMap::new();
            for block in blocks {
                let id = self.plan().targets()[block.target].id.as_str();
                let place = *places.entry(id).or_insert_with(|| {
                    targets.push(Vec::new());
                    targets.len() - 1
                });
                targets[place].push(self.block_rows(block, texts));
            }
            card::Section {
                heading: Cow::Borrowed(self.heading(campaign, language)),
                documents: Cow::Owned(documents),
                targets: targets.into_iter().map(TargetRows::of_blocks).collect(),
            }
        });
        let mut used = vec![false; methods().len()];
        let (mut has_interval, mut illustrative) = (false, 0);
        for block in self.stored_blocks() {
            let marks = &block.columns.illustrative[block.places.clone()];
            illustrative += marks.iter().filter(|mark| **mark != 0).count();
            for how in &block.columns.how[block.places.clone()] {
                has_interval |= Columns::has_interval(*how);
                if let Some(place) = usize::from(*how).checked_sub(1) {
                    used[place] = true;
                }
            }
        }
        let methods = methods().iter().zip(used).filter(|(_, is_used)| *is_used);
        let sections: Vec<card::Section<'_>> = sections.collect();
        Card {
            title: Cow::Borrowed(self.plan().title()),
            plan: Cow::Borrowed(self.plan().id()),
            as_of: self.as_of(),
            expected_wrong: self.expected_wrong(),
            offices: self.offices(&sections),
            illustrative,
            sections,
            confidences: has_interval.then(|| self.plan().confidence()).into_iter().collect(),
            methods: methods.map(|(method, _)| method.clone()).collect(),
            warnings: self.warnings_beside_rows(),
        }
    }

    /// The rows that each office answers for, in the order of the plan.
    fn offices(&self, sections: &[card::Section<'_>]) -> Vec<card::Office> {
        let mut found: BTreeMap<usize, Vec<Entry<'_>>> = BTreeMap::new();
        let targets = sections.iter().flat_map(|section| &section.targets);
        for entry in targets.flat_map(TargetRows::entries) {
            for at in entry.offices().unwrap_or_default() {
                found.entry(at).or_default().push(entry);
            }
        }
        let offices = found.into_iter().map(|(at, entries)| card::Office {
            title: self.plan().owners()[at].title().to_owned(),
            counts: Counts::of(entries),
        });
        offices.collect()
    }

    /// The rows of each target with its documents, in the order of the rows, whatever campaign they belong to.
    pub(crate) fn target_rows<'a>(
        &'a self,
        texts: &'a Texts,
    ) -> Vec<(TargetRows<'a>, Vec<DocumentLine>)> {
        let mut targets: Vec<(&str, Vec<&Block>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for block in self.stored_blocks().iter().filter(|block| block.len() > 0) {
            let id = self.plan().targets()[block.target].id.as_str();
            let place = *places.entry(id).or_insert_with(|| {
                targets.push((id, Vec::new()));
                targets.len() - 1
            });
            targets[place].1.push(block);
        }
        let rows = targets.into_iter().map(|(_, blocks)| {
            let documents = self.documents(&blocks);
            let rows = blocks.into_iter().map(|block| self.block_rows(block, texts));
            (TargetRows::of_blocks(rows.collect()), documents)
        });
        rows.collect()
    }

    /// The blocks of each campaign, and those of none.
    fn sections(&self) -> Vec<(Option<usize>, Vec<&Block>)> {
        let mut sections: Vec<(Option<usize>, Vec<&Block>)> = Vec::new();
        for block in self.stored_blocks().iter().filter(|block| block.len() > 0) {
            let campaign = self.plan().targets()[block.target].in_force(&block.window).campaign;
            match sections.iter_mut().find(|(of, _)| *of == campaign) {
                Some((_, blocks)) => blocks.push(block),
                None => sections.push((campaign, vec![block])),
            }
        }
        sections
    }

    fn heading(&self, campaign: Option<usize>, language: Language) -> &str {
        campaign.map_or_else(
            || language.phrase("targets"),
            |campaign| self.plan().campaigns()[campaign].title(),
        )
    }

    /// The documents of the targets of some blocks, each once.
    fn documents(&self, blocks: &[&Block]) -> Vec<DocumentLine> {
        let mut lines: Vec<DocumentLine> = Vec::new();
        for block in blocks {
            for document in &self.plan().targets()[block.target].in_force(&block.window).basis {
                let line = DocumentLine {
                    document: document.document.clone(),
                    dated: document.dated,
                    clause: document.clause.clone(),
                    title: document.title.clone(),
                    source: document.source.clone(),
                };
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines
    }

    pub(super) fn block_rows<'a>(&'a self, block: &'a Block, texts: &'a Texts) -> BlockRows<'a> {
        let common = Common::of(self.plan(), block.target, block.window, self.as_of());
        BlockRows {
            block,
            common,
            columns: &block.columns,
            places: block.places.clone(),
            texts,
            of_block: common.texts(),
            stratum: common.stratum_of(None),
            unit_of_value: self.plan().unit_of_value(common.target.indicator),
            limit: Limit::of(&common.target.goal),
            offices: common.offices(),
        }
    }

    /// The scorecard for a terminal of `width` columns; with `colour`, it uses ANSI colours.
    pub fn text(&self, width: usize, colour: bool) -> String {
        self.text_in(width, colour, Language::English)
    }

    /// [The scorecard for a terminal](Report::text) in a language.
    pub fn text_in(&self, width: usize, colour: bool, language: Language) -> String {
        text::render_card(&self.card(&Texts::of(self.plan()), language), width, colour, language)
    }

    /// The scorecard as a page that needs no other file, no network and no script, and prints well.
    pub fn to_html(&self) -> String {
        self.to_html_in(Language::English)
    }

    /// [The page](Report::to_html) in a language.
    pub fn to_html_in(&self, language: Language) -> String {
        page::render_card(&self.card(&Texts::of(self.plan()), language), language)
    }

    /// Writes [the page](Report::to_html) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_html(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_html_in(path, Language::English)
    }

    /// Writes [the page in a language](Report::to_html_in) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_html_in(&self, path: impl AsRef<Path>, language: Language) -> Result<()> {
        let (path, page) = (path.as_ref(), self.to_html_in(language));
        output::write_whole(path, |file| file.write_all(page.as_bytes()))
            .map_err(|cause| unwritable(path, cause))
    }

    /// The scorecard as a piece of HTML for a notebook or a page of your own.
    pub fn html_fragment(&self) -> String {
        page::render_fragment(&self.card(&Texts::of(self.plan()), ENGLISH))
    }
}

impl Limit {
    /// The kind of limit of a goal.
    pub(crate) fn of(goal: &Goal) -> Limit {
        match goal.bounds(|_| ()) {
            Bound::Floor { .. } => Limit::Floor,
            Bound::Ceiling { .. } => Limit::Ceiling,
            Bound::Between { .. } => Limit::Band,
        }
    }
}
