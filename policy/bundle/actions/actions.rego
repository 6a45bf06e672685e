# What can be asked for: the row of data.json. An action that has none is denied.
package conductor.actions

import rego.v1

row := data.actions[input.action]

default known := false

known if row

# Whether it changes something.
default changes := false

changes if row.changes

# Whether it shows what may be somebody's data.
default shows := false

shows if row.shows

# Whether it ends or holds up what goes on: that must stay possible when little else is.
default stops := false

stops if row.stops

unknown contains {
	"rule": "actions.unknown",
	"what": concat("", ["action `", object.get(input, "action", ""), "` is not known"]),
	"change": "nothing permits it",
} if {
	not known
}

# What the daemon itself does.
internal := {"worker.work"}
