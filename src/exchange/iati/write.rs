//! Activities with their results as elements, in the order of the schema of IATI 2.03.

use std::collections::BTreeSet;
use std::io::{self, Write};

use chrono::NaiveDate;

use super::activities::Activities;
use super::results::{About, Element, Entry, Results};
use super::xml::Xml;
use crate::language::Language;
use crate::parallel::check_stop;
use crate::plan::UnitIndex;

impl Results<'_> {
    /// Writes the file.
    pub(super) fn write(
        &self,
        file: &mut impl Write,
        activities: &Activities<'_>,
        language: &str,
    ) -> io::Result<()> {
        let mut xml = Xml::new(file)?;
        let file = Writing { results: self, activities, language };
        xml.element("iati-activities", &[("version", "2.03")], |xml| {
            let mut of_activities =
                self.elements.chunk_by(|one, next| one.activity == next.activity);
            of_activities.try_for_each(|elements| file.activity(xml, elements))
        })
    }
}

struct Writing<'w> {
    results: &'w Results<'w>,
    activities: &'w Activities<'w>,
    language: &'w str,
}

impl Writing<'_> {
    fn activity<W: Write>(&self, xml: &mut Xml<W>, elements: &[Element<'_>]) -> io::Result<()> {
        let activity = elements.first().and_then(|one| self.activities.all.get(one.activity));
        let Some(activity) = activity else { return Ok(()) };
        xml.element("iati-activity", &[("xml:lang", self.language)], |xml| {
            xml.text("iati-identifier", &[], activity.identifier)?;
            xml.narrative("title", activity.title)?;
            let entries = elements.iter().flat_map(|one| one.periods.values().flatten());
            let units: BTreeSet<UnitIndex> = entries.map(|entry| entry.unit).collect();
            let mut written: BTreeSet<&str> = BTreeSet::new();
            for index in units {
                let unit = &self.results.plan.units()[index];
                let Some(code) = self.location(index) else { continue };
                if written.insert(code) {
                    xml.element("location", &[("ref", code)], |xml| {
                        xml.narrative("name", &unit.name)
                    })?;
                }
            }
            let mut results = elements.chunk_by(|one, next| one.campaign == next.campaign);
            results.try_for_each(|elements| self.result(xml, elements))
        })
    }

    fn result<W: Write>(&self, xml: &mut Xml<W>, elements: &[Element<'_>]) -> io::Result<()> {
        let plan = self.results.plan;
        let campaign = elements.first().and_then(|one| one.campaign);
        let campaign = campaign.and_then(|campaign| plan.campaigns().get(campaign));
        let kind = match campaign.and_then(|campaign| campaign.note.as_deref()) {
            Some("output") => "1",
            Some("outcome") => "2",
            Some("impact") => "3",
            _ => "9",
        };
        xml.element("result", &[("type", kind)], |xml| {
            xml.narrative("title", campaign.map_or(plan.title(), |campaign| campaign.title()))?;
            elements.iter().try_for_each(|element| self.indicator(xml, element))
        })
    }

    fn indicator<W: Write>(&self, xml: &mut Xml<W>, element: &Element<'_>) -> io::Result<()> {
        let code = |is_true: bool| if is_true { "1" } else { "0" };
        let attributes = [
            ("measure", if element.is_percentage { "2" } else { "1" }),
            ("ascending", code(element.is_ascending)),
            ("aggregation-status", code(element.adds_up)),
        ];
        xml.element("indicator", &attributes, |xml| {
            xml.narrative("title", element.title)?;
            if let Some(note) = element.note {
                xml.narrative("description", note)?;
            }
            xml.empty("reference", &[("vocabulary", "99"), ("code", &element.code)])?;
            for earlier in &element.baselines {
                let (year, value) = (earlier.year.to_string(), earlier.value.to_string());
                let attributes = [("year", year.as_str()), ("value", value.as_str())];
                self.value(xml, "baseline", &attributes, (earlier.unit, earlier.about), None)?;
            }
            element
                .periods
                .iter()
                .try_for_each(|((start, end), entries)| self.period(xml, *start, *end, entries))
        })
    }

    fn period<W: Write>(
        &self,
        xml: &mut Xml<W>,
        start: NaiveDate,
        end: NaiveDate,
        entries: &[Entry<'_>],
    ) -> io::Result<()> {
        // The last day belongs to the period.
        let end = end.pred_opt().unwrap_or(end);
        xml.element("period", &[], |xml| {
            xml.empty("period-start", &[("iso-date", &start.to_string())])?;
            xml.empty("period-end", &[("iso-date", &end.to_string())])?;
            for entry in entries {
                check_stop();
                if let Some(goal) = entry.goal {
                    let comment = entry.target.note.as_deref().map(|note| (note, None));
                    let attributes = [("value", &*goal.to_string())];
                    self.value(xml, "target", &attributes, (entry.unit, entry.about), comment)?;
                }
            }
            for entry in entries {
                if let Some(value) = entry.value {
                    let comment = entry.reason.map(|reason| {
                        let known = Language::ALL.iter().find(|one| one.code() == self.language);
                        let language = known.copied().unwrap_or_default();
                        let other = known.is_none().then(|| language.code());
                        (reason.explanation_in(language), other)
                    });
                    let attributes = [("value", &*value.to_string())];
                    self.value(xml, "actual", &attributes, (entry.unit, entry.about), comment)?;
                }
            }
            Ok(())
        })
    }

    /// A value with its location, its dimensions and a comment, which may be in another language.
    fn value<W: Write>(
        &self,
        xml: &mut Xml<W>,
        name: &str,
        attributes: &[(&str, &str)],
        (unit, about): (UnitIndex, About<'_>),
        comment: Option<(&str, Option<&str>)>,
    ) -> io::Result<()> {
        let location = self.location(unit);
        let dimensions = self.dimensions(about);
        if location.is_none() && dimensions.is_empty() && comment.is_none() {
            return xml.empty(name, attributes);
        }
        xml.element(name, attributes, |xml| {
            if let Some(code) = location {
                xml.empty("location", &[("ref", code)])?;
            }
            for (stratum, category) in &dimensions {
                xml.empty("dimension", &[("name", stratum), ("value", category)])?;
            }
            match comment {
                None => Ok(()),
                Some((text, None)) => xml.narrative("comment", text),
                Some((text, Some(language))) => xml.element("comment", &[], |xml| {
                    xml.text("narrative", &[("xml:lang", language)], text)
                }),
            }
        })
    }

    /// The reference of a unit that is a location of its activity.
    fn location(&self, unit: UnitIndex) -> Option<&str> {
        let (activity, is_itself) = self.activities.of_unit(unit)?;
        let activity = self.activities.all.get(activity)?;
        let code = self.results.plan.units()[unit].id.as_str();
        (!is_itself).then(|| self.activities.reference(activity, code))
    }

    /// Each stratum that a value is narrowed to, and its category; several categories together are one.
    fn dimensions(&self, (_, categories): About<'_>) -> Vec<(&str, String)> {
        let Some(selection) = self.results.selections.get(categories) else { return Vec::new() };
        let strata = self.results.plan.strata();
        selection
            .iter()
            .filter_map(|(index, places)| {
                let stratum = strata.get(index.0)?;
                let names: Vec<&str> = places
                    .iter()
                    .filter_map(|place| stratum.categories.get(*place).map(String::as_str))
                    .collect();
                Some((stratum.id.as_str(), names.join(" + ")))
            })
            .collect()
    }
}
