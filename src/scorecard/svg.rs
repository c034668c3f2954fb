//! What small pictures share: colours, lines, and the element around them.

use super::bullet::Length;
use super::wording::escaped;

/// The colour of what is met, as in `templates/scorecard.css`.
pub(crate) const MET: &str = "#1f83c4";
/// The colour of what is missed.
pub(crate) const MISSED: &str = "#d4611a";
/// The colour of what is neither: that of the text around.
pub(crate) const PALE: &str = "currentColor";

/// The attributes of what is filled.
pub(super) fn fill(colour: &str) -> String {
    format!("fill=\"{colour}\"")
}

/// The attributes of an outline.
pub(super) fn stroke(colour: &str) -> String {
    format!("fill=\"none\" stroke=\"{colour}\"")
}

/// An element of SVG with its name and its description for screen readers. Without a title, the description is its name.
pub(super) fn element(
    class: &str,
    (width, height): (f64, f64),
    (title, words): (Option<&str>, &str),
    drawing: &str,
) -> String {
    let (width, height, words) = (Length(width), Length(height), escaped(words));
    let (label, said) = match title {
        Some(title) => {
            (String::new(), format!("<title>{}</title><desc>{words}</desc>", escaped(title)))
        }
        // Browsers show a title below the pointer; a long one would cover the rows of a page.
        None => (format!(" aria-label=\"{words}\""), String::new()),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\"{label}>{said}{drawing}</svg>"
    )
}

/// The path of a line through points that stand from left to right; where a point has no height, the line breaks.
///
/// Of the points within half a pixel, the first, the lowest, the highest and the last are drawn: the others are covered.
pub(super) fn line(points: impl Iterator<Item = (f64, Option<f64>)>) -> String {
    let (mut path, mut run) = (String::new(), Vec::new());
    for (x, y) in points.chain([(0.0, None)]) {
        match y {
            Some(y) => run.push((x, y)),
            None => draw(&mut path, &std::mem::take(&mut run)),
        }
    }
    path
}

fn draw(path: &mut String, run: &[(f64, f64)]) {
    let mut command = 'M';
    let column = |point: &(f64, f64)| (2.0 * point.0) as i64;
    for near in run.chunk_by(|one, other| column(one) == column(other)) {
        let by_height = |one: &&(f64, f64), other: &&(f64, f64)| one.1.total_cmp(&other.1);
        let ends = [near.iter().min_by(by_height), near.iter().max_by(by_height)];
        let is_drawn = |place: usize, point: &(f64, f64)| {
            near.len() <= 4
                || place == 0
                || place == near.len() - 1
                || ends.iter().flatten().any(|end| std::ptr::eq(*end, point))
        };
        for (_, (x, y)) in near.iter().enumerate().filter(|(place, point)| is_drawn(*place, point))
        {
            path.push_str(&format!("{command}{} {}", Length(*x), Length(*y)));
            command = 'L';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_a_point_has_no_height() {
        let points = [(0.0, Some(1.0)), (5.0, Some(2.5)), (10.0, None), (15.0, Some(3.0))];
        assert_eq!(line(points.into_iter()), "M0 1L5 2.5M15 3");
        assert_eq!(line([(0.0, None), (1.0, None)].into_iter()), "");
    }

    #[test]
    fn of_points_in_one_place_the_ends_are_drawn() {
        let heights = [5.0, 9.0, 3.0, 1.0, 4.0, 2.0];
        let points = heights.into_iter().map(|y| (0.1, Some(y)));
        assert_eq!(line(points), "M0.1 5L0.1 9L0.1 1L0.1 2");
    }

    #[test]
    fn texts_of_a_plan_stay_texts() {
        let drawn = element("x", (1.0, 2.0), (Some("</title><script>"), "a & \"b\"\u{202e}"), "");
        assert!(drawn.contains("<title>&lt;/title&gt;&lt;script&gt;</title>"), "{drawn}");
        assert!(drawn.contains("<desc>a &amp; &quot;b&quot;</desc>"), "{drawn}");
    }
}
