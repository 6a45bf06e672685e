//! The list of runbooks, and the versions that have been read.

use std::collections::BTreeMap;

use conductor_protocol::{
    manifest::{self, Manifest, MediaType, Passage},
    needles::Needles,
    v1::{GetWorkflowResponse, ListWorkflowsResponse, Receipt, Workflow},
};

use crate::{
    app::{Fault, FaultKind},
    widget::Scroll,
};

/// Runbooks kept; a filter narrows what is beyond.
const ROWS_MAX: usize = 5_000;
/// Versions kept.
const DETAILS_MAX: usize = 64;

/// A version as it was read.
#[derive(Debug)]
pub(crate) struct Detail {
    pub(crate) workflow: Workflow,
    pub(crate) manifest: Manifest,
    pub(crate) receipt: Option<Receipt>,
    /// The version below; empty for the first.
    pub(crate) below: String,
    /// Prose and steps of a runbook in Markdown; empty for a manifest in YAML.
    pub(crate) passages: Vec<Passage>,
    /// The text that it was published from; nothing where it was not kept.
    pub(crate) text: Option<String>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Registry {
    /// By name.
    pub(super) all: Vec<Workflow>,
    /// Places in `all` that match the filter.
    shown: Vec<usize>,
    pub(super) filter: String,
    pub(super) loaded: bool,
    pub(super) fault: Option<Fault>,
    pub(super) scroll: Scroll,
    details: BTreeMap<(String, String), Result<Detail, Fault>>,
}

impl Registry {
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &Workflow> {
        self.shown.iter().map(|at| &self.all[*at])
    }

    pub(super) fn selected(&self) -> Option<&Workflow> {
        self.shown.get(self.scroll.cursor).map(|at| &self.all[*at])
    }

    /// A version, when it has been read.
    pub(super) fn detail(&self, name: &str, version: &str) -> Option<&Result<Detail, Fault>> {
        self.details.get(&(name.to_owned(), version.to_owned()))
    }

    /// Takes up a version, or why there is none.
    pub(super) fn keep(
        &mut self,
        (name, version): (String, String),
        answer: Result<GetWorkflowResponse, Fault>,
    ) {
        if self.details.len() >= DETAILS_MAX {
            self.details.clear();
        }
        self.details.insert((name, version), answer.and_then(read));
    }

    /// Forgets a version, so that it is asked for again.
    pub(super) fn forget(&mut self, name: &str, version: &str) {
        self.details.remove(&(name.to_owned(), version.to_owned()));
    }

    /// Forgets what could not be read, so that it is asked for again.
    pub(super) fn forget_faults(&mut self) {
        self.details.retain(|_, detail| detail.is_ok());
    }

    /// Takes up a page of the list; says whether there is room for more.
    pub(super) fn take(&mut self, page: ListWorkflowsResponse) -> bool {
        let selected = self.selected().map(|workflow| workflow.name.clone());
        self.loaded = true;
        self.fault = None;
        for workflow in page.workflows {
            match self.all.binary_search_by(|known| known.name.cmp(&workflow.name)) {
                Ok(at) => self.all[at] = workflow,
                Err(at) => self.all.insert(at, workflow),
            }
        }
        self.narrow();
        let same = self.rows().position(|w| Some(&w.name) == selected.as_ref());
        self.scroll.cursor = same.unwrap_or(self.scroll.cursor);
        self.all.len() < ROWS_MAX
    }

    pub(super) fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.narrow();
        self.scroll = Scroll::default();
    }

    /// Puts the cursor on a runbook.
    pub(super) fn choose(&mut self, name: &str) {
        self.set_filter("");
        let at = self.rows().position(|workflow| workflow.name == name);
        self.scroll.cursor = at.unwrap_or_default();
    }

    fn narrow(&mut self) {
        let needles = Needles::new(&self.filter);
        let has = |workflow: &Workflow| {
            let Workflow { name, title, description, tags, owners, .. } = workflow;
            let (tags, owners) = (tags.join(" "), owners.join(" "));
            needles.matches(&format!("{name} {title} {description} {tags} {owners}"))
        };
        self.shown = (0..self.all.len()).filter(|at| has(&self.all[*at])).collect();
    }
}

fn read(answer: GetWorkflowResponse) -> Result<Detail, Fault> {
    let mut workflow = answer.workflow.unwrap_or_default();
    let manifest = read_manifest(&workflow.manifest_json)?;
    let markdown = MediaType::Markdown.as_str();
    let source = workflow.source.take();
    let told = source.as_ref().filter(|source| source.media_type == markdown);
    let passages = told.map(|source| manifest::passages(&source.text)).unwrap_or_default();
    Ok(Detail {
        manifest,
        receipt: workflow.receipt.take(),
        below: answer.previous_version,
        passages,
        text: source.map(|source| source.text),
        workflow,
    })
}

/// A manifest as the daemon keeps it.
pub(crate) fn read_manifest(json: &str) -> Result<Manifest, Fault> {
    serde_json::from_str(json).map_err(|error| Fault {
        kind: FaultKind::Other,
        code: String::new(),
        message: format!("the manifest can't be read: {error}"),
        hint: "the daemon may be newer than this console".into(),
        approval: String::new(),
    })
}
