//! The blog's own icon, where its author chose a picture for it: made once in all sizes and kept.

use super::App;
use crate::error::Result;
use crate::media::pictures::icons::IconSet;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The icons that were made last, with the name of their picture; `None` of one that cannot be read.
#[derive(Debug, Default)]
pub struct SiteIcons(Mutex<Option<(String, Option<Arc<IconSet>>)>>);

impl App {
    /// The icons that the author chose, and the name of their picture; `None` where there are none, and where their picture cannot be read.
    pub async fn own_icons(&self) -> Result<Option<(String, Arc<IconSet>)>> {
        let site = self.site().await?;
        let name = &site.settings.appearance.icon;
        if name.is_empty() {
            return Ok(None);
        }
        // Held while they are made, so that they are made once.
        let mut kept = self.icons.0.lock().await;
        if let Some((known, icons)) = &*kept
            && known == name
        {
            return Ok(icons.clone().map(|icons| (name.clone(), icons)));
        }
        let icons = self.media.icons(name).await?.map(Arc::new);
        *kept = Some((name.clone(), icons.clone()));
        Ok(icons.map(|icons| (name.clone(), icons)))
    }
}
