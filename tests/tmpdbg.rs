use attain::{Plan, Rows};
#[test]
fn dbg() {
    let dir = std::env::var("DBG").unwrap();
    let read = |n: &str| std::fs::read_to_string(format!("{dir}/{n}")).ok();
    let plan = Plan::from_yaml(&read("p.yaml").unwrap()).unwrap();
    let day = read("day").unwrap().trim().parse().unwrap();
    let mut t = plan.tally_for(Rows::Figures, &[day]);
    let mut full = attain::Tally::of(&plan, Rows::Figures);
    if read("f.csv").is_some() {
        t.read_csv(format!("{dir}/f.csv"), None).unwrap();
        full.read_csv(format!("{dir}/f.csv"), None).unwrap();
    }
    if read("e.csv").is_some() {
        let mut e = plan.tally_for(Rows::Events, &[day]);
        e.read_csv(format!("{dir}/e.csv"), None).unwrap();
        t.merge(&e).unwrap();
        let mut e = attain::Tally::of(&plan, Rows::Events);
        e.read_csv(format!("{dir}/e.csv"), None).unwrap();
        full.merge(&e).unwrap();
    }
    for t in [&full, &t] {
        for row in plan.assess(t, day).unwrap().rows() {
            println!(
                "{} {} {} n {:?} d {:?} v {:?} base {:?} {:?} {:?} {:?} compl {:?} m {:?}/{:?} pace {:?} exp {:?} chance {:?}",
                row.target,
                row.unit,
                row.window_start,
                row.numerator,
                row.denominator,
                row.value,
                row.baseline,
                row.verdict,
                row.certainty,
                row.reason,
                row.completeness,
                row.matched,
                row.unmatched,
                row.pace,
                row.expected_now,
                row.chance
            );
        }
    }
}
