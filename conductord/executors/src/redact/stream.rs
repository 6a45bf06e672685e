//! A stream that is redacted as it comes.
//!
//! What goes out is in order and complete, but for the secrets. The last bytes are held back while
//! they may be the beginning of one; [`Stream::give_up`] shows the first few of them, fewer than
//! would help anybody, so that a line that happens to end like a secret begins is not kept from a
//! reader until the program says more.

use std::collections::VecDeque;

use aho_corasick::{
    Anchored,
    automaton::{Automaton as _, StateID},
};

use super::{Found, Redactor, is_blank};
use crate::limits::{SECRET_BLANKS_MAX, SECRET_BYTES_MIN};

/// One stream of bytes on its way through a [`Redactor`].
pub struct Stream<'r> {
    redactor: &'r Redactor,
    state: StateID,
    /// White space since the last other byte.
    blanks: usize,
    /// What has not gone out; all of it was looked at.
    held: Vec<u8>,
    /// So many bytes at the beginning of that belong to a secret whose label has gone out.
    labelled: usize,
    /// The secrets after that, in order, apart from one another.
    spans: VecDeque<Span>,
    found: Found,
}

/// Where a secret is among the bytes that are held.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    secret: usize,
}

impl Redactor {
    /// A new stream.
    #[must_use]
    pub fn stream(&self) -> Stream<'_> {
        Stream {
            redactor: self,
            state: self.start,
            blanks: 0,
            held: Vec::new(),
            labelled: 0,
            spans: VecDeque::new(),
            found: Found::default(),
        }
    }
}

impl Stream<'_> {
    /// Takes the next bytes; gives those that can go out.
    pub fn push(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let from = self.held.len();
        if from == 0 {
            self.held = bytes;
        } else {
            self.held.extend_from_slice(&bytes);
        }
        self.look(from);
        self.release(self.live_from())
    }

    /// Whether bytes are held back that [`Self::give_up`] would show.
    #[must_use]
    pub fn can_give_up(&self) -> bool {
        !self.held.is_empty() && self.given_up_to() > 0
    }

    /// Nothing came for a while: gives a little of what is held back, or all of it when it is
    /// little.
    pub fn give_up(&mut self) -> Vec<u8> {
        self.release(self.given_up_to())
    }

    /// The end: gives the rest. A beginning of a secret that is at least half of it counts as the
    /// secret; where the end is only a `cut` in something longer, a much shorter one does.
    pub fn finish(&mut self, cut: bool) -> Vec<u8> {
        if let Some(node) = self.redactor.nodes.get(&self.state) {
            let form = self.redactor.forms[node.form];
            if node.depth >= SECRET_BYTES_MIN && (cut || node.depth * 2 >= form.len) {
                let end =
                    self.held.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |at| at + 1);
                self.mark(Span { start: self.live_from(), end, secret: form.secret });
            }
        }
        self.state = self.redactor.start;
        self.release(self.held.len())
    }

    /// Which secrets were found so far.
    #[must_use]
    pub fn found(&self) -> Found {
        self.found
    }

    /// Looks for secrets in what is held, from a place on.
    fn look(&mut self, from: usize) {
        let Redactor { nfa, start, starts, forms, .. } = self.redactor;
        let mut at = from;
        while at < self.held.len() {
            if self.state == *start {
                let begins = |byte: &u8| starts[usize::from(*byte)];
                let Some(skipped) = self.held[at..].iter().position(begins) else { return };
                at += skipped;
            }
            let byte = self.held[at];
            at += 1;
            if is_blank(byte) {
                self.blanks += 1;
                if self.blanks > SECRET_BLANKS_MAX {
                    self.state = *start;
                }
                continue;
            }
            self.blanks = 0;
            self.state = nfa.next_state(Anchored::No, self.state, byte);
            if nfa.is_match(self.state) {
                let longest = (0..nfa.match_len(self.state))
                    .map(|index| forms[nfa.match_pattern(self.state, index).as_usize()])
                    .max_by_key(|form| form.len);
                if let Some(form) = longest {
                    let start = self.back_from(at, form.len);
                    self.mark(Span { start, end: at, secret: form.secret });
                }
            }
        }
    }

    /// Notes a secret, together with those that it overlaps: the one that begins first names all.
    fn mark(&mut self, mut span: Span) {
        self.found.note(span.secret);
        while let Some(last) = self.spans.pop_back_if(|last| last.end > span.start) {
            let secret = if last.start < span.start { last.secret } else { span.secret };
            span = Span { start: span.start.min(last.start), end: span.end.max(last.end), secret };
        }
        if span.start < self.labelled {
            self.labelled = self.labelled.max(span.end);
        } else if span.start < span.end {
            self.spans.push_back(span);
        }
    }

    /// Lets the first bytes go out.
    fn release(&mut self, until: usize) -> Vec<u8> {
        if self.spans.is_empty() && self.labelled == 0 && until == self.held.len() {
            return std::mem::take(&mut self.held);
        }
        let mut out = Vec::with_capacity(until);
        let mut at = self.labelled;
        while let Some(span) = self.spans.pop_front_if(|span| span.start < until) {
            out.extend_from_slice(&self.held[at..span.start]);
            out.extend_from_slice(self.redactor.label(span.secret).as_bytes());
            at = span.end;
        }
        if at < until {
            out.extend_from_slice(&self.held[at..until]);
        }
        self.labelled = at.saturating_sub(until);
        self.held.drain(..until);
        for span in &mut self.spans {
            span.start -= until;
            span.end -= until;
        }
        out
    }

    /// Where the secret begins that may be under way; the end where none is.
    fn live_from(&self) -> usize {
        match self.redactor.nodes.get(&self.state) {
            Some(node) => self.back_from(self.held.len(), node.depth),
            None => self.held.len(),
        }
    }

    /// The place so many bytes before another, white space not counted; the beginning where some
    /// of them have gone out.
    fn back_from(&self, end: usize, mut count: usize) -> usize {
        let mut at = end;
        while count > 0 && at > 0 {
            at -= 1;
            if !is_blank(self.held[at]) {
                count -= 1;
            }
        }
        at
    }

    /// Up to where what is held can be shown without showing more than a little of a secret.
    fn given_up_to(&self) -> usize {
        let depth = self.redactor.nodes.get(&self.state).map_or(0, |node| node.depth);
        let held = self.held.iter().filter(|byte| !is_blank(**byte)).count();
        let shown = depth.saturating_sub(held);
        if depth <= self.redactor.shown_max {
            return self.held.len();
        }
        let more = self.redactor.shown_max.saturating_sub(shown);
        let mut places = self.held.iter().enumerate().filter(|(_, byte)| !is_blank(**byte));
        more.checked_sub(1).and_then(|last| places.nth(last)).map_or(0, |(at, _)| at + 1)
    }
}

impl std::fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("held", &self.held.len()).finish_non_exhaustive()
    }
}
