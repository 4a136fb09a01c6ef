//! Config: what the operator decides before the start. First found wins: flag, environment, `daybook.toml`.

#[cfg(test)]
mod tests;

use crate::memory;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use url::Url;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// What is decided before the start. A flag counts before the environment, the environment before `daybook.toml`
/// in the data directory.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Config")]
pub struct ConfigArgs {
    /// The directory that contains the whole blog [default: ./data]
    #[arg(long, value_name = "DIR", env = "DAYBOOK_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "DAYBOOK_LISTEN", global = true)]
    pub listen: Option<String>,
    /// The public address, used for all absolute links [default: http:// and the listen address]
    #[arg(long, value_name = "URL", env = "DAYBOOK_URL", global = true)]
    pub url: Option<String>,
    /// The database, `sqlite://PATH` [default: daybook.db in the data directory]
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub database: Option<String>,
    /// The address or network of a proxy whose X-Forwarded-For header is trusted; can be given several times [default: none]
    #[arg(
        long,
        value_name = "CIDR",
        env = "DAYBOOK_TRUSTED_PROXY",
        value_delimiter = ',',
        global = true
    )]
    pub trusted_proxy: Option<Vec<String>>,
    /// The mail server, `smtp://[USER:PASSWORD@]HOST[:PORT][?from=ADDRESS]` or `smtps://…` [default: none, emails wait]
    #[arg(
        long,
        value_name = "URL",
        env = "DAYBOOK_SMTP",
        hide_env_values = true,
        global = true
    )]
    pub smtp: Option<String>,
    /// The address to serve `/metrics` on for Prometheus; must not be the blog's own address [default: none]
    #[arg(long, value_name = "ADDR", env = "DAYBOOK_METRICS", global = true)]
    pub metrics: Option<String>,
    /// The format of the log; `RUST_LOG` filters it [default: text]
    #[arg(long, value_name = "FORMAT", env = "DAYBOOK_LOG", global = true)]
    pub log: Option<LogFormat>,
    /// Memory for cached pages in MiB; 0 turns the cache off [default: 64, or an eighth of the memory that the process may use]
    #[arg(long, value_name = "MIB", env = "DAYBOOK_PAGE_CACHE", global = true)]
    pub page_cache: Option<u64>,
    /// Where the server keeps its backups [default: backups in the data directory]
    #[arg(long, value_name = "DIR", env = "DAYBOOK_BACKUPS", global = true)]
    pub backups: Option<PathBuf>,
    /// Leave checkpoints of the database's write-ahead log to another program, such as Litestream
    #[arg(
        long,
        env = "DAYBOOK_LEAVE_CHECKPOINTS",
        value_parser = clap::builder::BoolishValueParser::new(),
        global = true
    )]
    pub leave_checkpoints: bool,
    /// Also fetch pictures from private, loopback and link-local addresses, on any port (for an intranet)
    #[arg(
        long,
        env = "DAYBOOK_FETCH_PRIVATE",
        value_parser = clap::builder::BoolishValueParser::new(),
        global = true
    )]
    pub fetch_private: bool,
    /// The names of what came by a flag; everything else that is given came from the environment.
    #[arg(skip)]
    pub by_flag: BTreeSet<&'static str>,
}

impl ConfigArgs {
    /// The flags of the config whose values may be wrong, by the names that clap has for them.
    pub const NAMES: [&'static str; 6] = [
        "listen",
        "url",
        "database",
        "trusted_proxy",
        "smtp",
        "metrics",
    ];

    /// What to call the place that a value came from: the flag, the variable, or the line of the file.
    fn source(&self, name: &str, is_given: bool, file: &Path) -> String {
        let flag = name.replace('_', "-");
        if self.by_flag.contains(name) {
            return format!("--{flag}");
        }
        match (is_given, name) {
            (true, "database") => "DATABASE_URL".to_owned(),
            (true, _) => format!("DAYBOOK_{}", name.to_uppercase()),
            (false, _) => format!("{}, {flag}", file.display()),
        }
    }
}

