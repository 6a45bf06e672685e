//! `conductor paths`: where things lie on this machine.

use serde_json::json;

use super::{context::Context, failure::Failure, status::field};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let (settings, output) = (&context.settings, &mut *context.output);
    let paths = &settings.paths;
    let themes = super::themes::folder(settings).display().to_string();
    let (host, origin) = (settings.endpoint.to_string(), settings.endpoint_origin);
    if !output.is_table() {
        let document = json!({
            "host": host,
            "hostFrom": origin.to_string(),
            "configFile": paths.config_file.display().to_string(),
            "configDir": paths.config_dir.display().to_string(),
            "themesDir": themes,
            "dataDir": paths.data_dir.display().to_string(),
            "stateDir": paths.state_dir.display().to_string(),
            "daemonLog": paths.daemon_log().display().to_string(),
        });
        return Ok(output.document(&document)?);
    }
    field("host", format!("{host} (from {origin})"), output)?;
    field("config", paths.config_file.display().to_string(), output)?;
    field("themes", themes, output)?;
    field("data", paths.data_dir.display().to_string(), output)?;
    field("state", paths.state_dir.display().to_string(), output)?;
    Ok(field("daemon log", paths.daemon_log().display().to_string(), output)?)
}
