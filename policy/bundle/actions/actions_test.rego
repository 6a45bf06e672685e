package conductor.actions_test

import data.conductor.actions
import rego.v1

test_a_known_action_has_a_row if {
	actions.known with input as {"action": "run.start"}
	actions.changes with input as {"action": "run.start"}
	not actions.changes with input as {"action": "run.read"}
	actions.shows with input as {"action": "run.read"}
	actions.stops with input as {"action": "run.kill"}
	not actions.stops with input as {"action": "run.start"}
}

test_an_unknown_or_missing_action_has_none if {
	count(actions.unknown) == 1 with input as {"action": "run.explode"}
	count(actions.unknown) == 1 with input as {"action": ""}
	count(actions.unknown) == 1 with input as {}
	count(actions.unknown) == 0 with input as {"action": "run.start"}
}

test_there_is_an_action_for_everything_that_governance_speaks_of if {
	spoken := {
		"author", "publish", "review", "run", "start", "cancel", "rerun", "edit_schedule", "approve",
		"kill", "read", "export", "administer",
	}
	verbs := {row.verb | some row in data.actions}
	verbs == spoken
}

test_what_shows_changes_nothing if {
	every row in data.actions {
		not changes_and_shows(row)
	}
}

changes_and_shows(row) if {
	row.changes
	row.shows
}
