//! Inventories in each of their formats, right and wrong.
#![expect(clippy::unwrap_used, reason = "tests")]

use conductor_protocol::inventory::{Format, Host, HostDraft, LabelRules, parse};
use proptest::prelude::*;

/// Every host in a line: name, where, labels, groups.
fn shown(hosts: Vec<HostDraft>) -> Vec<String> {
    let line = |host: Host| {
        let user = host.user.map(|user| format!("{user}@")).unwrap_or_default();
        let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
        let labels: Vec<String> = host.labels.iter().map(|(k, v)| format!("{k}:{v}")).collect();
        let groups: Vec<String> = host.groups.into_iter().collect();
        let line = format!(
            "{} {user}{}{port} {{{}}} [{}]",
            host.name,
            host.address,
            labels.join(" "),
            groups.join(" ")
        );
        line
    };
    hosts.into_iter().map(|host| line(host.finish())).collect()
}

#[track_caller]
fn check(format: Format, source: &str, expected: &[&str]) {
    let hosts = parse(format, source, &LabelRules::default());
    let hosts = hosts.unwrap_or_else(|problems| panic!("{}", problems[0]));
    assert_eq!(shown(hosts), expected);
}

#[track_caller]
fn refused(format: Format, source: &str, place: (u32, u32), part: &str) {
    let problems = parse(format, source, &LabelRules::default()).unwrap_err();
    let first = &problems[0];
    assert!(first.message.contains(part), "{source}\n{first}");
    assert_eq!((first.line, first.column), place, "{source}\n{first}");
    assert!(!first.hint.is_empty(), "{first}");
    assert_eq!(first.code.as_str(), "INVENTORY_INVALID");
}

#[test]
fn ansibles_ini() {
    check(
        Format::Ini,
        "# comment\n\
         mail.example ansible_user=postmaster\n\n\
         [web]\n\
         web-[01:02].example:2222 role=web  # the front\n\
         jumper ansible_port=5555 ansible_host=192.0.2.50 note='a b' db_password=hunter2\n\
         ; another\n\
         [db]\n\
         db-[a:b].example labels=\"role=db,tier=one\"\n\
         [prod:children]\n\
         web\n\
         db\n\
         [prod:vars]\n\
         env = prod\n\
         region=\"eu\"\n\
         [web:vars]\n\
         region = us\n\
         [all:vars]\n\
         site=x\n",
        &[
            "db-a.example db-a.example {env:prod region:eu role:db site:x tier:one} [db prod]",
            "db-b.example db-b.example {env:prod region:eu role:db site:x tier:one} [db prod]",
            "jumper 192.0.2.50:5555 {env:prod region:us site:x} [prod web]",
            "mail.example postmaster@mail.example {site:x} []",
            "web-01.example web-01.example:2222 {env:prod region:us role:web site:x} [prod web]",
            "web-02.example web-02.example:2222 {env:prod region:us role:web site:x} [prod web]",
        ],
    );
    check(Format::Ini, "", &[]);
    check(Format::Ini, "[a:vars]\nenv=dev\n[a]\nx\n", &["x x {env:dev} [a]"]);
    check(Format::Ini, "[g]\nx role=a\n[h]\nx role=b\n", &["x x {role:b} [g h]"]);
    check(Format::Ini, "fe80::1\n", &["fe80::1 fe80::1 {} []"]);
}

#[test]
fn mistakes_in_ini_have_a_place() {
    let refused = |source: &str, line, part: &str| refused(Format::Ini, source, (line, 1), part);
    refused("a\nb what\n", 2, "`what` is no variable");
    refused("[g:children]\nnonesuch\n", 2, "there is no group `nonesuch`");
    refused("[g:vars]\nx=1\n", 1, "there is no group `g`");
    refused("[g:what]\n", 1, "a section of `what`");
    refused("[g:vars]\nx\n[g]\n", 2, "`x` is no variable");
    refused("w[3:1]\n", 1, "go up");
    refused("-oProxyCommand=x\n", 1, "no `-` first");
    refused("a b='c\n", 1, "a quote is not closed");
    refused("a ansible_port=70000\n", 1, "its port is");
    refused("a ansible_host='{{ x }}'\n", 1, "a template, which only Ansible fills in");
    refused("a labels=x\n", 1, "the label `x` has no value");
    refused("a ansible_user=-l\n", 1, "the user `-l`");
    refused("[g h]\n", 1, "the group `g h`");
    refused("[a:children]\nb\n[b:children]\na\n", 1, "in a circle: `a` and `b`");
    refused("h[1:5000]\nk[1:6000]\n", 2, "more than 10000 hosts");
}

