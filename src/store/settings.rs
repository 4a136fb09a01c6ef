//! Settings, one row each, and the blog's own secret among them.

use super::{Store, Write};
use crate::blog::appearance::Appearance;
use crate::blog::backup::Plan;
use crate::blog::settings::Settings;
use crate::blog::spam::Rules;
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// The row that holds the secret; no form shows it and no form can change it.
const SECRET: &str = "secret";

/// The row of the host that names in feeds begin with.
const FEED_HOST: &str = "feed_host";

/// The row of the rules that comments are judged by.
const RULES: &str = "spam_rules";
/// The row of the text that they were read from.
const RULES_TYPED: &str = "spam_rules_typed";

/// The row of the blog's look.
const APPEARANCE: &str = "appearance";
/// The row of the look before it.
const APPEARANCE_BEFORE: &str = "appearance_before";

/// The row of what the operator decided about backups.
const BACKUP_PLAN: &str = "backup_plan";
/// The row of why the last backup failed; gone with the next that succeeds.
const BACKUP_FAILURE: &str = "backup_failure";

handle! {
    /// Settings.
    settings: StoredSettings
}

impl StoredSettings<'_> {
    pub async fn load(self) -> Result<Settings> {
        let rows: Vec<(String, String)> = self
            .ask("select name, value from settings order by name")
            .all()
            .await?;
        Ok(Settings::of_rows(rows))
    }

    pub async fn save(self, settings: &Settings, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write.put_settings(&settings.rows()).await?;
        write.commit_content(now).await
    }

    /// The secret that the blog signs with; `fresh` becomes it where there is none yet.
    pub async fn secret(self, fresh: &str) -> Result<String> {
        self.write_once(SECRET, fresh).await
    }

    /// The host that names in feeds begin with: the first that could be kept, whatever the address is by now.
    pub async fn feed_host(self, host: &str, can_be_kept: bool) -> Result<String> {
        if can_be_kept {
            return self.write_once(FEED_HOST, host).await;
        }
        let row = self.row(FEED_HOST).await?;
        Ok(row.unwrap_or_else(|| host.to_owned()))
    }

    /// The value of a row that is written once.
    async fn write_once(self, name: &str, fresh: &str) -> Result<String> {
        // Mostly it is there, and a start on a full disk needs no room for it.
        if let Some(kept) = self.row(name).await? {
            return Ok(kept);
        }
        let mut write = self.write().await?;
        write
            .ask("insert into settings (name, value) values ($1, $2) on conflict (name) do nothing")
            .bind(name)
            .bind(fresh)
            .run()
            .await?;
        let kept: String = write
            .ask("select value from settings where name = $1")
            .bind(name)
            .value()
            .await?;
        write.commit().await?;
        Ok(kept)
    }

    /// The spam rules as their author typed them, remarks and all, as long as they say what the settings say.
    pub async fn typed_rules(self) -> Result<Option<String>> {
        let rows: Vec<(String, String)> = self
            .ask("select name, value from settings where name in ($1, $2)")
            .bind(RULES)
            .bind(RULES_TYPED)
            .all()
            .await?;
        let of = |wanted: &str| {
            let row = rows.iter().find(|(name, _)| name == wanted);
            row.map(|(_, text)| text.clone())
        };
        let saved = of(RULES).map(|text| Rules::parse(&text));
        Ok(of(RULES_TYPED).filter(|typed| Some(Rules::parse(typed)) == saved))
    }

    /// Saves spam rules, and the text that they were read from.
    pub async fn save_rules(self, rules: &Rules, typed: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .put_settings(&[(RULES, rules.to_string()), (RULES_TYPED, typed.to_owned())])
            .await?;
        write.commit_content(now).await
    }

    /// Saves how the blog looks, and how it looked before.
    pub async fn save_appearance(self, look: &Appearance, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        let before = write.setting(APPEARANCE).await?;
        let before = before.unwrap_or_else(|| Appearance::default().row());
        write
            .put_settings(&[(APPEARANCE, look.row()), (APPEARANCE_BEFORE, before)])
            .await?;
        write.commit_content(now).await
    }

    /// How the blog looked before its look was saved last; `None` where it never was.
    pub async fn previous_appearance(self) -> Result<Option<Appearance>> {
        let row = self.row(APPEARANCE_BEFORE).await?;
        Ok(row.map(|value| Appearance::of_row(&value)))
    }

    /// Takes the last change of the look back; done again, it brings it back.
    pub async fn undo_appearance(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        let Some(before) = write.setting(APPEARANCE_BEFORE).await? else {
            return Ok(());
        };
        let look = write.setting(APPEARANCE).await?.unwrap_or_default();
        write
            .put_settings(&[(APPEARANCE, before), (APPEARANCE_BEFORE, look)])
            .await?;
        write.commit_content(now).await
    }

    /// When the server backs up by itself, and how many backups it keeps.
    pub async fn backup_plan(self) -> Result<Plan> {
        let row = self.row(BACKUP_PLAN).await?;
        Ok(row.map_or_else(Plan::default, |row| Plan::of_row(&row)))
    }

    pub async fn save_backup_plan(self, plan: Plan) -> Result<()> {
        let mut write = self.write().await?;
        write.put_settings(&[(BACKUP_PLAN, plan.row())]).await?;
        write.commit().await
    }

    /// Why the last backup failed, as it was noted.
    pub async fn backup_failure(self) -> Result<Option<String>> {
        self.row(BACKUP_FAILURE).await
    }

    pub async fn note_backup_failure(self, why: Option<&str>) -> Result<()> {
        if why.is_none() && self.row(BACKUP_FAILURE).await?.is_none() {
            return Ok(());
        }
        let mut write = self.write().await?;
        if let Some(why) = why {
            write
                .put_settings(&[(BACKUP_FAILURE, why.to_owned())])
                .await?;
        } else {
            write
                .ask("delete from settings where name = $1")
                .bind(BACKUP_FAILURE)
                .run()
                .await?;
        }
        write.commit().await
    }

    async fn row(self, name: &str) -> Result<Option<String>> {
        self.ask("select value from settings where name = $1")
            .bind(name)
            .one_value()
            .await
    }

    /// Lets pictures of posts come from more hosts; true where one of them is new.
    pub async fn allow_picture_hosts<'a>(
        self,
        hosts: impl IntoIterator<Item = &'a str>,
        now: Millis,
    ) -> Result<bool> {
        let mut settings = self.load().await?;
        let before = settings.picture_hosts.len();
        settings
            .picture_hosts
            .extend(hosts.into_iter().map(str::to_owned));
        settings.picture_hosts.sort();
        settings.picture_hosts.dedup();
        if settings.picture_hosts.len() == before {
            return Ok(false);
        }
        let mut write = self.write().await?;
        write
            .put_settings(&[("picture_hosts", settings.picture_hosts.join("\n"))])
            .await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Gives the blog a title and description where its author has not given any.
    pub async fn name_blog(self, title: &str, description: &str, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let named = write
            .ask("select 1 from settings where name = 'title'")
            .exists()
            .await?;
        if named {
            return Ok(false);
        }
        write
            .put_settings(&[
                ("title", title.to_owned()),
                ("description", description.to_owned()),
            ])
            .await?;
        write.commit_content(now).await?;
        Ok(true)
    }
}

impl Write {
    async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        self.ask("select value from settings where name = $1")
            .bind(name)
            .one_value()
            .await
    }

    pub(super) async fn put_settings(&mut self, rows: &[(&'static str, String)]) -> Result<()> {
        let zone: Option<String> = self
            .ask("select value from settings where name = 'zone'")
            .one_value()
            .await?;
        for (name, value) in rows {
            self.ask(
                "insert into settings (name, value) values ($1, $2) \
                 on conflict (name) do update set value = excluded.value",
            )
            .bind(*name)
            .bind(value)
            .run()
            .await?;
        }
        let new_zone = rows.iter().find(|(name, _)| *name == "zone");
        if new_zone.is_some_and(|(_, name)| zone.as_deref() != Some(name)) {
            self.place_all().await?;
        }
        Ok(())
    }
}
