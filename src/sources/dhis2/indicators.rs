//! Indicators: their formulas in the terms of a plan.

use std::collections::BTreeSet;

use super::combos::is_default;
use super::expression::{Expression, Operand, Term, Unsupported, parse};
use super::metadata::{Indicator, Metadata, Object};
use super::{Dhis2Options, Kind};
use crate::error::Place;
use crate::plan::document::Node;
use crate::sources::SourceFile;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::tree::{self, Map};

/// An indicator that a plan can express.
#[derive(Debug)]
pub(super) struct Formula {
    pub(super) id: String,
    pub(super) node: Node,
    /// The number of the indicator in the metadata.
    pub(super) number: Option<usize>,
    /// Whether the value is a count, which adds up over units.
    pub(super) is_count: bool,
}

/// What an operand of an expression is read from: a measure of its own, or one of all combinations.
pub(super) fn measure_of(operand: &Operand, measure: &str) -> String {
    let part = |combo: &Option<String>| combo.clone().filter(|combo| !is_default(combo));
    match (part(&operand.combo), part(&operand.attribute)) {
        (None, None) => measure.to_owned(),
        (Some(combo), None) => format!("{measure}.{combo}"),
        (combo, Some(attribute)) => {
            format!("{measure}.{}.{attribute}", combo.as_deref().unwrap_or("all"))
        }
    }
}

/// Whether an operand is narrowed to a combination.
pub(super) fn is_narrowed(operand: &Operand) -> bool {
    [&operand.combo, &operand.attribute].into_iter().flatten().any(|combo| !is_default(combo))
}

