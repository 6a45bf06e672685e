# May this subject do this, here? Denied unless a role permits it and nothing stands against it.
#
# Packages are named in full wherever one asks another: of a package that is imported, regorus'
# compiled program evaluates all rules to give one.
package conductor.authz

import rego.v1

decision := {
	"allow": allow,
	"reasons": [one[0] | some one in told],
	"obligations": obligations,
	"risk": data.conductor.risk.level,
	"rules": [{"rule": one[1], "change": one[2]} | some one in told],
}

default allow := false

allow if {
	count(problems) == 0
	count(data.conductor.roles.permissions) > 0
}

allow if {
	count(problems) == 0
	data.conductor.tenancy.visits
}

allow if {
	count(problems) == 0
	data.conductor.roles.owns
}

allow if {
	count(problems) == 0
	internal
}

default internal := false

internal if {
	input.subject.principal == "system"
	input.context.channel == "internal"
	input.action in data.conductor.actions.internal
}

problems contains problem if some problem in anonymous

problems contains problem if some problem in data.conductor.actions.unknown

problems contains problem if some problem in data.conductor.roles.administrators

problems contains problem if some problem in data.conductor.tenancy.problems

problems contains problem if some problem in data.conductor.tokens.problems

problems contains problem if some problem in data.conductor.risk.unknown

problems contains problem if some problem in data.conductor.profiles.problems

problems contains problem if some problem in data.conductor.attributes.problems

problems contains problem if some problem in data.conductor.pii.problems

problems contains problem if some problem in data.conductor.residency.problems

problems contains problem if some problem in data.conductor.budget.problems

problems contains problem if some problem in data.conductor.quota.problems

problems contains problem if some problem in data.conductor.runbooks.problems

anonymous contains {
	"rule": "authz.anonymous",
	"what": "the request has no principal",
	"change": "connect as somebody",
} if {
	object.get(object.get(input, "subject", {}), "principal", "") == ""
}

warnings contains warning if some warning in data.conductor.pii.warnings

warnings contains warning if some warning in data.conductor.residency.warnings

warnings contains warning if some warning in data.conductor.budget.warnings

warnings contains warning if some warning in data.conductor.quota.warnings

warnings contains warning if some warning in data.conductor.runbooks.warnings

# What is said, each as its sentence, its rule, and what would change it.
told := sort([told_of(problem) | some problem in problems]) if count(problems) > 0

told := [told_of({"rule": "authz.internal", "what": "the daemon's own work", "change": ""})] if {
	count(problems) == 0
	internal
}

told := array.concat(
	[told_of(permitted)],
	sort([told_of(note) | some note in warnings | data.conductor.profiles.approval]),
) if {
	count(problems) == 0
	not internal
}

permitted := data.conductor.roles.permitted if count(data.conductor.roles.permissions) > 0

permitted := data.conductor.tenancy.visiting if data.conductor.tenancy.visits

permitted := data.conductor.roles.owned if {
	data.conductor.roles.owns
	count(data.conductor.roles.permissions) == 0
	not data.conductor.tenancy.visits
}

told := [told_of(data.conductor.tenancy.stranger)] if {
	not allow
	count(problems) == 0
	data.conductor.tenancy.elsewhere
}

told := [told_of(data.conductor.roles.unpermitted)] if {
	not allow
	count(problems) == 0
	not data.conductor.tenancy.elsewhere
	not data.conductor.tenancy.guest
}

told := [told_of(data.conductor.tenancy.only_reads)] if {
	not allow
	count(problems) == 0
	data.conductor.tenancy.guest
}

told_of(it) := [it, "", ""] if is_string(it)

told_of(it) := [concat("", [it.what, " (", it.rule, ")"]), it.rule, ""] if it.change == ""

told_of(it) := [concat("", [it.what, "; ", it.change, " (", it.rule, ")"]), it.rule, it.change] if {
	it.change != ""
}

default obligations := []

obligations := array.concat(
	[one | some one in (data.conductor.profiles.obligations | data.conductor.attributes.obligations) | data.conductor.pii.obligations],
	[{"type": "warn", "message": told_of(warning)[0]} | some warning in warnings],
) if {
	allow
	not internal
}

# A stranger's way in. Not where something else stands against it as well.
obligations := [{"type": "request_approval", "roles": data.conductor.tenancy.helpers}] if {
	not allow
	count(problems) == 0
	data.conductor.tenancy.elsewhere
}
