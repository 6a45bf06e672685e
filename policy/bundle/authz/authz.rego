# May this subject do this, here? Denied unless a role permits it and nothing is missing.
package conductor.authz

import data.conductor.actions
import data.conductor.quota
import data.conductor.roles
import rego.v1

decision := {
	"allow": allow,
	"reasons": reasons,
	"obligations": [],
	"risk": risk,
}

default allow := false

allow if {
	count(problems) == 0
	count(permitting) > 0
}

allow if {
	count(problems) == 0
	internal
}

internal if {
	input.subject.principal == "system"
	input.context.channel == "internal"
	input.action in actions.internal
}

permitting contains role if {
	some role in input.subject.roles
	input.action in roles.permissions[role]
}

problems contains sprintf("action `%s` is not known; nothing permits it (authz.problems)", [action]) if {
	action := object.get(input, "action", "")
	not known(action)
}

problems contains sprintf("`%s` is missing from the request; say which (authz.problems)", [name]) if {
	some name in ["tenant_id", "environment", "region"]
	object.get(object.get(input, "context", {}), name, "") == ""
}

# Who could give the administrator's role would hold it.
problems contains sprintf("only `conductor_admin` may %s the role `conductor_admin` (authz.problems)", [input.action]) if {
	input.action in {"identity.grant", "identity.revoke"}
	endswith(input.resource.id, "/conductor_admin")
	not "conductor_admin" in input.subject.roles
}

problems contains "the request has no principal; connect as somebody (authz.problems)" if {
	object.get(object.get(input, "subject", {}), "principal", "") == ""
}

problems contains problem if some problem in quota.problems

known(action) if _ = actions.known[action]

reasons := sort([problem | some problem in problems]) if count(problems) > 0

reasons := ["the daemon's own work (authz.internal)"] if {
	count(problems) == 0
	internal
}

reasons := [sprintf("role `%s` may %s (roles.permissions)", [names[0], input.action])] if {
	count(problems) == 0
	not internal
	count(permitting) > 0
	names := sort([permitted | some permitted in permitting])
}

reasons := [sprintf(
	"`%s` holds no role in tenant `%s`; an administrator can change that: `conductor grants add %s ROLE`, where ROLE is one of %s (roles.permissions)",
	[input.subject.principal, input.context.tenant_id, input.subject.principal, concat(", ", roles.enough(input.action))],
)] if {
	count(problems) == 0
	not internal
	count(input.subject.roles) == 0
}

reasons := [sprintf(
	"%s may not %s; one of these roles may: %s (roles.permissions)",
	[concat(", ", sort(input.subject.roles)), input.action, concat(", ", roles.enough(input.action))],
)] if {
	count(problems) == 0
	not internal
	count(input.subject.roles) > 0
	count(permitting) == 0
}

default risk := "low"

risk := "high" if {
	actions.known[input.action] == true
	input.context.environment in {"prod", "production"}
}

risk := "medium" if {
	actions.known[input.action] == true
	not input.context.environment in {"prod", "production"}
}
