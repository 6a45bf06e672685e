# How much is at stake: what the published manifest declares, or else what can be told.
package conductor.risk

import rego.v1

declared := object.get(input.resource, "risk", "")

# An environment that is not listed as another is production, whatever it is called.
default environment := "production"

environment := "other" if input.context.environment in data.scales.not_production

# Of what is asked for. Who only looks risks little, whatever it is that they look at.
default level := "low"

level := weighed if {
	data.conductor.actions.changes
	declared != ""
}

level := "high" if {
	data.conductor.actions.changes
	declared == ""
	environment == "production"
}

level := "medium" if {
	data.conductor.actions.changes
	declared == ""
	environment != "production"
}

# A tenant with much to lose has it weigh more. What is no level counts as the highest.
weighed := "high" if {
	declared in ["medium", "high"]
	input.context.tenant.risk_profile == "high"
} else := declared if {
	data.scales.risk[declared]
} else := "high"

unknown contains {
	"rule": "risk.unknown",
	"what": concat("", ["the risk `", declared, "` is not known"]),
	"change": "the manifest can say low, medium or high",
} if {
	declared != ""
	not data.scales.risk[declared]
}
