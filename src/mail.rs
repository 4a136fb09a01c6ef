//! Mail: hands messages to the SMTP server that the config names, or keeps them where a test can read them.
//!
//! Messages are plain text. What cannot be built is the fault of that one message: lettre panics on some values of
//! headers, so they are checked first, and should it panic all the same, only that one build ends.

use crate::blog::MailId;
use crate::blog::comment::is_email;
use crate::blog::time::Millis;
use crate::config::{Config, Smtp, Tls};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{self, Data, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::{Address, Message};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::MutexGuard;

/// How long connecting, with TLS and signing in, may take.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest wait for the answer to one command, RFC 5321, 4.5.3.2.
const COMMAND_TIMEOUT: Duration = Duration::from_mins(5);
/// The longest wait for the answer to a whole message: to give up early is to send it twice (same place).
const MESSAGE_TIMEOUT: Duration = Duration::from_mins(10);
/// How often the log says that the server cannot be used.
const AWAY_SAID_EVERY_SECONDS: i64 = 3600;
/// What is kept of a server's words.
const WORDS_MAX_CHARS: usize = 300;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it comes from, as people read it: the blog.
    pub from_name: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Names it for ever, so that a message sent twice after a crash is recognized; without host.
    pub id: String,
    /// The names of the messages that it belongs behind in a thread, the first one first; without host.
    pub above: Vec<String>,
    pub at: Millis,
    /// Where one click stops mail like this (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server cannot be reached, or takes nothing from us at all: nothing is wrong with the message.
    Server(String),
    /// The server does not take this message now.
    Later(String),
    /// The server will never take this message, or it cannot be built.
    Never(String),
}

/// Sends mail, or waits until there is a way to; cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    transport: Transport,
    /// The sender of all mail.
    from: String,
    /// The host that speaks to the server, and that messages are named by.
    host: String,
    turn: tokio::sync::Mutex<Vec<MailId>>,
    /// When the log said last that the server cannot be used; `None` while it can.
    away: Mutex<Option<Millis>>,
}

#[derive(Debug)]
enum Transport {
    None,
    Smtp(Smtp),
    MemoryOutbox(Mutex<MemoryOutbox>),
}

/// What would have been sent.
#[derive(Debug, Default)]
struct MemoryOutbox {
    delivered: Vec<Delivered>,
    failure: Option<Failure>,
}

/// A message with the bytes that a server would have got.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub mail: Mail,
    pub raw: String,
}

/// A connection on which several messages go out.
pub struct Line(Option<Box<AsyncSmtpConnection>>);

/// The one sender that works at a time, and the messages that it sent but could not write down as sent.
pub type Turn<'a> = MutexGuard<'a, Vec<MailId>>;