/// All that is known before the database opens.
#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// The public address, without a path; used for every absolute link.
    pub url: Url,
    pub database: PathBuf,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where mail is handed over; without it mail waits in the outbox.
    pub smtp: Option<Smtp>,
    /// Where `/metrics` is served; nowhere without it.
    pub metrics: Option<SocketAddr>,
    pub log: LogFormat,
    /// 0 turns the page cache off.
    pub page_cache_bytes: u64,
    /// Where the server keeps its backups.
    pub backups: PathBuf,
    /// Whether another program writes the database's log back.
    pub leave_checkpoints: bool,
    /// Whether pictures are fetched from private networks too.
    pub fetch_private: bool,
    pub assumed: Assumed,
}

/// What nobody has given: the program chose it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assumed {
    /// The public address; see [`Config::url`].
    pub url: bool,
    /// The address to listen on.
    pub listen: bool,
}

/// A server that takes mail, and the address that mail comes from.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    /// Name and password.
    pub credentials: Option<(String, String)>,
    pub tls: Tls,
    /// The sender of all mail.
    pub from: String,
}

/// How the way to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Never: the server is on this machine, or the operator said so.
    Off,
    /// With STARTTLS where the server offers it (RFC 3207).
    Offered,
    /// With STARTTLS or not at all: a password is never sent in the clear.
    Needed,
    /// From the first byte (RFC 8314).
    Always,
}

/// Passwords do not belong in a log.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{}, {:?})", self.host, self.port, self.tls)
    }
}

/// Where the blog is served when nobody says where.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// A config that makes no sense, as one sentence for the operator.
#[derive(Debug)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// What `daybook.toml` may say.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct ConfigFile {
    listen: Option<String>,
    url: Option<String>,
    database: Option<String>,
    trusted_proxy: Option<Vec<String>>,
    smtp: Option<String>,
    metrics: Option<String>,
    log: Option<LogFormat>,
    page_cache: Option<u64>,
    backups: Option<PathBuf>,
    leave_checkpoints: Option<bool>,
    fetch_private: Option<bool>,
}

impl Config {
    /// Puts the config together from flags and environment (which clap has read) and the file in the data directory.
    pub fn read(args: &ConfigArgs) -> Result<Self, ConfigError> {
        let data = args.data.clone().unwrap_or_else(|| PathBuf::from("./data"));
        if data.exists() && !data.is_dir() {
            return Err(ConfigError(format!(
                "the data directory {} is not a directory",
                data.display()
            )));
        }
        let path = data.join("daybook.toml");
        let file = read_file(&path)?;
        // Whatever is refused, the sentence names where it came from.
        let given = Given {
            args,
            path: &path,
            in_file: &file,
        };
        let listen = given.listen()?.unwrap_or(LISTEN);
        let url = given.url()?;
        let assumed = Assumed {
            url: url.is_none(),
            listen: args.listen.is_none() && file.listen.is_none(),
        };
        let url = match url {
            Some(url) => url,
            None => parse_url(&format!("http://{listen}")).map_err(ConfigError)?,
        };
        let database = given.database(&data)?;
        let smtp = given.smtp(&url)?;
        let metrics = given.metrics()?;
        // What is counted there is for the operator alone.
        if metrics == Some(listen) {
            return Err(ConfigError(format!(
                "the metrics cannot be served at {listen}, which is the blog's own address"
            )));
        }
        let trusted_proxies = given.trusted_proxies()?;
        let page_cache_bytes = match args.page_cache.or(file.page_cache) {
            Some(mib) => mib.saturating_mul(1024 * 1024),
            None => memory::page_cache_bytes(),
        };
        Ok(Self {
            listen,
            url,
            database,
            trusted_proxies,
            smtp,
            metrics,
            log: args.log.or(file.log).unwrap_or_default(),
            page_cache_bytes,
            backups: args
                .backups
                .clone()
                .or_else(|| file.backups.clone())
                .unwrap_or_else(|| data.join("backups")),
            leave_checkpoints: args.leave_checkpoints || file.leave_checkpoints.unwrap_or(false),
            fetch_private: args.fetch_private || file.fetch_private.unwrap_or(false),
            assumed,
            data,
        })
    }

    /// The origin of the public address (RFC 6454): scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// An absolute link to one of our addresses.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    #[must_use]
    pub fn media_directory(&self) -> PathBuf {
        self.data.join("media")
    }
}

fn read_file(path: &Path) -> Result<ConfigFile, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(ConfigFile::default());
        }
        Err(error) => {
            return Err(ConfigError(format!(
                "{} cannot be read: {error}",
                path.display()
            )));
        }
    };
    toml::from_str(&text).map_err(|error| {
        let message = error.message().trim().replace('\n', " ");
        let line = error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        ConfigError(format!("{}, line {line}: {message}", path.display()))
    })
}

