//! What a source says: hosts, groups of them, groups of groups, and variables at each; and what it
//! comes to for every host.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    HostDraft, LabelRules,
    host::{check_label, check_label_value, check_name, check_user},
    limits::{GROUPS_MAX, HOST_GROUPS_MAX, HOSTS_MAX, LABELS_MAX},
};
use crate::{
    error_code::Code,
    manifest::problem::{Position, Problem, listed, quoted},
};

/// Every host is in it; no name to choose hosts by.
pub(super) const ALL: &str = "all";
/// What is in no other group.
pub(super) const UNGROUPED: &str = "ungrouped";

/// Variables by name.
pub(super) type Vars = Map<String, Value>;

/// A source, read.
#[derive(Debug, Default)]
pub(super) struct Tree {
    hosts: BTreeMap<String, Entry>,
    groups: BTreeMap<String, Group>,
}

#[derive(Debug)]
struct Entry {
    at: Position,
    vars: Vars,
}

#[derive(Debug, Default)]
struct Group {
    hosts: BTreeSet<String>,
    children: BTreeSet<String>,
    vars: Vars,
}

/// Something wrong with a source.
pub(super) fn problem(
    at: Position,
    message: impl Into<String>,
    mend: impl Into<String>,
) -> Problem {
    Problem::new(Code::InventoryInvalid, at, "", message).mend(mend)
}

impl Tree {
    /// A group is there, whatever is in it.
    pub(super) fn group(&mut self, name: &str, at: Position) -> Result<(), Problem> {
        if self.groups.contains_key(name) {
            return Ok(());
        }
        let named = check_label("group", name);
        named.map_err(|message| problem(at, message, "give the group another name"))?;
        if self.groups.len() >= GROUPS_MAX {
            let message = format!("more than {GROUPS_MAX} groups");
            return Err(problem(at, message, "use labels instead of groups"));
        }
        self.groups.insert(name.to_owned(), Group::default());
        Ok(())
    }

    pub(super) fn has_group(&self, name: &str) -> bool {
        self.groups.contains_key(name)
    }

    /// A host is in a group, which is there. Later variables replace earlier ones.
    pub(super) fn host(
        &mut self,
        name: &str,
        group: &str,
        vars: Vars,
        at: Position,
    ) -> Result<(), Problem> {
        if let Some(known) = self.hosts.get_mut(name) {
            extend(&mut known.vars, vars);
        } else {
            let named = check_name("host name", name);
            named.map_err(|message| {
                problem(at, message, "give it a plain name, and the rest as its address")
            })?;
            if self.hosts.len() >= HOSTS_MAX {
                let message = format!("more than {HOSTS_MAX} hosts");
                return Err(problem(at, message, "split the inventory by tenant or environment"));
            }
            self.hosts.insert(name.to_owned(), Entry { at, vars });
        }
        if let Some(group) = self.groups.get_mut(group) {
            group.hosts.insert(name.to_owned());
        }
        Ok(())
    }

    /// More about a host that some group has; about others nothing is kept.
    pub(super) fn host_vars(&mut self, name: &str, vars: Vars) {
        if let Some(known) = self.hosts.get_mut(name) {
            extend(&mut known.vars, vars);
        }
    }

    pub(super) fn child(&mut self, parent: &str, child: &str) {
        if let Some(group) = self.groups.get_mut(parent) {
            group.children.insert(child.to_owned());
        }
    }

    pub(super) fn group_vars(&mut self, group: &str, vars: Vars) {
        if let Some(group) = self.groups.get_mut(group) {
            extend(&mut group.vars, vars);
        }
    }

    /// Every host with what its groups and it itself say. A child's word counts more than its
    /// parent's, the host's own more than any group's.
    pub(super) fn resolve(self, rules: &LabelRules) -> Result<Vec<HostDraft>, Problem> {
        let order = self.parents_first()?;
        let mut groups_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut members: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        // Children first: a group has its own hosts and those of its children.
        for name in order.iter().rev() {
            let group = &self.groups[*name];
            let mut all: BTreeSet<&str> = group.hosts.iter().map(String::as_str).collect();
            for child in &group.children {
                all.extend(members.get(child.as_str()).into_iter().flatten());
            }
            members.insert(name, all);
        }
        for name in &order {
            for host in &members[*name] {
                groups_of.entry(host).or_default().push(name);
            }
        }
        let everywhere = self.groups.get(ALL).map(|all| &all.vars);
        self.hosts
            .iter()
            .map(|(name, entry)| {
                let groups = groups_of.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
                let mut vars = everywhere.cloned().unwrap_or_default();
                for group in groups.iter().filter(|group| **group != ALL) {
                    extend(&mut vars, self.groups[*group].vars.clone());
                }
                extend(&mut vars, entry.vars.clone());
                let draft = draft(name, groups, &vars, rules);
                draft.map_err(|(message, mend)| {
                    problem(entry.at, format!("{}: {message}", quoted(name)), mend)
                })
            })
            .collect()
    }

