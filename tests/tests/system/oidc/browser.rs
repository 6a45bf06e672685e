//! Somebody at a browser: pages fetched by plain HTTP, their forms filled in and sent.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// How many pages a visit may lead through.
const PAGES_MAX: usize = 20;

/// A visitor, with the cookies that they were given.
#[derive(Debug)]
pub(super) struct Browser {
    login: String,
    cookies: BTreeMap<String, String>,
}

/// What is filled in where a form asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Approve,
    Abort,
}

#[derive(Debug)]
struct Page {
    location: Option<String>,
    text: String,
}

impl Browser {
    pub(super) fn of(login: &str) -> Self {
        Self { login: login.to_owned(), cookies: BTreeMap::new() }
    }

    /// Opens a URL and answers every form on the way; gives the last page.
    pub(super) fn visit(&mut self, url: &str, answer: Answer) -> String {
        let mut page = self.ask(url, None);
        let mut here = url.to_owned();
        for _ in 0..PAGES_MAX {
            if let Some(location) = page.location.take() {
                here = absolute(&here, &location);
                page = self.ask(&here, None);
                continue;
            }
            let Some(form) = form(&page.text) else { return page.text };
            here = absolute(&here, &form.action);
            let is_last = answer == Answer::Abort && form.fields.contains_key("confirm");
            let body = self.filled(form.fields, answer);
            page = self.ask(&here, Some(&body));
            if is_last {
                return page.text;
            }
        }
        panic!("it goes on and on: {}", page.text)
    }

    fn filled(&self, mut fields: BTreeMap<String, String>, answer: Answer) -> String {
        // Boxes for text and buttons are no hidden fields: they are what a person does.
        if fields.get("prompt").is_some_and(|prompt| prompt == "login") {
            fields.insert("login".into(), self.login.clone());
            fields.insert("password".into(), "anything".into());
        }
        if fields.contains_key("confirm") && answer == Answer::Abort {
            fields.insert("abort".into(), "yes".into());
        }
        let pairs =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn ask(&mut self, url: &str, body: Option<&str>) -> Page {
        let (authority, path) = split(url);
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (method, body) = body.map_or(("GET", ""), |body| ("POST", body));
        let request = format!(
            "{method} {path} HTTP/1.0\r\nhost: {authority}\r\ncookie: {}\r\naccept: text/html\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len(),
        );
        let answer = exchange(&authority, &request);
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = None;
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(':').unwrap();
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.trim().to_owned()),
                "set-cookie" => self.keep(value.trim()),
                _ => {}
            }
        }
        Page { location, text: text.to_owned() }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, _) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        match value {
            "" => drop(self.cookies.remove(name)),
            value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
        }
    }
}

/// Sends a request as it stands and reads to the end.
pub(super) fn exchange(authority: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Host with port, and the rest.
pub(super) fn split(url: &str) -> (String, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    (authority.to_owned(), format!("/{path}"))
}

fn absolute(here: &str, there: &str) -> String {
    match there.starts_with("http://") {
        true => there.to_owned(),
        false => format!("http://{}{there}", split(here).0),
    }
}

#[derive(Debug)]
struct Form {
    action: String,
    fields: BTreeMap<String, String>,
}

/// The first form of a page that is sent, with its hidden fields.
fn form(page: &str) -> Option<Form> {
    let forms = page.split("<form").skip(1);
    let form = forms.into_iter().find(|form| form.contains("method=\"post\""))?;
    let form = form.split("</form>").next()?;
    let mut fields = BTreeMap::new();
    for input in form.split("<input").skip(1).filter(|input| input.contains("hidden")) {
        fields.insert(attribute(input, "name")?, attribute(input, "value").unwrap_or_default());
    }
    Some(Form { action: attribute(form, "action")?, fields })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&amp;", "&"))
}

pub(super) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
