//! What the heads of columns and the words of cells mean, in English, Vietnamese and French.

/// What a column of a tracking table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Code,
    Title,
    Unit,
    Place,
    Stratum,
    Direction,
    Baseline,
    BaselineYear,
    Target,
    Actual,
    /// Comments, and what is computed from other columns.
    Ignored,
}

impl Role {
    /// All roles, each with its name in a map and the heads of columns, in lower case.
    const ALL: [(Role, &'static str, &'static [&'static str]); 11] = [
        (
            Role::Code,
            "code",
            &[
                "#",
                "no",
                "nr",
                "id",
                "ref",
                "code",
                "indicator code",
                "indicator no",
                "stt",
                "tt",
                "mã",
                "mã chỉ tiêu",
                "n°",
            ],
        ),
        (
            Role::Title,
            "title",
            &[
                "indicator",
                "indicators",
                "indicator name",
                "name of indicator",
                "performance indicator",
                "performance indicators",
                "chỉ tiêu",
                "tên chỉ tiêu",
                "chỉ số",
                "indicateur",
                "indicateurs",
            ],
        ),
        (
            Role::Unit,
            "unit",
            &[
                "unit",
                "units",
                "unit of measure",
                "unit of measurement",
                "uom",
                "đvt",
                "đơn vị tính",
                "unité",
                "unité de mesure",
            ],
        ),
        (
            Role::Place,
            "place",
            &[
                "location",
                "place",
                "province",
                "district",
                "commune",
                "site",
                "địa phương",
                "địa bàn",
                "đơn vị báo cáo",
                "lieu",
                "région",
            ],
        ),
        (
            Role::Stratum,
            "stratum",
            &[
                "disaggregation",
                "disaggregate",
                "disaggregates",
                "disaggregated by",
                "disaggregate by",
                "phân tổ",
                "désagrégation",
                "ventilation",
            ],
        ),
        (
            Role::Direction,
            "direction",
            &[
                "direction",
                "direction of change",
                "desired direction",
                "+/-",
                "+/−",
                "xu hướng",
                "chiều hướng",
                "sens",
            ],
        ),
        (
            Role::Baseline,
            "baseline",
            &[
                "baseline",
                "baseline value",
                "bl",
                "giá trị gốc",
                "giá trị ban đầu",
                "valeur de référence",
                "référence",
            ],
        ),
        (
            Role::BaselineYear,
            "baseline_year",
            &[
                "baseline year",
                "baseline date",
                "year of baseline",
                "năm gốc",
                "année de référence",
            ],
        ),
        (
            Role::Target,
            "target",
            &[
                "target",
                "targets",
                "planned",
                "plan",
                "goal",
                "milestone",
                "mục tiêu",
                "kế hoạch",
                "cible",
                "cibles",
                "objectif",
            ],
        ),
        (
            Role::Actual,
            "actual",
            &[
                "actual",
                "actuals",
                "actual achievement",
                "achieved",
                "achievement",
                "result",
                "results",
                "current value",
                "progress to date",
                "thực hiện",
                "kết quả",
                "kết quả thực hiện",
                "ước thực hiện",
                "réalisé",
                "réalisation",
            ],
        ),
        (
            Role::Ignored,
            "ignore",
            &[
                "% achieved",
                "% of target",
                "% achievement",
                "variance",
                "gap",
                "variance/gap",
                "comment",
                "comments",
                "remark",
                "remarks",
                "note",
                "notes",
                "source",
                "data source",
                "source of data",
                "sources of data",
                "means of verification",
                "responsible",
                "frequency",
                "definition",
                "assumptions",
                "so sánh",
                "so sánh (%)",
                "tỷ lệ % đạt",
                "% đạt",
                "ghi chú",
                "nguồn số liệu",
                "commentaires",
                "écart",
                "source de données",
            ],
        ),
    ];

    /// The names of roles, for maps.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        Role::ALL.iter().map(|(_, name, _)| *name)
    }

    /// The role with a name in a map.
    pub(super) fn named(name: &str) -> Option<Role> {
        Role::ALL.iter().find(|(_, known, _)| *known == name).map(|(role, ..)| *role)
    }

    /// The role of a head, whatever its capitals. What stands in brackets behind it does not matter.
    pub(super) fn of(head: &str) -> Option<Role> {
        let head = normal(head);
        let without =
            head.split_once('(').map(|(before, _)| before.trim()).filter(|rest| !rest.is_empty());
        let find = |head: &str| {
            Role::ALL.iter().find(|(_, _, heads)| heads.contains(&head)).map(|(role, ..)| *role)
        };
        find(&head).or_else(|| find(without?))
    }

    /// The role of a head that names a period too: `Target 2024`, `Kế hoạch năm 2024`. The period is what is left.
    pub(super) fn with_rest(head: &str) -> Option<(Role, String)> {
        let head = normal(head);
        let words = Role::ALL
            .iter()
            .filter(|(role, ..)| matches!(role, Role::Target | Role::Actual))
            .flat_map(|(role, _, heads)| heads.iter().map(|word| (*role, *word)));
        let mut found: Option<(Role, &str, &str)> = None;
        for (role, word) in words {
            let ends = |rest: &&str| rest.starts_with(|letter: char| !letter.is_alphanumeric());
            let begins = |rest: &&str| rest.ends_with(|letter: char| !letter.is_alphanumeric());
            let rest = head
                .strip_prefix(word)
                .filter(ends)
                .or_else(|| head.strip_suffix(word).filter(begins));
            // The longest word decides: `kết quả thực hiện` before `kết quả`.
            if let Some(rest) = rest
                && found.is_none_or(|(_, longest, _)| word.len() > longest.len())
            {
                found = Some((role, word, rest));
            }
        }
        let (role, _, rest) = found?;
        let rest = rest.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
        Some((role, rest))
    }
}

/// A head in lower case, with single blanks, without the mark behind it.
fn normal(head: &str) -> String {
    let lower = crate::names::composed(head).to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ").trim_end_matches([':', '.', '*']).trim().to_owned()
}

/// Whether a text names a sum of rows.
pub(super) fn is_total(text: &str) -> bool {
    const TOTALS: [&str; 9] = [
        "total",
        "grand total",
        "subtotal",
        "sub-total",
        "tổng",
        "tổng cộng",
        "tổng số",
        "cộng",
        "sous-total",
    ];
    TOTALS.contains(&&*normal(text))
}

/// Whether more is better, as a cell says.
pub(super) fn direction(text: &str) -> Option<bool> {
    match &*normal(text) {
        "+" | "↑" | "increase" | "increasing" | "up" | "higher" | "tăng" | "augmentation"
        | "hausse" => Some(true),
        "-" | "−" | "–" | "↓" | "decrease" | "decreasing" | "down" | "lower" | "giảm"
        | "diminution" | "baisse" => Some(false),
        _ => None,
    }
}

/// Whether a title speaks of what is usually better when there is less of it. It decides nothing.
pub(super) fn sounds_bad(title: &str) -> bool {
    const WORDS: [&str; 14] = [
        "death",
        "mortality",
        "case",
        "crime",
        "incident",
        "accident",
        "injur",
        "dropout",
        "poverty",
        "tử vong",
        "tai nạn",
        "tội phạm",
        "décès",
        "accidents",
    ];
    let title = normal(title);
    WORDS.iter().any(|word| title.contains(word))
}

/// Whether a unit is per cent.
pub(super) fn is_percent(unit: &str) -> bool {
    ["%", "percent", "per cent", "percentage", "phần trăm", "pourcentage", "pour cent"]
        .contains(&&*normal(unit))
}

/// Whether a title is one of the two sides of a fraction: the numerator, or not.
pub(super) fn is_numerator(title: &str) -> Option<bool> {
    match &*normal(title) {
        "numerator" | "tử số" | "numérateur" => Some(true),
        "denominator" | "mẫu số" | "dénominateur" => Some(false),
        _ => None,
    }
}

/// A sheet of a tidy workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tidy {
    Outcomes,
    Targets,
    Units,
    Indicators,
    Measures,
}

