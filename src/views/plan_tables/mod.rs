//! A plan as tables: its units, measures, indicators, targets, campaigns and owners.

mod rows;

pub use rows::{PlanCampaign, PlanIndicator, PlanMeasure, PlanOwner, PlanTarget, PlanUnit};

use crate::assess::{candidates, windows_of};
use crate::plan::{
    Campaign, Duty, Indicator, IndicatorIndex, Measure, Owner, Plan, Scope, Target, Unit, UnitIndex,
};

impl Plan {
    /// The units as rows, in the order of the plan: one for each validity of a code.
    pub fn unit_rows(&self) -> Vec<PlanUnit> {
        let units = self.units();
        let row = |(_, unit): (UnitIndex, &Unit)| PlanUnit {
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            parent: unit.parent.map(|parent| units[parent].id.clone()),
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
        };
        units.iter().map(row).collect()
    }

    /// The measures as rows, in the order of the plan. Published values of `reported` indicators are none.
    pub fn measure_rows(&self) -> Vec<PlanMeasure> {
        let row = |measure: &Measure| {
            let strata: Vec<&str> =
                measure.strata.iter().map(|stratum| self[*stratum].id.as_str()).collect();
            let level = measure.recorded_at.map(|level| self.units().level_name(level));
            PlanMeasure {
                measure: measure.id.clone(),
                title: measure.title.clone().unwrap_or_else(|| measure.id.clone()),
                unit_of_value: measure.unit.clone(),
                over_time: measure.over_time,
                over_units: measure.over_units,
                every: measure.every.map(|every| every.to_string()),
                recorded_at: level.map(str::to_owned),
                strata: (!strata.is_empty()).then(|| strata.join(", ")),
                note: measure.note.clone(),
            }
        };
        self.measures().iter().filter(|measure| !measure.reported).map(row).collect()
    }

    /// The indicators as rows, in the order of the plan.
    pub fn indicator_rows(&self) -> Vec<PlanIndicator> {
        let row = |(place, indicator): (usize, &Indicator)| {
            let index = IndicatorIndex(place);
            PlanIndicator {
                indicator: indicator.id.clone(),
                title: indicator.title().to_owned(),
                formula: indicator.formula.key().to_owned(),
                computed_as: self.formula_text(index),
                unit_of_value: self.unit_of_value(index),
                better: indicator.better,
                variation: indicator.variation,
                note: indicator.note.clone(),
            }
        };
        self.indicators().iter().enumerate().map(row).collect()
    }

    /// The targets as rows, in the order of the plan: one for each category that a target is split by, and for each
    /// version.
    pub fn target_rows(&self) -> Vec<PlanTarget> {
        let mut rows = Vec::new();
        for target in self.targets() {
            let versions = std::iter::once(target).chain(&target.versions);
            rows.extend(versions.filter_map(|version| self.target_row(version)));
        }
        rows
    }

    /// The row of one version; none if it has no window.
    fn target_row(&self, target: &Target) -> Option<PlanTarget> {
        let windows = windows_of(self, &target.window);
        let selection = target.selection();
        let basis: Vec<String> = target.basis.iter().map(ToString::to_string).collect();
        Some(PlanTarget {
            target: target.id.clone(),
            title: target.title().to_owned(),
            stratum: (!selection.is_empty()).then(|| selection.name(self.strata())),
            in_force_from: target.in_force_from,
            indicator: self[target.indicator].id.clone(),
            goal: target.goal.to_string(),
            windows: windows.len() as i64,
            window_start: windows.first()?.start(),
            window_end: windows.last()?.end(),
            units: candidates(self, &target.units).len() as i64,
            campaign: target.campaign.map(|at| self.campaigns()[at].id.clone()),
            task: target.task.clone(),
            basis: (!basis.is_empty()).then(|| basis.join("; ")),
            note: target.note.clone(),
        })
    }

    /// The campaigns as rows, in the order of the plan.
    pub fn campaign_rows(&self) -> Vec<PlanCampaign> {
        let row = |(at, campaign): (usize, &Campaign)| {
            let mut targets: Vec<&str> = self
                .targets()
                .iter()
                .filter(|target| target.campaign == Some(at))
                .map(|target| target.id.as_str())
                .collect();
            targets.dedup();
            PlanCampaign {
                campaign: campaign.id.clone(),
                title: campaign.title().to_owned(),
                window_start: campaign.window.start(),
                window_end: campaign.window.end(),
                part_of: campaign.part_of.map(|above| self.campaigns()[above].id.clone()),
                targets: targets.len() as i64,
                note: campaign.note.clone(),
            }
        };
        self.campaigns().iter().enumerate().map(row).collect()
    }

    /// The offices that answer for targets and units as rows, in the order of the plan: one for each duty.
    pub fn owner_rows(&self) -> Vec<PlanOwner> {
        let mut rows = Vec::new();
        for owner in self.owners() {
            rows.extend(owner.duties.iter().map(|duty| self.owner_row(owner, duty)));
        }
        rows
    }

    fn owner_row(&self, owner: &Owner, duty: &Duty) -> PlanOwner {
        let listed = |ids: Vec<&str>| (!ids.is_empty()).then(|| ids.join(", "));
        let texts = |ids: &[String]| listed(ids.iter().map(String::as_str).collect());
        let campaigns = duty.campaigns.iter().map(|at| self.campaigns()[*at].id.as_str());
        let level = |level| self.units().level_name(level).to_owned();
        let codes = |units: &[UnitIndex]| {
            let mut codes: Vec<&str> =
                units.iter().map(|unit| self.units()[*unit].id.as_str()).collect();
            codes.dedup();
            listed(codes)
        };
        PlanOwner {
            owner: owner.id.clone(),
            title: owner.title().to_owned(),
            name: owner.name.clone(),
            each: owner.each.map(level),
            targets: texts(&duty.targets),
            indicators: texts(&duty.indicators),
            campaigns: listed(campaigns.collect()),
            tasks: texts(&duty.tasks),
            level: match &duty.units {
                Some(Scope::Level(of)) => Some(level(*of)),
                Some(Scope::Top | Scope::Named(_)) | None => None,
            },
            units: match &duty.units {
                Some(Scope::Named(units)) => codes(units),
                Some(Scope::Top | Scope::Level(_)) | None => None,
            },
            within: codes(&duty.within),
            from: duty.from,
            until: duty.until,
            note: owner.note.clone(),
        }
    }
}
