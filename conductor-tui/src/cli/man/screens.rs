//! What the manual says of the full-screen console's screens and of what is typed into it.

pub(super) const SCREENS_INTRO: &str = "The full-screen console has a screen for each of these, by its key. `?` lists the keys \
     that work there, `Y` copies the command that gives the same, `y` copies what is chosen, `e` writes what is shown \
     to a file, and `/` filters.";

pub(super) const SCREENS: &[(&str, &str)] = &[
    (
        "0 Pulse",
        "What wants you now, the worst first: incidents and reviews that are due, approvals that wait for \
         you and those that you asked for, runs that failed in the last six hours, runs that wait for an \
         answer, are paused, don't begin within five minutes or take three times as long as their \
         workflow mostly does, tasks without a worker, schedules that fail or are late, freezes, and \
         what the daemon's own checks find. What is fine is one quiet line. h, j, k and l go from tile \
         to tile, Enter opens what it is about, Esc goes back to the worst. Where there is room it tells \
         what failed and why, and how many runs ended in each hour. It is read again as soon as \
         something changes, at most every two seconds, and every fifteen seconds otherwise (the daemon's \
         checks every minute), and only while it is in front. With start = \"pulse\" under [console] in \
         the configuration file the console begins with it.",
    ),
    (
        "4 Queues",
        "What waits, by workflow: runs that have not begun, those that run, tasks to come, since when the \
         oldest waits, how many ended in the last hour, and what holds it up (no worker, a freeze, workers \
         that are full, runs that are paused or wait for an answer). Below, or beside, the workers with \
         their leases, when they were heard last and what they run. Tab goes from one to the other, \
         Enter opens the runs of a workflow, / filters both.",
    ),
    (
        "1 Runs",
        "The runs, newest first; Space marks one, m a range, ^a all that the filter shows, and what is done next \
         is done to all that are marked, after one question. On a run D shows it beside its plan, what came otherwise \
         first: other outcomes, tasks that were left out, added or not reached, other hosts, more attempts, longer or \
         shorter than expected. It says whether that is the plan that the run was started by, which is known by its \
         digest, or what the manifest gives now. A shows the artifacts, / there only those that match; V leads to the \
         receipt in the ledger.",
    ),
    (
        "2 Approvals",
        "What waits for you, what waits for others, and what you decided; beside it the whole of what is signed. a \
         signs it with your key after one more look, d denies it. Space, m and ^a mark as in Runs: a then signs each \
         that is marked, with a signature of its own, after one question that has a line for each and everything that \
         is signed below; d denies them with one reason. High risk and what asks for a touch are left out and \
         signed by themselves, in production every name is typed, and one yes signs 20 at most.",
    ),
    (
        "Logs",
        "The output of a run, of all its tasks and hosts beside one another: L on a run or a task, or :logs RUN [TASK]. It follows \
     until the reader moves, says how many lines are new, and G follows again. / searches (n and N go on from there; the \
     count says which match it is), & shows only lines with a text, or with !TEXT those without; A & !B is both. x and X go to the \
     next error and the one before: e writes a file here as everywhere. m marks a line, M goes to the next mark. s 0 shows lines of all \
     times, s 1 to s 4 those of the last 1, 5 and 15 minutes and of the last hour. f shows only the host of the line under the cursor, v \
     one stream, H where lines are from by name, by letter or not, t when they came; w wraps long lines, Left and Right go through \
     them by a third of the width. y copies the marked lines, or the one under the cursor, as they were written. 100,000 lines and \
     24 MiB of text are kept; how many were let go is said above the first line and below the last.",
    ),
    (
        "Runbooks (3, :runbooks, :workflows)",
        "What can be run: version, signatures, state, policy's word on the risk, when it was last seen to \
         work. Tab goes on to the page of the chosen one, where the prose and the step that it is about are \
         marked together, and to its record: who signed it by which key, versions, reviews, runs. \
         Enter opens and never starts anything; s runs, p plans, R rehearses, a reviews, d deprecates, \
         D retires. S countersigns the version that is shown: it is read once more, and the question has its digest, \
         its author, the key (K takes another), what changed since the version that was signed last, and all of the \
         text that is signed. v compares a version with the one below it, or with the one that m marked; t shows \
         the difference as text.",
    ),
    (
        "Plan (p on a runbook, :plan NAME, the palette)",
        "What a run would do: the tasks in waves, what is done on which host, what nothing undoes, policy's \
         word on every task, who is needed, how long it takes, the names of secrets, and what is different \
         from the last plan of it in this session. Tab goes on to the next part. s starts just this plan: \
         its digest goes along, and nothing starts if anything is different by then. y copies the digest, \
         Y the command, e writes it to a file.",
    ),
    (
        "Schedules (5, :schedules)",
        "A time line for each schedule, with now near the left: when it is due, what was started, made up \
         for, skipped or denied, when a freeze holds, and the first time after its zone's clock was put \
         forward or back. + shows less time, and _ more, from an hour to 13 weeks. Times beyond those that \
         the daemon has told are marked as not told.",
    ),
    (
        "6 Policy",
        "Decisions as they are made, and the chosen one explained: the rules that had a say and where they stand, what \
         would change it, what it obliges to, the bundle, and the input as far as it is not masked. `/` takes outcome:, \
         who:, action:, resource:, since:, until:, told:me, log:reads and words. `b` shows the bundles, what is refused \
         and what drifts; `R` there goes back to one of before, after a question. `t` tries out a folder or an archive: \
         which recorded decisions would flip, how many and for whom, and what it answers differently to questions that \
         are made up. Its files are edited in your editor with Enter. Nothing is changed by a trial.",
    ),
    (
        "7 Ledger",
        "Events as they become durable. `p` proves the chosen record: the path of hashes from it to the root that is \
         signed, checked in the console, with its receipt where it has one; `s` writes that receipt, or the proof. \
         `c` shows the newest checkpoint, who cosigned it, and that each one continues the one before; `v` has the \
         whole ledger verified, which `x` stops.",
    ),
    (
        "8 Graph",
        "One entity with the edges that end at it above and those that begin at it below. Enter walks, Backspace \
         goes back; `f` shows one kind of edges; `b` what depends on it, `u` what it came from, `d` what came of \
         it; `s` opens it on the screen of its kind; `/` with an id looks for an entity. See conductor-graph(7).",
    ),
    (
        "9 Tenants",
        "The tenants that you may read of: active or suspended, runs under way, the budget that is nearest to its end, \
         risk, age, and which one the console looks at. Enter opens the page of one and changes nothing: quotas, what \
         is spent, how long contents are kept, how it is governed, who holds which role, guests, and what was done to \
         it lately. t has the whole console look at it, r, l and v go to its runs, its ledger and its graph. c has \
         the daemon check whether it is ready. n creates one through a form; m sets limits, p how it is governed: \
         only what is different is sent, and only if nobody has changed it since. s suspends, u lets it go on. a lets somebody of another tenant \
         in as a guest, who may read for some hours, and d sends a guest away. \
         X shows what forgetting it would take and what is in the way, and asks for it when it is pressed again. \
         Policy is asked in the tenant that it is about. Where it wants more than one person, and before a tenant \
         is suspended or forgotten, its name has to be typed; what others have to approve waits in that tenant, a \
         forgetting in the home tenant, and o leads there.",
    ),
    (
        ", Settings",
        "What the console is set to, and what said so: the default, the config file with its line, a variable of the \
         environment, a flag, or this session. Enter or Space changes a setting for this session, at once: what is on or off \
         becomes the other, of the rest a list opens, in which the arrows go, Enter takes and Esc leaves. w writes it into the config file: \
         comments, order and what this version does not know stay, and if the file can't be written it is as it was. What only a start \
         can take is written by `conductor settings set`. Tab goes on to the keys, a line for each place where an action works, those that the config \
         file changed marked with its line; and to versions, paths, and what the terminal was found capable of. / filters the \
         three. In the config file `auto` stands for what fits by itself.",
    ),
];

