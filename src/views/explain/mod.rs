//! Why a row says what it says: from the verdict down to the recorded figures.

mod html;
mod tree;
mod words;

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;
use tree::left_out;
pub use tree::{Node, NodeKind, TreeOptions};

use crate::assess::{Assessment, Assessor, Block, Common, Frame, Reason, Row, Texts, Verdict};
use crate::calendar::Window;
use crate::error::{Error, FaultCode, Result};
use crate::exact::Exact;
use crate::parallel::check_stop;
use crate::plan::formula::{Inputs, Names};
use crate::plan::{IndicatorIndex, MeasureIndex, Office, Plan, TargetWindow, UnitIndex};
use crate::report::Report;
use crate::scorecard::wording::{self, ENGLISH};
use crate::scorecard::{Language, Limit, Line, text};
use crate::stats::outlook::SeriesOutlook;
use crate::tally::{Conflict, Missing, Participants, Rolled, Tally};

/// The explanation of a row: the rule, the inputs, the missing figures, and the documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The row itself.
    pub row: Assessment,
    /// The target's title.
    pub target_title: String,
    /// The indicator's title.
    pub indicator_title: String,
    /// How the value is computed: `cleared ÷ cases × 100`.
    pub formula: String,
    /// The judgement in one sentence.
    pub judgement: String,
    /// The smallest change of the events counted that would turn the verdict, with everything else as recorded.
    /// A positive number means more events, a negative one fewer. None if there is no verdict, or if no number
    /// of events can turn it.
    pub flip: Option<i64>,
    /// What the value was computed from.
    pub inputs: Vec<Input>,
    /// The numerator and the denominator of which a part does not count, because its counterpart is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partly_counted: Vec<PartlyCounted>,
    /// What it was compared with, where the goal or the indicator is a change.
    pub earlier: Vec<Input>,
    /// The documents the target rests on, in full.
    pub documents: Vec<String>,
    /// Remarks of the plan's authors.
    pub notes: Vec<String>,
    /// The row's value as the scorecard prints it, with the counts behind it.
    #[serde(skip)]
    value: Option<String>,
    /// The goal as the scorecard prints it.
    #[serde(skip)]
    goal: String,
    /// The documents with their days as the scorecard prints them.
    #[serde(skip)]
    printed_documents: Vec<String>,
    /// The unit of the value, as the scorecard prints it.
    #[serde(skip)]
    unit_of_value: String,
    /// The language of its words, numbers and days.
    #[serde(skip)]
    language: Language,
    #[serde(skip)]
    source: Source,
}

/// What an explanation was made from, and its tree can be.
#[derive(Clone)]
struct Source {
    plan: crate::plan::Plan,
    tally: crate::tally::Tally,
    as_of: NaiveDate,
    /// The target's place in the plan.
    target: usize,
    window: Window,
    judged: IndicatorIndex,
    unit: UnitIndex,
}

impl PartialEq for Source {
    /// Explanations are equal when they say the same.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("plan", &self.plan.id()).finish_non_exhaustive()
    }
}

/// One measure of the value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Input {
    /// The measure's id.
    pub measure: String,
    /// The measure's title, or its id if it has none.
    #[serde(skip)]
    title: String,
    /// The first day that was summed.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// Its value for the unit and the window to date.
    pub value: Option<f64>,
    /// Why it has none.
    pub reason: Option<Reason>,
    /// The unit's own total where its parts differ from it.
    pub own_total: Option<f64>,
    /// What the parts add up to in that case.
    pub parts_total: Option<f64>,
    /// Share of imputed or estimated figures, in per cent.
    pub imputed: Option<f64>,
    /// Reports made.
    pub reports_made: u64,
    /// Reports due.
    pub reports_due: u64,
    /// Whether the parts are units of other days, because boundaries changed.
    pub is_carried: bool,
    /// The units directly below, with what each adds.
    pub parts: Vec<Part>,
    /// The figures that cross the edge of the days, or that overlap, if that is the reason why there is no value. The
    /// first [`MOST_CONFLICTS`] are named.
    pub conflicts: Vec<ConflictingFigure>,
}

/// A sum of measures of which a part does not count in the value, because its counterpart is missing
/// (`docs/semantics.md`, 39).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PartlyCounted {
    /// What the formula calls the sum, and the titles of its measures: `numerator, cleared`.
    pub sum: String,
    /// All that is recorded of it.
    pub recorded: f64,
    /// What counts.
    pub counted: f64,
    /// What is left out.
    pub left_out: f64,
}

