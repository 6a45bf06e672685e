package conductor.roles_test

import data.conductor.roles
import rego.v1

may(role, action) if role in data.actions[action].roles

known := {"read_only", "operator", "workflow_author", "workflow_reviewer", "tenant_admin", "conductor_admin"}

test_only_known_roles_are_permitted_anything if {
	every row in data.actions {
		every role in row.roles {
			role in known
		}
	}
}

test_the_administrator_may_everything_but_what_is_everybodys_own if {
	every row in data.actions {
		administered(row)
	}
}

administered(row) if "conductor_admin" in row.roles

administered(row) if {
	row.own
	count(row.roles) == 0
}

test_who_publishes_may_warn_and_only_administrators_may_end if {
	may("workflow_author", "workflow.deprecate")
	not may("workflow_author", "workflow.retire")
	may("tenant_admin", "workflow.retire")
	not may("operator", "workflow.deprecate")
}

test_who_may_read_may_plan if {
	every role in known {
		may(role, "run.plan")
	}
}

test_who_may_start_may_run_tasks_and_nobody_else if {
	data.actions["run.start"].roles == data.actions["task.run"].roles
	may("operator", "task.run")
	not may("workflow_author", "task.run")
}

test_read_only_changes_nothing if {
	every row in data.actions {
		not changes_by_reading(row)
	}
}

changes_by_reading(row) if {
	row.changes
	"read_only" in row.roles
}

test_who_reviews_does_not_publish_and_who_publishes_does_not_approve if {
	not may("workflow_reviewer", "workflow.publish")
	not may("workflow_author", "approval.give")
	not may("operator", "approval.give")
	may("workflow_reviewer", "approval.give")
}

test_who_may_ask_may_take_it_back_and_everybody_who_acts_may_speak if {
	every role in known - {"read_only"} {
		may(role, "approval.withdraw")
		may(role, "approval.comment")
	}
	every role in known {
		may(role, "approval.read")
	}
}

test_notifications_are_looked_after_by_who_looks_after_the_daemon if {
	every action in {"notification.read", "notification.retry"} {
		may("conductor_admin", action)
		every role in known - {"conductor_admin"} {
			not may(role, action)
		}
	}
}

test_the_first_role_that_permits_is_named if {
	asked := {"subject": {"roles": ["operator", "conductor_admin"]}, "action": "run.start"}
	roles.permitted.what == "role `conductor_admin` may run.start" with input as asked
}

own(action, principal) := {
	"subject": {"principal": principal, "roles": []},
	"action": action,
	"resource": {"kind": "key", "id": "SHA256:x", "owner": "uid:1"},
}

test_what_is_somebodys_own_is_theirs if {
	roles.owns with input as own("key.revoke", "uid:1")
	roles.owns with input as own("key.read", "uid:1")
	not roles.owns with input as own("key.revoke", "uid:2")
	not roles.owns with input as own("key.enroll", "uid:1")
	not roles.owns with input as own("run.cancel", "uid:1")
}
