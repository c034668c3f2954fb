//! Verdicts on incomplete data, computed by hand from `docs/semantics.md`, rules 10 to 14, 26 to 31 and 38 to 43.
mod absent_zero;
mod certainty;
mod changes;
mod events;
mod fractions;
mod known_ahead;
mod late_reports;
mod limits;
mod missing_reports_never_help;
mod overlaps;
mod own_totals;
mod stocks;
mod support;
mod suppressed;
mod test_at_the_goal;
mod unmatched_modes;
