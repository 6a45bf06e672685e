package conductor.budget_test

import data.conductor.authz
import rego.v1

question(spend, declared) := {
	"subject": {"principal": "uid:1", "roles": ["operator"]},
	"action": "run.start",
	"resource": {"kind": "workflow", "id": "x", "owner": "", "risk": declared},
	"context": {
		"tenant_id": "acme",
		"environment": "dev",
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active"},
		"spend": spend,
	},
}

spend(asked, spent, limit) := {"asked": asked, "spent": spent, "limit": limit, "window": "month"}

types(decision) := [obligation.type | some obligation in decision.obligations]

test_what_fits_may_start if {
	decision := authz.decision with input as question(spend(10, 10, 100), "")
	decision.allow
	decision.obligations == []
}

test_who_comes_near_is_told if {
	decision := authz.decision with input as question(spend(10, 70, 100), "")
	decision.allow
	types(decision) == ["warn"]
	contains(decision.obligations[0].message, "will have spent 80 of the 100 seconds that it has a month")
}

test_beyond_the_cap_nothing_starts if {
	decision := authz.decision with input as question(spend(11, 90, 100), "")
	not decision.allow
	contains(decision.reasons[0], "may take 11 seconds and tenant `acme` spent 90 of the 100 that it has a month")
	not authz.decision.allow with input as question(spend(1, 0, 0), "")
}

test_low_risk_has_some_grace if {
	decision := authz.decision with input as question(spend(20, 90, 100), "low")
	decision.allow
	types(decision) == ["warn"]
	not authz.decision.allow with input as question(spend(21, 90, 100), "low")
}

test_numbers_that_are_not_believable_deny if {
	every odd in [spend(18446744073709551615, 1, 100), spend(-1, 0, 1), spend("1", 0, 1), {"asked": 1}] {
		decision := authz.decision with input as question(odd, "low")
		not decision.allow
		contains(decision.reasons[0], "not believable")
	}
}
