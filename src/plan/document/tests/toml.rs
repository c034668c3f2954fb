//! The edges of TOML. Trees and refusals are compared with the parser's own tables.

use ::toml::de::{DeTable, DeValue};

use super::*;

fn read(text: &str) -> Node {
    from_toml(text, None).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"))
}

#[test]
fn toml_values_are_read() {
    for (written, expected) in [
        ("75", number("75")),
        ("+75", number("+75")),
        ("96.40", number("96.40")),
        ("1_000.5e-3", number("1000.5e-3")),
        ("0x1F", text("0x1F")),
        ("0b1", text("0b1")),
        ("inf", text("inf")),
        ("-nan", text("-nan")),
        ("true", node(Value::Bool(true))),
        ("2019-11-27", text("2019-11-27")),
        ("1979-05-27 07:32:00Z", text("1979-05-27 07:32:00Z")),
        ("07:32:00", text("07:32:00")),
        ("'C:\\x'", text("C:\\x")),
        ("\"\\u00e0\\n\"", text("à\n")),
        ("\"\"\"\na\nb\"\"\"", text("a\nb")),
        (
            "[1, [2], {a = 'b'}]",
            list(vec![number("1"), list(vec![number("2")]), map([("a", text("b"))])]),
        ),
        ("{ a.b = 1, c = 2 }", map([("a", map([("b", number("1"))])), ("c", number("2"))])),
    ] {
        let tree = read(&format!("key = {written}\n"));
        assert!(tree.same_content(&map([("key", expected)])), "{written}: {tree:?}");
    }
}

#[test]
fn tables_and_dotted_keys_keep_the_order_and_places_of_the_document() {
    let tree =
        read("z = 1\na.y = 2\na.b = 3\n[t.u]\nk = 4\n[[l]]\nk = 5\n[l.m]\n[[l]]\n[t]\nj = 6\n");
    let expected = map([
        ("z", number("1")),
        ("a", map([("y", number("2")), ("b", number("3"))])),
        ("t", map([("u", map([("k", number("4"))])), ("j", number("6"))])),
        ("l", list(vec![map([("k", number("5")), ("m", map([]))]), map([])])),
    ]);
    assert!(tree.same_content(&expected), "{tree:?}");
    let u = tree.get("t").unwrap().get("u").unwrap();
    assert_eq!(u.place, Place::text(None, 4, 1));
    assert_eq!(u.get("k").unwrap().place, Place::text(None, 5, 5));
    assert_eq!(tree.get("l").unwrap().as_list().unwrap()[1].place, Place::text(None, 9, 1));
}

#[test]
fn every_key_and_table_that_stands_twice_is_found() {
    let text = "a = 1\na = 2\nb.c = 1\nb.c = 2\n[t]\nx = 1\nx = 2\n[t]\ny = 1\n[u.v]\n[a.w]\n[[t]]\n\
                i = {p = 1, p = 2}\ni.q = 3\n[u]\nv.k = 1\n";
    let twice = |line: usize, column: usize, key: &str| {
        format!("line {line}, column {column}: the key `{key}` stands twice (keep one of the two)")
    };
    let complete = |line: usize, column: usize, key: &str| {
        format!(
            "line {line}, column {column}: `{key}` is complete already (add to it where it is \
             defined)"
        )
    };
    assert_eq!(
        faults(from_toml, text),
        [
            twice(2, 1, "a"),
            twice(4, 3, "c"),
            twice(7, 1, "x"),
            twice(8, 2, "t"),
            complete(11, 2, "a"),
            twice(12, 3, "t"),
            twice(13, 13, "p"),
            complete(14, 1, "i"),
            twice(16, 1, "v"),
        ]
    );
}

