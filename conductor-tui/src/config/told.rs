//! Every setting as it holds, and what said so: the same list for the console and for a script.

use std::path::Path;

use conductor_tui::settings::{AUTO, Kind, Origin, Row, SETTINGS, Spec};

use super::{Environment, settings::Settings};

/// Settings that a layer says, such as the command line, with what it says.
pub(crate) type Flags = Vec<(&'static str, String)>;

/// The settings, in the order of the table. `flags` are those of this call by their settings' names.
pub(crate) fn told(settings: &Settings, environment: &Environment, flags: &Flags) -> Vec<Row> {
    SETTINGS.iter().map(|spec| row(spec, settings, environment, flags)).collect()
}

fn row(spec: &Spec, settings: &Settings, environment: &Environment, flags: &Flags) -> Row {
    let path = &settings.paths.config_file;
    let file = || Some(from_file(spec, settings)?).map(|value| (value, line(spec, settings, path)));
    let flag = flags.iter().find(|(name, _)| *name == spec.name);
    let flag = flag.map(|(_, value)| (value.clone(), Origin::Flag(spec.flag.to_owned())));
    let (typed, context) = match &settings.context {
        Some(chosen) if chosen.is_typed() => (of_context(spec, settings), None),
        _ => (None, of_context(spec, settings)),
    };
    let found = flag.or(typed).or_else(|| variable(spec, environment)).or(context).or_else(file);
    let (value, origin) = found.unwrap_or_else(|| (default(spec, settings), Origin::Default));
    Row { name: spec.name.to_owned(), value, origin }
}

/// What the context says, if it says anything.
fn of_context(spec: &Spec, settings: &Settings) -> Option<(String, Origin)> {
    let chosen = settings.context.as_ref()?;
    let value = chosen.says(spec.name)?;
    let (name, path) = (chosen.name().to_owned(), settings.paths.config_file.clone());
    let line = settings.lines.get(&chosen.line_of(spec.name)).copied().unwrap_or_default();
    Some((value, Origin::Context { name, path, line }))
}

fn variable(spec: &Spec, environment: &Environment) -> Option<(String, Origin)> {
    let set = |name: &&'static str| Some((*name, environment.get(name)?));
    spec.variables.iter().filter_map(set).find_map(|(name, value)| {
        let origin = Origin::Environment(name.to_owned());
        match spec.kind {
            // `NO_MOTION=0` says nothing.
            Kind::Toggle => (value != "0").then(|| ("on".to_owned(), origin)),
            _ => Some((value.to_owned(), origin)),
        }
    })
}

fn default(spec: &Spec, settings: &Settings) -> String {
    match spec.name {
        "host" => settings.paths.endpoint.to_string(),
        "console.themes_dir" => settings.paths.themes().display().to_string(),
        _ => spec.default.to_owned(),
    }
}

fn line(spec: &Spec, settings: &Settings, path: &Path) -> Origin {
    let lines = &settings.lines;
    // The older word for one of the glyph sets.
    let older = || (spec.name == "console.glyphs").then(|| lines.get("console.ascii")).flatten();
    let line = lines.get(spec.name).or_else(older).copied().unwrap_or_default();
    Origin::File { path: path.to_owned(), line }
}

/// What the file says, if it says anything.
fn from_file(spec: &Spec, settings: &Settings) -> Option<String> {
    let (file, said) = (&settings.console, &settings.said);
    let toggle = |on: bool| if on { "on" } else { "off" }.to_owned();
    let there = settings.lines.contains_key(spec.name);
    let value = match spec.short() {
        "theme" => file.theme.clone(),
        "theme_production" => file.theme_production.clone(),
        "glyphs" => {
            let named = file.glyphs.as_ref().map(|set| set.get_ref().clone());
            named.or_else(|| file.ascii.then(|| "ascii".to_owned()))
        }
        "reduced_motion" => there.then(|| toggle(file.reduced_motion)),
        "mouse" => there.then(|| toggle(file.mouse)),
        "read_only" => there.then(|| toggle(file.read_only)),
        "notify" => file.notify.as_ref().map(|name| name.get_ref().clone()),
        "notify_approvals" => there.then(|| toggle(file.notify_approvals)),
        "notify_runs" => there.then(|| toggle(file.notify_runs)),
        "notify_failures" => there.then(|| toggle(file.notify_failures)),
        "notify_incidents" => there.then(|| toggle(file.notify_incidents)),
        "notify_link" => there.then(|| toggle(file.notify_link)),
        "start" => file.start.clone(),
        "themes_dir" => file.themes_dir.as_ref().map(|path| path.display().to_string()),
        name => said.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()),
    };
    value.or_else(|| {
        (there && matches!(spec.kind, Kind::Theme | Kind::Choice(_))).then(|| AUTO.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{super::Overrides, *};

    const FILE: &str = "# Mine.\ntenant = 'acme'\nregion = 'eu'\n\n[console]\nascii = true\n\
        theme = 'auto'\nmouse = false\nreduced_motion = false\n\n[tls]\nca = 'ca.pem'\n";

    fn told_of(variables: &[(&str, &str)], flags: &Flags) -> Vec<(String, String, String)> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("conductor")).unwrap();
        std::fs::write(folder.path().join("conductor/config.toml"), FILE).unwrap();
        let home = folder.path().to_str().unwrap();
        let variables = [variables, &[("XDG_CONFIG_HOME", home)]].concat();
        let environment = Environment::of(&variables);
        let settings = Settings::load(Overrides::default(), &environment).unwrap();
        let rows = told(&settings, &environment, flags).into_iter();
        rows.map(|row| (row.name, row.value, row.origin.short())).collect()
    }

    fn of(rows: &[(String, String, String)], name: &str) -> (String, String) {
        let row = rows.iter().find(|row| row.0 == name).unwrap();
        (row.1.clone(), row.2.clone())
    }

    #[test]
    fn a_setting_is_told_with_what_said_so() {
        let variables = [("CONDUCTOR_TENANT", "other"), ("NO_MOTION", "1")];
        let flags = vec![("console.mouse", "on".to_owned())];
        let rows = told_of(&variables, &flags);
        let expect = |name: &str, value: &str, origin: &str| {
            assert_eq!(of(&rows, name), (value.to_owned(), origin.to_owned()), "{name}");
        };
        expect("tenant", "other", "CONDUCTOR_TENANT");
        expect("region", "eu", "line 3");
        expect("environment", "", "default");
        expect("tls.ca", "ca.pem", "line 12");
        expect("console.glyphs", "ascii", "line 6");
        expect("console.theme", "auto", "line 7");
        expect("console.mouse", "on", "--mouse");
        expect("console.reduced_motion", "on", "NO_MOTION");
        expect("console.notify", "auto", "default");
        expect("console.notify_runs", "off", "default");
        let rows = told_of(&[("NO_MOTION", "0")], &Flags::new());
        assert_eq!(of(&rows, "console.reduced_motion"), ("off".into(), "line 9".into()));
        assert_eq!(of(&rows, "console.mouse"), ("off".into(), "line 8".into()));
    }

    #[test]
    fn what_a_context_says_is_told_with_its_name_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        let text = "tenant = 'file'\n[contexts.prod]\ntenant = 'acme'\nread_only = true\n";
        std::fs::write(&config, text).unwrap();
        let rows = |variables: &[(&str, &str)], context: Option<&str>| {
            let environment = Environment::of(variables);
            let overrides = Overrides {
                context: context.map(str::to_owned),
                config: Some(config.clone()),
                ..Overrides::default()
            };
            let settings = Settings::load(overrides, &environment).unwrap();
            told(&settings, &environment, &settings.flags)
        };
        let find = |rows: &[Row], name: &str| {
            let row = rows.iter().find(|row| row.name == name).unwrap();
            (row.value.clone(), row.origin.to_string().replace(config.to_str().unwrap(), "FILE"))
        };
        let typed = rows(&[("CONDUCTOR_TENANT", "env")], Some("prod"));
        let said = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
        assert_eq!(find(&typed, "tenant"), said("acme", "context prod in FILE, line 3"));
        assert_eq!(find(&typed, "console.read_only"), said("on", "context prod in FILE, line 4"));
        assert_eq!(find(&typed, "context"), said("prod", "--context on the command line"));
        let variables = [("CONDUCTOR_TENANT", "env"), ("CONDUCTOR_CONTEXT", "prod")];
        let named = rows(&variables, None);
        assert_eq!(find(&named, "tenant"), said("env", "CONDUCTOR_TENANT in the environment"));
        assert_eq!(find(&named, "context").0, "prod");
    }
}
