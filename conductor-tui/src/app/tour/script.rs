//! The tour's pages: what is pressed on each, and what is said of it.

/// Shipped; what its lines mean is said at its head.
const TEXT: &str = include_str!("../../../tour/tour.txt");

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Keys as in the keymap, and text that is typed.
    pub(crate) keys: Vec<Press>,
    /// Without line ends.
    pub(crate) caption: String,
}

/// Something that is done with the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Press {
    Key(String),
    Text(String),
}

/// The shipped pages.
pub(crate) fn pages() -> Vec<Page> {
    read(TEXT)
}

fn read(text: &str) -> Vec<Page> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let paragraphs = lines.split(|line| line.trim().is_empty());
    let page = |lines: &[&str]| {
        let (first, rest) = lines.split_first()?;
        let keys = presses(first.strip_prefix('>')?);
        Some(Page { keys, caption: rest.join(" ") })
    };
    paragraphs.filter_map(page).collect()
}

fn presses(line: &str) -> Vec<Press> {
    let mut presses = Vec::new();
    // Every second part stands between quotation marks.
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            presses.push(Press::Text(part.to_owned()));
        } else {
            presses.extend(part.split_whitespace().map(|key| Press::Key(key.to_owned())));
        }
    }
    presses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_its_keys_and_what_is_said() {
        let read = read("# a comment\n\n> / \"a b\" Enter\nOne\ntwo.\n\n>\nThree.\n");
        let key = |key: &str| Press::Key(key.to_owned());
        let first = vec![key("/"), Press::Text("a b".to_owned()), key("Enter")];
        let page = |keys, caption: &str| Page { keys, caption: caption.to_owned() };
        assert_eq!(read, [page(first, "One two."), page(Vec::new(), "Three.")]);
    }
}
