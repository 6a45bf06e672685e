//! That tokens end, or are used by nobody: a tenant's administrators are told, and whoever comes with
//! one of its end. Nothing comes of it by itself.

use conductor_domain::{org::token::Token, time::Timestamp};
use conductor_protocol::v1;

use crate::{
    call::Call,
    limits::{TOKEN_UNUSED_MS, TOKEN_WARNING_MS},
};

const DAY_MS: u64 = 24 * 3_600_000;

impl Call {
    /// Tells whoever comes with a token that it expires soon.
    pub(crate) fn warn_of_token(&self) {
        let now = self.engine().now();
        if let Some(token) = self.peer.as_token().filter(|token| ends_soon(token, now)) {
            let days = token.terms.expires_at.ms_since(now) / DAY_MS + 1;
            let sentence = format!(
                "the token {} expires within {days} days: have another one issued with \
                 `conductor tokens create`, then revoke this one",
                token.id()
            );
            self.warnings.add(&[sentence]);
        }
    }
}

/// How a tenant's tokens are, in a line of the doctor.
pub(crate) fn check(call: &Call, tenant: &str) -> v1::DoctorCheck {
    let now = call.engine().now();
    let good = call.engine().views().good_tokens(tenant, now);
    let began = call.api.about().started_at;
    // What was used before the daemon was started is not known.
    let unused = |token: &Token| {
        call.api.logins().token_used(token.id()).is_none()
            && now.ms_since(token.at.max(began)) >= TOKEN_UNUSED_MS
    };
    let ending = good.iter().filter(|token| ends_soon(token, now)).count();
    let unused = good.iter().filter(|token| unused(token)).count();
    let count =
        if good.len() == 1 { "1 is good".to_owned() } else { format!("{} are good", good.len()) };
    let days = TOKEN_WARNING_MS / DAY_MS;
    let mut told = vec![count];
    if ending > 0 {
        told.push(format!("{ending} of them expire within {days} days"));
    }
    if unused > 0 {
        let days = TOKEN_UNUSED_MS / DAY_MS;
        told.push(format!("{unused} of them were used by nobody for {days} days"));
    }
    let well = told.len() == 1;
    let (status, hint) = match well {
        true => ("ok", ""),
        false => ("warn", "`conductor tokens list` shows which; replace or revoke them"),
    };
    v1::DoctorCheck {
        name: "tokens".into(),
        status: status.into(),
        message: told.join("; "),
        hint: hint.into(),
    }
}

fn ends_soon(token: &Token, now: Timestamp) -> bool {
    token.terms.expires_at.ms_since(now) < TOKEN_WARNING_MS
}