/// As many figures as [`Input::conflicts`] names.
pub const MOST_CONFLICTS: usize = 4;

/// A figure for which an input has no value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConflictingFigure {
    /// The code of the unit whose figure it is.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// Its first day.
    pub start: NaiveDate,
    /// The day after its last one.
    pub end: NaiveDate,
    /// Its value; none where it is suppressed.
    pub value: Option<f64>,
    /// The row that it is, as messages name it: `outcomes.csv:5`; none if no single row is known.
    pub row: Option<String>,
}

impl ConflictingFigure {
    fn of(source: (&Plan, &Tally), conflict: &Conflict) -> ConflictingFigure {
        let (plan, tally) = source;
        let unit = &plan.units()[conflict.unit];
        let row = conflict.origin.map(|origin| tally.place_over_all(origin, None).to_string());
        ConflictingFigure {
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            start: conflict.start,
            end: conflict.end,
            value: conflict.value,
            row,
        }
    }

    /// `East, 1 Jan – 30 Jun 2023, outcomes.csv:5`.
    fn label(&self, language: Language) -> String {
        let name = if self.unit_name.is_empty() { &self.unit } else { &self.unit_name };
        let days = language.days(self.start, self.end);
        match &self.row {
            Some(row) => format!("{name}, {days}, {row}"),
            None => format!("{name}, {days}"),
        }
    }
}

/// The kind of conflict behind a reason, and the phrase for it; none if the reason is not about figures.
fn conflict_of(reason: Reason) -> Option<(Missing, &'static str)> {
    let conflicts =
        [(Missing::Straddles, "figure_straddles"), (Missing::Overlaps, "figure_overlaps")];
    conflicts.into_iter().find(|(missing, _)| Reason::from(*missing) == reason)
}

/// What a unit directly below, or one of other days, adds to an input.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The share of it that counts, 1 unless boundaries changed; none where nobody says how much.
    pub share: Option<f64>,
    /// Its value.
    pub value: Option<f64>,
    /// Why it has none.
    pub reason: Option<Reason>,
}

impl Report {
    /// Why a row says what it says.
    ///
    /// `unit` may be left out if the target has rows for one unit only, `window` (its [name](Window::name), or a day in it; of
    /// rolling windows the last day) if it has one window only. Of a target that is split by strata, [`filter`](Report::filter) one first.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if there is no such target, unit or row, or more than one row fits.
    pub fn explain(
        &self,
        target: &str,
        unit: Option<&str>,
        window: Option<&str>,
    ) -> Result<Explanation> {
        self.explain_in(target, unit, window, Language::English)
    }

    /// [Why a row says what it says](Report::explain), in a language. Names and titles stay as the plan has them.
    ///
    /// ```
    /// use attain::scorecard::Language;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {unit: vụ}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9000}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 8124.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let why = report.explain_in("few", None, None, Language::Vietnamese)?;
    /// assert_eq!(why.judgement.replace('\u{a0}', " "), "Đạt: 8.124 vụ, mục tiêu nhiều nhất 9.000 vụ.");
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Report::explain`].
    pub fn explain_in(
        &self,
        target: &str,
        unit: Option<&str>,
        window: Option<&str>,
        language: Language,
    ) -> Result<Explanation> {
        let (first, rest) = self.rows_of(target, unit, window)?;
        let (block, place) = first;
        if !rest.is_empty() {
            let strata = self.plan().targets().iter().filter(|one| one.id == target).count();
            let name = match (unit, window) {
                (None, _) => "a unit",
                (Some(_), _) if strata > 1 => "a stratum",
                (Some(_), None) => "the window, or a day in it",
                (Some(_), Some(_)) => "a unit whose code is valid once",
            };
            return Err(Error::request(
                FaultCode::AmbiguousRequest,
                format!(
                    "{} rows of the target `{target}` fit: name {name} as well",
                    rest.len() + 1
                ),
            ));
        }
        let explained =
            self.explanation_at(&self.assessor_of_single_rows(), block, place, language);
        explained.ok_or_else(|| {
            // One row in, one row out.
            Error::request(
                FaultCode::NoSuchRow,
                format!("the row of the target `{target}` was not found"),
            )
        })
    }

    /// Why each row of the report says what it says, in the order of the rows. What they have in common is computed once.
    /// [`filter`](Report::filter) the report first: an explanation takes some kilobytes.
    ///
    /// ```
    /// use attain::scorecard::Language;
    /// use attain::{Filter, Plan, Tally, Verdict, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: {every: month, within: "2025"}}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let report = plan.assess(&Tally::of_events(&plan), calendar::date("2025-04-30").unwrap())?;
    /// let mut filter = Filter::default();
    /// filter.verdict = Some(vec![Verdict::Met]);
    /// let met = report.filter(&filter)?;
    /// let explanations = met.explanations(Language::English);
    /// assert_eq!(explanations.len(), met.rows().len());
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn explanations(&self, language: Language) -> Vec<Explanation> {
        let assessor = self.assessor_of_single_rows();
        let rows = self.stored_blocks().iter();
        let rows = rows.flat_map(|block| block.places.clone().map(move |place| (block, place)));
        let explained = rows.filter_map(|(block, place)| {
            check_stop();
            self.explanation_at(&assessor, block, place, language)
        });
        explained.collect()
    }

