//! The little XML that S3's requests and answers are made of.

use roxmltree::{Document, Node};

/// A version of a content, or what marks it as deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// What names it.
    pub(super) id: String,
    /// It is no content: it only hides those before it.
    pub(super) marker: bool,
    /// When it came, as RFC 3339 has it.
    pub(super) modified: String,
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// The text at a path of elements, the first of which is the document's.
pub(super) fn text(document: &str, path: &[&str]) -> Option<String> {
    let document = Document::parse(document).ok()?;
    let mut node = document.root();
    for name in path {
        node = child(node, name)?;
    }
    node.text().map(str::to_owned)
}

/// The versions that a list has of exactly one key, newest first, and whether the list goes on.
pub(super) fn versions(document: &str, key: &str) -> Option<(Vec<Version>, bool)> {
    let document = Document::parse(document).ok()?;
    let list = child(document.root(), "ListVersionsResult")?;
    let of = |node: Node<'_, '_>, name: &str| {
        child(node, name).and_then(|found| found.text().map(str::to_owned))
    };
    let mut versions: Vec<Version> = list
        .children()
        .filter(|node| matches!(node.tag_name().name(), "Version" | "DeleteMarker"))
        .filter(|node| of(*node, "Key").as_deref() == Some(key))
        .filter_map(|node| {
            Some(Version {
                id: of(node, "VersionId").unwrap_or_else(|| "null".to_owned()),
                marker: node.tag_name().name() == "DeleteMarker",
                modified: of(node, "LastModified")?,
            })
        })
        .collect();
    // Servers list newest first; some list markers before all others.
    versions.sort_by(|one, other| other.modified.cmp(&one.modified));
    Some((versions, of(list, "IsTruncated").as_deref() == Some("true")))
}

/// What sets how long a content is locked.
pub(super) fn retention(mode: &str, until: &str) -> String {
    format!(
        "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>{mode}</Mode>\
         <RetainUntilDate>{until}</RetainUntilDate></Retention>"
    )
}

/// What puts a legal hold on a content, or takes it off.
pub(super) fn legal_hold(held: bool) -> String {
    let status = if held { "ON" } else { "OFF" };
    format!(
        "<LegalHold xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>{status}</Status>\
         </LegalHold>"
    )
}

/// What makes a content of its parts: their entity tags and SHA-256 in base64, in order.
pub(super) fn complete(parts: &[(String, String)]) -> String {
    let mut text =
        String::from("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (number, (tag, sum)) in (1..).zip(parts) {
        let number: u32 = number;
        text.push_str("<Part><PartNumber>");
        text.push_str(&number.to_string());
        text.push_str("</PartNumber><ETag>");
        text.push_str(&escaped(tag));
        text.push_str("</ETag><ChecksumSHA256>");
        text.push_str(sum);
        text.push_str("</ChecksumSHA256></Part>");
    }
    text.push_str("</CompleteMultipartUpload>");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_one_key_alone_are_found_newest_first() {
        let list = "<?xml version=\"1.0\"?><ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                    <IsTruncated>false</IsTruncated>\
                    <Version><Key>a</Key><VersionId>1</VersionId><LastModified>2026-01-01T00:00:00Z</LastModified></Version>\
                    <Version><Key>ab</Key><VersionId>2</VersionId><LastModified>2026-01-02T00:00:00Z</LastModified></Version>\
                    <DeleteMarker><Key>a</Key><VersionId>3</VersionId><LastModified>2026-01-03T00:00:00Z</LastModified></DeleteMarker>\
                    </ListVersionsResult>";
        let (found, more) = versions(list, "a").unwrap();
        let ids: Vec<(&str, bool)> =
            found.iter().map(|one| (one.id.as_str(), one.marker)).collect();
        assert_eq!((ids, more), (vec![("3", true), ("1", false)], false));
        assert_eq!(versions("<Other/>", "a"), None);
        assert_eq!(versions("no XML", "a"), None);
    }

    #[test]
    fn texts_are_found_whatever_the_namespace() {
        let answer = "<InitiateMultipartUploadResult xmlns=\"http://x/\"><UploadId>u&amp;1</UploadId>\
                      </InitiateMultipartUploadResult>";
        let found = text(answer, &["InitiateMultipartUploadResult", "UploadId"]);
        assert_eq!(found.as_deref(), Some("u&1"));
        assert_eq!(text(answer, &["Error", "Code"]), None);
        let whole = complete(&[("\"e\"".into(), "c=".into())]);
        assert_eq!(text(&whole, &["CompleteMultipartUpload", "Part", "ETag"]).unwrap(), "\"e\"");
        let until = retention("COMPLIANCE", "2026-01-01T00:00:00Z");
        assert_eq!(text(&until, &["Retention", "Mode"]).unwrap(), "COMPLIANCE");
        assert_eq!(text(&legal_hold(false), &["LegalHold", "Status"]).unwrap(), "OFF");
    }
}
