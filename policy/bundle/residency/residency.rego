# Where work may be done: never in a banned country, and where tenant and workflow say.
package conductor.residency

import rego.v1

region := object.get(input.context, "region", "")

# Regions begin with their country: `ru`, `ru-central-1`.
country := data.scales.banned[lower(split(region, "-")[0])]

breaches := tenant | workflow

problems contains problem if some problem in banned

problems contains breach if {
	data.conductor.profiles.severe
	some breach in breaches
}

warnings contains breach if {
	not data.conductor.profiles.severe
	some breach in breaches
}

# Whatever the risk is.
banned contains {
	"rule": "residency.banned",
	"what": concat("", ["region `", region, "` is in ", country, ", where nothing may be done"]),
	"change": "act in another region",
} if {
	country
}

tenant contains {
	"rule": "residency.tenant",
	"what": concat("", [
		"tenant `", input.context.tenant_id, "` may act in ", concat(", ", pinned),
		" and this is `", region, "`",
	]),
	"change": "act in one of these regions, or have the region added to the tenant",
} if {
	acts
	not region in pinned
}

workflow contains {
	"rule": "residency.workflow",
	"what": concat("", [
		"the workflow may run in ", concat(", ", input.resource.regions), " and this is `", region, "`",
	]),
	"change": "start it in one of these regions, or add the region to its manifest",
} if {
	acts
	count(input.resource.regions) > 0
	not region in input.resource.regions
}

default acts := false

acts if {
	data.conductor.actions.changes
	not data.conductor.actions.stops
	not data.conductor.actions.row.tenants
}

# The tenant's regions, or where it is at home when its profile keeps it there.
pinned := input.context.tenant.regions if count(input.context.tenant.regions) > 0

pinned := [input.context.tenant.region] if {
	data.conductor.profiles.chosen.pinned_to_home
	count(object.get(input.context.tenant, "regions", [])) == 0
	object.get(input.context.tenant, "region", "") != ""
}