/// The parser's own order is that of the last headers.
#[test]
fn keys_keep_the_order_in_which_they_are_first_named() {
    let tree = read("[b.z]\n[a]\n[b.y]\n[c]\n[b]\nx = 1\n[[d.l]]\n[a.k]\n[[d.l]]\n");
    let keys = |node: &Node| -> Vec<String> {
        node.as_map().unwrap().iter().map(|entry| entry.key.clone()).collect()
    };
    assert_eq!(keys(&tree), ["b", "a", "c", "d"]);
    assert_eq!(keys(tree.get("b").unwrap()), ["z", "y", "x"]);
}

#[test]
fn tables_in_many_pieces_are_placed_in_linear_time() {
    let count = 20_000;
    let pieces =
        |key: &str| -> String { (0..count).map(|at| format!("[t{at:05}.{key}]\n")).collect() };
    let tree = read(&(pieces("a") + &pieces("b")));
    let last = tree.as_map().unwrap().last().unwrap().value.get("b").unwrap();
    assert_eq!(last.place, Place::text(None, 2 * count, 1));
}

#[test]
fn of_a_long_document_the_first_error_is_reported() {
    let wrong = "= 1\n";
    let some = faults(from_toml, &format!("a = 1\na = 2\n{}", "a = yes\n".repeat(9)));
    // Each of the nine stands again, and has no quotes.
    assert_eq!(some.len(), 1 + 9 * 2);
    let padding = "# long\n".repeat(200_000);
    let first = faults(from_toml, &format!("{padding}a = 1\na = 2\n{}", wrong.repeat(200_000)));
    assert_eq!(first, ["line 200002, column 1: the key `a` stands twice (keep one of the two)"]);
    assert!(from_toml(&format!("{padding}a = 1\n"), None).is_ok());
}

#[test]
fn toml_faults_are_said_in_words_of_a_person() {
    let texts = [
        "a",
        "a =",
        "a = \n",
        "= 1",
        "a = yes",
        "a = 001",
        "a = 1 b = 2",
        "a = [1, 2",
        "a = {b = 1",
        "a = \"open\n",
        "a = 'open",
        "[a",
        "[a]]",
        "[]",
        "a. = 1",
        "a = 1__0",
        "a = 1.",
        "a = .5",
        "a = \"\\d\"",
        "à = 1",
        "a: 1",
        "{\"a\": 1}",
        "a = \u{1}",
        "a = 1\r",
        "[[a]",
        "a = 2019-11-27x",
        "a = 2019-13-01",
        "a = True",
        "a b = 1",
        "a = ,",
        "a = [1,,2]",
    ];
    let messages: String = texts
        .iter()
        .map(|text| format!("{text:?}\n  {}\n", faults(from_toml, text).join("\n  ")))
        .collect();
    insta::assert_snapshot!(messages);
}

#[test]
fn toml_cannot_hold_everything() {
    assert_eq!(to_toml(&list(vec![text("a"), node(Value::Null)])).unwrap_err().len(), 2);
    let tree =
        map([("a", node(Value::Null)), ("b", map([("c", node(Value::Null))])), ("d", number("1"))]);
    assert_eq!(to_toml(&tree).unwrap(), "b = {}\nd = 1\n");
}

#[test]
fn toml_is_written_as_a_person_would() {
    let tree = map([
        ("plan", text("Hà Nội \"2023\"\n")),
        ("early", map([("a", number("1")), ("b", list(vec![]))])),
        ("levels", list(vec![text("city"), number("+.5")])),
        ("long", list((1..=12).map(|n| text(&format!("district-{n}"))).collect())),
        ("mixed", list(vec![map([("a", number("1"))]), text("b")])),
        (
            "targets",
            map([
                (
                    "clearance",
                    map([("goal", map([("at_least", number("75"))])), ("window", text("2023"))]),
                ),
                (
                    "số vụ",
                    map([(
                        "basis",
                        list(vec![map([("document", text("96/2019/QH14"))]), map([])]),
                    )]),
                ),
            ]),
        ),
    ]);
    let written = to_toml(&tree).unwrap();
    insta::assert_snapshot!(written);
    assert_reads_back(from_toml, &written, &tree);
}

