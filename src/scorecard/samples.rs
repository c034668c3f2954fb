//! Scorecards for the tests of the views. All figures are made up.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::{DocumentLine, Limit, Line, Scorecard, Section};
use crate::assess::{Assessment, Certainty, Pace, Reason, Verdict};

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A row of the year 2023 without a value; each sample says what is different.
pub(crate) fn row(target: &str, unit: &str, goal: &str, goal_value: f64) -> Assessment {
    let level = if unit == "Thành phố Mẫu" { "city" } else { "district" };
    let cells = serde_json::json!({
        "target": target,
        "indicator": format!("indicator of {target}"),
        "unit": format!("id of {unit}"),
        "unit_name": unit,
        "level": level,
        "window_start": "2023-01-01",
        "window_end": "2024-01-01",
        "as_of": "2024-01-15",
        "final": true,
        "goal": goal,
        "goal_value": goal_value,
        "verdict": Verdict::Indeterminate,
        "certainty": Certainty::Unknown,
        "illustrative": false,
    });
    serde_json::from_value(cells).unwrap()
}

pub(crate) fn line(title: &str, unit_of_value: &str, assessment: Assessment) -> Line {
    Line {
        target_title: title.to_owned(),
        indicator_title: title.to_owned(),
        unit_of_value: unit_of_value.to_owned(),
        note: None,
        limit: match assessment.goal.split(' ').take(2).collect::<Vec<_>>()[..] {
            ["at", "most"] | ["below", _] | ["reduce", _] => Limit::Ceiling,
            ["between", _] => Limit::Band,
            _ => Limit::Floor,
        },
        assessment,
    }
}

impl Assessment {
    /// A value judged against a floor.
    pub(crate) fn floor(self, value: f64) -> Self {
        let gap = value - self.goal_value.unwrap();
        self.judged(value, gap, gap >= 0.0)
    }

    /// A value judged against a ceiling.
    pub(crate) fn ceiling(self, value: f64) -> Self {
        let gap = self.goal_value.unwrap() - value;
        self.judged(value, gap, gap >= 0.0)
    }

    pub(crate) fn judged(mut self, value: f64, gap: f64, met: bool) -> Self {
        self.value = Some(value);
        self.gap = Some(gap);
        self.verdict = if met { Verdict::Met } else { Verdict::Missed };
        self
    }

    pub(crate) fn interval(mut self, lower: f64, upper: f64, method: &str) -> Self {
        let goal = self.goal_value.unwrap();
        self.lower = Some(lower);
        self.upper = Some(upper);
        self.confidence = Some(0.95);
        self.method = Some(method.into());
        self.certainty = if (lower..=upper).contains(&goal) {
            Certainty::WithinChance
        } else {
            Certainty::Clear
        };
        self
    }

