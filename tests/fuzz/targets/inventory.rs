//! Any text, as an inventory in each format and as a node filter: there is an answer, a host that
//! comes out can't be taken for an option, and a filter that was read is read again from what it
//! shows.
#![no_main]

use conductor_protocol::inventory::{Filter, Format, LabelRules, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    for format in [Format::Ini, Format::Yaml, Format::Json] {
        if let Ok(hosts) = parse(format, source, &LabelRules::default()) {
            hosts.into_iter().for_each(|host| host.finish().check().expect("it can be reached"));
        }
    }
    if let Ok(filter) = Filter::parse(source) {
        let again = Filter::parse(&filter.to_string()).expect("what is shown is a filter");
        assert_eq!(again, filter);
    }
});
