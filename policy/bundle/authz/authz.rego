# May this subject do this, here? Denied unless a role permits it and nothing stands against it.
package conductor.authz

import data.conductor.actions
import data.conductor.attributes
import data.conductor.budget
import data.conductor.pii
import data.conductor.profiles
import data.conductor.quota
import data.conductor.residency
import data.conductor.risk
import data.conductor.roles
import data.conductor.tenancy
import rego.v1

decision := {
	"allow": allow,
	"reasons": [one[0] | some one in told],
	"obligations": obligations,
	"risk": risk.level,
	"rules": [{"rule": one[1], "change": one[2]} | some one in told],
}

default allow := false

allow if {
	count(problems) == 0
	count(roles.permissions) > 0
}

allow if {
	count(problems) == 0
	internal
}

default internal := false

internal if {
	input.subject.principal == "system"
	input.context.channel == "internal"
	input.action in actions.internal
}

problems contains problem if some problem in anonymous

problems contains problem if some problem in actions.unknown

problems contains problem if some problem in roles.administrators

problems contains problem if some problem in tenancy.problems

problems contains problem if some problem in risk.unknown

problems contains problem if some problem in profiles.problems

problems contains problem if some problem in attributes.problems

problems contains problem if some problem in pii.problems

problems contains problem if some problem in residency.problems

problems contains problem if some problem in budget.problems

problems contains problem if some problem in quota.problems

anonymous contains {
	"rule": "authz.anonymous",
	"what": "the request has no principal",
	"change": "connect as somebody",
} if {
	object.get(object.get(input, "subject", {}), "principal", "") == ""
}

warnings := ((pii.warnings | residency.warnings) | budget.warnings) | quota.warnings

# What is said, each as its sentence, its rule, and what would change it.
told := sort([told_of(problem) | some problem in problems]) if count(problems) > 0

told := [told_of({"rule": "authz.internal", "what": "the daemon's own work", "change": ""})] if {
	count(problems) == 0
	internal
}

told := array.concat([told_of(roles.permitted)], sort([told_of(note) | some note in warnings | profiles.approval])) if {
	count(problems) == 0
	not internal
	count(roles.permissions) > 0
}

told := [told_of(tenancy.stranger)] if {
	not allow
	count(problems) == 0
	tenancy.elsewhere
}

told := [told_of(roles.unpermitted)] if {
	not allow
	count(problems) == 0
	not tenancy.elsewhere
}

told_of(it) := [it, "", ""] if is_string(it)

told_of(it) := [concat("", [it.what, " (", it.rule, ")"]), it.rule, ""] if it.change == ""

told_of(it) := [concat("", [it.what, "; ", it.change, " (", it.rule, ")"]), it.rule, it.change] if {
	it.change != ""
}

default obligations := []

obligations := array.concat(
	[one | some one in (profiles.obligations | attributes.obligations) | pii.obligations],
	[{"type": "warn", "message": told_of(warning)[0]} | some warning in warnings],
) if {
	allow
	not internal
}

# A stranger's way in. Not where something else stands against it as well.
obligations := [{"type": "request_approval", "roles": tenancy.helpers}] if {
	not allow
	count(problems) == 0
	tenancy.elsewhere
}
