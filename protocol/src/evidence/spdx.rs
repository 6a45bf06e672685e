//! SPDX 2.3 as JSON.

use serde::Deserialize;

use super::{EvidenceError, Flags, Found, counted, limits::PARTS_MAX};

const FORMAT: &str = "SPDX document";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    spdx_version: String,
    data_license: String,
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    document_namespace: String,
    creation_info: Creation,
    #[serde(default)]
    packages: Vec<Package>,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Creation {
    created: String,
    creators: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    download_location: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(rename = "SPDXID")]
    id: String,
    file_name: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let document: Document =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(FORMAT, &error))?;
    check(&document)
}

/// Checks the rules and says what is in it.
pub(super) fn check(document: &Document) -> Result<Found, EvidenceError> {
    let refuse = |problem: String| Err(EvidenceError::new(FORMAT, problem));
    if document.spdx_version != "SPDX-2.3" {
        let version: String = document.spdx_version.chars().take(40).collect();
        return refuse(format!("`spdxVersion` is {version:?}, and SPDX-2.3 is taken"));
    }
    if document.data_license != "CC0-1.0" {
        return refuse("`dataLicense` is not CC0-1.0".to_owned());
    }
    if document.id != "SPDXRef-DOCUMENT" {
        return refuse("its `SPDXID` is not SPDXRef-DOCUMENT".to_owned());
    }
    if document.name.trim().is_empty() || document.document_namespace.trim().is_empty() {
        return refuse("its name or its namespace is empty".to_owned());
    }
    if document.creation_info.creators.is_empty() {
        return refuse("it names no creator".to_owned());
    }
    if document.creation_info.created.parse::<jiff::Timestamp>().is_err() {
        return refuse("`created` is no time".to_owned());
    }
    if document.packages.len() > PARTS_MAX || document.files.len() > PARTS_MAX {
        return refuse(format!("it has more than {PARTS_MAX} packages or files"));
    }
    let ids = document.packages.iter().map(|one| &one.id);
    for id in ids.chain(document.files.iter().map(|one| &one.id)) {
        if !id.starts_with("SPDXRef-") {
            let id: String = id.chars().take(80).collect();
            return refuse(format!("{id:?} is no `SPDXRef-…`"));
        }
    }
    for (place, package) in document.packages.iter().enumerate() {
        if package.name.trim().is_empty() || package.download_location.trim().is_empty() {
            return refuse(format!("package {place} lacks its name or `downloadLocation`"));
        }
    }
    if document.files.iter().any(|file| file.file_name.trim().is_empty()) {
        return refuse("a file lacks its name".to_owned());
    }
    let (packages, files) = (document.packages.len(), document.files.len());
    let flags = Flags { sbom_present: packages + files > 0, ..Flags::default() };
    Ok(Found::new(flags, format!("SPDX 2.3 with {}", counted(packages, "package"))))
}
