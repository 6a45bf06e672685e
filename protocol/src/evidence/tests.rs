//! Real files of each format, and what is wrong with those that are not.

use proptest::prelude::*;

use super::*;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/evidence/", $name))
    };
}

const SBOM: Flags =
    Flags { sbom_present: true, slsa_provenance_present: false, risk_assessment_present: false };
const PROVENANCE: Flags =
    Flags { sbom_present: false, slsa_provenance_present: true, risk_assessment_present: false };
const RISK: Flags =
    Flags { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: true };

#[test]
fn what_other_tools_write_is_found() {
    let cases: [(&[u8], Flags, &str); 12] = [
        (sample!("cyclonedx-1.4.json"), SBOM, "CycloneDX 1.4 with 2 components"),
        (sample!("cyclonedx-1.5.json"), SBOM, "CycloneDX 1.5 with 2 components"),
        (sample!("cyclonedx-1.6.json"), SBOM, "CycloneDX 1.6 with 2 components"),
        (sample!("spdx-2.3.json"), SBOM, "SPDX 2.3 with 1 package"),
        (sample!("slsa-v1.json"), PROVENANCE, "SLSA provenance v1 by https://example.com/builder"),
        (
            sample!("slsa-v0.2.json"),
            PROVENANCE,
            "SLSA provenance v0.2 by https://example.com/builder",
        ),
        (
            sample!("slsa-v1.dsse.json"),
            PROVENANCE,
            "SLSA provenance v1 by https://example.com/builder",
        ),
        (
            sample!("slsa-v1.sigstore.json"),
            PROVENANCE,
            "SLSA provenance v1 by https://example.com/builder",
        ),
        (sample!("openvex.json"), RISK, "OpenVEX with 1 statement"),
        (
            sample!("risk-assessment.json"),
            RISK,
            "a risk assessment of level low with 1 finding, 0 open",
        ),
        (b"{\"hello\": \"world\"}", Flags::default(), "nothing of a format that is known"),
        (b"\x7fELF", Flags::default(), "nothing of a format that is known"),
    ];
    for (bytes, flags, words) in cases {
        let found = read(bytes).unwrap();
        assert_eq!((found.flags, found.words()), (flags, words.to_owned()));
    }
}

#[test]
fn a_bundle_of_attestations_holds_all_that_its_lines_hold() {
    let found = read(sample!("all.intoto.jsonl")).unwrap();
    assert!(found.flags.all() && !found.partly);
    assert_eq!((found.what.len(), found.envelopes.len()), (3, 3));
    let mut broken = sample!("all.intoto.jsonl").to_vec();
    broken.extend_from_slice(b"not json\n");
    assert_eq!(read(&broken).unwrap(), Found::default(), "it is no such bundle");
}

#[test]
fn what_is_signed_inside_is_given_as_it_stands() {
    let found = read(sample!("slsa-v1.dsse.json")).unwrap();
    let [one] = found.envelopes.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.payload_type.as_str(), one.material), (dsse::IN_TOTO, Material::Key));
    assert_eq!(read(&one.payload).unwrap().flags, found.flags, "the statement is the payload");
    let bundle = String::from_utf8(sample!("slsa-v1.sigstore.json").to_vec()).unwrap();
    let found = read(bundle.as_bytes()).unwrap();
    assert!(!found.envelopes[0].signatures[0].keyid.is_empty(), "the hint, if nothing else");
    let certified = bundle.replace("\"publicKey\"", "\"certificate\"");
    assert_eq!(read(certified.as_bytes()).unwrap().envelopes[0].material, Material::Certificate);
}

#[test]
fn a_line_beside_the_envelopes_is_seen() {
    let lines = sample!("all.intoto.jsonl");
    for beside in [&b"{\"a\": 1}\n"[..], b"{\"_type\":\"x\"}\n"] {
        let found = read(&[lines, beside].concat());
        assert!(found.is_err() || found.unwrap().partly, "{beside:?}");
    }
    assert!(!read(b"{\"a\": 1}\n{\"b\": 2}\n").unwrap().partly, "there is no envelope");
}

