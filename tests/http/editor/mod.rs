//! The editor: writing, saving, publishing.

mod previews;
mod publishing;
mod revisions;
mod saving;
mod tools;
mod writing;

use crate::blog::Person;
use crate::page::{Form, Page};

/// What the script of an editor sends: the form's fields, some of them changed, to the address that keeps them.
async fn autosave(
    person: &Person,
    form: &Form,
    changes: &[(&str, &str)],
) -> (Page, serde_json::Value) {
    let mut form = form.clone();
    for (label, value) in changes {
        form.fill(label, value);
    }
    let (action, fields) = form.pressed("Save");
    let address = match action.strip_suffix("/new") {
        Some(base) => format!("{base}/autosave"),
        None => format!("{action}/autosave"),
    };
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "act")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let page = person.post(&address, &pairs).await;
    let answer = serde_json::from_str(&page.source()).unwrap_or_default();
    (page, answer)
}

async fn editor(person: &Person, title: &str) -> Form {
    person.editor(title).await.form_with("Body")
}

/// The text that an editor opens on.
async fn working_copy_of(person: &Person, title: &str) -> String {
    editor(person, title).await.value("Body").to_owned()
}
