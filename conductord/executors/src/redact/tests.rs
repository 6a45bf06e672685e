//! Random secrets in random forms, cut at random places: nothing of them comes out, and everything
//! else does.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const SECRET: &str = "hunter2-hunter2";

fn redactor(value: &str) -> Redactor {
    Redactor::new([("db", value)]).unwrap()
}

/// Pushes pieces and ends.
fn through(redactor: &Redactor, pieces: &[&[u8]]) -> String {
    let mut stream = redactor.stream();
    let mut out = Vec::new();
    for piece in pieces {
        out.append(&mut stream.push(piece.to_vec()));
    }
    out.append(&mut stream.finish(false));
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn check(value: &str, text: &str, expected: &str) {
    let redactor = redactor(value);
    assert_eq!(through(&redactor, &[text.as_bytes()]), expected, "{text:?}");
    let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
    assert_eq!(through(&redactor, &bytes), expected, "{text:?}, byte by byte");
}

#[test]
fn a_value_becomes_its_name_and_the_rest_stays() {
    check(SECRET, "", "");
    check(SECRET, "nothing here\n", "nothing here\n");
    check(SECRET, "a hunter2-hunter2 b\n", "a [redacted:db] b\n");
    check(SECRET, "hunter2-hunter2hunter2-hunter2", "[redacted:db][redacted:db]");
    check(SECRET, "hunter2-hunter3\nhunter2\n", "hunter2-hunter3\nhunter2\n");
    check(SECRET, "hhunter2-hunter2-hunter2", "h[redacted:db]");
    check("aaaa", "aaaaaaaa aaa", "[redacted:db]");
    check("abab", "xababab", "x[redacted:db]");
    check("pä$$wörd", "das pä$$wörd war's", "das [redacted:db] war's");
}

#[test]
fn a_value_is_found_however_it_is_wrapped() {
    check(SECRET, "x hunter2\n-hunter2\n", "x [redacted:db]\n");
    check(SECRET, "hun\r\n  ter2-h\r\n  unter2\r\n", "[redacted:db]\r\n");
    check("correct horse battery", "correct\nhorse \n battery", "[redacted:db]");
    check("correct horse battery", "correcthorse, battery", "correcthorse, battery");
    check(" padded ", "\n padded \n", "\n [redacted:db] \n");
    let far = format!("hunter2{}-hunter2", "\n".repeat(crate::limits::SECRET_BLANKS_MAX + 1));
    check(SECRET, &far, &far);
}

#[test]
fn every_long_line_of_a_value_is_one_by_itself() {
    let value = "-----BEGIN KEY-----\nc2VjcmV0IGtleQ\nshort\n-----END KEY-----\n";
    check(value, "c2VjcmV0IGtleQ", "[redacted:db]");
    check(value, "> c2VjcmV0IGtleQ\n> short", "> [redacted:db]\n> short");
    check(value, &format!("<{value}>"), "<[redacted:db]\n>");
    let escaped = json!({ "key": value }).to_string();
    check(value, &escaped, r#"{"key":"[redacted:db]"}"#);
}

#[test]
fn encodings_are_found() {
    let value = r#"p"w/d<ö>'&\ %+x"#;
    let json = json!(value).to_string();
    let encoded = [
        STANDARD.encode(value),
        json[1..json.len() - 1].to_owned(),
        "7022772f643cc3b63e27265c20252b78".to_owned(),
        "7022772F643CC3B63E27265C20252B78".to_owned(),
        "70 22 77 2f 64 3c c3 b6  3e 27 26 5c 20 25 2b 78".to_owned(),
        "p%22w%2Fd%3C%C3%B6%3E%27%26%5C%20%25%2Bx".to_owned(),
        "p%22w%2fd%3c%c3%b6%3e%27%26%5c+%25%2bx".to_owned(),
        "p%22w%2Fd%3C%C3%B6%3E'%26%5C%20%25%2Bx".to_owned(),
        // What a URL's path and query make of it, and a shell's trace.
        "p%22w/d%3C%C3%B6%3E'&\\%20%+x".to_owned(),
        "p%22w/d%3C%C3%B6%3E%27&\\%20%+x".to_owned(),
        r#"p"w/d<ö>'"'"'&\ %+x"#.to_owned(),
        r#"p\"w/d<\u00f6>'&\\ %+x"#.to_owned(),
        r#"p\"w\/d<ö>'&\\ %+x"#.to_owned(),
        r#"p\"w/d\u003cö\u003e'\u0026\\ %+x"#.to_owned(),
        r#"p\\\"w/d<ö>'&\\\\ %+x"#.to_owned(),
        r#"p"w/d<ö>'\''&\ %+x"#.to_owned(),
        r#"p"w/d<ö>\'&\\ %+x"#.to_owned(),
        r"p&quot;w/d&lt;ö&gt;&#39;&amp;\ %+x".to_owned(),
    ];
    for text in encoded {
        let out = through(&redactor(value), &[format!("({text})").as_bytes()]);
        assert_eq!(out, "([redacted:db])", "{text}");
    }
}

#[test]
fn base64_is_found_in_every_alignment_and_wrapped() {
    for before in 0..4 {
        for after in 0..4 {
            let text = format!("{}{SECRET}{}", "x".repeat(before), "y".repeat(after));
            let encoded = STANDARD.encode(text);
            let wrapped: Vec<&str> =
                encoded.as_bytes().chunks(5).map(|c| std::str::from_utf8(c).unwrap()).collect();
            for encoded in [encoded.clone(), wrapped.join("\n"), wrapped.join("\r\n")] {
                let out = through(&redactor(SECRET), &[encoded.as_bytes()]);
                assert!(out.contains("[redacted:db]"), "{encoded} gave {out}");
                let rest: usize = out.replace("[redacted:db]", "").len();
                assert!(rest <= 16, "{encoded} gave {out}");
            }
        }
    }
}

#[test]
fn secrets_that_overlap_are_taken_out_together() {
    let redactor =
        Redactor::new([("one", "abcdefgh"), ("two", "efghijkl"), ("in", "cdef")]).unwrap();
    let out = through(&redactor, &[b"1 abcdefghijkl 2 efghijkl 3 xcdef"]);
    assert_eq!(out, "1 [redacted:one] 2 [redacted:two] 3 x[redacted:in]");
    let mut stream = redactor.stream();
    stream.push(b"abcdefghijkl".to_vec());
    assert_eq!(redactor.named(stream.found()), "`one` and `two` and `in`");
}

#[test]
fn a_little_is_shown_when_nothing_comes_and_no_more_of_it_ever() {
    let redactor = redactor(SECRET);
    let mut stream = redactor.stream();
    assert_eq!(stream.push(b"live h\n".to_vec()), b"live ");
    assert!(stream.can_give_up());
    assert_eq!(stream.give_up(), b"h\n");
    assert!(!stream.can_give_up());
    // The value goes on after all: what was shown was three bytes at most.
    assert_eq!(stream.push(b"unter".to_vec()), b"");
    assert_eq!(stream.give_up(), b"un");
    assert_eq!(stream.give_up(), b"");
    assert!(!stream.can_give_up());
    assert_eq!(stream.push(b"2-hunter2.".to_vec()), b"[redacted:db].");
    // Or it does not: everything comes out.
    assert_eq!(stream.push(b"hunted".to_vec()), b"hunted");
    assert_eq!(stream.finish(false), b"");
}

#[test]
fn the_end_shows_less_than_half_of_a_secret() {
    let end = |text: &[u8], cut: bool| {
        let (out, found) = redactor(SECRET).bytes(text.to_vec(), cut);
        (String::from_utf8(out).unwrap(), !found.is_empty())
    };
    assert_eq!(end(b"hunter2", false), ("hunter2".to_owned(), false));
    assert_eq!(end(b"hunter2-\n", false), ("[redacted:db]\n".to_owned(), true));
    assert_eq!(end(b"hunte", true), ("[redacted:db]".to_owned(), true));
    assert_eq!(end(b"hun", true), ("hun".to_owned(), false));
}

#[test]
fn values_keep_their_shape() {
    let redactor = Redactor::new([("db", SECRET), ("pin", "4711")]).unwrap();
    let mut value = json!({
        "a": SECRET, "n": 4711, "m": 47, "list": ["x", format!("<{SECRET}>")], "none": null,
        SECRET: {"deep": true},
    });
    let found = redactor.value(&mut value);
    assert_eq!(
        value,
        json!({
            "a": "[redacted:db]", "n": "[redacted:pin]", "m": 47,
            "list": ["x", "<[redacted:db]>"], "none": null, "[redacted:db]": {"deep": true},
        })
    );
    assert_eq!(redactor.named(found), "`db` and `pin`");
}

#[test]
fn files_are_looked_through_from_end_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let at_a_seam = crate::limits::OUTPUT_CHUNK_BYTES - 3;
    let check = |content: String, expected: bool| {
        std::fs::write(&path, content).unwrap();
        assert_eq!(!redactor(SECRET).found_in(&path).unwrap().is_empty(), expected);
    };
    check(format!("{}{SECRET}", "x".repeat(at_a_seam)), true);
    check(format!("{}hunter2 hunter3", "x".repeat(at_a_seam)), false);
    check(String::new(), false);
    assert!(redactor(SECRET).found_in(&folder.path().join("missing")).is_err());
}

/// A value and the rest of the output have no character in common but white space.
fn secret() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[a-h0-7\"'%/+<&\\\\ä]{8,40}").unwrap()
}

