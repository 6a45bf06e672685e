# Which role may do what, in the tenant that it is held in: the roles of an action's row.
package conductor.roles

import rego.v1

# The subject's roles that permit the action.
permissions contains role if {
	some role in input.subject.roles
	role in data.conductor.actions.row.roles
}

default nobody := false

nobody if count(input.subject.roles) == 0

# The roles that would be enough, in order.
enough := concat(", ", data.conductor.actions.row.roles)

# Who could give the administrator's role would hold it.
administrators contains {
	"rule": "roles.administrators",
	"what": concat("", ["only `conductor_admin` may ", input.action, " the role `conductor_admin`"]),
	"change": "",
} if {
	input.action in {"identity.grant", "identity.revoke"}
	endswith(input.resource.id, "/conductor_admin")
	not "conductor_admin" in input.subject.roles
}

permitted := {
	"rule": "roles.permissions",
	"what": concat("", ["role `", first, "` may ", input.action]),
	"change": "",
} if {
	first := sort([role | some role in permissions])[0]
}

unpermitted := {
	"rule": "roles.permissions",
	"what": concat("", [
		"`", input.subject.principal, "` holds no role in tenant `",
		input.context.tenant_id, "`",
	]),
	"change": concat("", [
		"an administrator can change that: `conductor grants add ", input.subject.principal,
		" ROLE`, where ROLE is one of ", enough,
	]),
} if {
	nobody
}

unpermitted := {
	"rule": "roles.permissions",
	"what": concat("", [concat(", ", sort(input.subject.roles)), " may not ", input.action]),
	"change": concat("", ["one of these roles may: ", enough]),
} if {
	not nobody
}
