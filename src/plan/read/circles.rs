//! Circles among things that each refer to one other at most.

/// Every circle, from its first thing on, in the order of the first things. `next` says what each thing refers to.
///
/// Each thing is visited once, so the cost is linear.
pub(super) fn circles(next: &[Option<usize>]) -> Vec<Vec<usize>> {
    // The walk that visited a thing, by the thing it began with.
    let mut visited_by: Vec<Option<usize>> = vec![None; next.len()];
    let mut found = Vec::new();
    for start in 0..next.len() {
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| visited_by[*here].is_none()) {
            visited_by[here] = Some(start);
            at = next[here];
        }
        // A walk that ends at a thing of an earlier walk has found nothing new.
        let Some(entry) = at.filter(|here| visited_by[*here] == Some(start)) else { continue };
        let others = std::iter::successors(next[entry], |here| next[*here]);
        let mut circle = vec![entry];
        circle.extend(others.take_while(|here| *here != entry));
        let first = circle.iter().enumerate().min_by_key(|(_, thing)| **thing);
        let first = first.map_or(0, |(place, _)| place);
        circle.rotate_left(first);
        found.push(circle);
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::circles;

    proptest! {
        /// A thing is on a circle if it is reached from itself.
        #[test]
        fn a_circle_is_what_is_reached_from_itself(
            next in proptest::collection::vec(proptest::option::of(0..12_usize), 12)
        ) {
            let reached = |start: usize| -> Vec<usize> {
                std::iter::successors(next[start], |here| next[*here]).take(12).collect()
            };
            let mut expected: BTreeSet<Vec<usize>> = BTreeSet::new();
            for start in 0..12 {
                let walk = reached(start);
                if let Some(back) = walk.iter().position(|here| *here == start) {
                    let mut circle = vec![start];
                    circle.extend(&walk[..back]);
                    if circle.iter().all(|here| *here >= start) {
                        expected.insert(circle);
                    }
                }
            }
            prop_assert_eq!(circles(&next), expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn long_chains_and_circles_are_walked_once() {
        let chain: Vec<Option<usize>> = (1..=1_000_000).map(Some).chain([None]).collect();
        assert!(circles(&chain).is_empty());
        let circle: Vec<Option<usize>> = (1..1_000_000).map(Some).chain([Some(0)]).collect();
        assert_eq!(circles(&circle), [(0..1_000_000).collect::<Vec<_>>()]);
    }
}
