//! `conductor runs artifact|export`: bytes that a run left behind, and its pack, checked against their digest.

use std::{
    fmt::Write as _,
    io::Write,
    path::{Path, PathBuf},
};

use conductor_client::ByteStream;
use conductor_protocol::v1;
use conductor_tui::whole::Part;
use sha2::{Digest as _, Sha256};

use super::{
    context::Context,
    failure::Failure,
    logs,
    output::{Output, bytes},
};

/// Runs the command.
pub(super) async fn run(
    run_id: String,
    name: String,
    file: Option<PathBuf>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let stream = logs::artifact(context, run_id, name.clone()).await?;
    write(stream, &format!("artifact {name}"), file, context).await
}

/// Writes a run's disclosure pack.
pub(super) async fn export(
    run_id: String,
    file: Option<PathBuf>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let request = v1::ExportRunRequest { scope: context.scope(), run_id: run_id.clone() };
    let stream = context.connection.export_run(request).await?;
    let file = match file {
        Some(file) if file == Path::new("-") => None,
        Some(file) => Some(file),
        None => Some(PathBuf::from(format!("{run_id}.tgz"))),
    };
    write(stream, &format!("the pack of {run_id}"), file, context).await
}

/// Writes what comes, and looks whether it is what was recorded.
async fn write(
    mut stream: ByteStream<v1::ArtifactChunk>,
    what: &str,
    file: Option<PathBuf>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut arriving = Arriving::begin(file.as_deref())?;
    while let Some(chunk) = stream.next().await? {
        arriving.take(&chunk.data, chunk.digest, context.output)?;
    }
    arriving.finish(what, context.output)
}

/// Bytes on their way to a file or to standard output, checked against their digest.
pub(super) struct Arriving {
    target: Option<Target>,
    digest: Sha256,
    wanted: String,
    size: u64,
}

impl Arriving {
    /// To a file, or to standard output.
    pub(super) fn begin(file: Option<&Path>) -> Result<Self, Failure> {
        let target = file.map(Target::create).transpose()?;
        Ok(Self { target, digest: Sha256::new(), wanted: String::new(), size: 0 })
    }

    /// A piece, with the digest of the whole where the daemon says it.
    pub(super) fn take(
        &mut self,
        data: &[u8],
        digest: String,
        output: &mut Output,
    ) -> Result<(), Failure> {
        if !digest.is_empty() {
            self.wanted = digest;
        }
        self.digest.update(data);
        self.size += data.len() as u64;
        match &mut self.target {
            Some(target) => target.write(data),
            None => Ok(output.raw(data)?),
        }
    }

    /// All of it has come.
    pub(super) fn finish(self, what: &str, output: &mut Output) -> Result<(), Failure> {
        let Self { target, digest, wanted, size } = self;
        let found = digest.finalize().iter().fold(String::from("sha256:"), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if !wanted.is_empty() && wanted != found {
            let message = format!("{what} has the digest {found}, and {wanted} was recorded");
            return Err(Failure::Damaged(message));
        }
        if let Some(target) = target {
            let path = target.finish()?;
            let said = format!("{}: {}, {found}", path.display(), bytes(size));
            output.note(said)?;
        }
        Ok(())
    }
}

/// A file that has its name only when it is whole.
struct Target {
    path: PathBuf,
    part: Part,
}

impl Target {
    fn create(path: &Path) -> Result<Self, Failure> {
        let part = Part::begin(path)
            .map_err(|error| Failure::local(format!("create {}", path.display()), error))?;
        Ok(Self { path: path.to_owned(), part })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.part.write_all(bytes);
        written.map_err(|error| Failure::local(format!("write {}", self.path.display()), error))
    }

    fn finish(self) -> Result<PathBuf, Failure> {
        let named = self.part.finish();
        named.map_err(|error| Failure::local(format!("write {}", self.path.display()), error))?;
        Ok(self.path)
    }
}
