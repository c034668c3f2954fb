//! A plan and its outcomes become a scorecard in a browser. Nothing leaves the page.
//!
//! The page and this module exchange texts byte by byte through a few functions, so that neither needs generated code:
//!
//! ```js
//! for (const byte of new TextEncoder().encode(plan)) push(PLAN, byte);
//! // … the same for OUTCOMES and DAY …
//! const bytes = Uint8Array.from({ length: assess() }, (_, at) => answer(at));
//! ```

use std::cell::RefCell;

use attain::tally::TableColumns;
use attain::{calendar, Plan, Tally};

/// What the page writes: the plan, the outcomes as CSV, and the day of the assessment.
const PLAN: usize = 0;
const OUTCOMES: usize = 1;
const DAY: usize = 2;

thread_local! {
    static INPUTS: RefCell<[Vec<u8>; 3]> = const { RefCell::new([Vec::new(), Vec::new(), Vec::new()]) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Adds a byte to an input.
#[no_mangle]
pub extern "C" fn push(input: usize, byte: u8) {
    INPUTS.with_borrow_mut(|inputs| {
        if let Some(text) = inputs.get_mut(input) {
            text.push(byte);
        }
    });
}

/// Assesses the inputs, empties them, and returns the length of the answer: the scorecard as a page, or the faults as text.
/// Whether it is a page is said by its first character, `<`.
#[no_mangle]
pub extern "C" fn assess() -> usize {
    let inputs = INPUTS.take().map(|text| String::from_utf8_lossy(&text).into_owned());
    let answer = scorecard(&inputs).unwrap_or_else(|error| error.to_string());
    ANSWER.set(answer.into_bytes());
    ANSWER.with_borrow(Vec::len)
}

/// A byte of the answer.
#[no_mangle]
pub extern "C" fn answer(at: usize) -> u8 {
    ANSWER.with_borrow(|answer| answer.get(at).copied().unwrap_or_default())
}

fn scorecard(inputs: &[String; 3]) -> Result<String, Box<dyn std::error::Error>> {
    let plan = Plan::from_yaml(&inputs[PLAN])?;
    let mut tally = Tally::new(&plan);
    tally.read_from(inputs[OUTCOMES].as_bytes(), "outcomes", &TableColumns::new())?;
    let day = inputs[DAY].trim();
    let day =
        calendar::date(day).ok_or_else(|| format!("`{day}` is no day, such as 2024-12-31"))?;
    Ok(plan.assess(&tally, day)?.to_html())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(input: usize, text: &str) {
        text.bytes().for_each(|byte| push(input, byte));
    }

    fn read() -> String {
        let bytes = (0..assess()).map(answer).collect();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_answer_is_a_page_or_the_faults() {
        write(PLAN, "attain: 1\nplan: p\nunit: {}");
        assert!(read().contains("did you mean `units`?"));
        let plan = "{attain: 1, plan: p, measures: {n: {}}, indicators: {c: {count: n}},
            targets: {few: {indicator: c, goal: {at_most: 9}, window: \"2023\"}},
            units: {levels: [city], list: [{id: a, level: city}]}}";
        write(PLAN, plan);
        write(OUTCOMES, "unit,period,measure,value\na,2023,n,7\n");
        write(DAY, "2023-12-31");
        assert!(read().starts_with('<'));
    }
}