    /// `hits` of `all` against a floor in per cent, with Wilson's interval.
    pub(crate) fn share(mut self, hits: u32, all: u32) -> Self {
        let (hits, all) = (f64::from(hits), f64::from(all));
        let (z, p) = (1.959_963_984_540_054_f64, hits / all);
        let middle = (p + z * z / (2.0 * all)) / (1.0 + z * z / all);
        let half =
            z / (1.0 + z * z / all) * (p * (1.0 - p) / all + z * z / (4.0 * all * all)).sqrt();
        self.numerator = Some(hits);
        self.denominator = Some(all);
        let goal = self.goal_value.unwrap();
        let needed = (goal / 100.0 * all - 1e-9).ceil() - hits;
        self.needed = Some(needed.max(0.0) as i64);
        self.floor(100.0 * hits / all).interval(
            100.0 * (middle - half),
            100.0 * (middle + half),
            "wilson",
        )
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn none(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    pub(crate) fn running(mut self, pace: Pace) -> Self {
        self.is_final = false;
        self.window_end = date("2024-07-01");
        self.pace = Some(pace);
        self
    }
}

impl Line {
    pub(crate) fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }
}

const CITY: &str = "Thành phố Mẫu";
const RESOLUTION: &str = "01/2019/NQ-MAU";

fn targets() -> Section {
    let clearance = "Tỷ lệ điều tra, khám phá tội phạm về trật tự xã hội";
    let serious = "Tỷ lệ điều tra, khám phá tội phạm rất nghiêm trọng và đặc biệt nghiêm trọng";
    let basis =
        |row: &mut Assessment| row.basis = Some(format!("{RESOLUTION}, khoản 2 Điều 2").into());
    let share = |target: &str, unit: &str, goal: f64, hits, all| {
        row(target, unit, &format!("at least {goal}"), goal).share(hits, all)
    };
    let rows = vec![
        line(clearance, "%", share("clearance", CITY, 75.0, 1_670, 1_840).with(basis)),
        line(clearance, "%", share("clearance", "Quận Sen", 75.0, 150, 200).with(basis)),
        line(clearance, "%", share("clearance", "Quận Trúc", 75.0, 146, 200).with(basis)),
        line(
            clearance,
            "%",
            share("clearance", "Huyện Tre", 75.0, 104, 180)
                .with(basis)
                .with(|row| row.completeness = Some(93.75)),
        ),
        line(
            clearance,
            "%",
            row("clearance", "Huyện Mai", "at least 75", 75.0).none(Reason::NoData).with(basis),
        ),
        line(serious, "%", share("serious", CITY, 90.0, 166, 168).with(basis)),
        line(
            "Tỷ lệ giải quyết tố giác, tin báo về tội phạm",
            "%",
            share("reports", CITY, 90.0, 2_249, 2_500)
                .with(basis)
                .none(Reason::Provisional)
                .with(|row| row.imputed = Some(2.4)),
        ),
        line(
            "Tỷ lệ xét xử án hình sự (công bố)",
            "%",
            row("courts", CITY, "above 88", 88.0).floor(88.0).none(Reason::NoCounts).with(|row| {
                row.verdict = Verdict::Missed;
                row.needed = Some(1);
                row.method = Some("reported".into());
            }),
        )
        .note("Exactly at the goal, which must be exceeded."),
        line(
            "Số vụ phạm tội về trật tự xã hội so với năm trước",
            "cases",
            row("fall", CITY, "reduce by 5 percent from previous period", 1_820.2)
                .ceiling(1_840.0)
                .interval(1_756.9, 1_926.0, "byar")
                .with(|row| {
                    row.baseline = Some(1_916.0);
                    row.needed = Some(20);
                }),
        ),
        line(
            "Biến động số vụ cướp giật",
            "%",
            row("snatching", CITY, "at most -10", -10.0).ceiling(-12.43).interval(
                -21.8,
                -2.1,
                "exact_conditional",
            ),
        ),
        line(
            "Mô hình phong trào toàn dân bảo vệ an ninh Tổ quốc được nhân rộng",
            "places",
            row("models", CITY, "at least 6000", 6_000.0).floor(6_419.0).with(|row| {
                row.certainty = Certainty::Clear;
                row.attainment = Some(106.983_333_333);
                row.needed = Some(0);
            }),
        ),
        line(
            "Tai nạn giao thông chết người",
            "deaths",
            row("deaths", CITY, "at most 120", 120.0)
                .ceiling(116.0)
                .interval(95.9, 139.1, "byar")
                .with(|row| {
                    row.needed = Some(-4);
                    row.attainment = Some(96.666_666);
                }),
        ),
        line(
            "Cháy lớn",
            "fires",
            row("fires", CITY, "at most 12", 12.0).ceiling(15.0).interval(8.4, 24.7, "byar").with(
                |row| {
                    row.needed = Some(3);
                    row.attainment = Some(125.0);
                },
            ),
        ),
        line(
            "Chi ngân sách so với dự toán",
            "%",
            row("budget", CITY, "between 95 and 100", 95.0)
                .with(|row| row.goal_upper = Some(100.0))
                .judged(100.04, -0.04, false)
                .with(|row| row.certainty = Certainty::Clear),
        ),
        line(
            "Tổng kinh phí",
            "đồng",
            row("funds", CITY, "at least 22450000000000", 22_450_000_000_000.0)
                .floor(22_449_999_999_000.0)
                .with(|row| row.certainty = Certainty::Clear),
        ),
        line(
            "Tỷ lệ hiện nhiễm HIV trong dân số",
            "%",
            row("prevalence", CITY, "below 0.3", 0.3)
                .ceiling(0.2996)
                .interval(0.2891, 0.3104, "wilson"),
        ),
        line(
            "Sai số đo nồng độ",
            "g/m³",
            row("trace", CITY, "at most 0.00001", 0.000_01)
                .ceiling(0.000_010_04)
                .with(|row| row.certainty = Certainty::Unknown),
        ),
        line(
            "Xã, phường không có ma túy",
            "%",
            row("drug-free", CITY, "at least 20", 20.0).floor(20.0).with(|row| {
                row.certainty = Certainty::Clear;
                row.needed = Some(0);
            }),
        ),
    ];
    Section {
        heading: "Targets".to_owned(),
        documents: vec![
            DocumentLine {
                document: RESOLUTION.to_owned(),
                dated: Some(date("2019-11-27")),
                clause: Some("khoản 2 Điều 2".to_owned()),
                title: Some(
                    "Nghị quyết (mẫu) về công tác phòng, chống tội phạm và vi phạm pháp luật"
                        .to_owned(),
                ),
                source: Some("https://example.org/nghi-quyet/01-2019?ban=goc&trang=2".to_owned()),
            },
            DocumentLine {
                document: "Kế hoạch 290/KH-MAU".to_owned(),
                dated: None,
                clause: None,
                title: None,
                source: Some("Công báo thành phố, số 12".to_owned()),
            },
        ],
        rows,
    }
}

fn campaign() -> Section {
    let treatment = "Người nghiện được điều trị";
    let reasons = [
        ("Quận Sen", Reason::Incomplete),
        ("Quận Trúc", Reason::ZeroDenominator),
        ("Huyện Tre", Reason::NoBaseline),
        ("Huyện Mai", Reason::Straddles),
        ("Huyện Cúc", Reason::NotAdditive),
        ("Huyện Lan", Reason::UnitNotValid),
        ("Thị xã Đào", Reason::Suppressed),
    ];
    let mut rows = vec![
        line(
            treatment,
            "persons",
            row("treatment", CITY, "at least 1200", 1_200.0)
                .floor(655.0)
                .interval(605.8, 707.1, "byar")
                .running(Pace::Ahead)
                .with(|row| {
                    row.expected_now = Some(600.0);
                    row.chance = Some(0.9996);
                    row.projected = Some(1_310.0);
                    row.projected_lower = Some(1_240.0);
                    row.projected_upper = Some(1_381.0);
                    row.needed = Some(545);
                }),
        ),
        line(
            "Học sinh được tuyên truyền",
            "%",
            row("schools", CITY, "at least 80", 80.0).share(160, 200).running(Pace::OnTrack).with(
                |row| {
                    row.chance = Some(0.532);
                    row.projected = Some(80.04);
                    row.projected_lower = Some(74.1);
                    row.projected_upper = Some(85.2);
                },
            ),
        ),
        line(
            "Ca nhiễm HIV mới được phát hiện",
            "cases",
            row("detected", CITY, "at least 370", 370.0)
                .floor(102.0)
                .interval(83.2, 123.8, "byar")
                .running(Pace::Behind)
                .with(|row| {
                    row.expected_now = Some(185.5);
                    row.chance = Some(0.0002);
                    row.needed = Some(268);
                    row.completeness = Some(99.96);
                }),
        ),
        line(
            "Vụ đánh bạc",
            "cases",
            row("gambling", CITY, "at most 40", 40.0)
                .ceiling(40.0)
                .interval(28.6, 54.5, "byar")
                .running(Pace::Behind)
                .with(|row| row.needed = Some(0)),
        ),
        line(
            "Rà soát cuối chiến dịch",
            "%",
            row("review", CITY, "at least 100", 100.0).none(Reason::NotStarted).with(|row| {
                row.is_final = false;
                row.window_start = date("2024-03-01");
                row.window_end = date("2024-04-01");
            }),
        ),
    ];
    rows.extend(reasons.into_iter().map(|(unit, reason)| {
        let blank = row("reach", unit, "at least 90", 90.0).none(reason);
        let blank = blank.with(|row| {
            row.completeness = (reason == Reason::Incomplete).then_some(41.7);
        });
        line("Hộ gia đình ký cam kết", "%", blank)
    }));
    for (month, hits) in [(1, 61), (2, 70), (3, 66)] {
        let monthly = row("monthly", CITY, "at least 70", 70.0).share(hits, 90).with(|row| {
            row.window_start = NaiveDate::from_ymd_opt(2024, month, 1).unwrap();
            row.window_end = NaiveDate::from_ymd_opt(2024, month + 1, 1).unwrap();
        });
        rows.push(line("Tin báo được xác minh trong tháng", "%", monthly));
    }
    for (unit, goal, value) in
        [("Quận Sen", 40.0, 44.0), ("Quận Trúc", 25.0, 19.0), ("Huyện Mai", 5.0, 5.0)]
    {
        let cascaded =
            row("cascade", unit, &format!("at least {goal}"), goal).floor(value).with(|row| {
                row.certainty = Certainty::Unknown;
                row.needed = Some((goal - value).max(0.0) as i64);
            });
        rows.push(
            line("Tụ điểm phức tạp được xóa", "hot spots", cascaded)
                .note("Shared out by population."),
        );
    }
    Section { heading: "Cao điểm Tết Giáp Thìn".to_owned(), documents: Vec::new(), rows }
}

/// Each kind of row a report can hold.
pub(crate) fn varied() -> Scorecard {
    Scorecard {
        title:
            "Chương trình mẫu phòng, chống tội phạm, HIV/AIDS và ma túy năm 2023 (số liệu minh họa)"
                .to_owned(),
        plan: "mau-2023".to_owned(),
        as_of: date("2024-01-15"),
        expected_wrong: None,
        sections: vec![targets(), campaign()],
    }
}

/// One target with a row for a city, some districts and a given number of communes.
pub(crate) fn large(communes: u32) -> Scorecard {
    let mut rows = Vec::new();
    let title = "Children fully vaccinated by their second birthday";
    let shares = |unit: &str, level: &str, hits, all| {
        let row = row("vaccinated", unit, "at least 90", 90.0).share(hits, all);
        line(title, "%", row.with(|row| row.level = level.into()))
    };
    rows.push(shares("Thành phố Mẫu", "city", 91_204, 100_000));
    for district in 1..=5u32 {
        rows.push(shares(
            &format!("District {district}"),
            "district",
            1_740 + 30 * district,
            2_000,
        ));
    }
    // A linear congruential generator (Numerical Recipes) gives the same communes on every machine.
    let mut state = 1u32;
    let mut next = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % limit
    };
    for commune in 1..=communes {
        let born = 20 + next(180);
        let missed = (0..born).filter(|_| next(100) < 9).count() as u32;
        let mut line = shares(&format!("Commune {commune:05}"), "commune", born - missed, born);
        match commune % 43 {
            0 => {
                line.assessment =
                    row("vaccinated", &line.assessment.unit_name, "at least 90", 90.0)
                        .none(if commune % 86 == 0 { Reason::NoData } else { Reason::Incomplete })
                        .with(|row| row.level = "commune".into());
            }
            1 => line.assessment.completeness = Some(91.7),
            _ => {}
        }
        rows.push(line);
    }
    Scorecard {
        title: "Immunisation 2023 (generated figures)".to_owned(),
        plan: "immunisation-2023".to_owned(),
        as_of: date("2024-01-15"),
        expected_wrong: None,
        sections: vec![Section { heading: "Targets".to_owned(), documents: Vec::new(), rows }],
    }
}

