package conductor.risk_test

import data.conductor.authz
import data.conductor.risk
import rego.v1

question(action, declared, environment, profile) := {
	"subject": {"principal": "uid:1", "roles": ["conductor_admin"]},
	"action": action,
	"resource": {"kind": "workflow", "id": "x", "owner": "", "risk": declared},
	"context": {
		"tenant_id": "acme",
		"environment": environment,
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active", "risk_profile": profile},
	},
}

test_what_is_declared_counts_before_what_can_be_told if {
	risk.level == "low" with input as question("run.start", "low", "prod", "")
	risk.level == "high" with input as question("run.start", "high", "dev", "")
	risk.level == "high" with input as question("run.start", "", "prod", "")
	risk.level == "high" with input as question("run.start", "", "production", "")
	risk.level == "medium" with input as question("run.start", "", "dev", "")
}

test_what_is_not_listed_is_production if {
	every environment in ["prod", "Prod", "production", "live", "DEV", "dev ", ""] {
		risk.environment == "production" with input as question("run.start", "", environment, "")
	}
	every environment in ["dev", "test", "staging", "qa", "sandbox", "local", "ci"] {
		risk.environment == "other" with input as question("run.start", "", environment, "")
	}
	risk.environment == "production" with input as {}
}

test_looking_risks_little if {
	risk.level == "low" with input as question("run.read", "high", "prod", "high")
}

test_who_has_much_to_lose_weighs_more if {
	risk.level == "high" with input as question("run.start", "medium", "dev", "high")
	risk.level == "low" with input as question("run.start", "low", "dev", "high")
	risk.level == "medium" with input as question("run.start", "medium", "dev", "low")
}

test_what_is_no_level_is_denied_and_counts_as_the_highest if {
	decision := authz.decision with input as question("run.start", "huge", "dev", "")
	not decision.allow
	decision.risk == "high"
	contains(decision.reasons[0], "the risk `huge` is not known")
}
