package conductor.quota_test

import data.conductor.authz
import data.conductor.quota
import rego.v1

question(load) := {
	"subject": {"principal": "uid:1", "roles": ["operator"]},
	"action": "run.start",
	"resource": {"kind": "workflow", "id": "nightly", "owner": ""},
	"context": {
		"tenant_id": "acme",
		"environment": "dev",
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active"},
		"load": load,
	},
}

test_what_fits_may_start if {
	load := {"asked": {"large": 2}, "in_use": {"large": 3}, "limit": {"large": 5}}
	authz.decision.allow with input as question(load)
}

test_one_more_may_not if {
	load := {"asked": {"large": 3}, "in_use": {"large": 3}, "limit": {"large": 5}}
	decision := authz.decision with input as question(load)
	not decision.allow
	contains(decision.reasons[0], "has 3 open tasks of class `large` and 3 more were asked for, over its quota of 5")
	contains(decision.reasons[0], "[quotas.acme] large")
}

test_each_class_counts_for_itself if {
	load := {"asked": {"small": 1, "large": 1}, "in_use": {"small": 9, "large": 0}, "limit": {"small": 9, "large": 1}}
	decision := authz.decision with input as question(load)
	count(decision.reasons) == 1
	contains(decision.reasons[0], "class `small`")
}

test_a_tenant_without_a_quota_has_the_default if {
	under := {"asked": {"large": 200}, "in_use": {}, "limit": {}}
	count(quota.problems) == 0 with input as question(under)
	over := {"asked": {"large": 201}, "in_use": {}, "limit": {}}
	count(quota.problems) == 1 with input as question(over)
}

test_a_quota_of_nothing_allows_nothing if {
	load := {"asked": {"medium": 1}, "in_use": {}, "limit": {"medium": 0}}
	not authz.decision.allow with input as question(load)
}

test_a_class_that_nobody_knows_has_no_room if {
	load := {"asked": {"huge": 1}, "in_use": {}, "limit": {}}
	not authz.decision.allow with input as question(load)
}

test_what_asks_for_no_class_is_not_counted if {
	asked := object.remove(question({}).context, ["load"])
	authz.decision.allow with input as object.union(object.remove(question({}), ["context"]), {"context": asked})
}

test_low_risk_has_some_grace_and_is_told if {
	load := {"asked": {"large": 2}, "in_use": {"large": 20}, "limit": {"large": 20}}
	low := object.union(question(load), {"resource": {"risk": "low"}})
	decision := authz.decision with input as low
	decision.allow
	decision.obligations[0].type == "warn"
	contains(decision.obligations[0].message, "will have 22 open tasks of class `large`, over its quota of 20")
	more := object.union(low, {"context": {"load": {"asked": {"large": 3}}}})
	not authz.decision.allow with input as more
}
