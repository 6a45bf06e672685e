//! What whoever asked is told besides the answer: policy's warnings, and who else is told.
//!
//! They go with every answer, unary and streaming alike, in the metadata `conductor-warning-bin`:
//! one UTF-8 sentence a value.

use std::sync::{Arc, Mutex, PoisonError};

use conductor_protocol::WARNING_METADATA;
use tonic::metadata::{MetadataMap, MetadataValue};

use crate::limits::{WARNING_BYTES_MAX, WARNINGS_MAX};

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings {
    sentences: Arc<Mutex<Vec<String>>>,
}

impl Warnings {
    /// Tells these, too; the same is told once.
    pub(crate) fn add(&self, sentences: &[String]) {
        let mut known = self.sentences.lock().unwrap_or_else(PoisonError::into_inner);
        for sentence in sentences {
            let cut = cut(sentence);
            if known.len() < WARNINGS_MAX && !known.iter().any(|known| known == cut) {
                known.push(cut.to_owned());
            }
        }
    }

    /// Puts them beside an answer.
    pub(crate) fn put_into(&self, metadata: &mut MetadataMap) {
        let known = self.sentences.lock().unwrap_or_else(PoisonError::into_inner);
        for sentence in known.iter() {
            let value = MetadataValue::from_bytes(sentence.as_bytes());
            metadata.append_bin(WARNING_METADATA, value);
        }
    }
}

/// As much of a sentence as is told.
fn cut(sentence: &str) -> &str {
    let mut end = sentence.len().min(WARNING_BYTES_MAX);
    while !sentence.is_char_boundary(end) {
        end -= 1;
    }
    &sentence[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_their_number_and_length_are_bounded() {
        let warnings = Warnings::default();
        warnings.add(&["look twice".to_owned(), "look twice".to_owned(), "\u{e9}".repeat(4_096)]);
        warnings.add(&(0..100).map(|n| n.to_string()).collect::<Vec<_>>());
        let mut metadata = MetadataMap::new();
        warnings.put_into(&mut metadata);
        let told: Vec<_> = metadata.get_all_bin(WARNING_METADATA).iter().collect();
        assert_eq!(told.len(), WARNINGS_MAX);
        assert_eq!(told[0].to_bytes().unwrap().as_ref(), b"look twice");
        let long = told[1].to_bytes().unwrap();
        assert!(long.len() <= WARNING_BYTES_MAX && std::str::from_utf8(&long).is_ok());
    }
}
