//! Who answers for the rows of a report, and how these stand.

mod rows;

use std::collections::BTreeMap;

use crate::assess::{Certainty, Pace, Verdict};
use crate::plan::{Owner, UnitIndex};
use crate::report::Report;
pub use rows::OwnerRow;

/// An office: its owner by its place in the plan, and its unit where there is one in each unit of a level.
type Office = (usize, Option<UnitIndex>);

impl Report {
    /// A row for each office of the plan's `owners`, in the order of the plan and of its units: how many rows it answers for,
    /// and how they stand.
    ///
    /// A row counts for the office that answers on the last day of its window, or on the day of the report while the window
    /// runs. `inherited` says for how many of them another office, or none, answered on the first day; `handed_over` counts
    /// the rows that it gave away. A row may have several offices, or none. Offices that never answered for a row of the
    /// report have none here. Wrong verdicts are those of [`expected_wrong`](Report::expected_wrong).
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {cases: {absent: zero}}
    /// indicators: {crimes: {count: cases}}
    /// targets:
    ///   few: {indicator: crimes, goal: {at_most: 9}, window: {every: half, within: "2023"}}
    /// owners:
    ///   committee-138: {duties: [{targets: [few], until: 2023-08-01}]}
    ///   committee-89: {duties: [{targets: [few], from: 2023-08-02}]}
    /// "#)?;
    /// let mut tally = Tally::of_events(&plan);
    /// tally.record(&Outcome::new("c", When::Date(calendar::date("2023-09-01").unwrap()), "cases", 12.0))?;
    /// let report = plan.assess(&tally, calendar::date("2023-12-31").unwrap())?;
    /// let offices = report.by_owner();
    /// let found: Vec<_> = offices.iter().map(|row| (row.met, row.missed, row.inherited, row.handed_over)).collect();
    /// assert_eq!(found, [(1, 0, 0, 1), (0, 1, 1, 0)]);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn by_owner(&self) -> Vec<OwnerRow> {
        let owners = self.plan().owners();
        let mut offices: BTreeMap<Office, OwnerRow> = BTreeMap::new();
        if owners.is_empty() {
            return Vec::new();
        }
        let units = self.plan().units();
        for (common, block) in self.blocks() {
            for row in block.rows() {
                for (at, owner) in owners.iter().enumerate() {
                    let Some(term) = common.term(owner, row.unit()) else { continue };
                    let office = (at, owner.seat(units, row.unit()));
                    let found = offices.entry(office).or_insert_with(|| self.office(office, owner));
                    if !term.on_last_day {
                        found.handed_over += 1;
                        continue;
                    }
                    found.rows += 1;
                    found.inherited += i64::from(!term.on_first_day);
                    *match row.verdict {
                        Verdict::Met => &mut found.met,
                        Verdict::Missed => &mut found.missed,
                        Verdict::Indeterminate => &mut found.indeterminate,
                    } += 1;
                    found.unsettled += i64::from(row.certainty == Certainty::Unsettled);
                    found.behind += i64::from(row.projection.pace() == Some(Pace::Behind));
                }
            }
        }
        self.each_wrong(|common, unit, wrong| {
            for (at, owner) in owners.iter().enumerate() {
                let answers = common.term(owner, unit).is_some_and(|term| term.on_last_day);
                if let (true, Some(found)) =
                    (answers, offices.get_mut(&(at, owner.seat(units, unit))))
                {
                    found.expected_wrong += wrong.pooled();
                    found.most_wrong += wrong.at_most(self.plan());
                }
            }
        });
        offices.into_values().collect()
    }

    fn office(&self, (_, unit): Office, owner: &Owner) -> OwnerRow {
        let unit = unit.map(|unit| &self.plan().units()[unit]);
        OwnerRow {
            owner: owner.id.clone(),
            title: owner.title().to_owned(),
            name: owner.name.clone(),
            unit: unit.map(|unit| unit.id.clone()),
            unit_name: unit.map(|unit| unit.name.clone()),
            rows: 0,
            met: 0,
            missed: 0,
            indeterminate: 0,
            unsettled: 0,
            behind: 0,
            inherited: 0,
            handed_over: 0,
            expected_wrong: 0.0,
            most_wrong: 0.0,
        }
    }
}
