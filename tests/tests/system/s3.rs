//! A daemon whose artifacts are in a bucket of a real S3 server: through a kill they come back byte for
//! byte, its keys stand in no log, and a bucket that can't keep what it should is refused.

use std::fs;

use conductor_tests::{Daemon, LOCKED, OWNER, PLAIN, S3Server, Setup, until};

use crate::workflows::NOOP;

fn config(server: &S3Server, bucket: &str) -> String {
    format!(
        "[blobs]\nstore = 's3'\nretain_days = 1\n[blobs.s3]\nendpoint = '{}'\nbucket = '{bucket}'\n\
         prefix = 'story'\nlock = 'compliance'\naccess_key.env = 'S3_ACCESS_KEY'\n\
         secret_key.file = 's3-secret'\n",
        server.endpoint()
    )
}

/// A daemon with that bucket, not started; the secret key is in a file of its folder.
fn daemon(server: &S3Server, bucket: &str) -> Daemon {
    let environment = vec![("S3_ACCESS_KEY", OWNER.0.to_owned())];
    let setup = Setup { environment, ..Setup::default() };
    let mut daemon = Daemon::prepare(setup);
    let secret = daemon.folder().join("s3-secret");
    fs::write(&secret, format!("{}\n", OWNER.1)).unwrap();
    let mut private = fs::metadata(&secret).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut private, 0o600);
    fs::set_permissions(&secret, private).unwrap();
    let config = config(server, bucket).replace("'s3-secret'", &format!("'{}'", secret.display()));
    daemon.configure(config);
    daemon
}

#[test]
fn artifacts_in_a_bucket_outlive_the_daemon_and_are_held_there() {
    let Some(server) = S3Server::start() else { return };
    let mut daemon = daemon(&server, LOCKED);
    daemon.launch();
    let console = daemon.console();
    console.publish(NOOP);
    let run = console.start("noop", &[]);
    let file = console.home.join("report.bin");
    // More than one part.
    let bytes: Vec<u8> = (0..9_000_000_u32).flat_map(u32::to_le_bytes).take(9_000_000).collect();
    fs::write(&file, &bytes).unwrap();
    let path = file.to_str().unwrap();
    let known = console.json(&["artifacts", "upload", path, "--run", &run]);
    let id = known["artifactId"].as_str().unwrap().to_owned();
    let digest = known["digest"].as_str().unwrap();
    let hex = digest.strip_prefix("sha256:").unwrap();
    let key = format!("story/sha256/{}/{hex}", &hex[..2]);
    let versions = server.versions(LOCKED, &key);
    assert_eq!(versions.len(), 1);
    let version = format!("/{LOCKED}/{key}?versionId={}", versions[0]);
    assert_eq!(server.raw(("DELETE", &version), &[], b"").0, 403, "it is locked");
    drop(console.call(&["artifacts", "hold", &id, "--reason", "trial"]).exits(0));
    let held = || server.raw(("GET", &format!("/{LOCKED}/{key}?legal-hold=")), &[], b"").1;
    until("the hold to be the server's", || held().contains("<Status>ON</Status>"));
    daemon.kill();
    daemon.launch();
    let console = daemon.console();
    let back = console.home.join("back.bin");
    let to = back.to_str().unwrap();
    drop(console.call(&["artifacts", "download", &id, "-O", to]).exits(0));
    assert!(fs::read(&back).unwrap() == bytes, "byte for byte");
    drop(console.call(&["artifacts", "release", &id, "--reason", "over"]).exits(0));
    until("the hold to be taken off", || held().contains("<Status>OFF</Status>"));
    let checks = console.call(&["doctor", "-o", "json"]).stdout;
    assert!(checks.contains("artifact store") && checks.contains("COMPLIANCE"), "{checks}");
    for told in [daemon.log(), checks] {
        assert!(!told.contains(OWNER.1), "{told}");
    }
}

#[test]
fn a_bucket_without_object_lock_is_refused_at_the_start() {
    let Some(server) = S3Server::start() else { return };
    let refused = daemon(&server, PLAIN);
    let answer = refused.call(&[]);
    assert_ne!(answer.code, Some(0));
    for words in ["no object lock", "--object-lock-enabled-for-bucket"] {
        assert!(answer.stderr.contains(words), "{}", answer.stderr);
    }
    assert!(!answer.stderr.contains(OWNER.1), "{}", answer.stderr);
}
