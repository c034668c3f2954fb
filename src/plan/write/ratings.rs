//! Standards, scores, awards and models.

use crate::plan::award::{Award, Eligibility, Quota, QuotaBase};
use crate::plan::document::Node;
use crate::plan::keys;
use crate::plan::nodes::{Map, decimal, document_node, goal_node, list};
use crate::plan::score::{Scale, Score, ScorePart};
use crate::plan::standard::{Criterion, Share, Standard, StandardVersion};
use crate::plan::{Models, Plan};

impl Plan {
    pub(super) fn models_node(&self, models: &Models) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::MODELS.title, models.title.as_deref());
        node.put_text(&keys::MODELS.note, models.note.as_deref());
        node.put(&keys::MODELS.places, Node::text(&self[models.places].id));
        node.put(&keys::MODELS.by, Node::text(&self[models.by].id));
        node.put(&keys::MODELS.level, Node::text(self.units().level_name(models.level)));
        self.put_window(&mut node, &keys::MODELS.window, &models.window);
        node.put_list(&keys::MODELS.basis, models.basis.iter().map(document_node));
        node.into_node()
    }

    pub(super) fn standard_node(&self, standard: &Standard) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::STANDARD.title, standard.title.as_deref());
        node.put_text(&keys::STANDARD.note, standard.note.as_deref());
        node.put(&keys::STANDARD.level, Node::text(self.units().level_name(standard.level)));
        self.put_window(&mut node, &keys::STANDARD.window, &standard.window);
        match &standard.versions[..] {
            [only] if only.from.is_none() => self.put_version(&mut node, only),
            versions => {
                let versions = versions.iter().map(|version| {
                    let mut node = Map::default();
                    node.set_some(&keys::STANDARD_VERSION.from, version.from.as_ref());
                    self.put_version(&mut node, version);
                    node.into_node()
                });
                node.put(&keys::STANDARD.versions, list(versions));
            }
        }
        node.into_node()
    }

    fn put_version(&self, node: &mut Map, version: &StandardVersion) {
        node.put_list(&keys::STANDARD_VERSION.basis, version.basis.iter().map(document_node));
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
            Criterion::All(_) => node.put(&keys::CRITERION.all, parts()),
            Criterion::Any(_) => node.put(&keys::CRITERION.any, parts()),
            Criterion::AtLeast(least, _) => {
                node.put(&keys::CRITERION.at_least, Node::number(&least.to_string()));
                node.put(&keys::CRITERION.of, parts());
            }
            Criterion::Indicator { title, indicator, goal } => {
                node.put_text(&keys::CRITERION.title, title.as_deref());
                node.put(&keys::CRITERION.indicator, Node::text(&self[*indicator].id));
                node.put(&keys::CRITERION.goal, goal_node(goal));
            }
            Criterion::Units { title, hold, share } => {
                node.put_text(&keys::CRITERION.title, title.as_deref());
                let mut units = Map::default();
                units.put(&keys::UNITS_HOLDING.hold, Node::text(&self[*hold].id));
                match share {
                    Share::AtLeast(share) => units.set(&keys::UNITS_HOLDING.at_least, share),
                    Share::Above(share) => units.set(&keys::UNITS_HOLDING.above, share),
                }
                node.put(&keys::CRITERION.units, units.into_node());
            }
        }
    }

    pub(super) fn score_node(&self, score: &Score) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::SCORE.title, score.title.as_deref());
        node.put_text(&keys::SCORE.note, score.note.as_deref());
        node.put(&keys::SCORE.level, Node::text(self.units().level_name(score.level)));
        self.put_window(&mut node, &keys::SCORE.window, &score.window);
        node.put_list(&keys::SCORE.basis, score.basis.iter().map(document_node));
        let part = |part: &ScorePart| {
            let mut node = Map::default();
            node.put_text(&keys::SCORE_PART.title, part.title.as_deref());
            node.put(&keys::SCORE_PART.indicator, Node::text(&self[part.indicator].id));
            node.set(&keys::SCORE_PART.weight, &part.weight);
            node.put(&keys::SCORE_PART.normalise, scale_node(part.scale));
            node.into_node()
        };
        node.put_all(&keys::SCORE.parts, score.parts.iter().map(|one| (&one.id, part(one))));
        node.set(&keys::SCORE.aggregate, &score.aggregation);
        node.set(&keys::SCORE.coverage, &score.coverage);
        let deductions = score.deductions.iter().map(|deduction| {
            let mut node = Map::default();
            node.put_text(&keys::DEDUCTION.title, deduction.title.as_deref());
            node.put(&keys::DEDUCTION.indicator, Node::text(&self[deduction.indicator].id));
            node.set(&keys::DEDUCTION.points, &deduction.points);
            node.set_some(&keys::DEDUCTION.at_most, deduction.at_most.as_ref());
            node.into_node()
        });
        node.put_list(&keys::SCORE.deductions, deductions);
        let grades = score.grades.iter().map(|grade| {
            let mut node = Map::default();
            node.put(&keys::GRADE.grade, Node::text(&grade.grade));
            node.set_some(&keys::GRADE.at_least, grade.at_least.as_ref());
            node.into_node()
        });
        node.put_list(&keys::SCORE.grades, grades);
        node.into_node()
    }

    pub(super) fn award_node(&self, award: &Award) -> Node {
        let score = &self.scores()[award.score];
        let grade_name = |at: usize| Node::text(&score.grades[at].grade);
        let mut node = Map::default();
        node.put_text(&keys::AWARD.title, award.title.as_deref());
        node.put_text(&keys::AWARD.note, award.note.as_deref());
        node.put_list(&keys::AWARD.basis, award.basis.iter().map(document_node));
        node.put(&keys::AWARD.score, Node::text(&score.id));
        let mut eligible = Map::default();
        let Eligibility { standards, targets, grade, exists_for } = &award.eligible;
        eligible.put_list(
            &keys::ELIGIBLE.standards,
            standards.iter().map(|one| Node::text(&self[*one].id)),
        );
        let targets = targets.iter().map(|one| Node::text(&self.targets()[*one].id));
        eligible.put_list(&keys::ELIGIBLE.targets, targets);
        if let Some(grade) = grade {
            eligible.put(&keys::ELIGIBLE.grade, grade_name(*grade));
        }
        eligible.set_some(&keys::ELIGIBLE.exists_for, exists_for.as_ref());
        node.put_map(&keys::AWARD.eligible, eligible);
        let mut quota = Map::default();
        match award.quota {
            Quota::Count(count) => quota.set(&keys::QUOTA.count, &count),
            Quota::Share(share, of) => {
                quota.set(&keys::QUOTA.share, &share);
                let of = match of {
                    QuotaBase::Rated => Node::text("rated"),
                    QuotaBase::Eligible => Node::text("eligible"),
                    QuotaBase::Grade(grade) => {
                        let mut of = Map::default();
                        of.put(&keys::QUOTA_OF.grade, grade_name(grade));
                        of.into_node()
                    }
                };
                quota.put(&keys::QUOTA.of, of);
            }
        }
        node.put(&keys::AWARD.quota, quota.into_node());
        node.set(&keys::AWARD.ties, &award.ties);
        node.into_node()
    }
}

fn scale_node(scale: Scale) -> Node {
    let mut node = Map::default();
    match scale {
        Scale::MinMax => return Node::text("min_max"),
        Scale::ZScore => return Node::text("z_score"),
        Scale::Rank => return Node::text("rank"),
        Scale::Goalposts(from, to) => {
            node.put(&keys::SCALE.goalposts, list([decimal(from), decimal(to)].into_iter()));
        }
        Scale::DistanceTo(target) => node.set(&keys::SCALE.distance_to, &target),
    }
    node.into_node()
}
