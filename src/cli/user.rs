//! `daybook user`: people who sign in. Nothing here needs mail.

use crate::blog::Problems;
use crate::blog::audit::{Act, Note};
use crate::blog::author::{self, Author, Role};
use crate::blog::password;
use crate::clock::Clock;
use crate::config::Config;
use crate::secrets::{self, Passwords};
use crate::store::Store;
use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use std::io::Read;

/// How long a one-time sign-in address works.
const LINK_SECONDS: i64 = 24 * 3600;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person; prints a one-time sign-in address unless a password is given
    Add {
        /// The email address to sign in with
        email: String,
        /// The name that readers see
        #[arg(long)]
        name: String,
        /// What the person can do: a contributor writes drafts, an author publishes their own posts, an operator can do everything.
        /// By default, the first person of a blog is an operator and everybody else is an author
        #[arg(long)]
        role: Option<RoleArg>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// List everybody who can sign in
    List,
    /// Print a one-time sign-in address for somebody who has lost their password
    Reset {
        /// The email address to sign in with
        email: String,
        /// Also turn off one-time codes, for somebody who has lost their phone and recovery codes
        #[arg(long)]
        without_codes: bool,
    },
    /// Give a person another role
    Role {
        /// The email address to sign in with
        email: String,
        /// A contributor writes drafts, an author publishes their own posts, an operator can do everything
        role: RoleArg,
    },
    /// Remove a person; their posts stay
    Remove {
        /// The email address to sign in with
        email: String,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum RoleArg {
    Contributor,
    Author,
    Operator,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Contributor => Self::Contributor,
            RoleArg::Author => Self::Author,
            RoleArg::Operator => Self::Operator,
        }
    }
}

pub async fn run(command: UserCommand, config: &Config) -> Result<()> {
    let create = matches!(command, UserCommand::Add { .. });
    let store = super::open_store(config, create).await?;
    let result = match command {
        UserCommand::Add {
            email,
            name,
            role,
            password_stdin,
        } => add(&store, config, &email, &name, role, password_stdin).await,
        UserCommand::List => list(&store).await,
        UserCommand::Reset {
            email,
            without_codes,
        } => reset(&store, config, &email, without_codes).await,
        UserCommand::Role { email, role } => set_role(&store, &email, role.into()).await,
        UserCommand::Remove { email } => remove(&store, &email).await,
    };
    store.close().await;
    result
}

async fn add(
    store: &Store,
    config: &Config,
    email: &str,
    name: &str,
    role: Option<RoleArg>,
    password_stdin: bool,
) -> Result<()> {
    let (name, email) =
        author::parse_person(name, email).map_err(|problems| sentence(&problems))?;
    let hash = if password_stdin {
        let password = read_password()?;
        password::check(&password, &[&name, &email]).map_err(|problems| sentence(&problems))?;
        Some(Passwords::default().hash(password).await?)
    } else {
        None
    };
    let role = match role {
        Some(role) => role.into(),
        None if store.authors().any_exist().await? => Role::Author,
        None => Role::Operator,
    };
    let id = store
        .noting(note(Act::Invite, &format!("{name}, {role}")))
        .authors()
        .add(&name, &email, role, hash.as_deref(), Clock::System.now())
        .await?
        .ok_or_else(|| anyhow!("{email} is already in use"))?;
    println!("{name} can sign in as {email}.");
    if hash.is_none() {
        print_link(store, config, id).await?;
    }
    Ok(())
}

fn read_password() -> Result<String> {
    /// A password ends at 128 characters; what is longer is no password.
    const BYTES_MAX: u64 = 4096;
    let mut text = String::new();
    std::io::stdin()
        .take(BYTES_MAX)
        .read_to_string(&mut text)
        .context("the password cannot be read from standard input")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

async fn list(store: &Store) -> Result<()> {
    for author in store.authors().list().await? {
        println!("{}\t{}\t{}", author.email, author.role, author.name);
    }
    Ok(())
}

async fn reset(store: &Store, config: &Config, email: &str, without_codes: bool) -> Result<()> {
    let author = known(store, email).await?;
    if without_codes {
        let about = format!("{}: off", author.name);
        store
            .noting(note(Act::Codes, &about))
            .credentials()
            .disable_totp(author.id)
            .await?;
    }
    let store = store.noting(note(Act::Link, &author.name));
    print_link(&store, config, author.id).await
}

async fn set_role(store: &Store, email: &str, role: Role) -> Result<()> {
    let author = known(store, email).await?;
    let store = store.noting(note(Act::Role, &format!("{}: {role}", author.name)));
    if !store
        .authors()
        .set_role(author.id, role, Clock::System.now())
        .await?
    {
        bail!("{email} is the only operator; make somebody else an operator first");
    }
    println!("{} is now: {}.", author.email, role);
    Ok(())
}

async fn remove(store: &Store, email: &str) -> Result<()> {
    let author = known(store, email).await?;
    if store.authors().list().await?.len() == 1 {
        bail!("{email} is the only one who can sign in; add somebody else first");
    }
    let store = store.noting(note(Act::Remove, &author.name));
    if !store
        .authors()
        .remove(author.id, Clock::System.now())
        .await?
    {
        bail!("{email} is the only operator; make somebody else an operator first");
    }
    println!("{} can no longer sign in.", author.email);
    Ok(())
}

/// A line of the audit log: nobody is signed in here, but anyone who reads the log sees where it was done.
fn note(act: Act, about: &str) -> Note {
    Note::new(act, Clock::System.now())
        .about(about)
        .from("the command line")
}

async fn known(store: &Store, email: &str) -> Result<Author> {
    store
        .authors()
        .by_email(email.trim())
        .await?
        .ok_or_else(|| anyhow!("nobody has the email address {email}"))
}

/// Prints an address that lets a person in once.
pub async fn print_link(
    store: &Store,
    config: &Config,
    author: crate::blog::AuthorId,
) -> Result<()> {
    // It leads to where the blog is served.
    let config = super::running_server::apply(config);
    let key = secrets::token()?;
    let until = Clock::System.now().plus_seconds(LINK_SECONDS);
    store
        .sign_in_links()
        .add(&secrets::hash(&key), Some(author), until)
        .await?;
    println!(
        "Sign in at this address, once, within a day:\n\n  {}\n",
        config.link(&format!("/admin/sign-in/link?key={key}"))
    );
    Ok(())
}

fn sentence(problems: &Problems) -> anyhow::Error {
    let messages: Vec<&str> = problems
        .0
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    anyhow!("{}", messages.join(" "))
}