    /// The groups, every parent before its children, by name among equals.
    fn parents_first(&self) -> Result<Vec<&str>, Problem> {
        let mut depth: BTreeMap<&str, usize> = BTreeMap::new();
        let mut parents: BTreeMap<&str, usize> =
            self.groups.keys().map(|name| (name.as_str(), 0)).collect();
        for child in self.groups.values().flat_map(|group| &group.children) {
            if let Some(count) = parents.get_mut(child.as_str()) {
                *count += 1;
            }
        }
        let mut ready: Vec<&str> =
            parents.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
        for name in &ready {
            depth.insert(name, 0);
        }
        while let Some(name) = ready.pop() {
            let below = depth[name] + 1;
            for child in &self.groups[name].children {
                let Some(count) = parents.get_mut(child.as_str()) else { continue };
                *count -= 1;
                let deepest = depth.entry(child).or_default();
                *deepest = below.max(*deepest);
                if *count == 0 {
                    ready.push(child);
                }
            }
        }
        let circle: Vec<&str> =
            parents.iter().filter(|(_, count)| **count > 0).map(|(name, _)| *name).collect();
        if !circle.is_empty() {
            let message = format!("groups contain one another in a circle: {}", listed(circle));
            return Err(problem(Position::START, message, "take one of them out of the other"));
        }
        let mut order: Vec<&str> = depth.keys().copied().collect();
        order.sort_by_key(|name| (depth[name], *name));
        Ok(order)
    }
}

/// Labels are added to one another; everything else is replaced.
fn extend(vars: &mut Vars, more: Vars) {
    for (name, value) in more {
        match (vars.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(more)) if is_labels(&name) => {
                known.extend(more);
            }
            (_, value) => {
                vars.insert(name, value);
            }
        }
    }
}

fn is_labels(variable: &str) -> bool {
    matches!(variable, "labels" | "conductor_labels")
}

type Wrong = (String, &'static str);

/// A host by its variables.
fn draft(name: &str, groups: &[&str], vars: &Vars, rules: &LabelRules) -> Result<HostDraft, Wrong> {
    let first = |names: &[&str]| {
        names.iter().find_map(|name| vars.get(*name)).filter(|value| !value.is_null())
    };
    let address = first(&["ansible_host", "ansible_ssh_host"]).and_then(text);
    if let Some(address) = &address {
        let mend = "give a name or an IP address";
        check_name("address", address).map_err(|message| (message, mend))?;
    }
    let port = first(&["ansible_port", "ansible_ssh_port"]);
    let port = port.map(|value| {
        let number = text(value).and_then(|text| text.parse::<u16>().ok()).filter(|port| *port > 0);
        number.ok_or_else(|| (format!("its port is {value}"), "give a number from 1 to 65535"))
    });
    let user = first(&["ansible_user", "ansible_ssh_user"]).and_then(text);
    if let Some(user) = &user {
        check_user(user).map_err(|message| (message, "give the name of a user"))?;
    }
    let groups: BTreeSet<String> = groups
        .iter()
        .filter(|group| **group != ALL && **group != UNGROUPED)
        .map(|group| (*group).to_owned())
        .collect();
    if groups.len() > HOST_GROUPS_MAX {
        let message = format!("it is in more than {HOST_GROUPS_MAX} groups");
        return Err((message, "use labels instead of groups"));
    }
    let labels = labels(vars, rules)?;
    Ok(HostDraft { name: name.to_owned(), address, port: port.transpose()?, user, labels, groups })
}

fn labels(vars: &Vars, rules: &LabelRules) -> Result<BTreeMap<String, String>, Wrong> {
    let mut found = BTreeMap::new();
    for (name, value) in vars.iter().filter(|(name, _)| rules.takes(name)) {
        if let Some(value) = text(value) {
            found.insert(name.clone(), value);
        }
    }
    for (_, value) in vars.iter().filter(|(name, _)| is_labels(name)) {
        found.extend(given_labels(value)?);
    }
    for (name, value) in &found {
        let checked = check_label("label", name).and_then(|()| check_label_value(name, value));
        checked.map_err(|message| (message, "give the label another name or value"))?;
    }
    if found.len() > LABELS_MAX {
        return Err((format!("it has more than {LABELS_MAX} labels"), "take some away"));
    }
    Ok(found)
}

/// A mapping, or a text such as `role=web,env=prod`.
fn given_labels(value: &Value) -> Result<BTreeMap<String, String>, Wrong> {
    let mend = "write labels as `{role: web, env: prod}` or `role=web,env=prod`";
    match value {
        Value::Null => Ok(BTreeMap::new()),
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| match text(value) {
                Some(value) => Ok((name.clone(), value)),
                None => Err((format!("the label {} is no text", quoted(name)), mend)),
            })
            .collect(),
        Value::String(list) => list
            .split([',', ' '])
            .filter(|pair| !pair.is_empty())
            .map(|pair| match pair.split_once(['=', ':']) {
                Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
                None => Err((format!("the label {} has no value", quoted(pair)), mend)),
            })
            .collect(),
        _ => Err(("its labels are neither a mapping nor a text".to_owned(), mend)),
    }
}

/// A single value as text; nothing for lists and mappings.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
