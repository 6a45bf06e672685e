//! conductor-theme(5): the form of a theme file, from the table of meanings and the themes that come
//! along.

use conductor_tui::theme::Meaning;

use super::Page;

const DESCRIPTION: &str = "\
A theme gives a look to each meaning: what is plain text, what went wrong, which row is chosen. The console \
has no colour of its own beside it. A theme is a TOML file; what it leaves out is as its parent has it, so \
that a theme may be three lines long. Those of your own lie in the themes folder (`conductor paths`), and the \
file's name without .toml is the theme's. While the console shows it, saving the file is enough to see it; a file \
with a mistake leaves the look as it was, and says the line and the mend.";

const EXAMPLE: &str = "\
# ~/.config/conductor/themes/mine.toml
inherits = \"dark\"

[colors]
grass = \"#7bc96f\"

[meanings]
ok = { fg = \"grass\", bold = true }
selection = { bg = \"#303a4a\" }
dim = { fg = \"mist\" }              # a colour of the parent
production = { underline = true }";

const CHOICE: &str = "\
The theme that `--theme` or `:theme NAME` names is shown, whatever else is said. Without it the config file \
decides: in production console.theme_production, elsewhere console.theme. Where that says nothing, the \
console takes light on a terminal with a light ground and dark on any other, and in an environment whose name \
says production (prod, prd, live, production, and prod-..., but not preprod) production-light and production. It \
follows the terminal there, which is asked for its ground and to tell of changes (OSC 11, mode 2031); until it answers \
COLORFGBG counts. One that never answers is not waited for. A usual theme that is named stays in production, too, unless theme_production names another. Without colours \
(NO_COLOR, --color never, TERM=dumb) it is always mono, and no sequence for a colour is sent.";

const DEPTH: &str = "\
Colours are written in 24 bits. A terminal with 256 or 16 colours gets the nearest that can still be read on \
every ground that the text is drawn on. Where the ground of the chosen row, or of the top line in \
production, would be that of the screen, light and dark are exchanged there instead.";

const CHECK: &str = "\
`conductor themes check FILE` says what is wrong and in which line, and exits with 8 then. It warns of text with a \
contrast below 4.5:1 (WCAG 2) on a ground that it is drawn on: the screen's, a panel's, the chosen row's, and \
for states the top line's, also in production. Dimmed text counts as any other: what is old after the link has \
dropped is drawn so. It notes states that look alike to some eyes, in the model of Machado, Oliveira and Fernandes \
(2009) for protanopia, deuteranopia and tritanopia, with less than 0.07 between them in OKLab. `conductor themes show NAME` \
shows each meaning as it looks, with its contrast, and `--toml` writes the whole theme, to begin one with.";

/// Keys of a theme file.
const KEYS: &[(&str, &str)] = &[
    (
        "inherits",
        "Name of the parent; without it dark. A file with the name of a theme that comes along replaces that; where \
         it names the same parent, it changes it.",
    ),
    ("name", "For people; it is not read."),
    (
        "[colors]",
        "Names for colours, each as #rrggbb. Those of the parents can be used, too. Another value for a name of a \
         parent's counts in this file and not in what the parent says.",
    ),
    (
        "[meanings]",
        "A table for each meaning, with what is different from the parent: fg and bg (the name of a \
         colour, #rrggbb, or none for the terminal's own), and bold, dim, italic, underline and reverse (true or false).",
    ),
];

/// What the themes that come along are for.
const SHIPPED: &[(&str, &str)] = &[
    ("dark", "The default."),
    ("light", "For bright rooms and light terminals."),
    (
        "high-contrast",
        "7:1 for every text, and frames that can be seen. high-contrast-light is the same on paper.",
    ),
    (
        "colour-safe",
        "States are apart for people who don't tell red from green, and for those who don't tell blue from yellow. \
         colour-safe-light is the same on paper.",
    ),
    (
        "production",
        "Warm frames and top line, for where mistakes are felt. production-light is the same on paper.",
    ),
    ("mono", "No colour at all: bold, dim, underlined and reversed."),
];

/// The page.
pub(super) fn page() -> String {
    let mut page = Page::default();
    page.page_head("conductor-theme", "how Conductor's full-screen console looks");
    page.section("SYNOPSIS");
    for command in ["list", "check \\fIFILE\\fR", "show \\fINAME\\fR [\\fB\\-\\-toml\\fR]"] {
        if command != "list" {
            page.request(".br");
        }
        page.request(&format!("\\fBconductor themes\\fR {command}"));
    }
    page.section("DESCRIPTION");
    page.paragraphs(DESCRIPTION);
    page.lines(EXAMPLE);
    page.section("WHICH THEME IS SHOWN");
    page.paragraphs(CHOICE);
    page.section("KEYS OF A THEME FILE");
    for (key, text) in KEYS {
        page.term(key, text);
    }
    page.section("MEANINGS");
    for meaning in Meaning::ALL {
        page.term(meaning.name(), meaning.help());
    }
    page.section("THEMES THAT COME ALONG");
    for (name, text) in SHIPPED {
        page.term(name, text);
    }
    page.section("FEWER COLOURS");
    page.paragraphs(DEPTH);
    page.section("CHECKING A THEME");
    page.paragraphs(CHECK);
    page.section("SIGNS");
    page.text(
        "Colour never says anything alone: a word and a shape stand beside it. The shapes are of the set \
         that console.glyphs or --glyphs names: ascii, unicode, or nerd, which wants a font with icons (a Nerd \
         Font) and is never taken by itself. Without either it is unicode where the locale is UTF-8, and ascii elsewhere.",
    );
    page.section("SEE ALSO");
    page.request(".BR conductor (1),");
    page.request(".BR conductor\\-keymap (5)");
    page.0
}

#[cfg(test)]
mod tests {
    use conductor_tui::theme::ThemeStore;

    use super::*;

    #[test]
    fn every_meaning_and_every_theme_is_on_the_page() {
        let page = page();
        for meaning in Meaning::ALL {
            let term = format!("\\fB{}\\fR\n", meaning.name());
            assert!(page.contains(&term), "{}", meaning.name());
        }
        for name in ThemeStore::shipped().names() {
            assert!(page.contains(&super::super::escape(name)), "{name}");
        }
    }
}
