//! What filters mean, how mistakes are told, and laws that hold for all of them.

use proptest::prelude::*;

use super::*;

fn host(name: &str, labels: &[(&str, &str)], groups: &[&str]) -> Host {
    Host {
        labels: labels.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        groups: groups.iter().map(|group| (*group).into()).collect(),
        ..Host::named(name).unwrap()
    }
}

fn fleet() -> Vec<Host> {
    vec![
        host("web-1", &[("role", "web"), ("env", "prod")], &["web", "eu"]),
        host("web-7", &[("role", "web"), ("env", "prod")], &["web", "us"]),
        host("web-8", &[("role", "web"), ("env", "dev")], &["web", "us"]),
        host("db-1", &[("role", "db"), ("env", "prod"), ("rack", "r 12")], &["db", "eu"]),
    ]
}

#[test]
fn who_is_meant() {
    let check = |filter: &str, expected: &str| {
        let parsed = Filter::parse(filter).unwrap();
        let fleet = fleet();
        let names: Vec<&str> =
            fleet.iter().filter(|host| parsed.matches(host)).map(|host| &*host.name).collect();
        assert_eq!(names.join(" "), expected, "{filter}");
    };
    check("role:web and env:prod and not host:web-7", "web-1");
    check("all", "web-1 web-7 web-8 db-1");
    check("not all", "");
    check("role:web", "web-1 web-7 web-8");
    check("role:web,db and group:eu", "web-1 db-1");
    check("role:web or role:db and group:eu", "web-1 web-7 web-8 db-1");
    check("(role:web or role:db) and group:eu", "web-1 db-1");
    check("not role:web or host:web-8", "web-8 db-1");
    check("not (role:web or host:web-8)", "db-1");
    check("not not role:db", "db-1");
    check("host:web-?", "web-1 web-7 web-8");
    check("host:*-1", "web-1 db-1");
    check("rack:*", "db-1");
    check("not rack:*", "web-1 web-7 web-8");
    check("rack:\"r 12\"", "db-1");
    check("rack:'r 1?'", "db-1");
    check("address:db-1", "db-1");
    check("  role:web\n  and\tgroup:us ", "web-7 web-8");
    check("(((role:db)))", "db-1");
    check("nothing:here", "");
}

#[test]
fn mistakes_have_a_place_and_a_mend() {
    let check = |filter: &str, place: (u32, u32), message: &str, mend: &str| {
        let problem = Filter::parse(filter).unwrap_err();
        assert_eq!((problem.line, problem.column), place, "{filter}: {problem}");
        assert!(problem.message.contains(message), "{filter}: {problem}");
        assert!(problem.hint.contains(mend), "{filter}: {problem}");
    };
    check("", (1, 1), "empty", "`all`");
    check("  \n ", (1, 1), "empty", "`all`");
    check("web-7", (1, 1), "`web-7` says no label", "`host:web-7`");
    check("web-*", (1, 1), "`web-*` says no label", "`host:web-*`");
    check("role:web env:prod", (1, 10), "two conditions", "`and`");
    check("(role:web env:prod)", (1, 11), "two conditions", "`and`");
    check("role:web and", (1, 10), "missing after `and`", "add a condition");
    check("and role:web", (1, 1), "missing before `and`", "remove it");
    check("role:web or or env:prod", (1, 13), "missing before `or`", "remove it");
    check("not", (1, 1), "missing after `not`", "add a condition");
    check("(role:web", (1, 1), "not closed", "add `)`");
    check("role:web)", (1, 9), "no parenthesis is open", "remove it");
    check("()", (1, 2), "missing before `)`", "add a condition");
    check("role:", (1, 6), "a value of `role` is missing", "`role:*`");
    check("role:web,", (1, 10), "a value of `role` is missing", "`role:*`");
    check("role: web", (1, 6), "a value of `role` is missing", "`role:*`");
    check("role:\"web", (1, 6), "does not end", "end it with \"");
    check("role:web\"x\"", (1, 9), "does not belong", "quotes around the value");
    check("role=web", (1, 5), "joined by a colon", "`role:web`");
    check("role==web", (1, 5), "joined by a colon", "`role:web`");
    check("role!=web", (1, 5), "joined by a colon", "`not role:web`");
    check("role:web && env:prod", (1, 10), "`&` does not belong", "`and`");
    check("role:web || env:prod", (1, 10), "`|` does not belong", "`or`");
    check("!role:web", (1, 1), "`!` does not belong", "`not`");
    check("role:web, env:prod", (1, 10), "a value of `role` is missing", "");
    check("role:web AND env:prod", (1, 10), "`AND` is no word", "`and`");
    check("*", (1, 1), "`*` does not belong", "`all`");
    check("role:web and\n  grüße", (2, 3), "`gr", "host:gr");
    check("größe:web", (1, 1), "says no label", "");
    check(&"(".repeat(40), (1, 33), "nested deeper than 32", "parentheses");
    check(&"not ".repeat(40), (1, 129), "nested deeper than 32", "`not`");
    check(&"a".repeat(5_000), (1, 1), "4096", "group");
    let many = vec!["a:b"; 300].join(" or ");
    check(&many, (1, 1), "300 conditions", "commas");
    check(&format!("{}:x", "k".repeat(65)), (1, 1), "1 to 64", "name a label");
}

