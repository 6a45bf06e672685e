//! A mail for each notification and everybody whom it is for: plain text, with an id that follows from
//! the fact.

use std::{
    error::Error as _,
    future::Future,
    net::IpAddr,
    pin::Pin,
    time::{Duration, SystemTime},
};

use conductor_engine::{
    notify::{Letter, subject, text},
    ports::{Courier, Undelivered},
};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::{Credential, again, late};
use crate::secrets::Vault;

/// Characters of a subject.
const SUBJECT_CHARS_MAX: usize = 160;
/// First and last status of a refusal that is about who we are, and may be mended.
const NOT_LET_IN: std::ops::RangeInclusive<u16> = 530..=539;

/// How what is said to the server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// The connection begins in the clear and is refused unless it goes on in TLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None: on loopback only.
    Plain,
}

/// Where and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpOptions {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// See there.
    pub encryption: Encryption,
    /// Whom mails are from: `Name <address>`, or an address.
    pub from: String,
    /// Who logs in, with which password; nobody where the server asks for none.
    pub login: Option<(String, Credential)>,
    /// How long one delivery may take.
    pub timeout: Duration,
}

impl SmtpOptions {
    /// Whether notifications may go there.
    pub(super) fn check(&self) -> Result<(), String> {
        let from: Result<Mailbox, _> = self.from.parse();
        from.map_err(|_| format!("`from` is no address: `{}`", self.from))?;
        let local = self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.encryption == Encryption::Plain && !local {
            return Err("`tls = \"plain\"` is for a server on this machine".to_owned());
        }
        Ok(())
    }

    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Whether mails can be sent there.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

/// See the module.
pub(super) struct Smtp {
    options: SmtpOptions,
    vault: Vault,
}

impl Smtp {
    pub(super) const fn new(options: SmtpOptions, vault: Vault) -> Self {
        Self { options, vault }
    }

    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = self.message(letter).map_err(|why| Undelivered { why, for_good: true })?;
        let SmtpOptions { host, port, encryption, login, timeout, .. } = &self.options;
        let parameters = || TlsParameters::new(host.clone()).map_err(|error| again(chain(&error)));
        let tls = match encryption {
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::Plain => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
            .port(*port)
            .tls(tls)
            .timeout(Some(*timeout));
        if let Some((user, password)) = login {
            let password = password.read(&self.vault).await?;
            let credentials = Credentials::new(user.clone(), password.as_str().to_owned());
            transport = transport.credentials(credentials);
        }
        match transport.build().send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.judge(&error)),
        }
    }

    fn judge(&self, error: &lettre::transport::smtp::Error) -> Undelivered {
        let place = self.options.place();
        let Some(code) = error.status() else {
            return again(format!("{place} failed: {}", chain(error)));
        };
        // What stands behind the code is the server's, and may repeat what it was told.
        let code = u16::from(code);
        let for_good = error.is_permanent() && !NOT_LET_IN.contains(&code);
        Undelivered { why: format!("{place} answered {code}"), for_good }
    }

    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let wrong = |what: &str| format!("`{what}` is no address");
        let from: Mailbox = self.options.from.parse().map_err(|_| wrong(&self.options.from))?;
        let to: Address = letter.to.parse().map_err(|_| wrong(&letter.to))?;
        let id = format!("<{}@{}>", letter.id, from.email.domain());
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(letter.notice.at.unix_ms);
        let subject: String = subject(&letter.notice).chars().take(SUBJECT_CHARS_MAX).collect();
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(at)
            .message_id(Some(id))
            // Nobody's absence is to be told to a daemon.
            .raw_header(HeaderValue::new(name, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(text(&letter.notice))
            .map_err(|error| format!("the mail can't be written: {error}"))
    }
}

impl Courier for Smtp {
    fn deliver<'c>(
        &'c self,
        letter: &'c Letter,
    ) -> Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'c>> {
        Box::pin(async move {
            let timeout = self.options.timeout;
            let sent = tokio::time::timeout(timeout, self.send(letter)).await;
            sent.unwrap_or_else(|_elapsed| Err(late(&self.options.place(), timeout)))
        })
    }
}

/// An error with its causes.
fn chain(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
