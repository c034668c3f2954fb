//! A brief run on stable: the same targets on bytes that a seeded generator makes, of plans that are
//! nearly right and of nothing at all. `ATTAIN_FUZZ_CASES` says how many.

const PLANS: [&str; 3] = [
    include_str!("../src/plan.yaml"),
    include_str!("../../examples/berlin/plan.yaml"),
    r#"{"attain": 1, "plan": "p", "units": {"levels": ["c"], "list": [{"id": "c", "level": "c"}]},
        "measures": {"m": {}}, "indicators": {"i": {"count": "m - m"}},
        "targets": {"t": {"indicator": "i", "goal": {"at_least": 7.5}, "window": "2023"}}}"#,
];

/// What plans are made of, and what breaks them.
const PIECES: [&str; 40] = [
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\n",
    "\n  ",
    "- ",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!str ",
    "---\n",
    "\t",
    "\u{feff}",
    "\0",
    "é",
    "ệ",
    "1e999",
    "-0",
    ".nan",
    "null",
    "true",
    "2023",
    "2023-W53",
    "9999-12-31",
    "0001-01-01",
    "at_least",
    "between",
    "reduce_by",
    "units",
    "table: x.csv",
    "per: 0",
    "of: i",
    "<<",
    "=",
    "[[a]]\n",
];

fn cases(unless_said: usize) -> usize {
    std::env::var("ATTAIN_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(unless_said)
}

#[test]
fn no_bytes_make_the_plan_reader_panic() {
    let mut random = fastrand::Rng::with_seed(20_231_214);
    for _ in 0..cases(1_500) {
        let mut bytes = match random.u8(..) {
            0..=40 => (0..random.usize(..200)).map(|_| random.u8(..)).collect(),
            41..=100 => {
                let pieces = random.usize(..60);
                (0..pieces).flat_map(|_| random.choice(PIECES).unwrap().bytes()).collect()
            }
            _ => random.choice(PLANS).unwrap().as_bytes()[..].to_vec(),
        };
        for _ in 0..random.usize(..6) {
            let at = random.usize(..=bytes.len());
            match random.u8(..4) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] = random.u8(..),
                2 => {
                    let end = (at + random.usize(..30)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let piece = random.choice(PIECES).unwrap();
                    bytes.splice(at..at, piece.bytes());
                }
            }
        }
        attain_fuzz::plan(&bytes);
    }
}

#[test]
fn no_columns_make_the_tally_panic() {
    let mut random = fastrand::Rng::with_seed(20_231_215);
    for _ in 0..cases(1_500) {
        let bytes: Vec<u8> = (0..random.usize(..170)).map(|_| random.u8(..)).collect();
        attain_fuzz::columns(&bytes);
    }
}