#[test]
fn labels_that_nobody_has_are_told() {
    let filter = Filter::parse("rol:web and (env:prod or zone:a) and host:x and group:y").unwrap();
    assert_eq!(filter.unknown_labels(&fleet()), ["rol", "zone"]);
}

#[test]
fn it_is_a_text_in_json() {
    let filter: Filter = serde_json::from_str("\"  role:web   and not (host:a)\"").unwrap();
    assert_eq!(serde_json::to_string(&filter).unwrap(), "\"role:web and not host:a\"");
    let error = serde_json::from_str::<Filter>("\"web\"").unwrap_err().to_string();
    assert!(error.contains("line 1, column 1: `web` says no label"), "{error}");
}

fn expr() -> impl Strategy<Value = Expr> {
    let value = prop_oneof!["[a-z*?:-]{1,5}", "[a-z ,()']{1,5}", "[a-z \"]{1,3}"];
    let leaf = prop_oneof![
        Just(Expr::All),
        ("host|group|address|role|env", prop::collection::vec(value, 1..3))
            .prop_map(|(key, values)| Expr::Term { key, values }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|e| Expr::Not(Box::new(e))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner, 2..4).prop_map(Expr::Or),
        ]
    })
}

fn any_host() -> impl Strategy<Value = Host> {
    (
        "[a-c]{1,3}",
        prop::collection::btree_map("role|env", "[a-c]{1,2}", 0..3),
        prop::collection::btree_set("[a-c]{1,2}", 0..3),
    )
        .prop_map(|(name, labels, groups)| Host {
            labels,
            groups,
            ..Host::named(&name).unwrap()
        })
}

proptest! {
    /// What is shown is read as what it was: same meaning for every host, and shown the same again.
    #[test]
    fn shown_and_read_again_means_the_same(expr in expr(), hosts in prop::collection::vec(any_host(), 1..6)) {
        let filter = Filter(expr);
        let again = Filter::parse(&filter.to_string()).unwrap();
        prop_assert_eq!(again.to_string(), filter.to_string());
        for host in &hosts {
            prop_assert_eq!(again.matches(host), filter.matches(host));
        }
    }

    #[test]
    fn not_and_or_are_what_they_are_in_logic(a in expr(), b in expr(), host in any_host()) {
        let (one, two) = (a.matches(&host), b.matches(&host));
        let (a, b) = (Filter(a), Filter(b));
        let says = |text: String| Filter::parse(&text).unwrap().matches(&host);
        prop_assert_eq!(says(format!("not ({a})")), !one);
        prop_assert_eq!(says(format!("({a}) and ({b})")), one && two);
        prop_assert_eq!(says(format!("({a}) or ({b})")), one || two);
        prop_assert_eq!(says(format!("not (({a}) and ({b}))")), !one || !two);
    }

    /// Whatever is typed, there is an answer, and a mistake has a place in the text.
    #[test]
    fn anything_has_an_answer(text in "[a-z:,()'\" !&|*?\\n=ä-]{0,40}|\\PC{0,40}|(and |or |not |\\(|\\)|a:b |host:c,d ){0,20}") {
        match Filter::parse(&text) {
            Ok(filter) => {
                prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
            }
            Err(problem) => {
                let lines = text.split('\n').count();
                prop_assert!((1..=lines).contains(&(problem.line as usize)), "{}", problem);
                let line = text.split('\n').nth(problem.line as usize - 1).unwrap();
                prop_assert!((problem.column as usize) <= line.chars().count() + 1, "{}", problem);
                prop_assert!(!problem.hint.is_empty());
            }
        }
    }
}
