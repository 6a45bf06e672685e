package conductor.tenancy_test

import data.conductor.authz
import data.conductor.tenancy
import rego.v1

question(roles, elsewhere, action) := {
	"subject": {"principal": "uid:1", "roles": roles, "elsewhere": elsewhere},
	"action": action,
	"resource": {"kind": "run", "id": "", "owner": ""},
	"context": {
		"tenant_id": "globex",
		"environment": "dev",
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active"},
	},
}

is(status) := {"context": {"tenant": {"status": status}}}

# Deny cross-tenant read without approval.
test_who_is_of_another_tenant_may_ask_for_an_approval if {
	decision := authz.decision with input as question([], ["acme"], "run.read")
	not decision.allow
	decision.obligations == [{"type": "request_approval", "roles": ["tenant_admin", "conductor_admin"]}]
	contains(decision.reasons[0], "only elsewhere")
}

guest(action) := object.union(question([], ["*"], action), {"subject": {"guest": true}})

test_a_stranger_is_told_how_to_become_a_guest if {
	decision := authz.decision with input as question([], ["*"], "run.read")
	contains(decision.reasons[0], "`conductor tenant admit uid:1`")
}

test_a_guest_reads_what_the_least_role_reads if {
	decision := authz.decision with input as guest("run.read")
	decision.allow
	decision.rules[0].rule == "tenancy.guest"
	every action in ["workflow.read", "schedule.read", "ledger.read"] {
		authz.decision.allow with input as guest(action)
	}
}

test_a_guest_does_nothing_else if {
	every action in ["run.start", "run.cancel", "tenant.read", "decision.read", "tenant.admit", "workflow.validate"] {
		decision := authz.decision with input as guest(action)
		not decision.allow
		decision.obligations == []
		contains(decision.reasons[0], "only reads")
	}
}

test_a_guest_sees_no_more_of_personal_data_than_others if {
	asked := object.union(guest("run.read"), {"resource": {"data_sensitivity": "restricted"}})
	decision := authz.decision with input as asked
	decision.allow
	decision.obligations[_].type == "mask"
}

test_a_guest_is_judged_with_the_tenant if {
	asked := guest("run.read")
	nowhere := object.union(
		object.remove(asked, ["context"]),
		{"context": object.remove(asked.context, ["tenant"])},
	)
	decision := authz.decision with input as nowhere
	not decision.allow
	contains(decision.reasons[0], "`tenant` is missing")
}

test_who_holds_a_role_is_no_guest if {
	asked := object.union(question(["operator"], ["*"], "run.start"), {"subject": {"guest": true}})
	authz.decision.allow with input as asked
	not tenancy.guest with input as asked
}

test_a_suspended_tenant_lets_nobody_in_and_anybody_out if {
	admits := object.union(question(["tenant_admin"], [], "tenant.admit"), is("suspended"))
	not authz.decision.allow with input as admits
	dismisses := object.union(question(["tenant_admin"], [], "tenant.dismiss"), is("suspended"))
	authz.decision.allow with input as dismisses
}

test_who_is_of_no_tenant_may_not_ask if {
	decision := authz.decision with input as question([], [], "run.read")
	not decision.allow
	decision.obligations == []
}

test_nothing_is_to_be_asked_for_where_more_stands_against_it if {
	asked := object.union(question([], ["acme"], "run.start"), is("suspended"))
	decision := authz.decision with input as asked
	not decision.allow
	decision.obligations == []
}

test_a_role_here_counts_and_one_elsewhere_does_not if {
	authz.decision.allow with input as question(["read_only"], ["acme"], "run.read")
	not authz.decision.allow with input as question([], ["acme", "globex"], "run.read")
}

test_a_suspended_tenant_changes_nothing_and_can_be_looked_at if {
	start := object.union(question(["operator"], [], "run.start"), is("suspended"))
	decision := authz.decision with input as start
	not decision.allow
	contains(decision.reasons[0], "is suspended and changes nothing")
	authz.decision.allow with input as object.union(question(["operator"], [], "run.read"), is("suspended"))
}

test_what_runs_in_a_suspended_tenant_can_be_ended if {
	authz.decision.allow with input as object.union(question(["operator"], [], "run.cancel"), is("suspended"))
	authz.decision.allow with input as object.union(question(["operator"], [], "run.kill"), is("suspended"))
}

test_what_a_run_in_a_suspended_tenant_calls_goes_on_with_it if {
	called := object.union(question(["operator"], [], "run.start"), {"context": {"channel": "workflow"}})
	authz.decision.allow with input as object.union(called, is("suspended"))
}

test_a_suspended_tenant_can_be_made_active_again if {
	authz.decision.allow with input as object.union(question(["conductor_admin"], [], "tenant.edit"), is("suspended"))
}

test_what_is_known_of_a_tenant_says_whether_it_is_active if {
	decision := authz.decision with input as object.union(question(["conductor_admin"], [], "run.read"), is(""))
	not decision.allow
	contains(decision.reasons[0], "`tenant.status` is missing")
	not authz.decision.allow with input as object.union(question(["operator"], [], "run.start"), is("asleep"))
}

test_who_holds_a_role_is_judged_with_their_tenant if {
	asked := question(["conductor_admin"], [], "run.read")
	nowhere := object.union(
		object.remove(asked, ["context"]),
		{"context": object.remove(asked.context, ["tenant"])},
	)
	decision := authz.decision with input as nowhere
	not decision.allow
	contains(decision.reasons[0], "`tenant` is missing")
	nobody := object.union(nowhere, {"subject": {"roles": []}})
	stranger := authz.decision with input as nobody
	not contains(stranger.reasons[0], "missing")
}

test_nobody_approves_for_somewhere_that_is_not_said if {
	count(tenancy.missing) == 3 with input as {}
}
