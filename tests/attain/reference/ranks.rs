//! The published example of the method behind intervals for ranks: mathematics in PISA 2018.

use attain::stats::{Confidence, RankInterval, RankOptions, RankScope, rank_intervals, tau_best};

use crate::reference::table::rows;

/// Mean scores of the OECD's members and their standard errors: OECD (2019), PISA 2018 Results
/// (Volume I), table I.B1.5, with the digits of the data set `pisa2018` of the R package csranks.
struct Pisa {
    countries: Vec<String>,
    means: Vec<f64>,
    errors: Vec<f64>,
}

impl Pisa {
    fn read() -> Self {
        let rows = rows("pisa_2018_mathematics.csv");
        Pisa {
            countries: rows.iter().map(|row| row.text("country").to_owned()).collect(),
            means: rows.iter().map(|row| row.number("mean")).collect(),
            errors: rows.iter().map(|row| row.number("standard_error")).collect(),
        }
    }

    fn intervals(&self, options: RankOptions) -> Vec<RankInterval> {
        // With this number of draws the seed makes no difference.
        let options = RankOptions { draws: 5_000, ..options };
        rank_intervals(&self.means, &self.errors, &options).unwrap()
    }

    fn of(&self, country: &str, found: &[RankInterval]) -> (usize, usize, usize) {
        let place = self.countries.iter().position(|name| name == country).unwrap();
        (found[place].best, found[place].rank, found[place].worst)
    }

    fn could_be_among_the_best_five(&self, confidence: f64) -> Vec<&str> {
        let options = RankOptions {
            confidence: Confidence::new(confidence).unwrap(),
            draws: 5_000,
            ..RankOptions::default()
        };
        let best = tau_best(&self.means, &self.errors, 5, &options).unwrap();
        let names = self.countries.iter().map(String::as_str);
        names.zip(best).filter_map(|(name, could_be)| could_be.then_some(name)).collect()
    }
}

#[test]
fn the_united_kingdoms_rank_lies_where_csranks_printed_it() {
    // Printed by csranks 1.2.2: 8, 13, 23; its text says 7, which is what single-step tests give.
    let pisa = Pisa::read();
    let found = pisa.intervals(RankOptions::default());
    assert_eq!(pisa.of("United Kingdom", &found), (8, 13, 23));
    let in_one_step = pisa.intervals(RankOptions { step_down: false, ..RankOptions::default() });
    assert_eq!(pisa.of("United Kingdom", &in_one_step), (7, 13, 23));
}

#[test]
fn twelve_countries_could_be_among_the_best_five() {
    // With 90 % confidence, csranks printed these eleven; with 95 % Sweden joins them.
    let eleven = [
        "Belgium",
        "Canada",
        "Denmark",
        "Estonia",
        "Finland",
        "Japan",
        "Korea",
        "Netherlands",
        "Poland",
        "Slovenia",
        "Switzerland",
    ];
    let pisa = Pisa::read();
    assert_eq!(pisa.could_be_among_the_best_five(0.9), eleven);
    let mut twelve = eleven.to_vec();
    twelve.insert(10, "Sweden");
    assert_eq!(pisa.could_be_among_the_best_five(0.95), twelve);
}

#[test]
fn all_ranks_at_once_tell_apart_whom_the_published_example_does() {
    let pisa = Pisa::read();
    let all = |confidence| {
        pisa.intervals(RankOptions {
            scope: RankScope::Simultaneous,
            confidence: Confidence::new(confidence).unwrap(),
            ..RankOptions::default()
        })
    };
    // At 95 % rank 7 could be Korea's or Germany's; at 75 % no rank could be both's.
    let found = all(0.95);
    let (korea, germany) = (pisa.of("Korea", &found), pisa.of("Germany", &found));
    assert_eq!((korea.2, germany.0), (7, 7));
    let found = all(0.75);
    assert!(pisa.of("Korea", &found).2 < pisa.of("Germany", &found).0);
    // Chile, Mexico and Colombia are behind all others; Costa Rica, a member since 2021, is with them.
    let found = all(0.95);
    let last = ["Chile", "Mexico", "Costa Rica", "Colombia"];
    for (country, interval) in pisa.countries.iter().zip(&found) {
        assert_eq!(last.contains(&country.as_str()), interval.worst > 34, "{country} {interval:?}");
        assert_eq!(last.contains(&country.as_str()), interval.best > 34, "{country} {interval:?}");
    }
}
