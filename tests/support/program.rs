//! The real program in a data directory of its own: its commands, its server, and a look into its database.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing that is awaited takes this long, on the slowest machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The files that our fixtures of Blogger's two formats are in.
pub const FIXTURES: [&str; 2] = ["old-export.xml", "takeout-feed.atom"];

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/blogger")
        .join(name)
}

/// The program without any config from the environment of the tests.
pub fn daybook() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("DAYBOOK_") || name.starts_with("DATABASE_URL") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// A data directory.
pub struct Home {
    directory: PathBuf,
    /// Goes with the value; a directory that tests share stays until they run again.
    _temporary: Option<TempDir>,
}

impl Home {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self {
            directory: temporary.path().to_owned(),
            _temporary: Some(temporary),
        }
    }

    /// A data directory that all tests of a run share.
    pub fn shared(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if directory.exists() {
            std::fs::remove_dir_all(&directory).unwrap();
        }
        Self {
            directory,
            _temporary: None,
        }
    }

    /// A data directory with one person who can sign in.
    pub fn set_up() -> Self {
        let home = Self::new();
        home.done(&["user", "add", "ada@example.org", "--name", "Ada"]);
        home
    }

    /// The data directory; it is made by the program.
    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// A file or folder next to the data directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.data().join("daybook.db")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = daybook();
        command.args(arguments).arg("--data").arg(self.data());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed; gives what it prints.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// Runs a command that must be refused; gives its one sentence.
    pub fn refused(&self, arguments: &[&str]) -> String {
        refusal(&self.run(arguments))
    }

    pub fn import(&self, file: &Path) -> String {
        self.done(&["import", "blogger", &file.to_string_lossy()])
    }

    /// Everything that the database holds, table by table.
    pub fn dump(&self) -> Vec<String> {
        let tables = self.rows(
            "select name from sqlite_master where type = 'table' and sql not like 'create virtual%' order by name",
        );
        let mut lines = Vec::new();
        for table in tables.into_iter().flatten() {
            let columns: Vec<String> = self
                .rows(&format!("select name from pragma_table_info('{table}')"))
                .into_iter()
                .flatten()
                .map(|column| format!("quote(\"{column}\")"))
                .collect();
            let all = columns.join(" || ',' || ");
            let rows = self.rows(&format!("select {all} from \"{table}\" order by 1"));
            lines.extend(
                rows.into_iter()
                    .flatten()
                    .map(|row| format!("{table}: {row}")),
            );
        }
        lines
    }

    /// Asks the database; every value as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        query(&self.database(), sql)
    }

    pub fn number(&self, sql: &str) -> u64 {
        self.rows(sql)[0][0].parse().unwrap()
    }
}

/// Asks a database, or changes it behind the program's back.
pub fn query(path: &Path, sql: &str) -> Vec<Vec<String>> {
    use sqlx::{Connection, Row, TypeInfo, Value, ValueRef};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let value = |row: &sqlx::sqlite::SqliteRow, place: usize| {
            let value = row.try_get_raw(place).unwrap().to_owned();
            match value.type_info().name() {
                "NULL" => String::new(),
                "INTEGER" => value.decode::<i64>().to_string(),
                _ => value.decode::<String>(),
            }
        };
        let rows = rows
            .iter()
            .map(|row| (0..row.len()).map(|place| value(row, place)).collect())
            .collect();
        connection.close().await.unwrap();
        rows
    })
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The sentence of a command that refused to do anything: one line on standard error, nothing on standard output.
pub fn refusal(output: &Output) -> String {
    let said = text(&output.stderr);
    assert!(!output.status.success(), "it was not refused");
    assert_eq!(text(&output.stdout), "");
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.starts_with("Importing: "))
        .collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
    lines[0]
        .strip_prefix("daybook: ")
        .unwrap_or_else(|| panic!("{said}"))
        .to_owned()
}

/// Asks again until there is an answer.
pub fn await_some<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    printed: Receiver<String>,
    logged: Receiver<String>,
}

impl Server {
    /// Serves a data directory on a free port; gives the server when it answers.
    pub fn start(home: &Home) -> Self {
        Self::start_with(home, |_| {})
    }

    /// The same with further flags or environment.
    pub fn start_with(home: &Home, more: impl FnOnce(&mut Command)) -> Self {
        let address = free_address();
        let mut command = home.command(&["serve", "--listen", &address.to_string()]);
        more(&mut command);
        let server = Self::spawn(command, address);
        // It says so once its port is open.
        server.await_logged("serving");
        server
    }

    /// The same, with everything that the log says left to be read.
    pub fn start_quietly(home: &Home) -> Self {
        let address = free_address();
        let command = home.command(&["serve", "--listen", &address.to_string()]);
        Self::spawn(command, address)
    }

    /// Starts a server; `address` is where it can be asked once it says that it serves.
    pub fn spawn(mut command: Command, address: SocketAddr) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let printed = lines(child.stdout.take().unwrap());
        let logged = lines(child.stderr.take().unwrap());
        Self {
            child,
            address,
            printed,
            logged,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line on standard output that holds this.
    pub fn await_printed(&self, part: &str) -> String {
        await_line(&self.printed, part)
    }

    pub fn await_logged(&self, part: &str) -> String {
        await_line(&self.logged, part)
    }

    /// All that is in the log up to a line that holds this, and that line.
    pub fn logged_until(&self, part: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.logged.recv_timeout(PATIENCE);
            lines.push(line.unwrap_or_else(|error| panic!("no “{part}” ({error}): {lines:?}")));
            if lines.last().is_some_and(|line| line.contains(part)) {
                return lines;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    pub fn get(&self, path: &str) -> Answer {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n",
            self.address
        )
        .unwrap();
        Answer::read(stream)
    }

    /// The head of a form that is sent from the blog's own page.
    pub fn form_head(&self, path: &str, length: usize) -> String {
        format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n",
            address = self.address
        )
    }

    pub fn post(&self, path: &str, form: &str) -> Answer {
        let mut stream = self.connect();
        stream
            .write_all((self.form_head(path, form.len()) + form).as_bytes())
            .unwrap();
        Answer::read(stream)
    }

    /// One request of somebody with a cookie, as from a page of the blog.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        cookie: &str,
        fields: &[(String, String)],
    ) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut stream = self.connect();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            form.len(),
            host = self.address,
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(form.as_bytes()).unwrap();
        Answer::read(stream)
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    pub fn await_end(&mut self) -> ExitStatus {
        await_some("the server ends", || self.child.try_wait().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Nobody listens any more when the test is over.
            let _ = sender.send(line);
        }
    });
    receiver
}

fn await_line(lines: &Receiver<String>, part: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    let mut others = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) if line.contains(part) => return line,
            Ok(line) => others.push(line),
            Err(error) => panic!(
                "no line with “{part}” ({error}), but: {}",
                others.join("\n")
            ),
        }
    }
}

/// A port that nobody listens on and that no other test of this process is given.
///
/// It lies below those that the system gives to clients: one of them must not sit on it before the server does.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).unwrap();
    await_some("a free port", || {
        let port = 20_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        TcpListener::bind(address).ok().map(|_| address)
    })
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let all = text(&bytes);
        let (head, body) = all.split_once("\r\n\r\n").unwrap_or((&all, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Self {
            status: status.unwrap_or_else(|| panic!("no answer but “{head}”")),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Everything in a directory by name, with its bytes.
pub fn contents(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.push((path.clone(), Vec::new()));
            found.extend(contents(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

/// Copies a whole directory.
pub fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for (path, bytes) in contents(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        if path.is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::write(target, bytes).unwrap();
        }
    }
}