#[test]
fn what_claims_to_be_evidence_and_is_not_is_refused_with_the_reason() {
    let cdx = String::from_utf8(sample!("cyclonedx-1.6.json").to_vec()).unwrap();
    let spdx = String::from_utf8(sample!("spdx-2.3.json").to_vec()).unwrap();
    let slsa = String::from_utf8(sample!("slsa-v1.json").to_vec()).unwrap();
    let risk = String::from_utf8(sample!("risk-assessment.json").to_vec()).unwrap();
    let vex = String::from_utf8(sample!("openvex.json").to_vec()).unwrap();
    let dsse = String::from_utf8(sample!("slsa-v1.dsse.json").to_vec()).unwrap();
    let cases = [
        (cdx.replace("\"1.6\"", "\"1.2\""), "`specVersion` is \"1.2\""),
        (cdx.replace("\"library\"", "\"lib\""), "unknown type \"lib\""),
        (cdx.replace("\"idna\"", "\"\""), "has no name"),
        (cdx.replace("\"CycloneDX\"", "\"cdx\""), "`bomFormat` is \"cdx\""),
        (spdx.replace("SPDX-2.3", "SPDX-2.1"), "SPDX-2.3 is taken"),
        (spdx.replace("CC0-1.0", "MIT"), "dataLicense"),
        (spdx.replace("SPDXRef-idna", "idna"), "is no `SPDXRef-…`"),
        (slsa.replace("Statement/v1", "Statement/v9"), "`_type` is"),
        (slsa.replace("\"builder\"", "\"bilder\""), "missing field `builder`"),
        (slsa.replace(&"ab".repeat(32), "zz"), "subject 0 has no digest"),
        (risk.replace("\"low\"", "\"tiny\""), "unknown variant `tiny`"),
        (risk.replace("\"summary\"", "\"sumary\""), "unknown field `sumary`"),
        (vex.replace("not_affected", "fine"), "unknown status \"fine\""),
        (vex.replace("justification", "note"), "does not say why"),
        (dsse.replace("\"sig\": \"", "\"sig\": \"!"), "no base64"),
    ];
    for (text, words) in cases {
        let error = read(text.as_bytes()).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn what_lists_nothing_is_no_sbom() {
    let empty = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#;
    let found = read(empty).unwrap();
    assert_eq!(found.flags, Flags::default());
    assert_eq!(found.words(), "CycloneDX 1.6 with 0 components");
}

#[test]
fn analysed_vulnerabilities_are_an_assessment() {
    let text = br#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "vulnerabilities":
        [{"id": "CVE-2024-3651", "analysis": {"state": "not_affected"}}]}"#;
    assert_eq!(read(text).unwrap().flags, RISK);
}

#[test]
fn a_name_that_comes_twice_is_refused() {
    let text = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [],
        "components": [{"type": "library", "name": "x"}]}"#;
    assert!(read(text).unwrap_err().to_string().contains("duplicate field"));
}

#[test]
fn bounds_hold() {
    let large = vec![b' '; EVIDENCE_BYTES_MAX + 1];
    assert!(read(&large).unwrap_err().to_string().contains("more than"));
    let deep = format!("{{\"bomFormat\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).is_err(), "and no stack is used up");
    let lines = "{\"a\": 1}\n".repeat(LINES_MAX + 1);
    assert!(read(lines.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        drop(read(&bytes));
    }

    #[test]
    fn any_change_of_a_real_file_is_read_without_a_panic(place in 0_usize..700, byte: u8) {
        let mut bytes = sample!("slsa-v1.dsse.json").to_vec();
        let place = place % bytes.len();
        bytes[place] = byte;
        drop(read(&bytes));
    }
}
