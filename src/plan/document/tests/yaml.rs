//! The edges of YAML.

use super::*;

fn read(text: &str) -> Node {
    from_yaml(text, None).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"))
}

#[test]
fn plain_scalars_are_read_by_the_core_schema() {
    let truth = |value| node(Value::Bool(value));
    let nothing = || node(Value::Null);
    for (written, expected) in [
        ("true", truth(true)),
        ("True", truth(true)),
        ("TRUE", truth(true)),
        ("false", truth(false)),
        ("tRUE", text("tRUE")),
        ("null", nothing()),
        ("Null", nothing()),
        ("~", nothing()),
        ("", nothing()),
        ("75", number("75")),
        ("96.40", number("96.40")),
        ("-7.25", number("-7.25")),
        ("+5", number("+5")),
        ("1e5", number("1e5")),
        (".5", number(".5")),
        ("5.", number("5.")),
        ("001", text("001")),
        ("-01", text("-01")),
        ("0x1F", text("0x1F")),
        ("0o17", text("0o17")),
        (".nan", text(".nan")),
        (".inf", text(".inf")),
        ("1_000", text("1_000")),
        ("12:30", text("12:30")),
        ("2019-11-27", text("2019-11-27")),
        ("yes", text("yes")),
        ("No", text("No")),
        ("on", text("on")),
        ("off", text("off")),
        ("'75'", text("75")),
        ("\"true\"", text("true")),
        ("''", text("")),
        ("96/2019/QH14", text("96/2019/QH14")),
        ("5 %", text("5 %")),
        ("a#b", text("a#b")),
        ("a # b", text("a")),
        ("a:b", text("a:b")),
        ("one\n  two", text("one two")),
        ("|\n  one\n  two", text("one\ntwo\n")),
        (">-\n  one\n  two", text("one two")),
        ("\"\\u00e0\\n\"", text("à\n")),
    ] {
        let tree = read(&format!("key: {written}\n"));
        assert!(tree.same_content(&map([("key", expected)])), "{written}: {tree:?}");
    }
}

#[test]
fn keys_are_texts_whatever_they_look_like() {
    let tree = read("2023: a\ntrue: b\n~: c\n1.50: d\n'': e\n2019-11-27: f\n");
    let keys: Vec<&str> = tree.as_map().unwrap().iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["2023", "true", "~", "1.50", "", "2019-11-27"]);
}

#[test]
fn a_text_without_a_document_holds_nothing() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\u{feff}"] {
        assert!(read(text).is_null(), "{text:?}");
    }
}

#[test]
fn anchors_and_aliases_repeat_a_value_and_keep_its_place() {
    let tree = read(
        "a: &a {x: 1}\nb: *a\nc: &c text\nd: [*c, *c]\n&k key: v\n*k : w\n"
            .replace("*k : w\n", "")
            .as_str(),
    );
    let one = || map([("x", number("1"))]);
    let expected = map([
        ("a", one()),
        ("b", one()),
        ("c", text("text")),
        ("d", list(vec![text("text"), text("text")])),
        ("key", text("v")),
    ]);
    assert!(tree.same_content(&expected), "{tree:?}");
    assert_eq!(tree.get("b").unwrap().get("x").unwrap().place, Place::text(None, 1, 11));
    // An alias may be a key, too.
    let tree = read("a: &a name\n*a : v\n");
    assert_eq!(tree.get("name").unwrap().as_text(), Some("v"));
}

#[test]
fn aliases_of_aliases_that_explode_are_refused() {
    let mut bomb = "a: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..=9 {
        let items = vec![format!("*l{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("k{level}: &l{level} [{items}]\n"));
    }
    assert_eq!(
        fault(from_yaml, &bomb),
        "line 5, column 5: anchors and aliases make the document too large: expected at most \
         200000 values and 16 MB of text that are copied (take aliases of aliases out)"
    );
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 1_000].join(", "));
    assert!(fault(from_yaml, &long).contains("too large"));
    // Nested aliases can't get past the limit of depth either.
    let mut deep = "a0: &a0 [x]\n".to_owned();
    for level in 1..=100 {
        deep.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(fault(from_yaml, &deep).contains("more than 64 lists and maps"));
}

#[test]
fn a_large_document_without_aliases_is_read() {
    let units: String = (0..60_000).map(|id| format!("- {{id: u{id}, parent: c}}\n")).collect();
    assert_eq!(read(&units).as_list().unwrap().len(), 60_000);
}

