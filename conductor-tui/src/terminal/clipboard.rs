//! Copying through OSC 52: the terminal that the operator looks at owns the clipboard, so this
//! works over SSH where a clipboard program would not.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Wrapping;

/// Terminals drop longer sequences silently (xterm keeps 100 000 bytes of base64).
const COPY_BYTES_MAX: usize = 74_000;
/// GNU screen drops longer strings.
const SCREEN_CHUNK: usize = 760;

/// The text is too long for the terminal's clipboard.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are too many for the terminal's clipboard, at most {COPY_BYTES_MAX} fit")]
pub(crate) struct Refused {
    bytes: usize,
}

/// What to send so that the terminal copies the text.
pub(crate) fn copy_sequence(text: &str, wrapping: Wrapping) -> Result<String, Refused> {
    if text.len() > COPY_BYTES_MAX {
        return Err(Refused { bytes: text.len() });
    }
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    Ok(match wrapping {
        Wrapping::None => plain,
        // tmux takes the plain one into its own buffer and, where it is allowed to, hands the
        // wrapped one on to the terminal outside.
        Wrapping::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Wrapping::Screen => screen_chunks(&plain),
    })
}

fn screen_chunks(plain: &str) -> String {
    plain
        .as_bytes()
        .chunks(SCREEN_CHUNK)
        .map(|chunk| format!("\x1bP{}\x1b\\", String::from_utf8_lossy(chunk)))
        .collect()
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn the_text_travels_as_base64() {
        assert_eq!(copy_sequence("run_1", Wrapping::None).unwrap(), "\x1b]52;c;cnVuXzE=\x07");
    }

    #[test]
    fn tmux_gets_it_plain_and_passed_through() {
        let sent = copy_sequence("x", Wrapping::Tmux).unwrap();
        assert_eq!(sent, "\x1b]52;c;eA==\x07\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\");
    }

    #[test]
    fn screen_gets_it_in_pieces_that_join_to_the_whole() {
        let text = "a".repeat(3000);
        let sent = copy_sequence(&text, Wrapping::Screen).unwrap();
        let joined = sent.replace("\x1bP", "").replace("\x1b\\", "");
        assert_eq!(joined, copy_sequence(&text, Wrapping::None).unwrap());
    }

    #[test]
    fn too_long_is_refused_rather_than_cut() {
        let text = "a".repeat(COPY_BYTES_MAX + 1);
        assert_eq!(copy_sequence(&text, Wrapping::None), Err(Refused { bytes: text.len() }));
    }
}
