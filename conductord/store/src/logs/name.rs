//! The name of an attempt's log file: `<task>.<attempt>.log`.
//!
//! Ids are those of the manifest's tasks (letters, digits, `_` and `-`), which stand as they are,
//! and those that a run makes of them: `restart[web-1]`, `restart.health[2]`, `restart[web-1].undo`.
//! Any other byte than the plain ones is written as `%` and two hexadecimal digits, so that two ids
//! never share a name, none leads out of its folder, and the id can be read back from the name.

use conductor_domain::work::task::TASK_ID_BYTES_MAX;

/// Longest name that a file may have, on every file system that a daemon is likely to meet.
const NAME_BYTES_MAX: usize = 255;

/// The name of the file; nothing for what is not a task's id.
pub(super) fn of(task: &str, attempt: u32) -> Option<String> {
    if !(1..=TASK_ID_BYTES_MAX).contains(&task.len()) {
        return None;
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let written = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    let id: String = task.bytes().map(written).collect();
    let name = format!("{id}.{attempt}.log");
    (name.len() <= NAME_BYTES_MAX).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    /// What a name was made of.
    fn read(name: &str) -> (String, u32) {
        let (task, attempt) = name.strip_suffix(".log").unwrap().rsplit_once('.').unwrap();
        let mut bytes = Vec::new();
        let mut rest = task.bytes();
        while let Some(byte) = rest.next() {
            let digits = |rest: &mut std::str::Bytes<'_>| [rest.next(), rest.next()];
            bytes.push(match byte {
                b'%' => {
                    let [Some(high), Some(low)] = digits(&mut rest) else { panic!("{name}") };
                    let hex = [high, low];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                plain => plain,
            });
        }
        (String::from_utf8(bytes).unwrap(), attempt.parse().unwrap())
    }

    #[test]
    fn plain_ids_keep_the_names_that_they_had() {
        assert_eq!(of("disk_usage-2", 1).unwrap(), "disk_usage-2.1.log");
    }

    #[test]
    fn ids_that_a_run_makes_have_names() {
        let table = [
            ("restart[web-1]", "restart%5Bweb-1%5D.3.log"),
            ("restart.health[2]", "restart%2Ehealth%5B2%5D.3.log"),
            ("restart[a=1,b#7].undo", "restart%5Ba%3D1%2Cb%237%5D%2Eundo.3.log"),
            ("..", "%2E%2E.3.log"),
            ("a/b", "a%2Fb.3.log"),
        ];
        for (id, name) in table {
            assert_eq!(of(id, 3).unwrap(), name);
        }
    }

    #[test]
    fn the_longest_id_of_a_run_fits() {
        let [task, key] = ["t".repeat(64), ".".repeat(48)];
        let id = format!("{task}[{key}#999].undo");
        assert!(of(&id, u32::MAX).is_some());
    }

    #[test]
    fn what_is_no_id_has_no_name() {
        assert_eq!(of("", 1), None);
        assert_eq!(of(&"x".repeat(TASK_ID_BYTES_MAX + 1), 1), None);
        assert_eq!(of(&"/".repeat(TASK_ID_BYTES_MAX), 1), None, "its name would be too long");
    }

    proptest! {
        #[test]
        fn a_name_is_one_step_and_can_be_read_back(
            task in prop_oneof!["[a-z%./\\[\\]\\x00]{1,40}", "\\PC{1,12}"],
            attempt: u32,
        ) {
            let name = of(&task, attempt).unwrap();
            prop_assert_eq!(read(&name), (task, attempt));
            let steps: Vec<_> = Path::new(&name).components().collect();
            prop_assert!(matches!(steps[..], [Component::Normal(_)]));
        }
    }
}