    /// The explanation of a row of a block.
    fn explanation_at(
        &self,
        assessor: &Assessor<'_>,
        block: &Block,
        place: usize,
        language: Language,
    ) -> Option<Explanation> {
        let common = Common::of(self.plan(), block.target, block.window, self.as_of());
        let row = block.columns.row(place);
        let texts = Texts::of_unit(self.plan(), &row);
        let assessment = common.assessments(std::iter::once(row.clone()), &texts).next()?;
        Some(self.explanation(assessor, block, &row, assessment, language))
    }

    fn explanation(
        &self,
        assessor: &Assessor<'_>,
        block: &Block,
        of: &Row,
        row: Assessment,
        language: Language,
    ) -> Explanation {
        let target = self.plan().targets()[block.target].in_force(&block.window);
        let unit = of.unit();
        // Where the goal has to be met in every category, that of the one that decides.
        let deciding = of.category().and_then(|place| target.categories.get(place));
        let judged = deciding.map_or(target.indicator, |(_, indicator)| *indicator);
        let indicator = &self.plan()[judged];
        let frame = assessor.frame(&block.window);
        let inputs = |frame: &Frame| self.inputs(assessor, judged, unit, frame);
        let earlier = frame
            .as_ref()
            .and_then(|frame| assessor.compared_frame(target, frame))
            .map(|frame| inputs(&frame));
        let version = target
            .in_force_from
            .map(|day| language.say("note_version", &[("day", &language.day(day))]));
        let is_series = indicator.formula.facts().published().is_some();
        let is_projected =
            row.is_final || row.verdict == Verdict::Indeterminate || row.chance.is_some();
        let not_projected = (is_series && !is_projected).then(|| {
            let fewest = language.count(SeriesOutlook::FEWEST);
            language.say("note_not_projected", &[("values", &fewest)])
        });
        let is_rolling = matches!(target.window, TargetWindow::Rolling { .. });
        let is_cut = is_rolling && row.reason == Some(Reason::Straddles);
        let cut = is_cut.then(|| language.phrase("note_cut").to_owned());
        let left_out = row.unmatched.filter(|pairs| *pairs > 0).map(|pairs| {
            let forms = match row.value {
                Some(_) => ("pairs_left_out_one", "pairs_left_out_other", "pairs"),
                None => ("pairs_found_one", "pairs_found_other", "pairs"),
            };
            language.counted(usize::try_from(pairs).unwrap_or(usize::MAX), forms)
        });
        let on_the_way = target.baseline.is_some().then_some(row.progress).flatten();
        let progress = on_the_way.zip(row.baseline).map(|(progress, baseline)| {
            let beside: Vec<f64> = row.value.into_iter().chain(row.goal_value).collect();
            let said = [
                ("baseline", language.rounded(baseline, &beside)),
                ("progress", language.rounded(progress, &[100.0])),
            ];
            let said = [(said[0].0, said[0].1.as_str()), (said[1].0, said[1].1.as_str())];
            language.say("note_progress", &said)
        });
        let common = Common::of(self.plan(), block.target, block.window, self.as_of());
        let owners = self.owners_in_words(&common, unit, language);
        let imputed = row.imputed.filter(|share| *share > 0.0).map(|share| {
            language.say("note_imputed", &[("share", &language.rounded(share, &[0.0, 100.0]))])
        });
        let made_up = row.illustrative.then(|| language.phrase("note_illustrative").to_owned());
        let own_total = (of.parts_differ && row.method.is_none())
            .then(|| language.phrase("note_own_total").to_owned());
        let notes = [
            target.note.clone(),
            indicator.note.clone(),
            version,
            owners,
            progress,
            cut,
            not_projected,
            left_out,
            imputed,
            made_up,
            own_total,
        ];
        let line = Line {
            target_title: target.title().to_owned(),
            indicator_title: indicator.title().to_owned(),
            unit_of_value: self.plan().unit_of_value(judged),
            note: target.note.clone(),
            limit: Limit::of(&target.goal),
            assessment: row,
        };
        let (value, goal) = (value_in_words(&line, language), language.goal(&line));
        let in_full = |day: &dyn Fn(NaiveDate) -> String| {
            target.basis.iter().map(|document| document.in_full(day)).collect()
        };
        let judgement = judgement(&line, language);
        let unit_of_value = language.unit_of_value(&line.unit_of_value);
        let is_partly_counted = line.assessment.value.is_some()
            && line.assessment.unmatched.is_some_and(|pairs| pairs > 0);
        let partly_counted = frame.as_ref().filter(|_| is_partly_counted);
        let partly_counted = partly_counted.map(|frame| {
            self.partly_counted(assessor, judged, unit, frame, &line.assessment, language)
        });
        let row = line.assessment;
        Explanation {
            value,
            goal,
            unit_of_value,
            target_title: target.title().to_owned(),
            indicator_title: indicator.title().to_owned(),
            formula: self.plan().formula_with_titles(judged, language),
            judgement,
            flip: frame
                .as_ref()
                .filter(|_| row.verdict != Verdict::Indeterminate)
                .and_then(|frame| assessor.flip(target, judged, frame, unit)),
            row,
            inputs: frame.as_ref().map(inputs).unwrap_or_default(),
            partly_counted: partly_counted.unwrap_or_default(),
            earlier: earlier.unwrap_or_default(),
            documents: in_full(&|dated| dated.to_string()),
            printed_documents: in_full(&|dated| language.day(dated)),
            notes: notes.into_iter().flatten().collect(),
            language,
            source: Source {
                plan: self.plan().clone(),
                tally: self.tally().clone(),
                as_of: self.as_of(),
                target: block.target,
                window: block.window,
                judged,
                unit,
            },
        }
    }

