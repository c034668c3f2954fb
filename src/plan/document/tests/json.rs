//! The edges of JSON. The oracle is `serde_json`.

use super::*;

#[test]
fn json_is_read_strictly() {
    let plan = from_json(
        "{\"attain\": 1, \"goal\": {\"at_least\": 96.40}, \"list\": [true, null, -1.5E+3, \"\\u00e0\\ud83d\\ude42\\/\\n\"]}",
        None,
    )
    .unwrap();
    let expected = map([
        ("attain", number("1")),
        ("goal", map([("at_least", number("96.40"))])),
        (
            "list",
            list(vec![
                node(Value::Bool(true)),
                node(Value::Null),
                number("-1.5E+3"),
                text("à🙂/\n"),
            ]),
        ),
    ]);
    assert!(plan.same_content(&expected), "{plan:?}");
}

#[test]
fn json_faults_are_said_in_words_of_a_person() {
    let texts = [
        "",
        "  \n ",
        "{",
        "[",
        "[1",
        "[1 2]",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{a: 1}",
        "{'a': 1}",
        "['a']",
        "[1] [2]",
        "[1]]",
        "// c\n[1]",
        "[1] # c",
        "[1 /* c */]",
        "[True]",
        "[None]",
        "[NaN]",
        "[001]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[1e]",
        "[-]",
        "[0x1F]",
        "[2019-11-27]",
        "[\"a\nb\"]",
        "[\"a\tb\"]",
        "[\"a\u{1}\"]",
        "[\"open",
        "[\"\\d\"]",
        "[\"\\u00g0\"]",
        "[\"\\ud83d\"]",
        "[\"\\ud83d\\u0041\"]",
        "[1}",
        "{\"a\": 1]",
        "[1;2]",
        "\u{a0}[1]",
        "{\"a\": 1 \"b\": 2}",
        "[tru]",
        "plan: x",
        "*",
        "{,}",
        "{\"a\": 1,, \"b\": 2}",
    ];
    let messages: String =
        texts.iter().map(|text| format!("{text:?}\n  {}\n", fault(from_json, text))).collect();
    insta::assert_snapshot!(messages);
}

#[test]
fn every_key_that_stands_twice_is_found() {
    assert_eq!(
        faults(from_json, "{\"a\": 1,\n\"b\": {\"c\": 1, \"c\": 2},\n\"\\u0061\": 3,\n\"a\": 4 5}"),
        [
            "line 2, column 15: the key `c` stands twice (it stands first on line 2; keep one of \
             the two)",
            "line 3, column 1: the key `a` stands twice (it stands first on line 1; keep one of \
             the two)",
            "line 4, column 1: the key `a` stands twice (it stands first on line 1; keep one of \
             the two)",
            "line 4, column 7: a comma is missing here",
        ]
    );
}

fn content(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(number).unwrap(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(content).collect(),
        Value::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), content(&entry.value))).collect()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn json_is_read_or_refused_as_serde_json_does(
        pieces in vec(prop::sample::select(vec![
            "[", "]", "{", "}", ",", ":", "\"", "\"a\"", "\"b\":", "\"a\":1", "[1]", "1", "0", "-", ".", "e5", "E", "+",
            "true", "false", "null", " ", "\n", "\t", "\\", "\\n", "\\u00e0", "\\ud83d", "\\ude42", "\"\\", "à",
            "\u{b}", "\u{a0}", "\u{1}", "\u{7f}", "/", "//", "'",
        ]), 0..12)
    ) {
        let text = pieces.concat();
        let oracle = serde_json::from_str::<serde_json::Value>(&text);
        match (from_json(&text, None), oracle) {
            (Ok(node), Ok(oracle)) => prop_assert_eq!(content(&node), oracle),
            (Err(_), Err(_)) => {}
            // That a key stands twice is our fault only.
            (Err(faults), Ok(_)) => prop_assert!(
                faults.iter().all(|fault| fault.message.contains("stands twice")), "{}: {:?}", text, faults
            ),
            (Ok(node), Err(error)) => prop_assert!(false, "{text}: {error} {node:?}"),
        }
    }

    #[test]
    fn json_is_written_as_serde_json_reads_it(tree in tree(true)) {
        // Powers of ten that a float can't hold are a limit of the oracle.
        if let Ok(oracle) = serde_json::from_str::<serde_json::Value>(&to_json(&tree)) {
            let read = from_json(&to_json(&tree), None).unwrap();
            prop_assert_eq!(content(&read), oracle);
        } else {
            prop_assert!(to_json(&tree).contains(['e', 'E']));
        }
    }
}

#[test]
fn json_is_written_as_a_person_would() {
    let tree = map([
        ("plan", text("Hà Nội \"2023\"\n")),
        ("levels", list(vec![text("city"), number("+.5"), node(Value::Null)])),
        ("units", list(vec![map([("id", text("001"))]), map([]), list(Vec::new())])),
        ("long", list((1..=12).map(|n| text(&format!("district-{n}"))).collect())),
    ]);
    insta::assert_snapshot!(to_json(&tree));
}
