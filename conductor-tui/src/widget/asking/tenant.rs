//! The forms that ask what a tenant is to be, may use and may spend, why it is suspended, resumed or
//! forgotten, and who is its guest.

use serde_json::{Map, Value, json};

use super::{Form, NAME, Purpose, REASON};

/// Fields that ask for a guest, and for how long.
pub(crate) const WHO: &str = "who";
pub(crate) const HOURS: &str = "hours";
/// As long as somebody may be a guest, and as long as is offered.
const HOURS_MAX: u32 = 168;
const HOURS_USUAL: u32 = 4;

/// What is done to a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TenantWord {
    Create,
    Profile,
    Limits,
    Suspend,
    Resume,
    Forget,
    Admit,
    Dismiss,
}

impl TenantWord {
    /// What is being asked.
    pub(super) fn title(self, name: &str) -> String {
        match self {
            Self::Create => "Create a tenant".to_owned(),
            Self::Profile => format!("How {name} is governed"),
            Self::Limits => format!("What {name} may use"),
            Self::Suspend => format!("Suspend {name}"),
            Self::Resume => format!("Let {name} go on"),
            Self::Forget => format!("Forget {name}"),
            Self::Admit => format!("Let a guest into {name}"),
            Self::Dismiss => format!("Send a guest of {name} away"),
        }
    }

    /// The settings that its form asks for, in their order; empty where it asks for a reason.
    pub(crate) const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Create => &[
                "profile",
                "risk_profile",
                "business_unit",
                "data_sensitivity",
                "home_region",
                "quota_large",
                "budget_month",
            ],
            Self::Profile => &[
                "profile",
                "risk_profile",
                "business_unit",
                "data_sensitivity",
                "home_region",
                "allow_region",
                "allow_purpose",
                "admit",
            ],
            Self::Limits => &[
                "quota_small",
                "quota_medium",
                "quota_large",
                "budget_day",
                "budget_week",
                "budget_month",
                "retention_hot",
                "retention_warm",
                "retention_cold",
            ],
            Self::Suspend | Self::Resume | Self::Forget | Self::Admit | Self::Dismiss => &[],
        }
    }
}

impl Form {
    /// Asks for settings of a tenant, filled in with those that its record has, at a version.
    pub(crate) fn tenant(
        word: TenantWord,
        (name, version): (&str, &str),
        known: &[(String, String)],
    ) -> Self {
        let mut properties = Map::new();
        if word == TenantWord::Create {
            let help = "Its name: letters, digits, _, . and -; it can't be changed";
            properties.insert(NAME.into(), text(help, 1));
        }
        for setting in word.settings() {
            properties.insert((*setting).to_owned(), schema(setting));
        }
        let required: &[&str] = if word == TenantWord::Create { &[NAME] } else { &[] };
        let schema = Map::from_iter([
            ("required".to_owned(), json!(required)),
            ("properties".to_owned(), properties.into()),
        ]);
        let mut form = Self::new(name, version, &schema, known);
        form.purpose = Purpose::Tenant(word);
        form
    }

    /// Asks why a tenant is suspended, resumed or forgotten.
    pub(crate) fn tenant_reason(word: TenantWord, name: &str) -> Self {
        let mut properties = Map::new();
        let (help, least) = match word {
            TenantWord::Suspend => ("Why; whoever is turned away reads it", 1),
            TenantWord::Resume => ("Why, if you like; it stays on record", 0),
            _ => ("Why; it stays on record", 1),
        };
        properties.insert(REASON.into(), text(help, least));
        if word == TenantWord::Suspend {
            let runs = json!({
                "enum": ["finish", "pause"],
                "default": "finish",
                "description": "Runs under way go on to their ends, or are paused until it goes on",
            });
            properties.insert("runs".into(), runs);
        }
        let required: &[&str] = match word {
            TenantWord::Suspend => &[REASON, "runs"],
            TenantWord::Resume => &[],
            _ => &[REASON],
        };
        Self::asking(Purpose::Tenant(word), (name, ""), properties, required)
    }
}

impl Form {
    /// Asks who is let into a tenant as a guest, or which of its guests is sent away.
    pub(crate) fn tenant_guest(word: TenantWord, name: &str, guests: &[&str]) -> Self {
        let mut properties = Map::new();
        if word == TenantWord::Dismiss {
            let who = json!({"enum": guests, "default": guests.first(), "description": "Who may not read any more"});
            properties.insert(WHO.into(), who);
            return Self::asking(Purpose::Tenant(word), (name, ""), properties, &[WHO]);
        }
        properties.insert(WHO.into(), text("Who, such as uid:1001; never yourself", 1));
        let hours = json!({
            "type": "integer",
            "minimum": 1,
            "maximum": HOURS_MAX,
            "default": HOURS_USUAL,
            "description": "For how many hours, a week's at most",
        });
        properties.insert(HOURS.into(), hours);
        properties.insert(REASON.into(), text("Why; it stays on record", 1));
        Self::asking(Purpose::Tenant(word), (name, ""), properties, &[WHO, HOURS, REASON])
    }
}

fn text(help: &str, least: u32) -> Value {
    json!({"type": "string", "description": help, "minLength": least, "maxLength": 1000})
}

/// What a setting takes. What is left empty is set no more: the daemon's configuration counts.
fn schema(setting: &str) -> Value {
    let one_of = |words: &[&str], help: &str| json!({"enum": words, "description": help});
    let number = |least: u32, help: String| json!({"type": "integer", "minimum": least, "description": help});
    let names = |help: &str| json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true, "description": help});
    match setting {
        "profile" => one_of(&["internal", "white-label", "saas"], "How it is governed"),
        "risk_profile" => one_of(&["low", "medium", "high"], "How much may go wrong"),
        "data_sensitivity" => {
            let words = ["public", "internal", "confidential", "restricted"];
            one_of(&words, "The most sensitive data in it")
        }
        "business_unit" => text("Such as payments", 0),
        "home_region" => text("Its home region, such as eu-west-1", 0),
        "allow_region" => names("Where it may act"),
        "allow_purpose" => names("What personal data may be used for"),
        "admit" => names("Whose people may be guests"),
        bound => match bound.split_once('_').unwrap_or(("", bound)) {
            ("quota", class) => number(0, format!("{class} tasks of its open runs")),
            ("budget", window) => number(0, format!("Seconds of workers' time a {window}")),
            (_, part) => number(1, format!("Days that artifacts' contents are {part}")),
        },
    }
}
