package conductor.pii_test

import data.conductor.authz
import rego.v1

question(action, resource, attributes, tenant) := {
	"subject": {"principal": "uid:1", "roles": ["operator"], "attributes": attributes},
	"action": action,
	"resource": object.union({"kind": "workflow", "id": "x", "owner": "", "signed": true}, resource),
	"context": {
		"tenant_id": "acme",
		"environment": "prod",
		"region": "local",
		"channel": "unix",
		"tenant": object.union({"status": "active"}, tenant),
	},
}

billing := {"data_sensitivity": "confidential", "purpose": ["billing"]}

cleared := {"data_sensitivity": "confidential"}

allowed := {"purposes": ["billing"]}

test_who_is_cleared_may_work_with_personal_data_for_its_purpose if {
	decision := authz.decision with input as question("run.start", billing, cleared, allowed)
	decision.allow
	decision.obligations == []
}

test_who_is_not_cleared_may_not_at_high_risk if {
	decision := authz.decision with input as question("run.start", billing, {}, allowed)
	not decision.allow
	contains(decision.reasons[0], "cleared for no data and this works with confidential data")
	public := authz.decision with input as question("run.start", billing, {"data_sensitivity": "public"}, allowed)
	contains(public.reasons[0], "cleared for public data")
}

test_and_is_warned_at_low_risk if {
	low := object.union(billing, {"risk": "low"})
	decision := authz.decision with input as question("run.start", low, {}, allowed)
	decision.allow
	[obligation.type | some obligation in decision.obligations] == ["warn"]
	contains(decision.obligations[0].message, "pii.uncleared")
	contains(decision.reasons[1], "pii.uncleared")
	saas := authz.decision with input as question("run.start", low, {}, object.union(allowed, {"profile": "saas"}))
	not saas.allow
}

test_another_purpose_is_denied if {
	decision := authz.decision with input as question("run.start", billing, cleared, {"purposes": ["support"]})
	not decision.allow
	contains(decision.reasons[0], "may not use personal data for `billing`")
	none := authz.decision with input as question("run.start", billing, cleared, {})
	not none.allow
}

test_a_purpose_must_be_said if {
	silent := {"data_sensitivity": "confidential"}
	decision := authz.decision with input as question("run.start", silent, cleared, allowed)
	not decision.allow
	contains(decision.reasons[0], "does not say what for")
}

test_who_is_not_cleared_sees_it_masked if {
	decision := authz.decision with input as question("run.read", billing, {}, allowed)
	decision.allow
	decision.obligations == [{
		"type": "mask",
		"paths": ["inputs.*", "logs", "outputs.*", "tasks.*.outputs.*"],
	}]
	seen := authz.decision with input as question("run.read", billing, cleared, allowed)
	seen.obligations == []
}

test_what_is_not_personal_is_nobodys_concern if {
	authz.decision.allow with input as question("run.start", {"data_sensitivity": "internal"}, {}, {})
	authz.decision.allow with input as question("run.start", {}, {}, {})
}

test_a_sensitivity_that_nobody_knows_denies if {
	decision := authz.decision with input as question("run.start", {"data_sensitivity": "spicy", "risk": "low"}, cleared, {})
	not decision.allow
	contains(decision.reasons[0], "the sensitivity `spicy` is not known")
}

test_a_tenant_holds_no_more_than_it_may if {
	internal := {"data_sensitivity": "internal"}
	decision := authz.decision with input as question("run.start", billing, cleared, object.union(allowed, internal))
	not decision.allow
	contains(decision.reasons[0], "may hold internal data at most and this works with confidential data")
	low := object.union(billing, {"risk": "low"})
	not authz.decision.allow with input as question("run.start", low, cleared, object.union(allowed, internal))
	not authz.decision.allow with input as question("run.start", internal, {}, {"data_sensitivity": "spicy"})
	authz.decision.allow with input as question("run.start", internal, {}, internal)
	authz.decision.allow with input as question("run.start", {}, {}, internal)
	authz.decision.allow with input as question("run.cancel", billing, cleared, internal)
	authz.decision.allow with input as question("run.read", billing, cleared, internal)
}

test_what_runs_can_be_ended_by_anybody_who_may if {
	authz.decision.allow with input as question("run.cancel", billing, {}, {})
}

test_auditors_of_customers_see_no_people if {
	auditor := {"subject": {"roles": ["workflow_reviewer"]}, "context": {"tenant": {"profile": "saas"}}}
	decision := authz.decision with input as object.union(question("decision.read", {}, {}, {}), auditor)
	[obligation.type | some obligation in decision.obligations] == ["mask"]
	"principal" in decision.obligations[0].paths
	admin := object.union(auditor, {"subject": {"roles": ["tenant_admin"]}})
	seen := authz.decision with input as object.union(question("decision.read", {}, {}, {}), admin)
	seen.obligations == []
}
