# What the daemon's records say of the subject narrows what their roles permit. It never widens it.
package conductor.attributes

import rego.v1

problems := (((place | wide) | unit) | stakes) | own

said := object.get(input.subject, "attributes", {})

# Somebody who belongs to one environment or region changes nothing in another.
place contains {
	"rule": "attributes.place",
	"what": concat("", [
		"`", input.subject.principal, "` belongs to ", name, " `", said[name],
		"` and this is `", input.context[name], "`",
	]),
	"change": concat("", ["act there, or have the attribute `", name, "` changed"]),
} if {
	some name in ["environment", "region"]
	narrows(name)
	data.conductor.actions.changes
	said[name] != input.context[name]
}

# Nor what reaches beyond it: a freeze of an environment is one of all its regions.
wide contains {
	"rule": "attributes.wide",
	"what": concat("", [
		"`", input.subject.principal, "` belongs to ", name, " `", said[name],
		"` and this reaches beyond it",
	]),
	"change": concat("", ["ask somebody who belongs to all, or have the attribute `", name, "` changed"]),
} if {
	some name in ["environment", "region"]
	narrows(name)
	data.conductor.actions.row.wide
	not within(name)
}

# Policy is asked in the environment that a freeze is of.
within("environment") if startswith(input.resource.id, "environment/")

narrows(name) if object.get(said, name, "") != ""

unit contains {
	"rule": "attributes.unit",
	"what": concat("", [
		"`", input.subject.principal, "` belongs to the unit `", said.business_unit,
		"` and tenant `", input.context.tenant_id, "` to `", input.context.tenant.business_unit, "`",
	]),
	"change": "act in a tenant of the own unit, or have the attribute `business_unit` changed",
} if {
	narrows("business_unit")
	object.get(input.context.tenant, "business_unit", "") != ""
	said.business_unit != input.context.tenant.business_unit
	data.conductor.actions.changes
}

# The most that somebody may put at stake. What is no level is the least.
stakes contains {
	"rule": "attributes.stakes",
	"what": concat("", [
		"`", input.subject.principal, "` may put at stake what is of ", said.risk_profile,
		" risk, and this is ", data.conductor.risk.level,
	]),
	"change": "ask somebody who may, or have the attribute `risk_profile` changed",
} if {
	narrows("risk_profile")
	data.conductor.actions.changes
	not data.conductor.actions.stops
	data.scales.risk[data.conductor.risk.level] > object.get(data.scales.risk, said.risk_profile, 1)
}

# Who approves is not who asks.
own contains {
	"rule": "attributes.own",
	"what": "nobody approves what they asked for",
	"change": "ask somebody else who may",
} if {
	data.conductor.actions.row.approves
	input.resource.owner == input.subject.principal
}

# What is shown is narrowed to where somebody belongs.
obligations contains {"type": "filter", "field": name, "allowed": [said[name]]} if {
	some name in ["environment", "region"]
	narrows(name)
	data.conductor.actions.shows
}
