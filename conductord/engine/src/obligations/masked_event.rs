//! Events with what a mask leaves out of them.

use conductor_domain::event::Event;

use super::{MASKED, Mask};

impl Mask {
    /// Masks whatever of a run's inputs and outputs an event holds, and the words that may hold it.
    pub fn event(&self, event: &mut Event) {
        if self.is_empty() {
            return;
        }
        match event {
            Event::RunStarted(event) => {
                self.inputs(&mut event.inputs);
                if let Some(turn) = &mut event.turn {
                    self.group(&mut turn.group);
                }
                for kept in &mut event.kept {
                    self.task_outputs(&kept.task, &mut kept.outputs);
                    self.instance_values(&mut kept.values);
                }
            }
            Event::RunEnded(event) => {
                self.outputs(&mut event.outputs);
                self.words(&mut event.note);
            }
            Event::RunUndoStarted(event) => self.words(&mut event.note),
            Event::RunStopRequested(event) if event.decision.is_none() => {
                self.words(&mut event.reason);
            }
            Event::TaskCompleted(event) => {
                self.task_outputs(&event.task, &mut event.outputs);
                self.words_of(&event.task, &mut event.message);
            }
            Event::TaskSettled(event) => {
                self.task_outputs(&event.task, &mut event.outputs);
                self.words_of(&event.task, &mut event.message);
            }
            Event::TaskExpanded(event) => {
                for instance in &mut event.instances {
                    self.instance_values(&mut instance.values);
                }
            }
            Event::TaskHeld(event) => self.words(&mut event.message),
            Event::TaskFailed(event) => self.words(&mut event.message),
            Event::TaskSkipped(event) if event.decision.is_none() => self.words(&mut event.message),
            Event::TaskLost(event) => self.words_of(&event.task, &mut event.message),
            Event::ScheduleSet(event) => self.inputs(&mut event.spec.inputs),
            _ => {}
        }
    }

    /// Masks words that are made of templates, or of what tasks said.
    pub fn words(&self, words: &mut String) {
        if !words.is_empty() && (self.covers_inputs() || self.covers_outputs()) {
            MASKED.clone_into(words);
        }
    }

    /// Masks the name of a concurrency group, which is a template over inputs.
    pub fn group(&self, group: &mut String) {
        if !group.is_empty() && self.covers_inputs() {
            MASKED.clone_into(group);
        }
    }
}