#[test]
fn ansibles_yaml() {
    check(
        Format::Yaml,
        "all:\n  hosts:\n    mail.example:\n  vars: {site: x}\n  children:\n    web:\n      hosts:\n        \
         web-[1:2]: {ansible_port: 2222, role: web}\n      vars: {env: prod}\n    prod:\n      \
         children:\n        web:\n        db:\n          hosts: {db-1: {ansible_host: 10.0.0.7}}\n",
        &[
            "db-1 10.0.0.7 {site:x} [db prod]",
            "mail.example mail.example {site:x} []",
            "web-1 web-1:2222 {env:prod role:web site:x} [prod web]",
            "web-2 web-2:2222 {env:prod role:web site:x} [prod web]",
        ],
    );
    check(Format::Yaml, "", &[]);
    refused(Format::Yaml, "web:\n  host:\n    a:\n", (2, 3), "`host` is not known in `web`");
    refused(Format::Yaml, "web:\n  hosts: a\n", (2, 10), "`web.hosts` is text");
    refused(
        Format::Yaml,
        "web:\n  vars: {p: !vault x}\n",
        (2, 13),
        "a tag (`!name`) is not allowed",
    );
    refused(Format::Yaml, "- a\n", (1, 1), "an inventory is a mapping");
    refused(Format::Yaml, "a: [\n", (1, 5), "not well-formed YAML");
    refused(Format::Yaml, "a:\n  hosts: {}\na:\n", (3, 1), "given twice");
}

#[test]
fn our_own_yaml() {
    check(
        Format::Yaml,
        "hosts:\n  - name: web-[01:02].example\n    user: deploy\n    port: 2222\n    groups: [web]\n    \
         labels: {role: web, env: prod, rack: 12}\n  - name: db-1\n    address: 10.0.0.7\n  - plain\n",
        &[
            "db-1 10.0.0.7 {} []",
            "plain plain {} []",
            "web-01.example deploy@web-01.example:2222 {env:prod rack:12 role:web} [web]",
            "web-02.example deploy@web-02.example:2222 {env:prod rack:12 role:web} [web]",
        ],
    );
    check(
        Format::Yaml,
        "hosts:\n  a: {labels: {role: x}}\n  b:\n",
        &["a a {role:x} []", "b b {} []"],
    );
    refused(Format::Yaml, "hosts:\n  - {nmae: a}\n", (2, 5), "hosts[0] has no name");
    refused(Format::Yaml, "hosts:\n  - {name: a, adress: b}\n", (2, 15), "`adress` is not known");
    refused(Format::Yaml, "hosts:\n  - {name: a, labels: {r: [1]}}\n", (2, 5), "is no text");
    refused(Format::Yaml, "hosts: []\nmore: 1\n", (2, 1), "`more` is not known");
}

#[test]
fn what_dynamic_inventory_scripts_print() {
    check(
        Format::Json,
        r#"{"web": {"hosts": ["web-1", "web-2"], "vars": {"env": "prod"}, "children": ["eu"]},
            "eu": ["web-3"], "all": {"vars": {"site": "x"}}, "ungrouped": {"hosts": ["lone"]},
            "_meta": {"hostvars": {"web-1": {"ansible_host": "10.0.0.1", "role": "web"},
                                   "unheard-of": {"role": "x"}}}}"#,
        &[
            "lone lone {site:x} []",
            "web-1 10.0.0.1 {env:prod role:web site:x} [web]",
            "web-2 web-2 {env:prod site:x} [web]",
            "web-3 web-3 {env:prod site:x} [eu web]",
        ],
    );
    refused(Format::Json, r#"{"web": {"hosts": [7]}}"#, (1, 20), "`web.hosts[0]` is a number");
    refused(Format::Json, "{\"web\":", (1, 7), "not well-formed JSON");
}

#[test]
fn the_format_shows_in_the_name_or_the_text() {
    let check = |name: &str, text: &str, expected: Format| {
        assert_eq!(Format::of(name, text), expected, "{name} {text}");
    };
    check("hosts.ini", "all:\n", Format::Ini);
    check("hosts.YML", "", Format::Yaml);
    check("hosts.json", "", Format::Json);
    check("hosts", "[web]\na\n", Format::Ini);
    check("hosts", "# all\n---\nall:\n", Format::Ini);
    check("hosts", "---\nall:\n", Format::Yaml);
    check("hosts", "\n# note\nall:\n  hosts:\n", Format::Yaml);
    check("", " {\"a\": []}", Format::Json);
    check("", "web-1\n", Format::Ini);
}

#[test]
fn a_frozen_host_is_plain_json() {
    let hosts =
        parse(Format::Ini, "[web]\na role=web db_password=hunter2\n", &LabelRules::default());
    let host = hosts.unwrap().remove(0).finish();
    let json = serde_json::to_string(&host).unwrap();
    assert_eq!(json, r#"{"name":"a","address":"a","labels":{"role":"web"},"groups":["web"]}"#);
    assert_eq!(serde_json::from_str::<Host>(&json).unwrap(), host);
}

proptest! {
    /// Whatever stands in a source, there is an answer, and what comes out can be connected to
    /// without being taken for an option.
    #[test]
    fn anything_has_an_answer(
        source in "(\\[[a-c:]{0,6}(children|vars)?\\]\n|[a-c1-3.-]{0,5}(\\[[0-9a-c:]{0,5}\\])? ?[a-z_]{0,4}=?[a-z'\"]{0,3}\n){0,8}|\\PC{0,80}|[a-c:{}\\[\\], \n\"-]{0,60}"
    ) {
        for format in [Format::Ini, Format::Yaml, Format::Json] {
            match parse(format, &source, &LabelRules::default()) {
                Ok(hosts) => for host in hosts {
                    host.finish().check().unwrap();
                },
                Err(problems) => {
                    prop_assert!(!problems.is_empty());
                    for problem in problems {
                        prop_assert!(problem.line >= 1);
                    }
                }
            }
        }
    }
}
