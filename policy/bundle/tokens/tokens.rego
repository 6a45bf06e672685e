# A program acts with a token: within what that is for, and in nothing that people do themselves. Its
# roles are its service's, and judged as everybody's are. The daemon holds this by itself, too.
package conductor.tokens

import rego.v1

problems := (scope | people) | lent

default came_with := false

came_with if object.get(input.subject, "token", "") != ""

came_with if object.get(input.subject, "task", "") != ""

scope contains {
	"rule": "tokens.scope",
	"what": concat("", ["token_scope: the token of `", input.subject.principal, "` is not for ", input.action, " here"]),
	"change": "come with a token that is: `conductor tokens create --scope`; `conductor whoami` shows what this one is for",
} if {
	came_with
	not part_of_a_start
	not covered
}

# Each task of a run that is to start is judged with that start.
part_of_a_start if input.action == "task.run"

covered if {
	some one in input.subject.scopes
	names(one.action)
	fits(one, "environment", input.context.environment)
	fits(one, "workflow", object.get(input.resource, "workflow", ""))
	fits(one, "run", run)
}

names(pattern) if includes(pattern, input.action)

includes(pattern, action) if pattern == action

includes(pattern, action) if {
	endswith(pattern, ".*")
	startswith(action, trim_suffix(pattern, "*"))
}

# What a scope leaves open fits everything.
fits(one, part, _) if object.get(one, part, "") == ""

fits(one, part, given) if one[part] == given

default run := ""

run := input.resource.id if input.resource.kind == "run"

people contains {
	"rule": "tokens.people",
	"what": concat("", ["`", input.subject.principal, "` is a program, and only people may ", input.action]),
	"change": "ask somebody who proves who they are with a key of their own",
} if {
	program
	data.conductor.actions.row.in_person
}

program if startswith(input.subject.principal, "service:")

program if startswith(input.subject.principal, "task:")

program if came_with

# Where a listener is open to one principal, nobody proves to be a person.
program if input.context.channel == "open"

# What the token of a task is for, beside reading its own run: whoever starts it lends it, and has it.
wanted contains one if some one in object.get(object.get(input.resource, "task", {}), "scopes", [])

lent contains problem("only people may do that", one) if {
	some one in wanted
	some action, row in data.actions
	includes(one.action, action)
	row.in_person
}

lent contains problem("whoever starts it may not", one) if {
	some one in wanted
	some action, row in data.actions
	includes(one.action, action)
	count([role | some role in input.subject.roles; role in row.roles]) == 0
}

lent contains problem("nothing is called so", one) if {
	some one in wanted
	not named(one)
}

lent contains problem("the token that it is started with is not", one) if {
	came_with
	some one in wanted
	not among_own(one)
}

named(one) if {
	some action in object.keys(data.actions)
	includes(one.action, action)
}

among_own(one) if {
	some own in input.subject.scopes
	includes(own.action, one.action)
	fits(own, "environment", object.get(one, "environment", ""))
	fits(own, "workflow", object.get(one, "workflow", ""))
	fits(own, "run", object.get(one, "run", ""))
}

problem(why, one) := {
	"rule": "tokens.lent",
	"what": concat("", ["token_scope: the task's token is to be for ", one.action, ", and ", why]),
	"change": "take it out of the task's `scopes`, or have somebody start it who may",
}
