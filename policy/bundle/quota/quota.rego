# How many tasks of each resource class a tenant's open runs may have.
package conductor.quota

import rego.v1

# Where the daemon's configuration says nothing of a tenant. Generous: a quota is there so that one
# tenant's mistake does not take everybody's machines.
defaults := {"small": 10000, "medium": 2000, "large": 200}

limit(class) := object.get(object.get(input.context.load, "limit", {}), class, object.get(defaults, class, 0))

in_use(class) := object.get(object.get(input.context.load, "in_use", {}), class, 0)

problems contains sprintf(
	"tenant `%s` has %d open tasks of class `%s` and %d more were asked for, over its quota of %d; wait for runs to end, or whoever runs the daemon can raise `[quotas.%s] %s` in conductord.toml (quota.problems)",
	[input.context.tenant_id, in_use(class), class, asked, limit(class), input.context.tenant_id, class],
) if {
	some class, asked in input.context.load.asked
	in_use(class) + asked > limit(class)
}