    /// The offices that answer for a row, as a sentence.
    fn owners_in_words(
        &self,
        common: &Common<'_>,
        unit: UnitIndex,
        language: Language,
    ) -> Option<String> {
        let units = self.plan().units();
        let mut offices = Vec::new();
        for Office { owner, seat, .. } in common.offices().in_charge(unit) {
            let seat = seat.map(|seat| units[seat].name.as_str());
            let parts = [Some(owner.title()), seat, owner.name.as_deref()];
            offices.push(parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
        (!offices.is_empty())
            .then(|| language.say("note_owners", &[("owners", &offices.join("; "))]))
    }

    fn inputs(
        &self,
        assessor: &Assessor<'_>,
        indicator: IndicatorIndex,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Vec<Input> {
        let mut inputs = Vec::new();
        let measures = self.plan().measures_of(indicator);
        let participants = assessor.known.participants(&measures);
        for measure in measures {
            if inputs.iter().all(|input: &Input| input.measure != self.plan()[measure].id) {
                inputs.push(self.input(assessor, measure, participants, unit, frame));
            }
        }
        inputs
    }

    fn partly_counted(
        &self,
        assessor: &Assessor<'_>,
        indicator: IndicatorIndex,
        unit: UnitIndex,
        frame: &Frame,
        row: &Assessment,
        language: Language,
    ) -> Vec<PartlyCounted> {
        let (above, below) = match self.plan()[indicator].formula.facts().inputs {
            Inputs::Sums { above, below } => (above, below),
            // Categories and other windows have sums of their own, which the tree shows.
            Inputs::Categories { .. }
            | Inputs::Change { .. }
            | Inputs::Units { .. }
            | Inputs::Reports { .. }
            | Inputs::Published { .. } => return Vec::new(),
        };
        let sides = [(Some(above), row.numerator), (below, row.denominator)].into_iter();
        let partly = sides.filter_map(|(side, counted)| {
            let (side, counted) = side.zip(counted)?;
            // Sums of all units would take longer than the inputs of this one.
            let recorded = side.sum.terms.iter().try_fold(Exact::ZERO, |sum, term| {
                let value = Exact::of(assessor.input(term.measure, unit, frame).ok()?.value)?;
                let value = value * &term.factor.exact();
                Some(if term.subtracted { sum - &value } else { sum + &value })
            });
            let recorded = recorded?.float();
            let text = Names::with_titles(self.plan(), language).sum(side.sum);
            let left_out = left_out(Some(recorded), Some(counted))?;
            let sum = format!("{}, {text}", language.phrase(side.role));
            Some(PartlyCounted { sum, recorded, counted, left_out })
        });
        partly.collect()
    }

    fn input(
        &self,
        assessor: &Assessor<'_>,
        measure: MeasureIndex,
        participants: Participants,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Input {
        let units = self.plan().units();
        let reports = assessor.known.reports(measure, &frame.to_date, participants);
        let reports = reports.map(|reports| reports[unit.0]).unwrap_or_default();
        let days: Window = frame.to_date;
        let rolled = assessor.input(measure, unit, frame);
        let part = |child: UnitIndex, share: Option<f64>, of: Result<Rolled, Reason>| Part {
            unit: units[child].id.clone(),
            unit_name: units[child].name.clone(),
            share,
            value: of.as_ref().ok().zip(share).map(|(rolled, share)| rolled.value * share),
            reason: of.err(),
        };
        let parts = match assessor.known.made_of(measure, unit) {
            Some(pieces) => {
                let then = pieces.iter().filter(|piece| units[piece.unit].is_valid_during(&days));
                let parts = then.map(|piece| {
                    let share = piece.share.as_ref().map(Exact::float);
                    let as_it_was = assessor.known.as_recorded(measure, piece.unit, &days);
                    part(piece.unit, share, as_it_was.map_err(Reason::from))
                });
                parts.collect()
            }
            None => {
                let children = units.children(unit).iter().copied();
                let children = children.filter(|child| units[*child].is_valid_during(&days));
                let parts = children
                    .map(|child| part(child, Some(1.0), assessor.input(measure, child, frame)));
                parts.collect()
            }
        };
        let why = rolled.as_ref().err().and_then(|reason| conflict_of(*reason));
        let conflicts = why.map_or_else(Vec::new, |(why, _)| {
            assessor.known.conflicts(measure, unit, &days, why, MOST_CONFLICTS)
        });
        let source = (self.plan(), self.tally());
        let conflicts = conflicts.iter().map(|one| ConflictingFigure::of(source, one)).collect();
        let both = rolled.as_ref().ok();
        let both = both.and_then(|rolled| rolled.whole_and_parts.or(rolled.whole_and_categories));
        Input {
            measure: self.plan()[measure].id.clone(),
            title: Names::with_titles(self.plan(), ENGLISH).measure(measure).into_owned(),
            start: days.start(),
            end: days.end(),
            value: rolled.as_ref().ok().map(|rolled| rolled.value),
            own_total: both.map(|(whole, _)| whole),
            parts_total: both.map(|(_, parts)| parts),
            imputed: rolled.as_ref().ok().map(|rolled| 100.0 * rolled.imputed),
            reason: rolled.err(),
            reports_made: reports.made,
            reports_due: reports.due,
            is_carried: assessor.known.made_of(measure, unit).is_some(),
            parts,
            conflicts,
        }
    }
}

/// Explains many rows of a report. What is known on its day is looked up once for all of them.
pub(crate) struct Explainer<'r> {
    report: &'r Report,
    assessor: Assessor<'r>,
    texts: Texts,
    language: Language,
}

impl<'r> Explainer<'r> {
    /// For the rows of a report, in a language.
    pub(crate) fn of(report: &'r Report, language: Language) -> Explainer<'r> {
        let texts = Texts::of(report.plan());
        Explainer { report, assessor: report.assessor(), texts, language }
    }

    /// The lines of the explanation of a row, each with its depth: the tree, then the notes.
    pub(crate) fn lines(
        &self,
        block: &Block,
        place: usize,
        options: &TreeOptions,
    ) -> Vec<(usize, String)> {
        let common =
            Common::of(self.report.plan(), block.target, block.window, self.report.as_of());
        let row = block.columns.row(place);
        let assessment = common.assessment(&row, &common.texts(), &self.texts);
        let explanation =
            self.report.explanation(&self.assessor, block, &row, assessment, self.language);
        let mut lines = Vec::new();
        explanation.tree_of(&self.assessor, options).lines(0, &mut lines);
        lines.extend(explanation.notes.iter().map(|note| (1, wording::legible(note))));
        lines
    }
}

/// The value with its unit and the counts behind it: `90.8 % (1 670 of 1 840)`.
fn value_in_words(line: &Line, language: Language) -> Option<String> {
    let unit = language.unit_of_value(&line.unit_of_value);
    let value = wording::with_unit(&language.value(line)?, &unit);
    Some(match language.fraction(&line.assessment) {
        Some(fraction) => format!("{value} ({fraction})"),
        None => value,
    })
}

/// A row's judgement as a sentence.
fn judgement(line: &Line, language: Language) -> String {
    let row = &line.assessment;
    match (row.verdict, row.reason) {
        (Verdict::Indeterminate, Some(reason)) => {
            language.say("no_verdict", &[("reason", reason.explanation_in(language))])
        }
        (verdict, reason) => {
            let verdict = capitalised(language.bare_verdict(verdict));
            let value = value_in_words(line, language)
                .unwrap_or_else(|| language.phrase("no_value").to_owned());
            let goal = language.goal(line);
            let said = [("verdict", verdict.as_str()), ("value", &value), ("goal", &goal)];
            let mut sentence = match row.is_final {
                true => language.say("judged", &said),
                false => language.say("judged_today", &said),
            };
            if let Some(reason) = reason {
                sentence.push_str(&format!(" {}.", capitalised(reason.explanation_in(language))));
            }
            sentence
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + characters.as_str()
    })
}

impl fmt::Display for Explanation {
    /// For a terminal: the judgement, the formula, the inputs, the missing figures, the basis.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = String::new();
        self.write_lines(&mut lines)?;
        for line in lines.lines() {
            let indent = line.len() - line.trim_start().len();
            let broken = text::broken(&wording::legible(line), WIDTH, indent, indent + 4);
            for (place, part) in broken.iter().enumerate() {
                let indent = if place == 0 { indent } else { indent + 4 };
                writeln!(f, "{:indent$}{part}", "")?;
            }
        }
        Ok(())
    }
}

impl Explanation {
    fn write_lines(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let row = &self.row;
        let language = self.language;
        write!(f, "{} · {} ({})", self.target_title, row.unit_name, row.unit)?;
        match &row.stratum {
            Some(stratum) => writeln!(f, " · {stratum}")?,
            None => writeln!(f)?,
        }
        if let Some(window) = Window::new(row.window_start, row.window_end) {
            writeln!(f, "{}", self.days_as_of(&window))?;
        }
        writeln!(f, "{}", self.judgement)?;
        for sentence in [self.flip_in_words(), self.pace(), self.outlook()].into_iter().flatten() {
            writeln!(f, "{sentence}")?;
        }
        writeln!(f, "{} = {}", self.indicator_title, self.formula)?;
        let inputs = [
            (language.phrase("inputs"), &self.inputs),
            (language.phrase("compared_with"), &self.earlier),
        ];
        for (title, inputs) in inputs.into_iter().filter(|(_, inputs)| !inputs.is_empty()) {
            writeln!(f, "{title}")?;
            for input in inputs {
                write_input(f, input, language)?;
            }
            if std::ptr::eq(inputs, &raw const self.inputs) {
                self.write_partly_counted(f)?;
            }
        }
        if let (Some(lower), Some(upper), Some(method)) = (row.lower, row.upper, &row.method) {
            let values = [
                ("interval", self.range(lower, upper)),
                ("method", method.to_string()),
                ("certainty", language.certainty_code(row.certainty).to_owned()),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            writeln!(f, "{}", language.say("interval_by", &values))?;
            if let Some(dispersion) = self.dispersion() {
                writeln!(f, "{dispersion}")?;
            }
        }
        self.last_lines().iter().try_for_each(|line| writeln!(f, "{line}"))
    }

    /// What of the inputs counts, where a part of it does not.
    fn write_partly_counted(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let language = self.language;
        for PartlyCounted { sum, recorded, counted, left_out } in &self.partly_counted {
            let [recorded, counted, left_out] =
                [*recorded, *counted, *left_out].map(|value| language.figure(value));
            let values = [
                ("sum", sum.as_str()),
                ("counted", &counted),
                ("recorded", &recorded),
                ("left_out", &left_out),
            ];
            writeln!(f, "  {}", language.say("partly_counted", &values))?;
        }
        Ok(())
    }

    /// The days of the window and that of the judgement.
    fn days_as_of(&self, window: &Window) -> String {
        let language = self.language;
        let days = language.days(window.start(), window.end());
        language.say("days_as_of", &[("days", &days), ("day", &language.day(self.row.as_of))])
    }

    /// The documents that the row rests on, and the notes.
    fn last_lines(&self) -> Vec<String> {
        let language = self.language;
        let documents = self.printed_documents.iter();
        let documents = documents.map(|text| format!("{} {text}", language.phrase("rests_on")));
        let notes = self.notes.iter().map(|note| language.say("note", &[("note", note)]));
        documents.chain(notes).collect()
    }
}

/// The width that lines are broken at, in cells.
const WIDTH: usize = 100;

fn write_input(f: &mut impl fmt::Write, input: &Input, language: Language) -> fmt::Result {
    write!(f, "  {} = ", input.title)?;
    match (input.value, input.reason) {
        (Some(value), _) => write!(f, "{}", language.figure(value))?,
        (None, reason) => {
            let reason = language.reason_code(reason.unwrap_or(Reason::NoData));
            write!(f, "{}", language.say("no_number", &[("reason", reason)]))?;
        }
    }
    if let Some(days) = Window::new(input.start, input.end) {
        write!(f, " · {}", language.days(days.start(), days.end()))?;
    }
    if input.reports_due > 0 {
        write!(f, " · {}", reports_of(input.reports_made, input.reports_due, language))?;
    }
    if let (Some(own), Some(parts)) = (input.own_total, input.parts_total) {
        let [own, parts] = [own, parts].map(|total| language.figure(total));
        write!(f, " · {}", language.say("own_total", &[("own", &own), ("parts", &parts)]))?;
    }
    writeln!(f)?;
    if let Some((_, what)) = input.reason.and_then(conflict_of) {
        let what = language.phrase(what);
        for figure in &input.conflicts {
            let value = figure.value.map(|value| language.figure(value));
            let value = value.as_deref().unwrap_or(language.phrase("figure_suppressed"));
            writeln!(f, "    {what}: {} = {value}", figure.label(language))?;
        }
    }
    // A line is for reading: a city has hundreds of communes.
    const MOST_NAMED: usize = 8;
    if input.is_carried {
        let named = |part: &Part| match part.share {
            Some(1.0) => part.unit_name.clone(),
            Some(share) => share_of_unit(share, &part.unit_name, language),
            None => language.say("unknown_part", &[("unit", &part.unit_name)]),
        };
        let named: Vec<String> = input.parts.iter().map(named).collect();
        let units = first_of(&named, MOST_NAMED, language);
        writeln!(f, "    {}", language.say("made_of", &[("units", &units)]))?;
    }
    let missing: Vec<&str> = input
        .parts
        .iter()
        .filter(|part| part.value.is_none())
        .map(|part| part.unit_name.as_str())
        .collect();
    if !missing.is_empty() && missing.len() < input.parts.len() {
        let units = first_of(&missing, MOST_NAMED, language);
        writeln!(f, "    {}", language.say("missing_units", &[("units", &units)]))?;
    }
    Ok(())
}

/// `2 of 3 reports made`.
fn reports_of(made: u64, due: u64, language: Language) -> String {
    let [made, due] = [made, due].map(|reports| language.exact(reports as f64));
    language.say("reports_of", &[("made", &made), ("due", &due)])
}

/// `33.3 % of East`.
fn share_of_unit(share: f64, unit: &str, language: Language) -> String {
    let share = language.number(&format!("{}", (1000.0 * share).round() / 10.0));
    language.say("share_of_unit", &[("share", &share), ("unit", unit)])
}

/// `a, b, c and 4 more`.
fn first_of<T: AsRef<str>>(names: &[T], most: usize, language: Language) -> String {
    let named: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    let units = named.join(", ");
    match names.len() - named.len() {
        0 => units,
        more => {
            let more = language.count(more);
            language.say("units_and_more", &[("units", &units), ("more", &more)])
        }
    }
}
