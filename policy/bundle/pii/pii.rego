# Personal data: who may see it, and what it may be used for.
package conductor.pii

import rego.v1

sensitivity := object.get(input.resource, "data_sensitivity", "")

weight := object.get(data.scales.sensitivity, sensitivity, 4)

# From `confidential` on.
default personal := false

personal if {
	sensitivity != ""
	weight >= 3
}

cleared := object.get(input.subject, ["attributes", "data_sensitivity"], "")

clearance := object.get(data.scales.sensitivity, cleared, 0)

allowed := object.get(input.context, ["tenant", "purposes"], [])

breaches := (uncleared | purposes) | unsaid

problems contains breach if {
	data.conductor.profiles.severe
	some breach in breaches
}

problems contains problem if some problem in unknown

problems contains problem if some problem in beyond

warnings contains breach if {
	not data.conductor.profiles.severe
	some breach in breaches
}

unknown contains {
	"rule": "pii.unknown",
	"what": concat("", ["the sensitivity `", sensitivity, "` is not known"]),
	"change": "the manifest can say public, internal, confidential or restricted",
} if {
	sensitivity != ""
	not data.scales.sensitivity[sensitivity]
}

# The most sensitive data that the tenant may hold. What is no level is less than the least.
held := object.get(input.context, ["tenant", "data_sensitivity"], "")

# Whatever the risk is.
beyond contains {
	"rule": "pii.beyond",
	"what": concat("", [
		"tenant `", input.context.tenant_id, "` may hold ", held, " data at most and this works with ",
		sensitivity, " data",
	]),
	"change": "act in a tenant that may hold it, or have the tenant's `data_sensitivity` changed",
} if {
	held != ""
	sensitivity != ""
	data.conductor.actions.changes
	not data.conductor.actions.stops
	weight > object.get(data.scales.sensitivity, held, 0)
}

# Low risk is warned of, high risk denied: how much is high, the profile says.
uncleared contains {
	"rule": "pii.uncleared",
	"what": concat("", [
		"`", input.subject.principal, "` is cleared for ", told, " data and this works with ",
		sensitivity, " data",
	]),
	"change": "have the attribute `data_sensitivity` changed, or ask somebody who is cleared",
} if {
	personal
	data.conductor.actions.changes
	not data.conductor.actions.stops
	clearance < weight
	told := said_or(cleared, "no")
}

purposes contains {
	"rule": "pii.purposes",
	"what": concat("", [
		"tenant `", input.context.tenant_id, "` may not use personal data for `", purpose, "`",
	]),
	"change": "have the purpose added to the tenant, or taken out of the manifest",
} if {
	personal
	data.conductor.actions.changes
	not data.conductor.actions.stops
	some purpose in input.resource.purpose
	not purpose in allowed
}

unsaid contains {
	"rule": "pii.unsaid",
	"what": "the workflow works with personal data and does not say what for",
	"change": "its manifest can say so: `purpose`",
} if {
	personal
	data.conductor.actions.changes
	not data.conductor.actions.stops
	count(object.get(input.resource, "purpose", [])) == 0
}

said_or(text, _) := text if text != ""

said_or("", other) := other

# Who is not cleared sees that it happened, and not with what.
masked contains path if {
	personal
	data.conductor.actions.shows
	clearance < weight
	some path in ["inputs.*", "outputs.*", "tasks.*.outputs.*", "logs"]
}

# Where customers' people are on record, auditors see what was decided and not about whom.
masked contains path if {
	data.conductor.actions.row.people
	data.conductor.profiles.chosen.hides_people
	not "tenant_admin" in input.subject.roles
	not "conductor_admin" in input.subject.roles
	some path in ["principal", "input.subject.principal", "input.subject.attributes.*"]
}

obligations contains {"type": "mask", "paths": sort([path | some path in masked])} if {
	count(masked) > 0
}
