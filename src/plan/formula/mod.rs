//! Formulas: how an indicator is computed. One file per formula holds its parameters and its facts; the engine part
//! is in `assess/value/`, under the same name.

mod change;
mod count;
mod facts;
mod mean;
mod proportion;
mod quotient;
mod rate;
mod ratio;
mod reported;
mod reporting;
mod share_of_units;
mod standardised_rate;

use std::borrow::Cow;

pub use change::Change;
pub use count::Count;
pub(crate) use facts::{Facts, Inputs, Operand, ValueKind};
pub use mean::Mean;
pub use proportion::Proportion;
pub use rate::Rate;
pub use ratio::Ratio;
pub use reported::Reported;
pub use reporting::Reporting;
pub use share_of_units::ShareOfUnits;
pub use standardised_rate::StandardisedRate;

pub use super::choices::{Annualised, ChangeAs, ShareOfReports, Variation};
use super::document::Node;
use super::{
    Expression, IndicatorIndex, MeasureIndex, Plan, Selection, Stratum, StratumIndex, Term,
};
use crate::error::{Fault, Place};
use crate::exact::Decimal;
use crate::language::Language;
use crate::names::prose;

/// The registry of formulas: one line each. `formulas!(name)` calls the macro `name` with all lines.
macro_rules! formulas {
    ($call:ident) => {
        $call! {
            /// A count of events or things.
            Count,
            /// A part of a whole: the numerator's events are among the denominator's.
            Proportion,
            /// One sum over another; it may exceed 1.
            Ratio,
            /// Events per population.
            Rate,
            /// The rate that a standard population would have: Σ(w·x/n)/Σw.
            StandardisedRate,
            /// A sum per thing.
            Mean,
            /// The change of another indicator.
            Change,
            /// The share of units that meet a goal of their own, in per cent.
            ShareOfUnits,
            /// The share of the reports due that were made, or made in time, in per cent.
            Reporting,
            /// A published value, judged and never rolled up.
            Reported,
        }
    };
}
pub(crate) use formulas;

/// The plan part of a formula.
pub(super) trait Definition: Sized {
    /// Its key in a plan.
    const KEY: &'static str;

    /// Facts about the formula that other modules use.
    fn facts(&self) -> Facts<'_>;

    /// How it computes, in words: `cleared ÷ cases × 100`.
    fn text(&self, names: &Names<'_>) -> String;

    /// The unit of its values; empty if the plan does not say.
    fn unit_of_value(&self, plan: &Plan) -> String;

    /// Its value in a written plan.
    fn node(&self, plan: &Plan) -> Node;

    /// The same formula of what is in a selection of categories. Notes a fault if there is none.
    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self>;
}

/// Converts what a formula names to the same of what is in a selection of categories. Each notes a fault if there is
/// none.
pub(super) trait Narrowing {
    fn expression(
        &mut self,
        expression: &Expression,
        selection: &Selection,
        place: &Place,
    ) -> Option<Expression>;

    fn measure(
        &mut self,
        measure: MeasureIndex,
        selection: &Selection,
        place: &Place,
    ) -> Option<MeasureIndex>;

    fn indicator(
        &mut self,
        indicator: IndicatorIndex,
        selection: &Selection,
        place: &Place,
    ) -> Option<IndicatorIndex>;

    fn stratum(&self, stratum: StratumIndex) -> Stratum;

    fn refuse(&mut self, fault: Fault);
}

/// Makes the enum of all formulas, and calls the [`Definition`] of each.
macro_rules! declare {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// How an indicator is computed.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Formula {
            $($(#[$doc])* $name($name),)+
        }

        impl Formula {
            /// Its key in a plan.
            pub fn key(&self) -> &'static str {
                match self { $(Formula::$name(_) => $name::KEY,)+ }
            }

            pub(crate) fn facts(&self) -> Facts<'_> {
                match self { $(Formula::$name(formula) => formula.facts(),)+ }
            }

            pub(crate) fn text(&self, names: &Names<'_>) -> String {
                match self { $(Formula::$name(formula) => formula.text(names),)+ }
            }

            pub(crate) fn unit_of_value(&self, plan: &Plan) -> String {
                match self { $(Formula::$name(formula) => formula.unit_of_value(plan),)+ }
            }

            pub(super) fn node(&self, plan: &Plan) -> Node {
                match self { $(Formula::$name(formula) => formula.node(plan),)+ }
            }

            pub(super) fn narrow(
                &self,
                narrowing: &mut impl Narrowing,
                selection: &Selection,
                place: &Place,
            ) -> Option<Formula> {
                Some(match self {
                    $(Formula::$name(formula) => {
                        Formula::$name(formula.narrow(narrowing, selection, place)?)
                    })+
                })
            }
        }

        $(impl From<$name> for Formula {
            fn from(formula: $name) -> Formula {
                Formula::$name(formula)
            }
        })+
    };
}
formulas!(declare);

/// How the text of a formula names measures and indicators.
pub(crate) struct Names<'p> {
    pub(crate) plan: &'p Plan,
    /// By their titles, where they have one; by their ids otherwise.
    pub(crate) by_title: bool,
    pub(crate) language: Language,
}

impl<'p> Names<'p> {
    /// Names by title, in the words of a language.
    pub(crate) fn with_titles(plan: &'p Plan, language: Language) -> Names<'p> {
        Names { plan, by_title: true, language }
    }

    pub(crate) fn indicator(&self, indicator: IndicatorIndex) -> Cow<'p, str> {
        let indicator = &self.plan[indicator];
        if self.by_title { prose(indicator.title()).into() } else { (&indicator.id).into() }
    }

    pub(crate) fn measure(&self, measure: MeasureIndex) -> Cow<'p, str> {
        let measure = &self.plan[measure];
        match measure.title.as_deref().filter(|_| self.by_title) {
            Some(title) => prose(title).into(),
            None => (&measure.id).into(),
        }
    }

    /// A number of the plan.
    fn decimal(&self, number: Decimal) -> String {
        self.language.number(&number.to_string())
    }

    /// `cleared + cleared_old - transferred`.
    pub(crate) fn sum(&self, expression: &Expression) -> String {
        if !self.by_title {
            return self.plan.expression_text(expression);
        }
        let mut text = String::new();
        for term in &expression.terms {
            if !text.is_empty() {
                text.push_str(if term.subtracted { " - " } else { " + " });
            }
            text.push_str(&self.term(term));
        }
        text
    }

    /// A measure with what it is multiplied by: `0.5 × population`.
    pub(crate) fn term(&self, term: &Term) -> String {
        let number = |number| self.decimal(number);
        term.factor.around(&self.measure(term.measure), ("×", "÷"), number)
    }

    /// A sum in a formula, in brackets if it has several terms.
    fn operand(&self, expression: &Expression) -> String {
        let text = self.sum(expression);
        let is_one_measure = expression.terms.len() == 1 && !expression.has_factor();
        if is_one_measure { text } else { format!("({text})") }
    }
}