/// What was given, by flags, the environment and the file, and what to call each where it is wrong.
struct Given<'a> {
    args: &'a ConfigArgs,
    path: &'a Path,
    in_file: &'a ConfigFile,
}

impl Given<'_> {
    /// Reads a value; what is wrong with it begins with the place that it came from.
    fn parse<T>(
        &self,
        name: &str,
        in_args: Option<&str>,
        in_file: Option<&str>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = in_args.or(in_file) else {
            return Ok(None);
        };
        parse(text)
            .map(Some)
            .map_err(|words| self.wrong(name, in_args.is_some(), &words))
    }

    fn wrong(&self, name: &str, is_in_args: bool, words: &str) -> ConfigError {
        let source = self.args.source(name, is_in_args, self.path);
        ConfigError(format!("{source}: {words}"))
    }

    fn listen(&self) -> Result<Option<SocketAddr>, ConfigError> {
        let (args, file) = (self.args.listen.as_deref(), self.in_file.listen.as_deref());
        self.parse("listen", args, file, parse_listen)
    }

    fn metrics(&self) -> Result<Option<SocketAddr>, ConfigError> {
        let (args, file) = (
            self.args.metrics.as_deref(),
            self.in_file.metrics.as_deref(),
        );
        self.parse("metrics", args, file, parse_listen)
    }

    fn url(&self) -> Result<Option<Url>, ConfigError> {
        let (args, file) = (self.args.url.as_deref(), self.in_file.url.as_deref());
        self.parse("url", args, file, parse_url)
    }

    fn database(&self, data: &Path) -> Result<PathBuf, ConfigError> {
        let (args, file) = (
            self.args.database.as_deref(),
            self.in_file.database.as_deref(),
        );
        let found = match self.secret_from_file("database", "DATABASE_URL", args)? {
            Some((text, variable)) => Some(
                parse_database(&text)
                    .map_err(|words| ConfigError(format!("{variable}: {words}")))?,
            ),
            None => self.parse("database", args, file, parse_database)?,
        };
        Ok(found.unwrap_or_else(|| data.join("daybook.db")))
    }

    fn smtp(&self, public: &Url) -> Result<Option<Smtp>, ConfigError> {
        let (args, file) = (self.args.smtp.as_deref(), self.in_file.smtp.as_deref());
        let parse = |text: &str| parse_smtp(text, public);
        match self.secret_from_file("smtp", "DAYBOOK_SMTP", args)? {
            Some((text, variable)) => parse(&text)
                .map(Some)
                .map_err(|words| ConfigError(format!("{variable}: {words}"))),
            None => self.parse("smtp", args, file, parse),
        }
    }

    fn trusted_proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let in_args = self.args.trusted_proxy.as_ref();
        let cidrs = in_args.or(self.in_file.trusted_proxy.as_ref());
        let networks = cidrs.into_iter().flatten().map(|cidr| parse_network(cidr));
        networks
            .collect::<Result<_, _>>()
            .map_err(|words| self.wrong("trusted_proxy", in_args.is_some(), &words))
    }

    /// A secret may be in a file that `NAME_FILE` names, so that it appears in no process list and no environment. A flag
    /// counts before that file. Gives the text and the variable's name.
    fn secret_from_file(
        &self,
        name: &str,
        variable: &str,
        in_args: Option<&str>,
    ) -> Result<Option<(String, String)>, ConfigError> {
        let in_file = format!("{variable}_FILE");
        let Some(path) = std::env::var_os(&in_file).filter(|path| !path.is_empty()) else {
            return Ok(None);
        };
        if self.args.by_flag.contains(name) {
            return Ok(None);
        }
        if in_args.is_some() {
            return Err(ConfigError(format!(
                "{variable} and {in_file} are both set; remove one of them"
            )));
        }
        let path = Path::new(&path);
        let text = std::fs::read_to_string(path).map_err(|error| {
            ConfigError(format!(
                "{in_file}: {} cannot be read: {error}",
                path.display()
            ))
        })?;
        match text.trim() {
            "" => Err(ConfigError(format!(
                "{in_file}: {} is empty",
                path.display()
            ))),
            text => Ok(Some((text.to_owned(), in_file))),
        }
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("“{text}” is not an address to listen on; give an IP address and a port, such as 127.0.0.1:8080")
    })
}

