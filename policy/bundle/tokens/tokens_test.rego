package conductor.tokens_test

import data.conductor.authz
import data.conductor.tokens
import rego.v1

asked(roles, action, scopes) := {
	"subject": {"principal": "service:deploy", "roles": roles, "token": "tok_x", "scopes": scopes},
	"action": action,
	"resource": {"kind": "run", "id": "run_x", "owner": "", "workflow": "disk-clean"},
	"context": {
		"tenant_id": "acme",
		"environment": "dev",
		"region": "local",
		"channel": "token",
		"tenant": {"status": "active"},
	},
}

test_a_token_is_for_its_scopes_and_nothing_else if {
	every scope in ["run.start", "run.*"] {
		authz.decision.allow with input as asked(["operator"], "run.start", [{"action": scope}])
	}
	every scope in ["run.read", "run.", "*", ".*", "workflow.*", "run.start.*", ""] {
		denied := authz.decision with input as asked(["operator"], "run.start", [{"action": scope}])
		not denied.allow
		denied.rules[0].rule == "tokens.scope"
		contains(denied.reasons[0], "token_scope")
	}
}

test_one_scope_is_enough if {
	authz.decision.allow with input as asked(["operator"], "run.start", [{"action": "run.read"}, {"action": "run.start"}])
}

test_a_token_without_scopes_is_for_nothing if {
	not authz.decision.allow with input as asked(["operator"], "run.start", [])
	missing := json.remove(asked(["operator"], "run.start", []), ["subject/scopes"])
	not authz.decision.allow with input as missing
}

test_a_scope_is_narrowed_by_place_and_workflow_and_run if {
	every narrowed in [{"environment": "dev"}, {"workflow": "disk-clean"}, {"run": "run_x"}] {
		scope := object.union({"action": "run.cancel"}, narrowed)
		authz.decision.allow with input as asked(["operator"], "run.cancel", [scope])
	}
	every narrowed in [{"environment": "prod"}, {"workflow": "disk"}, {"run": "run_y"}] {
		scope := object.union({"action": "run.cancel"}, narrowed)
		not authz.decision.allow with input as asked(["operator"], "run.cancel", [scope])
	}
}

test_a_run_is_one_by_its_kind_and_not_by_its_name if {
	other := {"resource": {"kind": "workflow", "id": "run_x"}}
	question := asked(["operator"], "run.start", [{"action": "run.start", "run": "run_x"}])
	not authz.decision.allow with input as object.union(question, other)
}

test_a_scope_gives_no_right if {
	not authz.decision.allow with input as asked([], "run.start", [{"action": "run.*"}])
	not authz.decision.allow with input as asked(["read_only"], "run.start", [{"action": "run.*"}])
}

test_the_tasks_of_a_start_are_judged_with_it if {
	authz.decision.allow with input as asked(["operator"], "task.run", [{"action": "run.start"}])
}

lends(roles, scopes) := object.union(asked(roles, "task.run", []), {
	"subject": {"principal": "uid:1", "token": ""},
	"resource": {"kind": "task", "task": {"executor": "pkg:builtin/shell@1", "scopes": scopes}},
})

test_whoever_starts_a_task_lends_it_what_they_may if {
	authz.decision.allow with input as lends(["operator"], [{"action": "run.start"}, {"action": "host.*"}])
	every scope in ["workflow.publish", "run.*", "approval.give", "token.*", "runs.read", ""] {
		denied := authz.decision with input as lends(["read_only"], [{"action": scope}])
		not denied.allow
	}
	not authz.decision.allow with input as lends(["operator"], [{"action": "run.start"}, {"action": "tenant.edit"}])
	not authz.decision.allow with input as lends(["conductor_admin"], [{"action": "approval.give"}])
}

test_a_token_is_lent_with_what_it_is_for if {
	lend := {"resource": {"kind": "task", "task": {"scopes": [{"action": "run.start", "environment": "dev"}]}}}
	every scope in [{"action": "run.start"}, {"action": "run.*", "environment": "dev"}] {
		authz.decision.allow with input as object.union(asked(["operator"], "task.run", [scope]), lend)
	}
	every scope in [{"action": "run.read"}, {"action": "run.start", "environment": "prod"}, {"action": "run.*", "workflow": "x"}] {
		denied := authz.decision with input as object.union(asked(["operator"], "task.run", [scope]), lend)
		not denied.allow
		denied.rules[0].rule == "tokens.lent"
	}
}

test_a_task_acts_within_its_token if {
	task := {"subject": {"principal": "task:run_x/a", "token": "", "task": "run_x/a", "on_behalf_of": "uid:1"}}
	own := object.union(asked(["operator"], "run.read", [{"action": "run.read", "run": "run_x"}]), task)
	authz.decision.allow with input as own
	not authz.decision.allow with input as object.union(own, {"resource": {"id": "run_y"}})
	not authz.decision.allow with input as object.union(own, {"action": "run.cancel"})
}

test_programs_do_nothing_that_people_do_themselves if {
	every action in ["approval.give", "approval.confirm", "workflow.review", "key.enroll", "token.issue"] {
		denied := authz.decision with input as asked(["conductor_admin"], action, [{"action": action}])
		not denied.allow
		denied.rules[0].rule == "tokens.people"
		named := object.union(asked(["conductor_admin"], action, []), {"subject": {"token": ""}})
		not authz.decision.allow with input as named
		person := object.union(named, {"subject": {"principal": "uid:1"}})
		authz.decision.allow with input as person
	}
	count(tokens.people) == 0 with input as asked(["tenant_admin"], "token.revoke", [])
}

test_nobody_is_a_person_where_nobody_proves_to_be_one if {
	open := {"subject": {"token": "", "principal": "ssh:alice@example.org"}, "context": {"channel": "open"}}
	denied := authz.decision with input as object.union(asked(["tenant_admin"], "incident.close", []), open)
	not denied.allow
	some rule in denied.rules
	rule.rule == "tokens.people"
	count(tokens.people) == 0 with input as object.union(asked(["operator"], "run.start", []), open)
}
