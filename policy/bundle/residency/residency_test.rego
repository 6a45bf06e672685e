package conductor.residency_test

import data.conductor.authz
import rego.v1

question(action, region, resource, tenant) := {
	"subject": {"principal": "uid:1", "roles": ["operator"]},
	"action": action,
	"resource": object.union({"kind": "workflow", "id": "x", "owner": "", "signed": true}, resource),
	"context": {
		"tenant_id": "acme",
		"environment": "prod",
		"region": region,
		"channel": "unix",
		"tenant": object.union({"status": "active"}, tenant),
	},
}

test_nothing_is_done_in_a_banned_country if {
	every region in ["ru", "RU", "kp", "ru-central-1"] {
		decision := authz.decision with input as question("run.read", region, {"risk": "low"}, {})
		not decision.allow
		contains(decision.reasons[0], "where nothing may be done")
	}
	authz.decision.allow with input as question("run.read", "rural-1", {}, {})
}

test_a_workflow_runs_where_it_says if {
	decision := authz.decision with input as question("run.start", "us-1", {"regions": ["eu-1", "eu-2"]}, {})
	not decision.allow
	contains(decision.reasons[0], "the workflow may run in eu-1, eu-2 and this is `us-1`")
	authz.decision.allow with input as question("run.start", "eu-2", {"regions": ["eu-1", "eu-2"]}, {})
}

test_a_tenant_acts_where_it_may if {
	decision := authz.decision with input as question("run.start", "us-1", {}, {"regions": ["eu-1"]})
	not decision.allow
	contains(decision.reasons[0], "tenant `acme` may act in eu-1")
	authz.decision.allow with input as question("run.read", "us-1", {}, {"regions": ["eu-1"]})
	authz.decision.allow with input as question("run.cancel", "us-1", {}, {"regions": ["eu-1"]})
}

test_at_low_risk_it_is_a_warning if {
	decision := authz.decision with input as question("run.start", "us-1", {"risk": "low", "regions": ["eu-1"]}, {})
	decision.allow
	[obligation.type | some obligation in decision.obligations] == ["warn"]
}

test_customers_stay_at_home if {
	home := {"region": "eu-1"}
	authz.decision.allow with input as question("run.start", "us-1", {"risk": "low"}, home)
	saas := object.union(home, {"profile": "saas"})
	not authz.decision.allow with input as question("run.start", "us-1", {"risk": "low"}, saas)
	authz.decision.allow with input as question("run.start", "eu-1", {"risk": "low"}, saas)
}
