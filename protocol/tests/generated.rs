//! The committed generated code is what the `.proto` files give today.
//!
//! After a change to a `.proto` file run `CONDUCTOR_REGENERATE=1 cargo test -p conductor-protocol
//! --test generated` and commit the result.
#![expect(clippy::disallowed_methods, reason = "a variable asks for a regeneration")]
#![expect(clippy::expect_used, reason = "tests")]

use std::{fs, path::Path};

use prost::Message as _;

const FILES: [&str; 25] = [
    "common",
    "approvals",
    "workflows",
    "schedules",
    "plans",
    "runs",
    "workers",
    "ledger",
    "system",
    "hosts",
    "tenants",
    "tokens",
    "keys",
    "oidc",
    "sessions",
    "freezes",
    "incidents",
    "graph",
    "bundles",
    "policy",
    "notifications",
    "receipts",
    "tracked",
    "artifacts",
    "gates",
];

/// Generates everything into `out`.
fn generate(out: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let inputs = FILES.map(|name| root.join(format!("conductor/v1/{name}.proto")));
    let mut compiler = protox::Compiler::new([&root]).expect("the proto folder is readable");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&inputs).expect("the proto files compile");
    let descriptors = compiler.file_descriptor_set();

    let mut config = prost_build::Config::new();
    config.extern_path(".google.protobuf", "::pbjson_types").compile_well_known_types();
    tonic_prost_build::configure()
        .out_dir(out)
        .build_transport(true)
        .emit_rerun_if_changed(false)
        .compile_fds_with_config(descriptors.clone(), config)
        .expect("the services generate");

    // Reflection serves the descriptors without comments: they are a third of the size.
    let mut lean = descriptors.clone();
    for file in &mut lean.file {
        file.source_code_info = None;
    }
    let bytes = lean.encode_to_vec();
    fs::write(out.join("descriptors.bin"), &bytes).expect("the descriptors are written");
    pbjson_build::Builder::new()
        .register_descriptors(&bytes)
        .expect("the descriptors register")
        .out_dir(out)
        .build(&[".conductor"])
        .expect("the JSON mapping generates");
}

#[test]
fn committed_code_is_up_to_date() {
    let fresh = tempfile::tempdir().expect("a scratch folder");
    generate(fresh.path());
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    let regenerate = std::env::var_os("CONDUCTOR_REGENERATE").is_some();
    let mut stale = Vec::new();
    for name in ["conductor.v1.rs", "conductor.v1.serde.rs", "descriptors.bin"] {
        let new = fs::read(fresh.path().join(name)).expect("the generator wrote it");
        let old = fs::read(committed.join(name)).unwrap_or_default();
        if new != old {
            stale.push(name);
            if regenerate {
                fs::create_dir_all(&committed).expect("the generated folder");
                fs::write(committed.join(name), new).expect("the file is written");
            }
        }
    }
    assert!(regenerate || stale.is_empty(), "stale: {stale:?}; run with CONDUCTOR_REGENERATE=1");
}
