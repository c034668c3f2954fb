//! Standards, scores, awards and models.

use crate::plan::award::{Award, Eligibility, Of, Quota};
use crate::plan::document::Node;
use crate::plan::nodes::{Map, decimal, document_node, goal_node, list, number, text};
use crate::plan::score::{Scale, Score, ScorePart};
use crate::plan::standard::{Criterion, Share, Standard, StandardVersion};
use crate::plan::{Models, Plan};

impl Plan {
    pub(super) fn models_node(&self, models: &Models) -> Node {
        let mut node = Map::default();
        node.put_text("title", models.title.as_deref());
        node.put_text("note", models.note.as_deref());
        node.put("places", text(&self[models.places].id));
        node.put("by", text(&self[models.by].id));
        node.put("level", text(self.units().level_name(models.level)));
        self.put_window(&mut node, &models.window);
        if !models.basis.is_empty() {
            node.put("basis", list(models.basis.iter().map(document_node)));
        }
        node.into_node()
    }

    pub(super) fn standard_node(&self, standard: &Standard) -> Node {
        let mut node = Map::default();
        node.put_text("title", standard.title.as_deref());
        node.put_text("note", standard.note.as_deref());
        node.put("level", text(self.units().level_name(standard.level)));
        self.put_window(&mut node, &standard.window);
        match &standard.versions[..] {
            [only] if only.from.is_none() => self.put_version(&mut node, only),
            versions => {
                let versions = versions.iter().map(|version| {
                    let mut node = Map::default();
                    node.put_text("from", version.from.map(|day| day.to_string()).as_deref());
                    self.put_version(&mut node, version);
                    node.into_node()
                });
                node.put("versions", list(versions));
            }
        }
        node.into_node()
    }

    fn put_version(&self, node: &mut Map, version: &StandardVersion) {
        if !version.basis.is_empty() {
            node.put("basis", list(version.basis.iter().map(document_node)));
        }
        self.put_criterion(node, &version.criterion);
    }

    fn put_criterion(&self, node: &mut Map, criterion: &Criterion) {
        let parts = || {
            list(criterion.parts().iter().map(|part| {
                let mut node = Map::default();
                self.put_criterion(&mut node, part);
                node.into_node()
            }))
        };
        match criterion {
            Criterion::All(_) => node.put("all", parts()),
            Criterion::Any(_) => node.put("any", parts()),
            Criterion::AtLeast(least, _) => {
                node.put("at_least", number(&least.to_string()));
                node.put("of", parts());
            }
            Criterion::Indicator { title, indicator, goal } => {
                node.put_text("title", title.as_deref());
                node.put("indicator", text(&self[*indicator].id));
                node.put("goal", goal_node(goal));
            }
            Criterion::Units { title, hold, share } => {
                node.put_text("title", title.as_deref());
                let mut units = Map::default();
                units.put("hold", text(&self[*hold].id));
                match share {
                    Share::AtLeast(share) => units.put("at_least", decimal(*share)),
                    Share::Above(share) => units.put("above", decimal(*share)),
                }
                node.put("units", units.into_node());
            }
        }
    }

    pub(super) fn score_node(&self, score: &Score) -> Node {
        let mut node = Map::default();
        node.put_text("title", score.title.as_deref());
        node.put_text("note", score.note.as_deref());
        node.put("level", text(self.units().level_name(score.level)));
        self.put_window(&mut node, &score.window);
        if !score.basis.is_empty() {
            node.put("basis", list(score.basis.iter().map(document_node)));
        }
        let part = |part: &ScorePart| {
            let mut node = Map::default();
            node.put_text("title", part.title.as_deref());
            node.put("indicator", text(&self[part.indicator].id));
            node.put("weight", decimal(part.weight));
            node.put("normalise", scale_node(part.scale));
            node.into_node()
        };
        node.put_all("parts", score.parts.iter().map(|one| (&one.id, part(one))));
        node.put("aggregate", text(score.aggregation.name()));
        node.put("coverage", decimal(score.coverage));
        if !score.deductions.is_empty() {
            let deductions = score.deductions.iter().map(|deduction| {
                let mut node = Map::default();
                node.put_text("title", deduction.title.as_deref());
                node.put("indicator", text(&self[deduction.indicator].id));
                node.put("points", decimal(deduction.points));
                if let Some(most) = deduction.at_most {
                    node.put("at_most", decimal(most));
                }
                node.into_node()
            });
            node.put("deductions", list(deductions));
        }
        if !score.grades.is_empty() {
            let grades = score.grades.iter().map(|grade| {
                let mut node = Map::default();
                node.put("grade", text(&grade.grade));
                if let Some(least) = grade.at_least {
                    node.put("at_least", decimal(least));
                }
                node.into_node()
            });
            node.put("grades", list(grades));
        }
        node.into_node()
    }

    pub(super) fn award_node(&self, award: &Award) -> Node {
        let score = &self.scores()[award.score];
        let grade_name = |at: usize| text(&score.grades[at].grade);
        let mut node = Map::default();
        node.put_text("title", award.title.as_deref());
        node.put_text("note", award.note.as_deref());
        if !award.basis.is_empty() {
            node.put("basis", list(award.basis.iter().map(document_node)));
        }
        node.put("score", text(&score.id));
        let mut eligible = Map::default();
        let Eligibility { standards, targets, grade, exists_for } = &award.eligible;
        if !standards.is_empty() {
            eligible.put("standards", list(standards.iter().map(|one| text(&self[*one].id))));
        }
        if !targets.is_empty() {
            let targets = targets.iter().map(|one| text(&self.targets()[*one].id));
            eligible.put("targets", list(targets));
        }
        if let Some(grade) = grade {
            eligible.put("grade", grade_name(*grade));
        }
        if let Some(months) = exists_for {
            eligible.put("exists_for", number(&months.to_string()));
        }
        if !eligible.entries.is_empty() {
            node.put("eligible", eligible.into_node());
        }
        let mut quota = Map::default();
        match award.quota {
            Quota::Count(count) => quota.put("count", number(&count.to_string())),
            Quota::Share(share, of) => {
                quota.put("share", decimal(share));
                let of = match of {
                    Of::Rated => text("rated"),
                    Of::Eligible => text("eligible"),
                    Of::Grade(grade) => {
                        let mut of = Map::default();
                        of.put("grade", grade_name(grade));
                        of.into_node()
                    }
                };
                quota.put("of", of);
            }
        }
        node.put("quota", quota.into_node());
        node.put("ties", text(award.ties.code()));
        node.into_node()
    }
}

fn scale_node(scale: Scale) -> Node {
    let mut node = Map::default();
    match scale {
        Scale::MinMax => return text("min_max"),
        Scale::ZScore => return text("z_score"),
        Scale::Rank => return text("rank"),
        Scale::Goalposts(from, to) => {
            node.put("goalposts", list([decimal(from), decimal(to)].into_iter()));
        }
        Scale::DistanceTo(target) => node.put("distance_to", decimal(target)),
    }
    node.into_node()
}
