//! What a filter's words do on every list: they narrow, hide what has them, and match loosely.

use super::{Console, arranged::rows};

const SIZE: (u16, u16) = (120, 40);

/// Lists that the console filters itself, each with a word of a row that is not of all.
const LISTS: [(&str, &str, &str); 4] = [
    ("3", "restart", "~rstrt"),
    ("5", "probe", "~prb"),
    ("9", "north", "~nrh"),
    (",", "theme", "~thm"),
];

fn filtered(console: &mut Console, filter: &str) -> Vec<String> {
    console.press("/ ^u");
    console.write(filter);
    console.press("Enter");
    rows(console)
}

#[test]
fn what_is_hidden_is_what_the_word_alone_shows() {
    for (key, word, loose) in LISTS {
        let mut console = Console::live(SIZE);
        console.press(key);
        let all = rows(&mut console);
        let with = filtered(&mut console, word);
        let without = filtered(&mut console, &format!("!{word}"));
        assert!(!with.is_empty() && !without.is_empty() && with != all, "{key} {all:?} {with:?}");
        let both: Vec<_> = all.iter().filter(|row| !with.contains(row)).collect();
        assert_eq!(without.iter().collect::<Vec<_>>(), both, "{key}: in the list's order");
        let found = filtered(&mut console, loose);
        assert!(with.iter().all(|row| found.contains(row)), "{key} {loose}: {found:?}");
        let rest = filtered(&mut console, &format!("!{loose}"));
        assert!(rest.iter().all(|row| !found.contains(row)), "{key} !{loose}: {rest:?}");
        assert_eq!(filtered(&mut console, "! ~ !~"), all, "{key}: a sign without a word");
        assert!(console.text().contains("! ~ !~"), "what is filtered by is always seen");
        console.press("Esc");
        assert_eq!(rows(&mut console), all, "{key}");
    }
}
