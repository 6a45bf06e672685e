//! Runs a program that prints a value.

#![expect(clippy::disallowed_methods, reason = "the owner of the programs that print secrets")]

use std::{
    io,
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
    time::timeout,
};
use zeroize::Zeroizing;

use super::{Program, provider::buffer};
use crate::{
    group::Group,
    limits::{OUTPUT_CHUNK_BYTES, SECRET_BYTES_MAX},
    shell,
};

/// What the program printed.
///
/// # Errors
/// A sentence that names the program, not its arguments, and nothing that it printed.
pub(super) async fn output(program: &Program) -> Result<Zeroizing<Vec<u8>>, String> {
    let name = program.argv.first().cloned().unwrap_or_default();
    match timeout(program.timeout, run(program)).await {
        Ok(Ok(Printed { value, .. })) if value.len() > SECRET_BYTES_MAX + 2 => {
            Err(format!("`{name}` prints more than {SECRET_BYTES_MAX} bytes"))
        }
        Ok(Ok(Printed { value, status, .. })) if status.success() => Ok(value),
        Ok(Ok(Printed { status, complaint_bytes, .. })) => Err(format!(
            "`{name}` ended with {status}, and {complaint_bytes} bytes on standard error that are \
             not shown; run it by hand"
        )),
        Ok(Err(error)) => Err(format!("can't run `{name}`: {error}")),
        Err(_elapsed) => {
            Err(format!("`{name}` took longer than {} s", program.timeout.as_secs_f64()))
        }
    }
}

struct Printed {
    value: Zeroizing<Vec<u8>>,
    complaint_bytes: usize,
    status: ExitStatus,
}

async fn run(program: &Program) -> io::Result<Printed> {
    // What it starts is nobody's stray while it runs.
    let claim = shell::claim_programs();
    let mut child = spawn(program)?;
    let group = Group::of(&child);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (value, complaint_bytes, status) =
        tokio::try_join!(read_value(stdout), count(stderr), child.wait())?;
    drop(group);
    drop(claim);
    Ok(Printed { value, complaint_bytes, status })
}

fn spawn(program: &Program) -> io::Result<Child> {
    let (name, arguments) = program.argv.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(name);
    shell::clean_environment(&mut command);
    for variable in &program.pass_env {
        if let Some(value) = std::env::var_os(variable) {
            command.env(variable, value);
        }
    }
    command
        .args(arguments)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// Reads on beyond the bound, so that the program ends; keeps no more than shows that it is passed.
async fn read_value(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut value = buffer();
    if let Some(mut pipe) = pipe {
        (&mut pipe).take(SECRET_BYTES_MAX as u64 + 3).read_to_end(&mut value).await?;
        count(Some(pipe)).await?;
    }
    Ok(value)
}

async fn count(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<usize> {
    let Some(mut pipe) = pipe else { return Ok(0) };
    let mut chunk = Zeroizing::new(vec![0; OUTPUT_CHUNK_BYTES]);
    let mut bytes = 0;
    loop {
        match pipe.read(&mut chunk).await? {
            0 => return Ok(bytes),
            read => bytes += read,
        }
    }
}
