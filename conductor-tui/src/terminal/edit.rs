//! The user's editor on the terminal, while the console stands back.

#![expect(clippy::disallowed_methods, reason = "the editor is the user's, with all that is theirs")]

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Runs the editor for a file, and waits for it. It is a command of the shell, as `$EDITOR` may have
/// arguments; the file is one of its own, whatever it is called.
pub(crate) fn edit(editor: &str, file: &Path) -> Result<(), String> {
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("conductor")
        .arg(file)
        .stdin(Stdio::inherit())
        .status()
        .map_err(|error| format!("start the editor `{editor}`: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("the editor `{editor}` failed: {status}; $EDITOR names another one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_with_arguments_gets_the_file_as_one_word() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a file; $(false).rego");
        std::fs::write(&file, "before").unwrap();
        edit("printf %s after | tee", &file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "after");
        let told = edit("false", &file).unwrap_err();
        assert!(told.contains("$EDITOR"), "{told}");
    }
}
