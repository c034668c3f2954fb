//! What holds for all three formats: round trips, hostile input, encodings. The edges of one
//! format stand in the file named after it.

mod json;
mod toml;
mod yaml;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

type Reader = fn(&str, Option<&str>) -> Result<Node, Vec<Fault>>;
const READERS: [(&str, Reader); 3] =
    [("YAML", from_yaml), ("JSON", from_json), ("TOML", from_toml)];

fn node(value: Value) -> Node {
    Node::new(Place::Nowhere, value)
}

fn text(text: &str) -> Node {
    node(Value::Text(text.to_owned()))
}

fn number(number: &str) -> Node {
    node(Value::Number(number.to_owned()))
}

fn list(items: Vec<Node>) -> Node {
    node(Value::List(items))
}

fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let entry =
        |(key, value): (&str, Node)| Entry { place: Place::Nowhere, key: key.to_owned(), value };
    node(Value::Map(entries.into_iter().map(entry).collect()))
}

/// The only fault of a text that is to be refused, as a person reads it.
fn fault(read: Reader, text: &str) -> String {
    let faults = faults(read, text);
    assert_eq!(faults.len(), 1, "{text:?}: {faults:?}");
    faults[0].clone()
}

fn faults(read: Reader, text: &str) -> Vec<String> {
    match read(text, None) {
        Ok(node) => panic!("{text:?} was read: {node:?}"),
        Err(faults) => faults.iter().map(Fault::to_string).collect(),
    }
}

/// Texts that the formats are known to trip over.
fn awkward_text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        " ",
        "  lead",
        "trail ",
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#a",
        "- a",
        "-",
        "--",
        "---",
        "...",
        "? a",
        "?",
        "yes",
        "No",
        "on",
        "y",
        "true",
        "TRUE",
        "null",
        "~",
        "001",
        "1e5",
        "75",
        "96.4",
        "-5",
        "+5",
        ".5",
        "5.",
        ".nan",
        ".inf",
        "-.INF",
        "0x1F",
        "0o17",
        "1_000",
        "12:30",
        "2019-11-27",
        "2019-11-27T10:00:00Z",
        "2019-11-27 10:00:00",
        "0-14",
        "2023-Q1",
        "{a}",
        "[a]",
        "a, b",
        "a]b",
        "!tag",
        "&anchor",
        "*alias",
        "%dir",
        "@at",
        "`tick",
        "|",
        ">",
        "|-",
        "'",
        "\"",
        "it's",
        "\"both\" and 'single'",
        "back\\slash",
        "line\nbreak",
        "line\nbreak\n",
        "line\n\nbreak\n\n",
        "\n",
        "\nfirst",
        "  a\nb",
        "a\n  b\nc",
        "a \nb",
        "a\tb",
        "\ta\nb",
        "cr\rlf\r\n",
        "nul\0",
        "del\u{7f}",
        "nel\u{85}a",
        "ls\u{2028}a",
        "bom\u{feff}",
        "\u{fffe}",
        "nbsp\u{a0}a",
        "\u{a0}",
        "Phường Cửa Nam",
        "Hà Nội\nQuận Ba Đình",
        "96/2019/QH14",
        "🙂",
        "<<",
        "=",
        "a=b",
        "key = value",
        "[table]",
        "\"\"\"",
        "'''",
        "\\u0041",
        "\u{1b}[0m",
        "# not a comment\nb",
        "a\n# b\nc",
        "a\n--- b",
        "a\n...\nb",
        "=1+1",
        "0 -",
        "a?b",
        "+_",
        "100%",
        "5 %",
    ]);
    prop_oneof![
        4 => known.prop_map(str::to_owned),
        2 => "[a-zà-ỹ:#,\\[\\]{}&*!|>'\"%@`\\\\ ?\\-~0-9.\n\t]{0,12}",
        1 => any::<String>(),
        1 => "[0-9+\\-.eExo_:TZ]{1,10}",
        1 => "[a-z]{60,130}( [a-z]{20,40}){0,3}",
    ]
}

fn any_number() -> impl Strategy<Value = String> {
    "[+-]?(0|[1-9][0-9]{0,20})(\\.[0-9]{0,6})?([eE][+-]?[0-9]{1,3})?|[+-]?\\.[0-9]{1,5}"
}

/// Trees of every shape; without nulls for TOML, which has none.
fn tree(with_nulls: bool) -> impl Strategy<Value = Node> {
    let mut leaves = vec![
        any::<bool>().prop_map(|value| node(Value::Bool(value))).boxed(),
        any_number().prop_map(|written| number(&written)).boxed(),
        awkward_text().prop_map(|written| text(&written)).boxed(),
    ];
    if with_nulls {
        leaves.push(Just(node(Value::Null)).boxed());
    }
    let leaf = prop::strategy::Union::new(leaves);
    leaf.prop_recursive(5, 60, 7, |inner| {
        prop_oneof![vec(inner.clone(), 0..7).prop_map(list), map_of(awkward_text().boxed(), inner),]
    })
}

