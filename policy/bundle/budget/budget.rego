# What a tenant may spend in a window, in seconds of work.
package conductor.budget

import rego.v1

# Beyond its cap a run of declared low risk may still spend this much, in hundredths.
grace := 110

# From here on it is said, in hundredths.
near := 80

# Numbers beyond this are not exact in every engine.
exact := 9007199254740

total := input.context.spend.asked + input.context.spend.spent if not absurd

problems contains problem if some problem in exceeded

problems contains problem if some problem in odd

default absurd := false

absurd if {
	some name in ["asked", "spent", "limit"]
	not believable(input.context.spend[name])
}

believable(number) if {
	is_number(number)
	number >= 0
	number <= exact
}

odd contains {
	"rule": "budget.odd",
	"what": "the numbers of the budget are not believable",
	"change": "mend the tenant's budget",
} if {
	input.context.spend
	absurd
}

exceeded contains {
	"rule": "budget.exceeded",
	"what": sprintf(
		"the run may take %d seconds and tenant `%s` spent %d of the %d that it has a %s",
		[input.context.spend.asked, input.context.tenant_id, input.context.spend.spent, input.context.spend.limit, input.context.spend.window],
	),
	"change": "wait for the next window, or have the tenant's budget raised",
} if {
	total > input.context.spend.limit
	not graceful
}

default graceful := false

graceful if {
	input.resource.risk == "low"
	total * 100 <= input.context.spend.limit * grace
}

warnings contains {
	"rule": "budget.warnings",
	"what": sprintf(
		"tenant `%s` will have spent %d of the %d seconds that it has a %s",
		[input.context.tenant_id, total, input.context.spend.limit, input.context.spend.window],
	),
	"change": "",
} if {
	total * 100 >= input.context.spend.limit * near
	count(exceeded) == 0
}
