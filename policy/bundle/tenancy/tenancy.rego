# Where somebody acts: in a tenant that is known and active, and in which they hold a role or are a
# guest.
package conductor.tenancy

import rego.v1

problems contains problem if some problem in missing

problems contains problem if some problem in unrecorded

problems contains problem if some problem in suspended

# Every question says where.
missing contains {
	"rule": "tenancy.missing",
	"what": concat("", ["`", name, "` is missing from the request"]),
	"change": "say which",
} if {
	some name in ["tenant_id", "environment", "region"]
	object.get(object.get(input, "context", {}), name, "") == ""
}

# Who holds a role in a tenant, or is its guest, is judged with what is known of it: without, the
# rules of its profile would be nobody's.
missing contains {
	"rule": "tenancy.missing",
	"what": "`tenant` is missing from the request",
	"change": "say what is known of the tenant",
} if {
	here
	not input.context.tenant
}

here if count(input.subject.roles) > 0

here if guest

# What is known of a tenant says whether it is active.
unrecorded contains {
	"rule": "tenancy.unrecorded",
	"what": "`tenant.status` is missing from the daemon's records",
	"change": "set the tenant's status",
} if {
	object.get(input.context.tenant, "status", "") == ""
}

suspended contains {
	"rule": "tenancy.suspended",
	"what": concat("", [
		"tenant `", input.context.tenant_id, "` is ", input.context.tenant.status,
		" and changes nothing",
	]),
	"change": "`conductor_admin` can make it active again",
} if {
	not input.context.tenant.status in {"", "active"}
	data.conductor.actions.changes
	not data.conductor.actions.stops
	not data.conductor.actions.row.tenants
	not part_of_a_run
}

# What is under way goes on to its end, with the workflows that it calls.
part_of_a_run if input.context.channel == "workflow"

# Somebody of another tenant whom this one admits and whom somebody here has let in. Whether both is
# so, the daemon's records say. A role here is more, and counts instead.
default guest := false

guest if {
	input.subject.guest == true
	data.conductor.roles.nobody
}

# A guest reads, and of that what the least of the roles may.
default visits := false

visits if {
	guest
	data.conductor.actions.row.verb == "read"
	"read_only" in data.conductor.actions.row.roles
}

visiting := {
	"rule": "tenancy.guest",
	"what": concat("", ["a guest may ", input.action]),
	"change": "",
} if {
	visits
}

only_reads := {
	"rule": "tenancy.guest",
	"what": concat("", [
		"`", input.subject.principal, "` is a guest in tenant `", input.context.tenant_id,
		"`, and a guest only reads what `read_only` may read",
	]),
	"change": concat("", [
		"ask for a role there: `conductor grants add ", input.subject.principal,
		" ROLE`, where ROLE is one of ", data.conductor.roles.enough,
	]),
} if {
	guest
	not visits
}

# Somebody of another tenant may ask for what they have no role for.
elsewhere if {
	data.conductor.roles.nobody
	not guest
	count(input.subject.elsewhere) > 0
}

stranger := {
	"rule": "tenancy.stranger",
	"what": concat("", [
		"`", input.subject.principal, "` holds no role in tenant `", input.context.tenant_id,
		"`, only elsewhere",
	]),
	"change": concat("", [
		"ask ", concat(" or ", helpers), " there for `conductor tenant admit ",
		input.subject.principal, "`, which lets a guest read, or for a role: `conductor grants add ",
		input.subject.principal, " ROLE`, where ROLE is one of ", data.conductor.roles.enough,
	]),
} if {
	elsewhere
}

# Who of the other tenant can approve.
helpers := ["tenant_admin", "conductor_admin"]
