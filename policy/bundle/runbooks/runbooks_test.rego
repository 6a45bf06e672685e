package conductor.runbooks_test

import data.conductor.authz
import rego.v1

question(role, action, facts) := {
	"subject": {"principal": "uid:1", "roles": [role]},
	"action": action,
	"resource": object.union({"kind": "workflow", "id": "erase", "owner": "", "risk": "low"}, facts),
	"context": {
		"tenant_id": "acme",
		"environment": "prod",
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active"},
	},
}

under(profile, asked) := object.union(asked, {"context": {"tenant": {"status": "active", "profile": profile}}})

test_unsigned_is_told_at_home_and_denied_elsewhere if {
	asked := question("operator", "run.start", {})
	home := authz.decision with input as asked
	home.allow
	[obligation.type | some obligation in home.obligations] == ["warn"]
	contains(home.obligations[0].message, "nobody has signed the runbook that `run.start` is about")
	every profile in ["white-label", "saas"] {
		decision := authz.decision with input as under(profile, asked)
		not decision.allow
		decision.rules[0].rule == "runbooks.unsigned"
	}
}

test_each_way_in_is_asked if {
	every action in ["run.start", "run.rerun", "task.run", "workflow.publish"] {
		unsigned := authz.decision with input as under("saas", question("conductor_admin", action, {}))
		not unsigned.allow
		signed := authz.decision with input as under("saas", question("conductor_admin", action, {"signed": true}))
		signed.allow
	}
}

test_a_task_repeats_no_warning if {
	decision := authz.decision with input as question("operator", "task.run", {})
	decision.allow
	decision.obligations == []
}

test_what_is_not_production_needs_no_signature if {
	asked := object.union(under("saas", question("operator", "run.start", {})), {"context": {"environment": "dev"}})
	decision := authz.decision with input as asked
	decision.allow
}

test_a_signature_that_does_not_hold_is_refused_everywhere if {
	facts := {"signature_problem": "revoked: the key is revoked"}
	asked := question("operator", "run.start", facts)
	every profile in ["internal", "white-label", "saas"] {
		every environment in ["prod", "dev"] {
			there := object.union(under(profile, asked), {"context": {"environment": environment}})
			decision := authz.decision with input as there
			not decision.allow
			[hit.rule | some hit in decision.rules] == ["runbooks.signature"]
		}
	}
}

test_high_risk_is_reviewed_before_it_runs_for_customers if {
	facts := {"risk": "high", "signed": true}
	start := authz.decision with input as under("saas", question("operator", "run.start", facts))
	not start.allow
	[hit.rule | some hit in start.rules] == ["runbooks.unreviewed"]
	publish := authz.decision with input as under("saas", question("workflow_author", "workflow.publish", facts))
	publish.allow
	label := authz.decision with input as under("white-label", question("operator", "run.start", facts))
	label.allow
	reviewed := object.union(facts, {"reviewed": true})
	read := authz.decision with input as under("saas", question("operator", "run.start", reviewed))
	read.allow
}

test_who_may_not_do_it_is_told_that if {
	decision := authz.decision with input as under("saas", question("workflow_author", "run.start", {}))
	not decision.allow
	contains(decision.reasons[0], "one of these roles may")
	broken := question("read_only", "run.start", {"signature_problem": "tampered: x"})
	told := authz.decision with input as broken
	not told.allow
	contains(told.reasons[0], "one of these roles may")
}
