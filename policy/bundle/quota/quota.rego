# How many tasks of each resource class a tenant's open runs may have.
package conductor.quota

import rego.v1

# Where the daemon's configuration says nothing of a tenant. Generous: a quota is there so that one
# tenant's mistake does not take everybody's machines.
defaults := {"small": 10000, "medium": 2000, "large": 200}

# Beyond its quota a run of declared low risk may still have this much, in hundredths.
grace := 110

limit(class) := object.get(object.get(input.context.load, "limit", {}), class, object.get(defaults, class, 0))

in_use(class) := object.get(object.get(input.context.load, "in_use", {}), class, 0)

problems contains problem if some problem in exceeded

exceeded contains {
	"rule": "quota.exceeded",
	"what": sprintf(
		"tenant `%s` has %d open tasks of class `%s` and %d more were asked for, over its quota of %d",
		[input.context.tenant_id, in_use(class), class, asked, limit(class)],
	),
	"change": sprintf(
		"wait for runs to end, or whoever runs the daemon can raise `[quotas.%s] %s` in conductord.toml",
		[input.context.tenant_id, class],
	),
} if {
	some class, asked in input.context.load.asked
	in_use(class) + asked > limit(class)
	not graceful(class, asked)
}

graceful(class, asked) if {
	input.resource.risk == "low"
	(in_use(class) + asked) * 100 <= limit(class) * grace
}

warnings contains {
	"rule": "quota.warnings",
	"what": sprintf(
		"tenant `%s` will have %d open tasks of class `%s`, over its quota of %d",
		[input.context.tenant_id, in_use(class) + asked, class, limit(class)],
	),
	"change": "",
} if {
	some class, asked in input.context.load.asked
	in_use(class) + asked > limit(class)
	graceful(class, asked)
}
