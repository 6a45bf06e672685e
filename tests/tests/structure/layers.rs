//! A dependency goes down a layer, never up, never sideways; each heavy dependency has one owner.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use super::root;

/// Crates by layer. Those of one layer don't see each other.
const LAYERS: [(&str, u8); 13] = [
    ("conductor-protocol", 0),
    ("conductor-keys", 1),
    ("conductor-policy", 1),
    ("conductor-domain", 2),
    ("conductor-engine", 3),
    ("conductor-client", 3),
    ("conductor-store", 4),
    ("conductor-executors", 4),
    ("conductor-api", 4),
    ("conductor-tui", 4),
    ("conductord", 5),
    ("conductor-tests", 6),
    ("xtask", 6),
];

/// Who alone may use it, outside of tests. Some have several owners.
const OWNERS: [(&str, &str); 41] = [
    ("regorus", "conductor-policy"),
    ("tar", "conductor-protocol"),
    ("flate2", "conductor-protocol"),
    ("sled", "conductor-store"),
    ("ratatui", "conductor-tui"),
    ("crossterm", "conductor-tui"),
    ("nucleo", "conductor-tui"),
    ("toml_edit", "conductor-tui"),
    ("axum", "conductor-api"),
    ("reqwest", "conductor-executors"),
    ("reqwest", "conductor-client"),
    ("reqwest", "conductor-store"),
    ("aws-sigv4", "conductor-store"),
    ("aws-credential-types", "conductor-store"),
    ("roxmltree", "conductor-store"),
    ("lettre", "conductor-executors"),
    ("aho-corasick", "conductor-executors"),
    ("rustls", "conductor-executors"),
    ("rustls", "conductor-api"),
    ("rustls", "conductor-client"),
    ("rustls", "conductor-store"),
    ("tokio-rustls", "conductor-api"),
    ("tokio-rustls", "conductor-client"),
    ("rustls-native-certs", "conductor-client"),
    ("x509-cert", "conductor-api"),
    ("landlock", "conductor-executors"),
    ("seccompiler", "conductor-executors"),
    ("ed25519-dalek", "conductor-keys"),
    ("signed_note", "conductor-keys"),
    ("tlog_tiles", "conductor-keys"),
    ("cryptoki", "conductor-keys"),
    ("ring", "conductor-keys"),
    ("jsonwebtoken", "conductor-keys"),
    ("p256", "conductor-keys"),
    ("p384", "conductor-keys"),
    ("p521", "conductor-keys"),
    ("ssh-cipher", "conductor-keys"),
    ("bcrypt-pbkdf", "conductor-keys"),
    ("jsonschema", "conductor-protocol"),
    ("saphyr-parser", "conductor-protocol"),
    ("pulldown-cmark", "conductor-protocol"),
];

/// What the domain may never reach, however far down: runtimes, clocks, chance, the network.
const NEVER_IN_DOMAIN: [&str; 8] =
    ["tokio", "conductor-engine", "rand", "rand_core", "getrandom", "chrono", "mio", "rustix"];

/// What of ours the console may know.
const CONSOLE_KNOWS: [&str; 4] =
    ["conductor-protocol", "conductor-keys", "conductor-policy", "conductor-client"];

/// What the workspace depends on, on every platform: a machine that has built it for its own only fetches
/// the rest.
fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(super::root().join("Cargo.toml"))
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .expect("cargo tells about the workspace")
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

fn normal(package: &Package) -> impl Iterator<Item = &str> {
    let normal =
        |dependency: &&cargo_metadata::Dependency| dependency.kind == DependencyKind::Normal;
    package.dependencies.iter().filter(normal).map(|dependency| dependency.name.as_str())
}

#[test]
fn every_crate_has_a_layer_and_depends_only_on_lower_ones() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let Some(own) = layer(&package.name) else {
            wrong.push(format!("{} has no layer", package.name));
            continue;
        };
        for dependency in normal(package) {
            if layer(dependency).is_some_and(|other| other >= own) {
                wrong.push(format!("{} depends on {dependency}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_heavy_dependency_has_its_owners() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in normal(package) {
            let mut owners = OWNERS.iter().filter(|(heavy, _)| *heavy == dependency).peekable();
            let owned = owners.peek().is_some();
            if owned && !owners.any(|(_, owner)| *owner == package.name.as_str()) {
                wrong.push(format!("{} uses {dependency}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_console_has_no_private_door() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let console = packages.iter().find(|package| package.name.as_str() == "conductor-tui");
    let ours = normal(console.expect("the console is there")).filter(|name| layer(name).is_some());
    let beyond: Vec<&str> = ours.filter(|name| !CONSOLE_KNOWS.contains(name)).collect();
    assert!(beyond.is_empty(), "{beyond:?}");
}

#[test]
fn the_domain_reaches_no_runtime_clock_chance_or_network() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("the dependencies are resolved");
    let names: BTreeMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    // The protocol crate carries the wire code for others; the domain uses its types only, so
    // what the domain itself names is followed, and the protocol crate is not.
    let domain =
        metadata.packages.iter().find(|package| package.name.as_str() == "conductor-domain");
    let mut open = vec![&domain.expect("the domain is there").id];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(node) = resolve.nodes.iter().find(|node| node.id == *id) else { continue };
        for dependency in &node.deps {
            let normal =
                dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            let name = names[&dependency.pkg];
            if normal && name != "conductor-protocol" && seen.insert(name) {
                open.push(&dependency.pkg);
            }
        }
    }
    let found: Vec<&&str> = NEVER_IN_DOMAIN.iter().filter(|name| seen.contains(**name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_crate_inherits_lints_and_versions() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let text = std::fs::read_to_string(&package.manifest_path).expect("the manifest is there");
        let manifest: toml::Table = text.parse().expect("the manifest is TOML");
        let inherits = manifest["lints"].get("workspace").and_then(toml::Value::as_bool);
        assert_eq!(inherits, Some(true), "{}", package.name);
        for section in ["dependencies", "dev-dependencies"] {
            let table = manifest.get(section).and_then(toml::Value::as_table);
            for (name, spec) in table.into_iter().flatten() {
                let inherited = spec.get("workspace").and_then(toml::Value::as_bool);
                assert_eq!(
                    inherited,
                    Some(true),
                    "{}: {name} has a version of its own",
                    package.name
                );
            }
        }
    }
}

#[test]
fn every_licence_is_one_that_we_may_ship() {
    let rules: toml::Table = std::fs::read_to_string(root().join("deny.toml"))
        .expect("deny.toml is there")
        .parse()
        .expect("deny.toml is TOML");
    let allowed = rules["licenses"]["allow"].as_array().expect("a list of licences");
    let allowed: Vec<_> = allowed.iter().filter_map(toml::Value::as_str).collect();
    let one_is_allowed = |expression: &str| {
        expression.replace('/', " OR ").split(" OR ").any(|choice| {
            choice.split(" AND ").all(|licence| {
                allowed.contains(&licence.trim_matches(|c: char| c == '(' || c == ')' || c == ' '))
            })
        })
    };
    let metadata = metadata();
    let unknown: Vec<String> = metadata
        .packages
        .iter()
        .filter(|package| !package.license.as_deref().is_some_and(one_is_allowed))
        .map(|package| format!("{}: {:?}", package.name, package.license))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}
