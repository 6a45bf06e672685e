//! Workflows that several stories start.

/// One step that does nothing.
pub(crate) const NOOP: &str = "
name: noop
version: 1.0.0
tasks:
  - id: nothing
    uses: pkg:builtin/noop@1
";

/// Two steps, each of which leaves a line in a file that names its attempt.
pub(crate) const TRACKS: &str = r#"
name: tracks
version: 1.0.0
inputs:
  type: object
  required: [file]
  properties:
    file: {type: string}
tasks:
  - id: first
    uses: pkg:builtin/shell@1
    retries: 3
    with:
      run: echo "$CONDUCTOR_RUN_ID first $CONDUCTOR_ATTEMPT" >> {{ inputs.file | sh }}
  - id: second
    uses: pkg:builtin/shell@1
    retries: 3
    needs: [first]
    with:
      run: echo "$CONDUCTOR_RUN_ID second $CONDUCTOR_ATTEMPT" >> {{ inputs.file | sh }}
"#;

/// One step that takes a minute unless it is stopped.
pub(crate) const MINUTE: &str = "
name: minute
version: 1.0.0
tasks:
  - id: wait
    uses: pkg:builtin/sleep@1
    with: {seconds: 60}
";

/// One step that fails, with nothing to be tried again.
pub(crate) const FAILING: &str = "
name: failing
version: 1.0.0
tasks:
  - id: break
    uses: pkg:builtin/shell@1
    with: {run: 'echo to no avail >&2; exit 3'}
";
