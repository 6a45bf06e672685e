//! conductor-keymap(5): every key of the full-screen console, from the one table of actions.

use conductor_tui::input::{KeyChanges, KeyRow, key_rows, named_keys};

use super::Page;

/// What the page says before the keys.
const DESCRIPTION: &str = "\
Everything that a key does in the full-screen console is an action with a name, and every action can be given \
other keys. The footer, the help (?), the palette (^p) and the command line (:) are made of the same table, \
so that they show the keys as they really are. An action without a key is found by its name in the palette \
and after a colon.

Keys stand in the table console.keys of the config file: the name of an action, and all keys that it is to \
have. What is left out keeps the keys that it has, so that the file goes on working when a newer console has \
more actions. An empty list takes an action off the keyboard.";

const EXAMPLE: &str = "\
[console.keys]
cancel = [\"X\"]                # instead of c
rerun = [\"F5\", \"A-r\"]       # either of them
top = [\"g g\", \"Home\"]       # g twice
kill = []                     # only by name";

const WRITING: &str = "\
A key is the sign as it is typed, so that a capital letter is one with Shift: c, G, ?. With Ctrl it is \
written ^d, with Alt A-x. Two keys in a row have a blank between them: g g. The keys of jump-view and \
keep-view are followed by a letter from a to z. Some are written by name:";

const RULES: &str = "\
Two actions that work in the same place can't have the same key, nor can one key begin two in a row that \
mean something else. The console does not start then, and neither does `conductor keymap`: they name the \
line of the config file, and the action that is in the way. ^i, ^m and ^[ can't be told from Tab, Enter and \
Esc by any program. An unknown action is told with the name that was most likely meant.";

const TYPING: &str = "\
Where text is typed (filter, command line, palette, forms, questions) every key is a letter of the text, and \
these keys can't be changed: Enter takes it, Esc and ^c put it away, Tab completes or goes on to the next \
field, Up and Down go through what was typed before or through what is offered, Left, Right, Home, End, ^a and \
^e move, and Backspace, Delete, ^h, ^u, ^k and ^w delete. Only the keys of the actions suspend and redraw work there, too.";

const POLICY: &str = "\
Where an action changes something, the policy action that the daemon asks about it is named. What \
policy forbids is dimmed and says why when it is tried; nothing is changed without a question before.";

/// The page.
pub(super) fn page() -> String {
    let mut page = Page::default();
    page.page_head("conductor-keymap", "keys of Conductor's full-screen console");
    page.section("SYNOPSIS");
    page.request(".B conductor keymap");
    page.request("[\\fB\\-\\-shipped\\fR]");
    page.section("DESCRIPTION");
    page.paragraphs(DESCRIPTION);
    page.lines(EXAMPLE);
    page.request(".PP");
    page.request(".B conductor keymap");
    page.text("prints the whole keymap as it is now, in this very form.");
    page.section("HOW KEYS ARE WRITTEN");
    page.paragraphs(WRITING);
    page.text(&format!("{}.", named_keys().collect::<Vec<_>>().join(", ")));
    page.section("WHAT IS REFUSED");
    page.paragraphs(RULES);
    page.section("ACTIONS");
    page.paragraphs(POLICY);
    // The keys that come along have no conflict: a test holds that.
    let rows = key_rows(&KeyChanges::new()).unwrap_or_default();
    for (places, rows) in by_place(&rows) {
        page.request(&format!(".SS \"{places}\""));
        for row in rows {
            page.action(row);
        }
    }
    page.section("WHERE TEXT IS TYPED");
    page.paragraphs(TYPING);
    page.section("FILES");
    page.request(".TP");
    page.request("\\fI$XDG_CONFIG_HOME/conductor/config.toml\\fR");
    page.text("The config file; `conductor paths` says where it is here.");
    page.section("SEE ALSO");
    page.request(".BR conductor (1),");
    page.request(".BR conductor\\-theme (5)");
    page.0
}

impl Page {
    fn action(&mut self, row: &KeyRow) {
        let keys = match row.keys.as_slice() {
            [] => "by name".to_owned(),
            keys => keys.join(", "),
        };
        let policy = row.policy.map(|policy| format!(" Policy is asked about {policy}."));
        let text = format!("{}.{}", row.help, policy.unwrap_or_default());
        self.term(&format!("{}   {keys}", row.name), &text);
    }
}

/// The actions of every place; places with the same actions stand together. Everywhere comes last.
fn by_place(rows: &[KeyRow]) -> Vec<(String, Vec<&KeyRow>)> {
    let mut places: Vec<&str> = Vec::new();
    for place in rows.iter().flat_map(|row| &row.places) {
        if !places.contains(&place.as_str()) {
            places.push(place);
        }
    }
    let mut groups: Vec<(String, Vec<&KeyRow>)> = Vec::new();
    for place in places {
        let of = |row: &&KeyRow| row.places.iter().any(|known| known == place);
        let here: Vec<&KeyRow> = rows.iter().filter(of).collect();
        match groups.iter_mut().find(|(_, rows)| *rows == here) {
            Some((names, _)) => *names = format!("{names}, {place}"),
            None => groups.push((place.to_owned(), here)),
        }
    }
    let everywhere = rows.iter().filter(|row| row.places.is_empty()).collect();
    groups.push(("everywhere".to_owned(), everywhere));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_key_and_policy_action_is_on_the_page() {
        let page = page();
        for row in key_rows(&KeyChanges::new()).unwrap() {
            assert!(page.contains(&super::super::escape(row.name)), "{}", row.name);
            if let Some(policy) = row.policy {
                assert!(page.contains(&format!("asked about {policy}")), "{policy}");
            }
            for place in &row.places {
                assert!(page.contains(place), "{place}");
            }
        }
    }

    #[test]
    fn places_with_the_same_keys_stand_together() {
        let rows = key_rows(&KeyChanges::new()).unwrap();
        let groups = by_place(&rows);
        let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.last(), Some(&"everywhere"));
        assert!(names.contains(&"setting keys, about"), "{names:?}");
    }
}