impl Mailer {
    /// The way that the config names.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let transport = config.smtp.clone().map_or(Transport::None, Transport::Smtp);
        let from = config.smtp.as_ref().map_or("", |smtp| &smtp.from);
        Self::by(
            transport,
            from,
            config.url.host_str().unwrap_or("localhost"),
        )
    }

    /// Keeps what it is given, for tests.
    #[must_use]
    pub fn kept() -> Self {
        Self::by(
            Transport::MemoryOutbox(Mutex::default()),
            "daybook@blog.example",
            "blog.example",
        )
    }

    fn by(transport: Transport, from: &str, host: &str) -> Self {
        Self(Arc::new(Parts {
            transport,
            from: from.to_owned(),
            host: host.to_owned(),
            turn: tokio::sync::Mutex::default(),
            away: Mutex::default(),
        }))
    }

    /// Whether there is a way for mail; without one it waits.
    #[must_use]
    pub fn has_way(&self) -> bool {
        !matches!(self.0.transport, Transport::None)
    }

    /// The right to send, which one sender has at a time.
    #[must_use]
    pub fn turn(&self) -> Option<Turn<'_>> {
        self.0.turn.try_lock().ok()
    }

    /// Waits until nobody sends, but not for long; then nobody sends any more.
    pub async fn rest(&self, patience: Duration) {
        if let Ok(turn) = tokio::time::timeout(patience, self.0.turn.lock()).await {
            std::mem::forget(turn);
        }
    }

    /// Notes that the server cannot be used; whether the log is to say so now.
    #[must_use]
    pub fn is_away(&self, now: Millis) -> bool {
        let mut away = self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        let is_said = away.is_some_and(|at| now < at.plus_seconds(AWAY_SAID_EVERY_SECONDS));
        if !is_said {
            *away = Some(now);
        }
        !is_said
    }

    /// Notes that the server took a message; whether it could not be used before.
    #[must_use]
    pub fn is_back(&self) -> bool {
        let mut away = self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        away.take().is_some()
    }

    /// Connects to the server.
    pub async fn open(&self) -> Result<Line, Failure> {
        match &self.0.transport {
            Transport::None => Err(Failure::Server("no mail server is configured".to_owned())),
            Transport::MemoryOutbox(kept) => match &lock(kept).failure {
                Some(Failure::Server(words)) => Err(Failure::Server(words.clone())),
                _ => Ok(Line(None)),
            },
            Transport::Smtp(smtp) => {
                let hello = ClientId::Domain(self.0.host.clone());
                let opened = tokio::time::timeout(OPEN_TIMEOUT, connect(smtp, &hello)).await;
                let line =
                    opened.unwrap_or_else(|_| Err("the mail server does not respond".to_owned()));
                line.map(|line| Line(Some(Box::new(line))))
                    .map_err(|words| Failure::Server(short(&words)))
            }
        }
    }

    /// Hands a message over; `Ok` means that the server has it. After a failure the line is of no more use.
    pub async fn send(&self, line: &mut Line, mail: Mail) -> Result<(), Failure> {
        let (from, host) = (self.0.from.clone(), self.0.host.clone());
        let message = mail.clone();
        let built = tokio::task::spawn_blocking(move || build(&message, &from, &host))
            .await
            .unwrap_or_else(|error| Err(format!("the email cannot be built: {error}")))
            .map_err(|words| Failure::Never(short(&words)))?;
        match (&self.0.transport, &mut line.0) {
            (Transport::MemoryOutbox(kept), _) => lock(kept).take(mail, &built),
            (_, Some(line)) => {
                let handed_over = hand_over(line, &built).await;
                if handed_over.is_err() {
                    line.abort().await;
                }
                handed_over
            }
            (_, None) => Err(Failure::Server("no mail server is configured".to_owned())),
        }
    }

    /// What was kept so far, oldest first.
    #[must_use]
    pub fn delivered(&self) -> Vec<Delivered> {
        match &self.0.transport {
            Transport::MemoryOutbox(kept) => lock(kept).delivered.clone(),
            Transport::None | Transport::Smtp(_) => Vec::new(),
        }
    }

    /// Lets everything fail from now on, or nothing; for tests.
    pub fn fail(&self, failure: Option<Failure>) {
        if let Transport::MemoryOutbox(kept) = &self.0.transport {
            lock(kept).failure = failure;
        }
    }
}

impl MemoryOutbox {
    fn take(&mut self, mail: Mail, built: &Message) -> Result<(), Failure> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let raw = String::from_utf8_lossy(&built.formatted()).into_owned();
        self.delivered.push(Delivered { mail, raw });
        Ok(())
    }
}

impl Line {
    /// Ends the connection as the protocol wants it.
    pub async fn close(self) {
        if let Some(mut line) = self.0 {
            // The messages are over there already.
            let _ = tokio::time::timeout(OPEN_TIMEOUT, line.quit()).await;
        }
    }
}

fn lock(kept: &Mutex<MemoryOutbox>) -> std::sync::MutexGuard<'_, MemoryOutbox> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn connect(smtp: &Smtp, hello: &ClientId) -> Result<AsyncSmtpConnection, String> {
    let tls = || TlsParameters::new(smtp.host.clone()).map_err(|error| error.to_string());
    let first_byte = if smtp.tls == Tls::Always {
        Some(tls()?)
    } else {
        None
    };
    let server = (smtp.host.as_str(), smtp.port);
    let mut line =
        AsyncSmtpConnection::connect_tokio1(server, Some(OPEN_TIMEOUT), hello, first_byte, None)
            .await
            .map_err(|error| error.to_string())?;
    let wanted = matches!(smtp.tls, Tls::Offered | Tls::Needed);
    if wanted && line.can_starttls() {
        line.starttls(tls()?, hello)
            .await
            .map_err(|error| error.to_string())?;
    } else if smtp.tls == Tls::Needed {
        line.abort().await;
        return Err(
            "the mail server offers no STARTTLS, and the password is not sent unencrypted"
                .to_owned(),
        );
    }
    if let Some((user, password)) = &smtp.credentials {
        let credentials = Credentials::new(user.clone(), password.clone());
        line.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            .await
            .map_err(|error| error.to_string())?;
    }
    Ok(line)
}