/// The same tree with its maps sorted by key, as the oracle keeps them.
fn sorted(tree: &Node) -> Node {
    match &tree.value {
        Value::List(items) => list(items.iter().map(sorted).collect()),
        Value::Map(entries) => {
            let mut entries: Vec<(&str, Node)> =
                entries.iter().map(|entry| (entry.key.as_str(), sorted(&entry.value))).collect();
            entries.sort_by(|one, two| one.0.cmp(two.0));
            map(entries)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => tree.clone(),
    }
}

fn content(value: &DeValue<'_>, source: &str) -> Node {
    match value {
        DeValue::String(written) => text(written),
        DeValue::Integer(written) if written.radix() == 10 => number(written.as_str()),
        DeValue::Float(written) if is_number(written.as_str()) => number(written.as_str()),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => text(source),
        DeValue::Boolean(value) => node(Value::Bool(*value)),
        DeValue::Array(items) => {
            list(items.iter().map(|item| content(item.as_ref(), "")).collect())
        }
        DeValue::Table(table) => content_of_table(table),
    }
}

fn content_of_table(table: &DeTable<'_>) -> Node {
    let entries: Vec<(&str, Node)> = table
        .iter()
        .map(|(key, value)| (key.get_ref().as_ref(), content(value.get_ref(), "")))
        .collect();
    sorted(&map(entries))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn toml_is_read_or_refused_as_the_toml_crate_does(
        lines in vec(prop_oneof![
            2 => ("(\\[|\\[\\[)", "[abc](\\.[abc]){0,3}").prop_map(|(open, path)| {
                let close = open.replace('[', "]");
                format!("{open}{path}{close}")
            }),
            4 => ("[abc](\\.[abc]){0,3}", prop::sample::select(vec![
                "1", "'x'", "[1, 2]", "[{a = 1}, {b = 2}]", "{}", "{a = 1}", "{a.b = 1, a.c = 2}", "{a = 1, a = 2}",
                "{a.b = 1, a = 2}", "{a = {}, a.b = 1}", "{b = {c = {}}}", "[]", "[[]]",
            ])).prop_map(|(key, value)| format!("{key} = {value}")),
        ], 0..9)
    ) {
        let written = lines.join("\n");
        match (from_toml(&written, None), DeTable::parse(&written)) {
            (Ok(node), Ok(oracle)) => {
                let oracle = content_of_table(oracle.get_ref());
                prop_assert!(sorted(&node).same_content(&oracle), "{}\n{:?}\n{:?}", written, node, oracle);
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(
                false, "{written}\nours: {ours:?}\ntheirs: {:?}", theirs.map(|_| ())
            ),
        }
    }

    #[test]
    fn pieces_of_toml_are_read_or_refused_as_the_toml_crate_does(
        pieces in vec(prop::sample::select(vec![
            "a = 1\n", "b", "c", ".", " = ", "[", "]", "[[", "]]", "{", "}", ",", "\n", "\"", "'", "\"x\"", "'y'", "0", "1", "1.5",
            "_", "e", "-", "+", "true", "inf", "# c\n", " ", "\t", "\r\n", "\\", "\\u00e0", "\"\"\"", "'''", "à", "0x", "f",
        ]), 0..14)
    ) {
        let written = pieces.concat();
        let ours = from_toml(&written, None);
        let theirs = DeTable::parse(&written);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}\n{:?}\n{:?}", written, ours, theirs);
    }

    #[test]
    fn toml_is_written_as_the_toml_crate_reads_it(
        tree in map_of(awkward_text().boxed(), tree(false))
    ) {
        let written = to_toml(&tree).unwrap();
        let oracle = DeTable::parse(&written).unwrap();
        let oracle = content_of_table(oracle.get_ref());
        prop_assert!(sorted(&tree).same_content(&oracle), "{}\n{:?}", written, oracle);
    }
}
