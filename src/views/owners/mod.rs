//! Who answers for the rows of a report, and how these stand.

mod rows;

use std::collections::BTreeMap;

use crate::assess::{Certainty, Pace, Row, Verdict};
use crate::plan::{Office, UnitIndex};
use crate::report::Report;
pub use rows::OwnerRow;

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
        // By the owner's place in the plan, and the unit where there is one in each unit of a level.
        let mut found: BTreeMap<(usize, Option<UnitIndex>), OwnerRow> = BTreeMap::new();
        if self.plan().owners().is_empty() {
            return Vec::new();
        }
        for (common, block) in self.blocks() {
            let offices = common.offices();
            for row in block.rows() {
                for office in offices.of(row.unit()) {
                    let key = (office.at, office.seat);
                    let found = found.entry(key).or_insert_with(|| self.owner_row(&office));
                    found.count(&row, &office);
                }
            }
        }
        self.each_wrong(|common, unit, wrong| {
            for office in common.offices().in_charge(unit) {
                if let Some(found) = found.get_mut(&(office.at, office.seat)) {
                    found.expected_wrong += wrong.pooled();
                    found.most_wrong += wrong.at_most(self.plan());
                }
            }
        });
        found.into_values().collect()
    }

    fn owner_row(&self, Office { owner, seat, .. }: &Office<'_>) -> OwnerRow {
        let unit = seat.map(|seat| &self.plan().units()[seat]);
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

impl OwnerRow {
    fn count(&mut self, row: &Row, office: &Office<'_>) {
        if !office.on_last_day {
            self.handed_over += 1;
            return;
        }
        self.rows += 1;
        self.inherited += i64::from(!office.on_first_day);
        *match row.verdict {
            Verdict::Met => &mut self.met,
            Verdict::Missed => &mut self.missed,
            Verdict::Indeterminate => &mut self.indeterminate,
        } += 1;
        self.unsettled += i64::from(row.certainty == Certainty::Unsettled);
        self.behind += i64::from(row.projection.pace() == Some(Pace::Behind));
    }
}