fn map_of(
    keys: BoxedStrategy<String>,
    values: impl Strategy<Value = Node>,
) -> impl Strategy<Value = Node> {
    vec((keys, values), 0..6).prop_map(|mut entries| {
        let mut seen = std::collections::HashSet::new();
        entries.retain(|(key, _)| seen.insert(key.clone()));
        map(entries.iter().map(|(key, value)| (key.as_str(), value.clone())))
    })
}

fn assert_reads_back(read: Reader, written: &str, tree: &Node) {
    match read(written, None) {
        Ok(read) => {
            assert!(read.same_content(tree), "wrote {written}\nfrom {tree:?}\nread {read:?}")
        }
        Err(faults) => panic!("wrote {written}\nfrom {tree:?}\nrefused: {faults:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn what_is_written_as_yaml_is_read_as_the_same(tree in tree(true)) {
        assert_reads_back(from_yaml, &to_yaml(&tree), &tree);
    }

    #[test]
    fn what_is_written_as_json_is_read_as_the_same(tree in tree(true)) {
        assert_reads_back(from_json, &to_json(&tree), &tree);
    }

    #[test]
    fn what_is_written_as_toml_is_read_as_the_same(
        tree in map_of(awkward_text().boxed(), tree(false))
    ) {
        assert_reads_back(from_toml, &to_toml(&tree).unwrap(), &tree);
    }

    #[test]
    fn a_tree_may_go_through_all_formats(tree in map_of("[a-z]{1,8}".boxed(), tree(false))) {
        let yaml = from_yaml(&to_yaml(&tree), None).unwrap();
        let json = from_json(&to_json(&yaml), None).unwrap();
        let toml = from_toml(&to_toml(&json).unwrap(), None).unwrap();
        prop_assert!(toml.same_content(&tree));
    }

    /// Law 9: nothing panics, and what is refused says where.
    #[test]
    fn bytes_of_any_kind_are_read_or_refused_with_a_place(bytes in vec(any::<u8>(), 0..200)) {
        match decode_text(&bytes, None) {
            Ok(text) => assert_read_or_refused(text),
            Err(faults) => prop_assert!(faults.iter().all(|fault| fault.place.line().is_some())),
        }
    }

    #[test]
    fn texts_of_any_kind_are_read_or_refused_with_a_place(text in any::<String>()) {
        assert_read_or_refused(&text);
    }

    /// Random bytes rarely get past the first line; pieces of the formats do.
    #[test]
    fn pieces_of_the_formats_in_any_order_are_read_or_refused_with_a_place(
        pieces in vec(prop::sample::select(PIECES.to_vec()), 0..40)
    ) {
        assert_read_or_refused(&pieces.concat());
    }
}

const PIECES: [&str; 66] = [
    "\n",
    "\n",
    "\n",
    "\n ",
    "\n  ",
    "\n    ",
    " ",
    " ",
    "\t",
    "\r\n",
    "\r",
    "a",
    "b",
    "key",
    ": ",
    ":",
    ": ",
    "- ",
    "-",
    ",",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\u00",
    "\\ud83d",
    "#",
    " # c",
    "=",
    " = ",
    ".",
    "1",
    "0",
    "1.5",
    "e5",
    "+",
    "true",
    "null",
    "&a ",
    "*a",
    "!t ",
    "!!str ",
    "? ",
    "|\n",
    ">-\n",
    "|2+\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "%TAG ! x\n",
    "<<",
    "@",
    "`",
    "~",
    "2019-11-27",
    "à",
    "\u{feff}",
    "\u{2028}",
];

fn assert_read_or_refused(text: &str) {
    let lines = text.matches(['\n', '\r']).count() + 1;
    for (format, read) in READERS {
        match read(text, Some("file")) {
            Ok(node) => {
                // What was read has a place everywhere, and can be written and read again.
                assert_places(&node, lines);
                assert_reads_back(from_yaml, &to_yaml(&node), &node);
                assert_reads_back(from_json, &to_json(&node), &node);
            }
            Err(faults) => {
                assert!(!faults.is_empty());
                for fault in faults {
                    let line = fault.place.line().unwrap();
                    assert!((1..=lines).contains(&line), "{format} {text:?}: {fault}");
                }
            }
        }
    }
}

fn assert_places(node: &Node, lines: usize) {
    assert!(node.place.line().is_some_and(|line| line <= lines), "{node:?}");
    node.as_list().into_iter().flatten().for_each(|item| assert_places(item, lines));
    for entry in node.as_map().into_iter().flatten() {
        assert!(entry.place.line().is_some_and(|line| line <= lines), "{entry:?}");
        assert_places(&entry.value, lines);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read_and_beyond_it_refused() {
    let nested = |depth: usize, open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    for read in [from_yaml as Reader, from_json] {
        for (open, middle, close) in [("[", "", "]"), ("{\"a\":", "1", "}")] {
            assert!(read(&nested(DEPTH_LIMIT, open, middle, close), None).is_ok());
            let refused = fault(read, &nested(DEPTH_LIMIT + 1, open, middle, close));
            assert!(refused.contains("more than 64 lists and maps"), "{refused}");
        }
    }
    let toml = |depth: usize| format!("a = {}", nested(depth, "[", "", "]"));
    // The document itself is a map.
    assert!(from_toml(&toml(DEPTH_LIMIT - 1), None).is_ok());
    assert!(fault(from_toml, &toml(DEPTH_LIMIT)).contains("more than 64 lists and maps"));
    let dotted = |depth: usize| format!("{} = 1", vec!["a"; depth].join("."));
    assert!(from_toml(&dotted(DEPTH_LIMIT), None).is_ok());
    assert!(fault(from_toml, &dotted(DEPTH_LIMIT + 1)).contains("more than 64 lists and maps"));
}

#[test]
fn a_million_brackets_are_refused_without_exhausting_the_stack() {
    let dots = vec!["a"; 500_000].join(".");
    // The longest key that the TOML parser reads.
    let long = vec!["a"; 79].join(".");
    let bombs = [
        (from_yaml as Reader, "[".repeat(1_000_000)),
        (from_yaml, "{".repeat(1_000_000)),
        (from_yaml, "- ".repeat(500_000)),
        (from_yaml, "? ".repeat(500_000)),
        (from_yaml, "{\"a\":".repeat(300_000)),
        (from_yaml, (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        (from_json, "[".repeat(1_000_000)),
        (from_json, "{\"a\":".repeat(300_000)),
        (from_toml, format!("a = {}", "[".repeat(1_000_000))),
        (from_toml, format!("a = {}", "{a=".repeat(300_000))),
        (from_toml, format!("a = {}", "{a.a.a.a.a.a.a.a=".repeat(100_000))),
        (from_toml, format!("a = {}", format!("{{{long}=").repeat(79))),
        (from_toml, format!("a = 1\na = {}1{}", format!("{{{long}=").repeat(79), "}".repeat(79))),
        (from_toml, format!("[{long}]\na = {}", format!("[{{{long}=").repeat(39))),
        (from_toml, format!("{dots} = 1")),
        (from_toml, format!("[{dots}]")),
        (from_toml, (1..70).map(|depth| format!("[[{}]]\n", vec!["a"; depth].join("."))).collect()),
    ];
    for (refuse, bomb) in &bombs {
        assert!(fault(*refuse, bomb).contains("more than 64 lists and maps"));
        // The other readers may take it for something harmless, but have to survive it.
        for (_, read) in READERS {
            drop(read(bomb, None));
        }
    }
}

#[test]
fn values_on_one_long_line_are_placed_in_linear_time() {
    let count = 200_000;
    let text = format!("[{}]", vec!["1"; count].join(","));
    for read in [from_yaml as Reader, from_json] {
        let node = read(&text, None).unwrap();
        let last = node.as_list().unwrap().last().unwrap();
        assert_eq!(last.place, Place::text(None, 1, 2 * count));
    }
}

#[test]
fn columns_count_characters_and_lines_any_line_break() {
    for line_break in ["\n", "\r\n"] {
        let texts = [
            (from_yaml as Reader, format!("a: 1{line_break}\"Hà Nội\": ['à', b]")),
            (from_json, format!("{{\"a\": 1,{line_break}\"Hà Nội\": [\"à\", \"b\"]}}")),
            (from_toml, format!("a = 1{line_break}\"Hà Nội\"= ['à', 1]")),
        ];
        for (read, text) in texts {
            let node = read(&text, Some("p")).unwrap();
            let city = &node.as_map().unwrap()[1];
            assert_eq!(city.key, "Hà Nội");
            assert_eq!(city.place, Place::text(Some("p"), 2, 1), "{text}");
            assert_eq!(city.value.place, Place::text(Some("p"), 2, 11), "{text}");
            let second = &city.value.as_list().unwrap()[1];
            assert_eq!(second.place, Place::text(Some("p"), 2, 17), "{text}");
        }
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for (read, text) in [
        (from_yaml as Reader, "\u{feff}a: 1"),
        (from_json, "\u{feff}{\"a\": 1}"),
        (from_toml, "\u{feff}a = 1"),
    ] {
        let decoded = decode_text(text.as_bytes(), None).unwrap();
        assert!(!decoded.starts_with('\u{feff}'));
        for text in [text, decoded] {
            let node = read(text, None).unwrap();
            assert!(node.same_content(&map([("a", number("1"))])));
            assert!(node.place.line() == Some(1));
        }
    }
}

#[test]
fn other_encodings_are_refused_with_the_place_and_the_remedy() {
    let message = |bytes: &[u8]| decode_text(bytes, None).unwrap_err()[0].to_string();
    let utf16 = "line 1, column 1: the text is in the wrong encoding: found UTF-16, expected UTF-8 \
                 (save it as UTF-8)";
    let plan = "plan: Hà Nội";
    let little: Vec<u8> = plan.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = plan.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(message(&little), utf16);
    assert_eq!(message(&big), utf16);
    assert_eq!(message(&[&[0xFF, 0xFE], &little[..]].concat()), utf16);
    assert_eq!(message(&[&[0xFE, 0xFF], &big[..]].concat()), utf16);
    assert_eq!(
        message(
            "plan: p\r\ntitle: "
                .as_bytes()
                .iter()
                .chain(b"H\xE0 N\xF4i")
                .copied()
                .collect::<Vec<_>>()
                .as_slice()
        ),
        "line 2, column 9: the text is in the wrong encoding: found the byte 0xE0, expected UTF-8 \
         (save it as UTF-8)"
    );
    // A text that ends in the middle of a character.
    assert_eq!(
        message(&"Nội".as_bytes()[..3]),
        "line 1, column 2: the text is in the wrong encoding: found the bytes 0xE1 0xBB, expected \
         UTF-8 (save it as UTF-8)"
    );
    assert_eq!(decode_text(b"", None).unwrap(), "");
    assert_eq!(decode_text(b"a", None).unwrap(), "a");
}

#[test]
fn numbers_are_told_from_codes() {
    for number in
        ["0", "-0", "75", "+75", "96.4", "96.40", ".5", "5.", "-.5e3", "1e5", "1E+5", "0.0", "0e0"]
    {
        assert!(is_number(number), "{number}");
    }
    for text in [
        "", "+", "-", ".", "001", "-01", "00.5", "1e", "1e+", "e5", ".e5", "1.2.3", "1_000",
        "0x1F", "٣", "1 2", "--1", "+-1", "1e5.5", "1,5", "inf", "nan", "½",
    ] {
        assert!(!is_number(text), "{text}");
    }
}

#[test]
fn a_number_is_spelt_in_full_without_changing_its_digits() {
    for (written, full) in [
        ("96.40", "96.40"),
        ("+5", "5"),
        (".5", "0.5"),
        ("-.5e3", "-0.5e3"),
        ("5.", "5.0"),
        ("5.e3", "5.0e3"),
        ("+.5", "0.5"),
        ("1E5", "1E5"),
    ] {
        assert_eq!(full_spelling(written), full);
        assert!(number(written).same_content(&number(full)));
    }
    assert!(!number("96.4").same_content(&text("96.4")));
    assert!(!number("96.4").same_content(&number("96.40")));
}

#[test]
fn a_value_says_what_it_is() {
    let values = [
        (node(Value::Null), "nothing", "nothing"),
        (node(Value::Bool(true)), "true or false", "`true`"),
        (number("96.4"), "a number", "the number 96.4"),
        (text(""), "a text", "an empty text"),
        (text("a"), "a text", "the text `a`"),
        (list(Vec::new()), "a list", "an empty list"),
        (list(vec![text("a")]), "a list", "a list of 1 item"),
        (map([]), "a map", "an empty map"),
        (map([("a", text(""))]), "a map", "a map with the key `a`"),
        (map([("a", text("")), ("b", text(""))]), "a map", "a map with the keys `a` and `b`"),
        (
            map([("a", text("")), ("b", text("")), ("c", text(""))]),
            "a map",
            "a map with the keys `a`, `b` and 1 more",
        ),
    ];
    for (value, kind, description) in values {
        assert_eq!(value.kind_name(), kind);
        assert_eq!(value.describe(), description);
    }
}

#[test]
fn an_empty_list_is_written_even_where_no_room_is_left() {
    let tree = map([("k".repeat(120).as_str(), list(vec![list(Vec::new()), list(Vec::new())]))]);
    let tree = map([("k".repeat(120).as_str(), list(Vec::new())), ("a", tree)]);
    assert_reads_back(from_yaml, &to_yaml(&tree), &tree);
    assert_reads_back(from_json, &to_json(&tree), &tree);
    assert_reads_back(from_toml, &to_toml(&tree).unwrap(), &tree);
}