/// The dialogue of RFC 5321, 3.3. Until the sender is accepted nothing depends on the message.
async fn hand_over(line: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Failure> {
    let envelope = message.envelope();
    let mut parameters = Vec::new();
    let is_ascii = |to: &Address| AsRef::<str>::as_ref(to).is_ascii();
    if !envelope.to().iter().all(is_ascii) {
        if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
            let words = "the mail server only accepts ASCII addresses";
            return Err(Failure::Never(words.to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let of_server = |error: Answer| Failure::Server(error.words);
    let from = commands::Mail::new(envelope.from().cloned(), parameters);
    command(line, from).await.map_err(of_server)?;
    for to in envelope.to() {
        command(line, Rcpt::new(to.clone(), Vec::new())).await?;
    }
    command(line, Data).await?;
    let answer = tokio::time::timeout(MESSAGE_TIMEOUT, line.message(&message.formatted())).await;
    answered(answer)?;
    Ok(())
}

/// What the server said no with.
struct Answer {
    code: Option<u16>,
    words: String,
}

async fn command(
    line: &mut AsyncSmtpConnection,
    command: impl std::fmt::Display,
) -> Result<(), Answer> {
    answered(tokio::time::timeout(COMMAND_TIMEOUT, line.command(command)).await)
}

fn answered<T>(
    answer: Result<Result<T, lettre::transport::smtp::Error>, tokio::time::error::Elapsed>,
) -> Result<(), Answer> {
    match answer {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Answer {
            code: error.status().map(Into::into),
            words: short(&error.to_string()),
        }),
        Err(_) => Err(Answer {
            code: None,
            words: "the mail server does not respond".to_owned(),
        }),
    }
}

impl From<Answer> for Failure {
    /// What a refusal means for one message, RFC 5321, 4.2.1.
    fn from(answer: Answer) -> Self {
        match answer.code {
            // It wants a password first (RFC 4954, 6): that is no fault of the message.
            Some(530 | 535) => Self::Server(answer.words),
            Some(500..) => Self::Never(answer.words),
            _ => Self::Later(answer.words),
        }
    }
}

/// A server's words, in one line and not too many.
fn short(words: &str) -> String {
    crate::blog::comment::visible(words)
        .chars()
        .take(WORDS_MAX_CHARS)
        .collect()
}

/// The message as it goes out, RFC 5322; an error is a sentence about it.
fn build(mail: &Mail, from: &str, host: &str) -> Result<Message, String> {
    let unsubscribe = mail.unsubscribe.as_deref().unwrap_or_default();
    let values = [&mail.from_name, &mail.subject, &mail.id, unsubscribe];
    for value in values
        .into_iter()
        .chain(mail.above.iter().map(String::as_str))
    {
        if value.chars().any(char::is_control) {
            return Err("a header contains characters that are not allowed there".to_owned());
        }
    }
    let from: Address = from
        .parse()
        .map_err(|error| format!("the sender: {error}"))?;
    let at = Duration::from_millis(u64::try_from(mail.at.0).unwrap_or(0));
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(mail.from_name.clone()), from))
        .to(Mailbox::new(None, recipient(&mail.to)?))
        .subject(&mail.subject)
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        .date(SystemTime::UNIX_EPOCH + at)
        .header(ContentType::TEXT_PLAIN);
    // Nobody's holiday notice answers it, RFC 3834.
    builder = with(builder, "Auto-Submitted", "auto-generated")?;
    if let Some(last) = mail.above.last() {
        let name = |id: &String| format!("<{id}@{host}>");
        let all: Vec<String> = mail.above.iter().map(name).collect();
        builder = builder.in_reply_to(name(last)).references(all.join(" "));
    }
    if !unsubscribe.is_empty() {
        builder = with(builder, "List-Unsubscribe", &format!("<{unsubscribe}>"))?;
        builder = with(
            builder,
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click",
        )?;
    }
    builder
        .body(mail.text.clone())
        .map_err(|error| error.to_string())
}

fn with(builder: MessageBuilder, name: &str, value: &str) -> Result<MessageBuilder, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())?;
    Ok(builder.raw_header(HeaderValue::new(name, value.to_owned())))
}