#[test]
fn every_fault_that_is_none_of_syntax_is_found_in_one_go() {
    let text = "a: 1\na: 2\n<<: {b: 1}\nc: !!python/object:os.system x\nd: {e: 1, f: 2, e: 3}\n\
                [1, 2]: x\n2023: x\n'2023': y\n: z\nf: &f [*f]\n!x g: !!str 1\n";
    assert_eq!(
        faults(from_yaml, text),
        [
            "line 2, column 1: the key `a` stands twice (it stands first on line 1; keep one of \
             the two)",
            "line 3, column 1: merge keys (`<<`) aren't read (write the keys out where they are \
             meant to apply)",
            "line 4, column 4: a tag stands here, and tags aren't read: found \
             `!!python/object:os.system` (take it out; put a text that begins with `!` in quotes)",
            "line 5, column 17: the key `e` stands twice (it stands first on line 5; keep one of \
             the two)",
            "line 6, column 1: a key must be a text: found a list of 2 items (put a text with \
             brackets in quotes)",
            "line 8, column 1: the key `2023` stands twice (it stands first on line 7; keep one \
             of the two)",
            "line 9, column 1: a key is missing before the colon (write a key, or put the text in \
             quotes if it begins with `:`)",
            "line 10, column 8: an alias stands inside of what it refers to (write out what is \
             meant, or put a text in quotes)",
            "line 11, column 1: a tag stands here, and tags aren't read: found `!x` (take it out; \
             put a text that begins with `!` in quotes)",
            "line 11, column 7: a tag stands here, and tags aren't read: found `!!str` (take it \
             out; quotes make a text)",
        ]
    );
}

#[test]
fn faults_found_before_a_syntax_error_are_kept() {
    let found = faults(from_yaml, "a: 1\na: 2\nb: [1, 2\nc: 3\n");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("line 2, column 1: the key `a` stands twice"));
    assert!(found[1].starts_with("line 3, column 4: a list is opened here"), "{}", found[1]);
}

#[test]
fn syntax_errors_are_said_in_words_of_a_person() {
    let texts = [
        "a:\n\tb: 1\n",
        "a: 1\n b: 2\n",
        "a:\n  b: 1\n c: 2\n",
        "title: one: two\n",
        "a: \"open\nb: 2\n",
        "a: 'open\n",
        "a: [1, 2\nb: 3\n",
        "a: {b: 1\n",
        "a: [1, 2]]\n",
        "a: \"x\" y\n",
        "a:1\nb: 2\n",
        "a: 1\nb\nc: 2\n",
        "a: @x\n",
        "a: `x`\n",
        "a: %x\n",
        "a: *x\n",
        "a: * x\n",
        "a: & x\n",
        "a: \"\\d\"\n",
        "- a\nb: 1\n",
        "a: 1\n- b\n",
        "a: - b\n",
        "a: 1\n---\nb: 2\n",
        "a: \u{1}\n",
        "a: |\n  x\n y\n",
        "a: >x\n",
        "a: {b: 1, c}}\n",
        "[1, 2\n",
        "a: ]\n",
        "a: !<x y\n",
        "{a: 1} x\n",
        "a: [\"b\" c]\n",
        "a: {b c: d\n e}\n",
        "a: [b\n]\n",
        "a: 1\n...\nb: 2\n",
        "a: !e!x y\n",
        "%YAML 1.2 x\n---\na: 1\n",
        "a: {x: \"1\":2}\n",
    ];
    let messages: String = texts
        .iter()
        .map(|text| {
            format!(
                "{text:?}\n  {}\n",
                match from_yaml(text, None) {
                    Ok(node) => format!("READ {}", node.describe()),
                    Err(faults) => faults[0].to_string(),
                }
            )
        })
        .collect();
    insta::assert_snapshot!(messages);
}

#[test]
fn yaml_is_written_as_a_person_would() {
    let plan = map([
        ("attain", number("1")),
        ("plan", text("hanoi-2023")),
        ("title", text("Tội phạm, năm 2023: kết quả")),
        (
            "units",
            map([
                ("levels", list(vec![text("city"), text("district")])),
                ("table", text("units.csv")),
                (
                    "list",
                    list(vec![
                        map([
                            ("id", text("001")),
                            ("name", text("Ba Đình")),
                            ("valid_to", node(Value::Null)),
                        ]),
                        map([
                            ("id", text("002")),
                            ("parents", list(vec![list(vec![text("a"), text("b, c")]), map([])])),
                        ]),
                    ]),
                ),
            ]),
        ),
        ("window", list(vec![text("2022-12-15"), text("2023-02-15")])),
        ("dated", text("2019-11-27")),
        ("signed", node(Value::Bool(false))),
        ("note", text("First line: one.\n\n  Second \"line\".\n")),
        ("answer", text("no")),
        ("quote", text("say \"hi\"")),
        ("2023", number("96.40")),
        ("empty", list(Vec::new())),
        ("long", list((1..=12).map(|n| text(&format!("district-{n}"))).collect())),
    ]);
    let written = to_yaml(&plan);
    insta::assert_snapshot!(written);
    assert_reads_back(from_yaml, &written, &plan);
}

#[test]
fn a_key_longer_than_yaml_looks_for_its_colon_is_written_so_that_it_is_found() {
    let key = "k".repeat(3_000);
    for value in [text("v"), list(vec![map([("a", text("a\nb"))])]), map([("a", number("1"))])] {
        let tree = list(vec![map([(key.as_str(), value), ("b", text("c"))])]);
        assert_reads_back(from_yaml, &to_yaml(&tree), &tree);
    }
}