impl Tidy {
    /// The sheet with a name, in capitals or not.
    pub(super) fn of(name: &str) -> Option<Tidy> {
        match &*normal(name) {
            "outcomes" | "số liệu" | "données" => Some(Tidy::Outcomes),
            "targets" | "chỉ tiêu" | "cibles" => Some(Tidy::Targets),
            "units" | "đơn vị" | "unités" => Some(Tidy::Units),
            "indicators" | "chỉ số" | "indicateurs" => Some(Tidy::Indicators),
            "measures" | "số đo" | "mesures" => Some(Tidy::Measures),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_a_role_in_three_languages() {
        for (head, role) in [
            ("#", Role::Code),
            ("Indicator:", Role::Title),
            ("Chỉ  tiêu", Role::Title),
            ("Indicateur", Role::Title),
            ("Unit of Measurement", Role::Unit),
            ("ĐVT", Role::Unit),
            ("Disaggregation (sex)", Role::Stratum),
            ("+/-", Role::Direction),
            ("Baseline", Role::Baseline),
            ("Baseline year", Role::BaselineYear),
            ("Target (Year-End)", Role::Target),
            ("Kế hoạch", Role::Target),
            ("Ước thực hiện", Role::Actual),
            ("Réalisé", Role::Actual),
            ("% achieved", Role::Ignored),
            ("Ghi chú", Role::Ignored),
        ] {
            assert_eq!(Role::of(head), Some(role), "{head}");
        }
        assert_eq!(Role::of("Weather"), None);
    }

    #[test]
    fn heads_may_name_a_period_too() {
        for (head, role, rest) in [
            ("Target 2024", Role::Target, "2024"),
            ("FY24 Actual", Role::Actual, "fy24"),
            ("Kế hoạch năm 2024", Role::Target, "năm 2024"),
            ("Kết quả thực hiện quý I/2024", Role::Actual, "quý i/2024"),
            ("2024-Q1 (target)", Role::Target, "2024-q1"),
        ] {
            // What stands in brackets is a role too.
            let head = head.replace(['(', ')'], "");
            assert_eq!(Role::with_rest(&head), Some((role, rest.to_owned())), "{head}");
        }
        for head in ["Targeted", "Replan 2024", "Remarks 2024"] {
            assert_eq!(Role::with_rest(head), None, "{head}");
        }
    }

    #[test]
    fn every_head_has_one_role() {
        let mut heads: Vec<&str> =
            Role::ALL.iter().flat_map(|(_, _, heads)| *heads).copied().collect();
        let all = heads.len();
        heads.sort_unstable();
        heads.dedup();
        assert_eq!(heads.len(), all);
        for head in heads {
            assert_eq!(head, normal(head));
        }
    }
}