/// An address as servers take it: the host in ASCII (RFC 5891), whatever it is written in.
fn recipient(email: &str) -> Result<Address, String> {
    let wrong = || "the address is not a valid email address".to_owned();
    if !is_email(email) {
        return Err(wrong());
    }
    let (local, host) = email.rsplit_once('@').ok_or_else(wrong)?;
    let host = url::Host::parse(host).map_err(|_| wrong())?;
    format!("{local}@{host}").parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(from_name: &str, subject: &str) -> Mail {
        Mail {
            from_name: from_name.to_owned(),
            to: "ada@example.org".to_owned(),
            subject: subject.to_owned(),
            text: "Words.".to_owned(),
            id: "1.abc".to_owned(),
            above: Vec::new(),
            at: Millis(1_465_137_000_000),
            unsubscribe: None,
        }
    }

    async fn sent(mail: Mail) -> Result<String, Failure> {
        let mailer = Mailer::kept();
        let mut line = mailer.open().await?;
        mailer.send(&mut line, mail).await?;
        Ok(mailer.delivered().remove(0).raw)
    }

    #[tokio::test]
    async fn hostile_names_and_subjects_are_refused_and_the_mailer_lives() {
        let mailer = Mailer::kept();
        for hostile in [
            "Eve\r\nBcc: victim@x.org",
            "a\0b",
            "a\nb",
            "\r",
            "\u{7f}",
            "\u{85}",
        ] {
            for mail in [mail(hostile, "Fine"), mail("Fine", hostile)] {
                let mut line = mailer.open().await.unwrap();
                let failure = mailer.send(&mut line, mail).await.unwrap_err();
                assert!(matches!(failure, Failure::Never(_)), "{hostile:?}");
            }
        }
        let mut line = mailer.open().await.unwrap();
        mailer.send(&mut line, mail("Fine", "Fine")).await.unwrap();
        assert_eq!(mailer.delivered().len(), 1);
    }

    #[tokio::test]
    async fn odd_names_and_subjects_stay_in_their_own_line() {
        let long = "word ".repeat(300);
        for odd in [
            "\"Eve\" <eve@x.org>, Bob",
            "=?utf-8?q?Eve?=",
            "Ada\\",
            "东京 lighthouse 🗼 café",
            ", ; : <> @ ()",
            long.as_str(),
            "",
        ] {
            let raw = sent(mail(odd, odd)).await.unwrap();
            let (head, _) = raw.split_once("\r\n\r\n").unwrap();
            let mut names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            names.sort_unstable();
            let wanted = [
                "Auto-Submitted",
                "Content-Transfer-Encoding",
                "Content-Type",
                "Date",
                "From",
                "Message-ID",
                "Subject",
                "To",
            ];
            assert_eq!(names, wanted, "{odd:?}");
            assert!(head.split("\r\n").all(|line| line.len() <= 998), "{odd:?}");
        }
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_refused() {
        for bad in [
            "\"-oQ/tmp -X\"@x.com",
            "a@b.com, c@d.com",
            "a@b.com\r\nBcc: c@d",
            "a@b.com>\r\nRCPT TO:<z@d.com",
            "",
        ] {
            let to = bad.to_owned();
            let failure = sent(Mail {
                to,
                ..mail("Blog", "Fine")
            })
            .await
            .unwrap_err();
            assert!(matches!(failure, Failure::Never(_)), "{bad:?}");
        }
        let to = "ada@bücher.example".to_owned();
        let raw = sent(Mail {
            to,
            ..mail("Blog", "Fine")
        })
        .await
        .unwrap();
        assert!(raw.contains("To: ada@xn--bcher-kva.example\r\n"), "{raw}");
    }

    #[tokio::test]
    async fn one_click_stops_the_mail_that_was_asked_for() {
        let link = format!("https://blog.example/mail/stop?s=1&key={}", "k".repeat(80));
        let unsubscribe = Some(link.clone());
        let raw = sent(Mail {
            unsubscribe,
            ..mail("Blog", "Fine")
        })
        .await
        .unwrap();
        let unfolded = raw.replace("\r\n ", " ");
        assert!(
            unfolded.contains(&format!("List-Unsubscribe: <{link}>\r\n")),
            "{raw}"
        );
        assert!(
            unfolded.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
            "{raw}"
        );
    }

    #[tokio::test]
    async fn without_a_server_nothing_is_sent_and_nothing_breaks() {
        let mailer = Mailer::by(Transport::None, "", "blog.example");
        assert!(!mailer.has_way());
        assert!(matches!(mailer.open().await, Err(Failure::Server(_))));
    }

    #[test]
    fn a_refusal_is_for_now_for_good_or_none_of_the_messages_fault() {
        let failure = |code| {
            Failure::from(Answer {
                code,
                words: String::new(),
            })
        };
        assert_eq!(failure(Some(451)), Failure::Later(String::new()));
        assert_eq!(failure(None), Failure::Later(String::new()));
        assert_eq!(failure(Some(550)), Failure::Never(String::new()));
        assert_eq!(failure(Some(530)), Failure::Server(String::new()));
    }
}
