# Which role may do what, in the tenant that it is held in: the roles of an action's row.
package conductor.roles

import rego.v1

# The subject's roles that permit the action.
permissions contains role if {
	some role in input.subject.roles
	role in data.conductor.actions.row.roles
}

# What is somebody's own is theirs to read and to give up, role or not.
default owns := false

owns if {
	data.conductor.actions.row.own
	input.resource.owner == input.subject.principal
}

default nobody := false

nobody if count(input.subject.roles) == 0

# The roles that would be enough, in order.
enough := concat(", ", data.conductor.actions.row.roles) if count(data.conductor.actions.row.roles) > 0

enough := "none, it is everybody's own" if count(data.conductor.actions.row.roles) == 0

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

# Nor by a key of theirs: who could enroll one, or a CA that may vouch for them, could sign as they.
administrators contains {
	"rule": "roles.administrators",
	"what": "only `conductor_admin` may key.enroll for who holds `conductor_admin`, or for whoever fits a pattern",
	"change": "ask a `conductor_admin`",
} if {
	input.action == "key.enroll"
	endswith(input.resource.id, "/conductor_admin")
	not "conductor_admin" in input.subject.roles
}

# Nor by a service of theirs: who holds its token acts with its roles.
administrators contains {
	"rule": "roles.administrators",
	"what": "only `conductor_admin` may token.issue for a service that holds `conductor_admin`",
	"change": "ask a `conductor_admin`",
} if {
	input.action == "token.issue"
	endswith(input.resource.id, "/conductor_admin")
	not "conductor_admin" in input.subject.roles
}

owned := {
	"rule": "roles.owns",
	"what": concat("", ["`", input.subject.principal, "` may ", input.action, " what is their own"]),
	"change": "",
} if {
	owns
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
