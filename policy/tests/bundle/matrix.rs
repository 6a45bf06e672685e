//! Who may do what: the whole table, printed and reviewed as a diff.

use conductor_policy::Guard;

use super::{ACTIONS, ROLES, question};

#[test]
fn every_role_against_every_action() {
    let guard = Guard::embedded().unwrap();
    let mut table = format!("{:<20}{}\n", "", ROLES.map(|role| format!("{role:<19}")).concat());
    for action in ACTIONS {
        let cells = ROLES.map(|role| {
            let verdict = guard.decide(&question(role, action));
            format!("{:<19}", if verdict.allow { "yes" } else { "-" })
        });
        table.push_str(format!("{action:<20}{}", cells.concat()).trim_end());
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}
