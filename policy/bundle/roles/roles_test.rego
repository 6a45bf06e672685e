package conductor.roles_test

import data.conductor.actions
import data.conductor.roles
import rego.v1

test_every_permission_is_a_known_action if {
	every _, permitted in roles.permissions {
		every action in permitted {
			_ = actions.known[action]
		}
	}
}

test_the_administrator_may_everything if {
	every action, _ in actions.known {
		action in roles.permissions.conductor_admin
	}
}

test_who_publishes_may_warn_and_only_administrators_may_end if {
	"workflow.deprecate" in roles.permissions.workflow_author
	not "workflow.retire" in roles.permissions.workflow_author
	"workflow.retire" in roles.permissions.tenant_admin
	not "workflow.deprecate" in roles.permissions.operator
}

test_who_may_read_may_plan if {
	every role, permitted in roles.permissions {
		"run.plan" in permitted
	}
}

test_who_may_start_may_run_tasks_and_nobody_else if {
	every role, permitted in roles.permissions {
		{action | some action in ["run.start", "task.run"]; action in permitted} in [set(), {"run.start", "task.run"}]
	}
	"task.run" in roles.permissions.operator
	not "task.run" in roles.permissions.workflow_author
}

test_read_only_changes_nothing if {
	every action in roles.permissions.read_only {
		actions.known[action] == false
	}
}