/// Why an indicator is left out.
enum LeftOut {
    Token(Unsupported, &'static str),
    /// An element that is in no file.
    NoElement(String),
    /// An element that is left out itself.
    Element(String, NoteCode),
    Placeholder,
}

/// What the formulas of indicators need to know of data elements.
pub(super) trait Elements {
    /// The id of the measure of an element; or the code of the note on why there is none.
    fn measure(&self, element: &str) -> Option<Result<&str, NoteCode>>;
    /// Whether values of the element may be negative.
    fn is_signed(&self, element: &str) -> bool;
}

/// The indicators that a plan can express, and the operands with a measure of their own.
#[derive(Default)]
pub(super) struct Formulas {
    pub(super) list: Vec<Formula>,
    pub(super) narrowed: BTreeSet<Operand>,
    /// The numbers of the indicators with sums of several elements, and these elements.
    pub(super) sums: Vec<(usize, BTreeSet<String>)>,
}

impl Formulas {
    /// The elements that stand in a sum.
    pub(super) fn in_sums(&self) -> BTreeSet<&String> {
        self.sums.iter().flat_map(|(_, elements)| elements).collect()
    }
}

pub(super) fn formulas(
    metadata: &Metadata,
    files: &[SourceFile],
    elements: &impl Elements,
    ids: &[String],
    options: &Dhis2Options,
    is_wanted: impl Fn(usize) -> bool,
    notes: &mut Notes,
) -> Formulas {
    let mut found = Formulas::default();
    let objects = &metadata.indicators;
    for (number, indicator) in objects.list.iter().enumerate().filter(|(at, _)| is_wanted(*at)) {
        let Some(id) = ids.get(number) else { continue };
        let place = |field: &str| objects.place(files, number, field);
        match formula(metadata, indicator, id, elements, options) {
            Ok(Made { node, operands, is_count, is_assumed, in_sums }) => {
                found.narrowed.extend(operands.into_iter().filter(is_narrowed));
                if is_assumed {
                    note_assumed(notes, indicator.name().unwrap_or(id), || place("numerator"));
                }
                if !in_sums.is_empty() {
                    found.sums.push((number, in_sums));
                }
                found.list.push(Formula { id: id.clone(), node, number: Some(number), is_count });
            }
            Err(why) => {
                let (code, did, field, what) = match why {
                    LeftOut::Token(Unsupported { token, position }, field) => (
                        NoteCode::LeftOutExpression,
                        "indicators are left out: a plan can't express their formula",
                        field,
                        format!("{token} at character {position} of the {field} of {id}"),
                    ),
                    LeftOut::NoElement(element) => (
                        NoteCode::DanglingReference,
                        "indicators are left out: a data element is in no file of metadata",
                        "numerator",
                        format!("{element} in {id}"),
                    ),
                    LeftOut::Element(element, code) => (
                        code,
                        "indicators are left out: they need a data element that is left out",
                        "numerator",
                        format!("{element} in {id}"),
                    ),
                    LeftOut::Placeholder => (
                        NoteCode::LeftOutExpression,
                        "indicators are left out: their formula is a number",
                        "numerator",
                        id.clone(),
                    ),
                };
                notes.add(code, did, || place(field)).found(what);
            }
        }
    }
    found
}

/// A ratio whose kind no formula proves.
pub(super) fn note_assumed(notes: &mut Notes, found: &str, place: impl FnOnce() -> Place) {
    let did =
        "indicators are ratios: that the numerator is a part of the denominator is not proven";
    notes
        .add(NoteCode::AssumedKind, did, place)
        .found(found)
        .hint("name the kind with `kinds`, for instance `proportion`");
}

/// The kind that is named for an indicator, by its id, its code or what it is called in the plan.
pub(super) fn named_kind(
    options: &Dhis2Options,
    indicator: Option<&Indicator>,
    name: &str,
) -> Option<Kind> {
    let names = [indicator.map(|one| one.id.as_str()), indicator.and_then(Object::code)];
    let mut names = names.into_iter().flatten().chain([name]);
    names.find_map(|name| options.kinds.get(name)).copied()
}

/// Whether the numerator of an indicator is a part of its denominator, as its formula says.
pub(super) fn is_proven(indicator: &Indicator, elements: &impl Elements) -> bool {
    let read = |text: &Option<String>| match parse(text.as_deref().unwrap_or_default()) {
        Ok(Expression::Sum(terms)) => Some(terms),
        Ok(Expression::Number(_)) | Err(_) => None,
    };
    match (read(&indicator.numerator), read(&indicator.denominator)) {
        (Some(above), Some(below)) => is_part(&above, &below, elements),
        _ => false,
    }
}

struct Made {
    node: Node,
    operands: Vec<Operand>,
    is_count: bool,
    is_assumed: bool,
    /// The elements of sums of several terms.
    in_sums: BTreeSet<String>,
}

fn formula(
    metadata: &Metadata,
    indicator: &Indicator,
    id: &str,
    elements: &impl Elements,
    options: &Dhis2Options,
) -> Result<Made, LeftOut> {
    let read = |text: &Option<String>, field| {
        parse(text.as_deref().unwrap_or_default()).map_err(|found| LeftOut::Token(found, field))
    };
    let numerator = read(&indicator.numerator, "numerator")?;
    let denominator = match indicator.denominator.as_deref().map(str::trim) {
        None | Some("") => Expression::Number("1".to_owned()),
        Some(_) => read(&indicator.denominator, "denominator")?,
    };
    let Expression::Sum(numerator) = numerator else { return Err(LeftOut::Placeholder) };
    let factor =
        indicator.indicator_type.as_ref().and_then(|one| metadata.indicator_types.get(&one.id));
    let factor = factor.and_then(|one| one.factor).unwrap_or(1);
    let above = written(&numerator, elements)?;
    let mut operands: Vec<Operand> = numerator.iter().map(|term| term.operand.clone()).collect();
    let in_sum = |terms: &[Term]| -> BTreeSet<String> {
        let terms = if terms.len() > 1 { terms } else { &[] };
        terms.iter().map(|term| term.operand.element.clone()).collect()
    };
    let mut in_sums = in_sum(&numerator);
    let head = Map::new().with_some("title", indicator.name().map(tree::text));
    let node;
    let (mut is_count, mut is_assumed) = (false, false);
    match denominator {
        Expression::Number(divisor) => {
            let is_zero = divisor.starts_with('-') || divisor == "0";
            if is_zero || factor <= 0 || indicator.annualized == Some(true) {
                let token = if is_zero { divisor } else { "annualized".to_owned() };
                return Err(LeftOut::Token(Unsupported { token, position: 1 }, "denominator"));
            }
            let mut text = above;
            if (factor != 1 || divisor != "1") && numerator.len() > 1 {
                text = format!("({text})");
            }
            if factor != 1 {
                text = format!("{factor} * {text}");
            }
            if divisor != "1" {
                text = format!("{text} / {divisor}");
            }
            is_count = true;
            node = head.with("count", tree::text(&text));
        }
        Expression::Sum(below_terms) => {
            if factor <= 0 {
                let token = factor.to_string();
                return Err(LeftOut::Token(Unsupported { token, position: 1 }, "factor"));
            }
            let below = written(&below_terms, elements)?;
            operands.extend(below_terms.iter().map(|term| term.operand.clone()));
            in_sums.extend(in_sum(&below_terms));
            let per = tree::number(&factor.to_string());
            if indicator.annualized == Some(true) {
                let rate = Map::new()
                    .with("numerator", tree::text(&above))
                    .with("population", tree::text(&below))
                    .with("per", per)
                    .with("annualised", tree::text("365"));
                node = head.with("rate", rate);
            } else {
                let given = named_kind(options, Some(indicator), id);
                let is_proven = is_part(&numerator, &below_terms, elements);
                let kind = given.unwrap_or(if is_proven { Kind::Proportion } else { Kind::Ratio });
                is_assumed = given.is_none() && !is_proven;
                let quotient = Map::new()
                    .with("numerator", tree::text(&above))
                    .with("denominator", tree::text(&below))
                    .with("per", per);
                node = head.with(kind.code(), quotient);
            }
        }
    }
    Ok(Made { node: node.into(), operands, is_count, is_assumed, in_sums })
}

/// A sum in the words of a plan. A sum begins with a term that is added.
fn written(terms: &[Term], elements: &impl Elements) -> Result<String, LeftOut> {
    let mut in_order: Vec<&Term> = terms.iter().filter(|term| !term.is_subtracted).collect();
    in_order.extend(terms.iter().filter(|term| term.is_subtracted));
    let mut text = String::new();
    for term in in_order {
        let element = &term.operand.element;
        let measure = match elements.measure(element) {
            Some(Ok(measure)) => measure,
            Some(Err(code)) => return Err(LeftOut::Element(element.clone(), code)),
            None => return Err(LeftOut::NoElement(element.clone())),
        };
        match (text.is_empty(), term.is_subtracted) {
            (true, true) => {
                let token = format!("- #{{{element}}}");
                return Err(LeftOut::Token(Unsupported { token, position: 1 }, "numerator"));
            }
            (true, false) => {}
            (false, true) => text.push_str(" - "),
            (false, false) => text.push_str(" + "),
        }
        text.push_str(&measure_of(&term.operand, measure));
    }
    Ok(text)
}

/// Whether a numerator is a part of the denominator: each of its terms is one of the terms that the denominator adds up, once.
fn is_part(numerator: &[Term], denominator: &[Term], elements: &impl Elements) -> bool {
    let is_plain = |term: &Term| !term.is_subtracted && !elements.is_signed(&term.operand.element);
    let once = |terms: &[Term]| {
        let distinct: BTreeSet<&Operand> = terms.iter().map(|term| &term.operand).collect();
        distinct.len() == terms.len()
    };
    let all_are_there = numerator.iter().all(|term| denominator.contains(term));
    numerator.iter().chain(denominator).all(is_plain)
        && once(numerator)
        && once(denominator)
        && all_are_there
}