pub(super) const CONSOLE: &[(&str, &str)] = &[
    (
        "^p",
        "The palette: everything that can be opened or done, by a part of its name. What was chosen often and \
         lately comes first: each choice counts one, and half of that a week later. Beside each thing stands what \
         policy asks for besides, such as `requires approval (2)`; what it refuses is dim, with the reason. A \
         workflow opens a form made of its inputs' JSON Schema, then the plan, then the question whether to run it. \
         What was typed into the form is there the next time, until the console ends; inputs that are `writeOnly`, \
         `x-secret` or of the format `password`, or whose names sound like secrets, are not: stars stand for them, here and \
         wherever a run's inputs are shown, and the command that does the same takes them from a variable.",
    ),
    (
        ":",
        "A command, as in a shell, with or without `conductor`: those that have a place in the console are done \
         there, and what changes something is asked about first. Of the others it says what to run in a shell, and \
         the key that copies (y) copies it. Tab and S-Tab go through the completions, Up and Down through what was \
         typed before, ^r searches it. Stars stand for a value whose name sounds like a secret, and no such line is kept.",
    ),
    (
        ":@NAME, :context NAME",
        "Go to the daemon of a context of the config file (FILES), which is read anew for it. A command before or behind \
         it is done there once that daemon answers, `:runs list --status failed @prod`; `@-` is the one of before, and \
         :context alone lists them. Nothing of the daemon before is left on the screen or in what is asked, and one that \
         does not answer keeps nobody from going on. Its word stands in the top line and in every question about a \
         change; commands that are copied name it, `conductor @prod ...`, unless it is that of a plain command. \
         CONDUCTOR_TOKEN is given to the daemon that the console was started with, and to no other.",
    ),
    (
        ":tenant NAME, :env NAME, :region NAME",
        "Look at another tenant, environment or region. Commands that are copied from then on name it.",
    ),
    (
        ":set NAME [VALUE]",
        "Until the console ends: mouse, reduced_motion, read_only (which stays on) and what somebody is told of, each \
         on or off; theme, theme_production, glyphs and notify by name. :set alone lists what is on or off; the \
         settings (`,`) show all.",
    ),
    (
        "/",
        "Show only what matches. Words all have to stand in a row, in capitals or small letters; !word hides what has it, \
         and ~word asks for its letters in this order within one word, as ~rsp does for restart-payments. On Runs there \
         are status:, workflow:, owner:, since: and until: besides, the first three with ! before them, too: \
         `status:ended !workflow:smoke ~pay`. On Policy there are outcome:, who:, action:, resource:, since:, until:, \
         told:me and log:reads. Tab completes; what can't be asked is said at once, and the filter stays as it was. In a \
         log and in prose / looks for a text instead.",
    ),
    (
        "mouse",
        "Setting: a click on the line of screens brings one to the front; in a pane it gives it the focus and chooses \
         the row, and opens the row that is chosen already; on the bottom line it does what the hint says, which asks as \
         its key does. A question, a form and a passphrase are answered by keys alone. The wheel goes up and down. It is \
         off, so that text is selected as everywhere; where it is on that needs Shift.",
    ),
    (
        "notify, notify_approvals, notify_runs, notify_failures, notify_incidents, notify_link",
        "Settings: you are told, while you look elsewhere, that an approval waits for you or one that you asked for has \
         ended, that a run that you asked for has ended, that any run of the environment has failed, that an incident \
         is open, and that the daemon does not answer any more. Each is off until you switch it on. Elsewhere means \
         that the terminal has not the focus, and where it does not say so that no key was pressed for a minute. You \
         are told once a minute at most, and then how much else has come. By what is `notify`: the bell; a notification \
         of the desktop by the escape sequence of iTerm2 (osc9), kitty (osc99) or rxvt-unicode, which foot, ghostty and \
         WezTerm take (osc777); or auto, which is that of the terminal where it is known, and else, and always within \
         tmux and screen, the bell. Through tmux a sequence comes where its option allow-passthrough is on. The same \
         always stands in the messages.",
    ),
    (
        "o",
        "Open what the last message is about, or take back what it says was done: a run or a schedule that was paused \
         or resumed, a warning about a version, the bundle that decides, a freeze that was set or lifted, what the kill \
         switch holds, a tenant that was suspended, resumed or set, a guest who was let in or sent away. The message \
         says so where there is something that does, and it is asked as every change is. Many that were done by one \
         yes are taken back by one. What ran has run, and what was said or signed stays so.",
    ),
    (
        "P, :freeze view",
        "Let what is shown stand still. The top line says PAUSED, how much has come since and how old the picture is. \
         The cursor moves, panes change, what is opened or filtered is answered; nothing that comes is lost, and the \
         same key, Esc or another screen goes on with all of it. Of what comes 1,024 news and 4 MiB are kept; what is more \
         is read again then. Runs and the daemon go on all the time. A change goes on first: it is asked about what \
         is there now, and not at all where what was chosen is gone.",
    ),
    (
        "\" and a letter, ' and a letter, :view save NAME, :view NAME, :view delete NAME, :views",
        "Save the screen in front with its filter, open what is saved so, delete it, and list all of them: there Enter \
         opens, y copies the command that gives the same, and d pressed twice deletes. A view whose name is one \
         small letter is opened by that letter. Views are of a daemon and a tenant, 100 at most, and are found by the palette.",
    ),
    (
        "Two keys in a row",
        "Where the second one does not follow within 300 ms a box says what may: with the keys as they are, and dim, \
         with the reason, what can't be done now. Esc drops the first key.",
    ),
    (
        "--plain",
        "Everything is told in lines from top to bottom, for a screen reader or a terminal that can do nothing else: \
         no second screen, no colour, no cursor that moves about. The keys and commands are the same. Told is where \
         you have come, the chosen row as a sentence with its place in the list, what a key has changed, and messages \
         and questions as they come. What the daemon says by itself is not told unless it wants attention: a run of the \
         list that failed, an approval for you, a lost connection. ^l tells everything again, with the keys that work \
         here; ? tells every key. No line has more than 400 characters: a longer one goes on in the next. Where TERM is \
         dumb the console, the tour and recordings are told in lines without being asked to, what is copied is told instead, and pasted text \
         arrives as keys.",
    ),
    (
        ":record [FILE], :record stop",
        "Write down what happens from here on in a new file, for nobody else to read, up to 64 MiB; without a name one is \
         made up, in the current folder. Everything is read anew first, so that the file plays by itself with \
         `conductor replay`. Passphrases, inputs that may be secrets, and what may be one in a command, are not in it. The \
         top line says rec as long as it is made.",
    ),
    (
        ":tour",
        "Two minutes that show the console, on made-up data. Any key goes on, Esc leaves. It is shown by itself at the \
         first start, where nothing else was asked for: no argument, no host, tenant, environment, region or start \
         screen that is set, and no CI.",
    ),
    ("- [ ]", "The screen before this one; back on the way that was come; forward again."),
];