fn parse_url(text: &str) -> Result<Url, String> {
    let wrong =
        || format!("“{text}” is not a public address; give one such as https://blog.example.org");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
        return Err(wrong());
    }
    if url.path() != "/" {
        return Err(format!(
            "the public address “{text}” has a path; a blog must be at the root of its host"
        ));
    }
    Ok(url)
}

/// Reads `sqlite://PATH`. The message repeats nothing of it: it may hold a password, and it may be another program's.
fn parse_database(text: &str) -> Result<PathBuf, String> {
    let wrong = || {
        "Daybook cannot use this database; give sqlite://PATH, or leave it out for daybook.db in the data directory (--database takes precedence over a variable)".to_owned()
    };
    let path = text
        .strip_prefix("sqlite://")
        .or_else(|| text.strip_prefix("sqlite:"))
        .ok_or_else(wrong)?;
    if path.is_empty() || path.contains(['?', '#']) || path.contains(":memory:") {
        return Err(wrong());
    }
    Ok(PathBuf::from(path))
}

/// Reads `smtp://[USER:PASSWORD@]HOST[:PORT]` with `?from=` and `?tls=off`. The messages repeat nothing of it: it may hold a password.
fn parse_smtp(text: &str, public: &Url) -> Result<Smtp, String> {
    let wrong = |words: &str| format!("the mail server {words}");
    let shape = "must be given as smtp://HOST, smtp://USER:PASSWORD@HOST:PORT or smtps://…";
    let url = Url::parse(text.trim()).map_err(|_| wrong(shape))?;
    let host = url.host_str().filter(|host| !host.is_empty());
    let (Some(host), "smtp" | "smtps", "" | "/", None) =
        (host, url.scheme(), url.path(), url.fragment())
    else {
        return Err(wrong(shape));
    };
    let credentials = match (decoded(url.username()), url.password().map(decoded)) {
        (Some(user), None) if user.is_empty() => None,
        (Some(user), Some(Some(password))) if !user.is_empty() => Some((user, password)),
        _ => {
            return Err(wrong(
                "needs a name and a password, or neither; write @ as %40, : as %3A and / as %2F in them",
            ));
        }
    };
    let always = url.scheme() == "smtps";
    let mut smtp = Smtp {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(match (always, &credentials) {
            (true, _) => 465,
            (false, Some(_)) => 587,
            (false, None) => 25,
        }),
        tls: match &credentials {
            _ if always => Tls::Always,
            _ if is_this_machine(&url) => Tls::Off,
            Some(_) => Tls::Needed,
            None => Tls::Offered,
        },
        credentials,
        from: format!("daybook@{}", mail_domain(public)),
    };
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.as_ref()) {
            ("from", from) => from.clone_into(&mut smtp.from),
            ("tls", "off") if !always => smtp.tls = Tls::Off,
            _ => {
                return Err(wrong(
                    "can only be followed by ?from=ADDRESS and, with smtp://, ?tls=off",
                ));
            }
        }
    }
    if smtp.from.parse::<lettre::Address>().is_err() {
        return Err(format!(
            "“{}” is not a valid sender address; give one such as ?from=blog@example.org",
            smtp.from
        ));
    }
    Ok(smtp)
}

/// Undoes the escapes that names and passwords need in an address.
fn decoded(text: &str) -> Option<String> {
    let value = percent_decode_str(text).decode_utf8_lossy();
    (!value.chars().any(char::is_control)).then(|| value.into_owned())
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        // Schemes that browsers do not know keep addresses as they were written.
        Some(url::Host::Domain(name)) => {
            name == "localhost"
                || name
                    .parse::<std::net::Ipv4Addr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What is after the @ of our own address: the public host, RFC 5321, 4.1.3.
fn mail_domain(public: &Url) -> String {
    match public.host() {
        Some(url::Host::Domain(name)) => name.to_owned(),
        Some(url::Host::Ipv4(address)) => format!("[{address}]"),
        Some(url::Host::Ipv6(_)) | None => "localhost".to_owned(),
    }
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| {
            format!("“{text}” is not a network; give one such as 10.0.0.0/8 or an address")
        })
}