fn noise() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[!?;:|~^\n ]{0,12}").unwrap()
}

/// What a program may print of a value.
fn encoded(value: &str, form: usize) -> String {
    let json = |text: &str| {
        let quoted = json!(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    match form {
        0 => value.to_owned(),
        1 => value.bytes().map(|byte| format!("{byte:02x}")).collect(),
        2 => json(value),
        3 => json(&json(value)),
        4 => super::forms::of(value)
            .into_iter()
            .map(|f| String::from_utf8(f).unwrap())
            .next_back()
            .unwrap(),
        _ => value.chars().flat_map(|c| [c, '\n']).collect(),
    }
}

proptest! {
    #[test]
    fn nothing_of_a_secret_comes_out_and_everything_else_does(
        value in secret(),
        parts in prop::collection::vec((noise(), 0..6_usize), 1..6),
        last in noise(),
        cuts in prop::collection::vec(1..30_usize, 0..40),
    ) {
        let (mut text, mut expected) = (String::new(), String::new());
        for (noise, form) in &parts {
            let blank = if *form == 5 { "\n" } else { "" };
            text.extend([noise, "!", &encoded(&value, *form), "!"]);
            expected.extend([noise, "![redacted:db]", blank, "!"]);
        }
        text += &last;
        expected += &last;
        let redactor = redactor(&value);
        let mut stream = redactor.stream();
        let (mut rest, mut out) = (text.as_bytes(), Vec::new());
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            out.append(&mut stream.push(piece.to_vec()));
            rest = after;
        }
        out.append(&mut stream.push(rest.to_vec()));
        out.append(&mut stream.finish(false));
        prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn cutting_and_waiting_change_nothing_that_is_no_secret(
        value in secret(),
        text in "[a-h0-7!\n ]{0,200}",
        cuts in prop::collection::vec((1..9_usize, any::<bool>()), 0..60),
    ) {
        let redactor = redactor(&value);
        let (whole, found) = redactor.text(&text, false);
        let mut stream = redactor.stream();
        let (mut rest, mut out) = (text.as_bytes(), Vec::new());
        for (cut, wait) in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            out.append(&mut stream.push(piece.to_vec()));
            if wait {
                out.append(&mut stream.give_up());
            }
            rest = after;
        }
        out.append(&mut stream.push(rest.to_vec()));
        out.append(&mut stream.finish(false));
        prop_assert_eq!(stream.found(), found);
        if found.is_empty() {
            prop_assert_eq!(&out, text.as_bytes());
            prop_assert_eq!(&whole, &text);
        }
    }
}