/// What an attacker, or a careless export, might put into every text there is.
pub(crate) const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)\" x=\"",
    "' onload='alert(1)'><img src=x onerror=alert(1)>",
    "</style></title></table><!-- ]]> --> &amp; & &#60;",
    "\u{1b}[31mred\u{1b}]0;title\u{7}\r\n\u{0}\u{9f}",
    "\u{202e}right to left\u{2066} isolate \u{fffe}\u{ffff}\u{2028}",
    "{{ card.title }} {% raw %}",
    "tie\u{302}\u{301}ng Vie\u{323}\u{302}t 中文標題 👩‍👩‍👧‍👦 ภาษาไทย",
];

/// A scorecard whose every text is hostile.
pub(crate) fn hostile() -> Scorecard {
    let sections = HOSTILE.map(|text| {
        let own = || text.to_owned();
        let value = row(text, text, text, 90.0).share(80, 100).with(|row| {
            row.level = own().into();
            row.method = Some(own().into());
            row.basis = Some(own().into());
        });
        let same_unit_elsewhere =
            value.clone().with(|row| row.unit = format!("other {text}").into());
        let rows = [value, same_unit_elsewhere].map(|assessment| Line {
            target_title: own(),
            indicator_title: format!("indicator {text}"),
            unit_of_value: own(),
            note: Some(own()),
            limit: Limit::Floor,
            assessment,
        });
        Section {
            heading: own(),
            documents: vec![
                DocumentLine {
                    document: own(),
                    dated: None,
                    clause: Some(own()),
                    title: Some(own()),
                    source: Some(format!("javascript:alert('{text}')")),
                },
                DocumentLine {
                    document: own(),
                    dated: None,
                    clause: None,
                    title: None,
                    source: Some(format!("https://example.org/{text}")),
                },
            ],
            rows: rows.to_vec(),
        }
    });
    Scorecard {
        title: HOSTILE.join(" "),
        plan: HOSTILE.join(" "),
        as_of: date("2024-01-15"),
        expected_wrong: None,
        sections: sections.to_vec(),
    }
}

