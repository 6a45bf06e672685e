package conductor.attributes_test

import data.conductor.authz
import rego.v1

question(action, attributes) := {
	"subject": {"principal": "uid:1", "roles": ["conductor_admin"], "attributes": attributes},
	"action": action,
	"resource": {"kind": "run", "id": "x", "owner": "uid:2"},
	"context": {
		"tenant_id": "acme",
		"environment": "prod",
		"region": "eu-1",
		"channel": "unix",
		"tenant": {"status": "active", "business_unit": "payments"},
	},
}

test_who_belongs_somewhere_changes_nothing_elsewhere if {
	decision := authz.decision with input as question("run.start", {"environment": "dev", "region": "us-1"})
	not decision.allow
	count(decision.reasons) == 2
	contains(decision.reasons[0], "belongs to environment `dev` and this is `prod`")
	authz.decision.allow with input as question("run.start", {"environment": "prod", "region": "eu-1"})
	authz.decision.allow with input as question("run.start", {})
}

test_who_belongs_somewhere_sees_only_that if {
	decision := authz.decision with input as question("run.read", {"environment": "dev"})
	decision.allow
	decision.obligations == [{"type": "filter", "field": "environment", "allowed": ["dev"]}]
}

test_another_unit_is_not_ones_own if {
	decision := authz.decision with input as question("run.start", {"business_unit": "games"})
	not decision.allow
	contains(decision.reasons[0], "belongs to the unit `games`")
	authz.decision.allow with input as question("run.start", {"business_unit": "payments"})
	authz.decision.allow with input as question("run.read", {"business_unit": "games"})
}

test_nobody_risks_more_than_they_may if {
	decision := authz.decision with input as question("run.start", {"risk_profile": "medium"})
	not decision.allow
	contains(decision.reasons[0], "may put at stake what is of medium risk, and this is high")
	authz.decision.allow with input as question("run.start", {"risk_profile": "high"})
	not authz.decision.allow with input as question("run.start", {"risk_profile": "any"})
	authz.decision.allow with input as question("run.cancel", {"risk_profile": "low"})
}

test_nobody_approves_what_they_asked_for if {
	authz.decision.allow with input as question("approval.give", {})
	own := object.union(question("approval.give", {}), {"resource": {"owner": "uid:1"}})
	decision := authz.decision with input as own
	not decision.allow
	contains(decision.reasons[0], "nobody approves what they asked for")
}

test_an_attribute_that_nobody_knows_changes_nothing if {
	authz.decision.allow with input as question("run.start", {"star_sign": "leo"})
}