/// Rows of any numbers at all, also those no assessment should hold.
pub(crate) fn any_line() -> impl Strategy<Value = Line> {
    let number = || prop::option::of(prop_oneof![any::<f64>(), -200.0..200.0f64, Just(0.0)]);
    let share = || prop::option::of(prop_oneof![any::<f64>(), 0.0..100.0f64]);
    let day = || {
        (i32::MIN..=i32::MAX)
            .prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MIN))
    };
    let codes = (
        prop::sample::select(Verdict::ALL),
        prop::sample::select(Certainty::ALL),
        prop::option::of(prop::sample::select(Pace::ALL)),
        prop::option::of(prop::sample::select(Reason::ALL)),
        any::<bool>(),
        prop::option::of(any::<i64>()),
    );
    let numbers = prop::collection::vec(number(), 9);
    let shares = prop::collection::vec(share(), 4);
    let names = (0usize..3, 0usize..40, "[%a-z]{0,3}", "at least [0-9]{1,3}");
    (codes, numbers, shares, names, (day(), day())).prop_map(
        |((verdict, certainty, pace, reason, is_final, needed), n, s, names, (start, end))| {
            let (target, unit, unit_of_value, goal) = names;
            let row = row(&format!("t{target}"), &format!("u{unit}"), &goal, 0.0).with(|row| {
                [row.value, row.lower, row.upper] = [n[0], n[1], n[2]];
                [row.goal_value, row.goal_upper, row.expected_now] = [n[3], n[4], n[5]];
                [row.projected, row.projected_lower, row.projected_upper] = [n[6], n[7], n[8]];
                [row.completeness, row.imputed, row.chance, row.confidence] =
                    [s[0], s[1], s[2], s[3]];
                row.gap = n[0].zip(n[3]).map(|(value, goal)| value - goal);
                (row.verdict, row.certainty, row.pace) = (verdict, certainty, pace);
                (row.reason, row.is_final, row.needed) = (reason, is_final, needed);
                (row.window_start, row.window_end) = (start, end);
            });
            line("Any", &unit_of_value, row)
        },
    )
}

pub(crate) fn any_scorecard() -> impl Strategy<Value = Scorecard> {
    prop::collection::vec(any_line(), 0..60).prop_map(|rows| Scorecard {
        title: "Any".to_owned(),
        plan: "any".to_owned(),
        as_of: date("2024-01-15"),
        expected_wrong: None,
        sections: vec![Section { heading: "Any".to_owned(), documents: Vec::new(), rows }],
    })
}
