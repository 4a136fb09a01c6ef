//! The actions that the buttons of forms ask for, each an enum with the words that forms send in their field `act`.
//!
//! A word that no button has is an error ([`UnknownAction`]), never the nearest action. The empty word is what a form
//! sends that was submitted without a button, by a script or by Enter; enums that take it say so.

use std::fmt;

/// A form asks for something that none of its buttons does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownAction;

impl fmt::Display for UnknownAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no button of this form asks for this action")
    }
}

impl std::error::Error for UnknownAction {}

/// Declares the actions of one form with their words; further words for the same action follow `|`.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $word:literal $(| $also:literal)*),* $(,)?
    })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that a form sends for it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownAction;

            fn from_str(word: &str) -> Result<Self, UnknownAction> {
                match word {
                    $($word $(| $also)* => Ok(Self::$variant),)*
                    _ => Err(UnknownAction),
                }
            }
        }
    )* };
}

actions! {
    /// What the editor of a post or page does.
    PostAction {
        Save = "save" | "",
        Publish = "publish",
        /// Publishes the changes of a published post.
        Update = "update",
        /// Makes a published or scheduled post a draft.
        Unpublish = "unpublish",
        /// Saves, and goes on to choose the feature picture.
        Picture = "picture",
        Trash = "trash",
        Restore = "restore",
        /// Discards the changes that readers do not see yet.
        Discard = "discard",
        /// Shows readers what they saw before the post was published just now.
        Undo = "undo",
    }

    /// How the editor's script saves.
    AutosaveAction {
        /// After a pause in typing.
        Auto = "",
        /// By the button.
        Save = "save",
    }

    /// What is done with a file that was sent to be imported.
    ImportAction {
        /// Begins, or goes on.
        Start = "start",
        Cancel = "cancel",
        Discard = "discard",
    }

    /// What the blog is exported as.
    ExportAction {
        Json = "json",
        Wordpress = "wordpress",
        Markdown = "markdown",
    }

    /// What is done with the posts that were selected in a list.
    PostListAction {
        Trash = "trash",
        Restore = "restore",
        Publish = "publish",
        Unpublish = "draft",
        AddTag = "add-tag",
        RemoveTag = "remove-tag",
        /// Sets who may comment.
        Comments = "comments",
        /// Makes a draft with the text of one post.
        Copy = "copy",
        /// Deletes for ever what is in the trash.
        Erase = "erase",
        /// The same with all that is in the trash.
        EmptyTrash = "empty-trash",
    }

    /// What is done with the feature picture of a post.
    FeatureAction {
        /// Takes the picture of the button that was pressed.
        Choose = "choose" | "",
        /// Sets its alternative text.
        Describe = "describe",
        Remove = "remove",
    }

    /// What is done with an older revision.
    RevisionAction {
        Restore = "restore",
        Name = "name",
    }

    /// Where a page moves in the public menu.
    MenuMove {
        Up = "up",
        Down = "down",
    }

    /// What is done with a picture of the library.
    PictureAction {
        Save = "save" | "",
        Delete = "delete",
    }

    /// What the editor's script asks about pictures of other sites.
    RemotePictureAction {
        Fetch = "",
        /// Fetches again what could not be fetched.
        Retry = "again",
        /// Only says how far they are.
        Look = "look",
    }

    /// What a reader does with a new comment.
    CommentAction {
        Post = "post" | "",
        Preview = "preview",
    }

    /// What a commenter does with their own comment.
    OwnCommentAction {
        Save = "save",
        Delete = "delete",
        /// Takes the deletion back.
        Undo = "undo",
        /// Changes which mail is sent.
        Mail = "mail",
        Erase = "erase",
        /// Erases all comments of the same writer.
        EraseAll = "erase-all",
    }

    /// What is done with one-time codes.
    CodesAction {
        TurnOn = "on",
        TurnOff = "off",
        /// Makes new recovery codes.
        Renew = "renew",
    }

    /// What is done with a redirect.
    RedirectAction {
        Save = "save" | "" | "add",
        Remove = "remove",
    }

    /// Which broken links are dismissed.
    MissingAction {
        One = "one" | "",
        All = "all",
    }

    /// What is done with a list of redirects.
    RedirectListAction {
        Check = "check" | "",
        Save = "save",
    }

    /// What is done with the appearance.
    AppearanceAction {
        Save = "save",
        Undo = "undo",
    }

    /// Which picture of the looks is chosen.
    LookPicture {
        Header = "picture",
        Logo = "logo",
        Icon = "icon",
    }

    /// What is done with a new ban.
    BanAction {
        Ban = "ban",
        /// Says which comments it would have stopped.
        Try = "try",
    }

    /// What is done with a message that could not be sent.
    MailAction {
        Retry = "retry",
        Delete = "delete",
    }

    /// What is done about backups.
    BackupAction {
        Now = "now",
        /// Saves when backups are made.
        Plan = "plan",
    }

    /// What is done with one backup.
    StoredBackupAction {
        Verify = "verify",
        Download = "download",
    }

    /// What is done with the rules against spam.
    SpamRulesAction {
        Save = "save",
        /// Judges past comments by the rules.
        Try = "try",
        /// Shows the default rules.
        Defaults = "usual",
    }
}

impl PostListAction {
    /// The action that takes it back.
    #[must_use]
    pub fn undo(self) -> Option<Self> {
        match self {
            Self::Trash => Some(Self::Restore),
            Self::Restore => Some(Self::Trash),
            Self::Publish => Some(Self::Unpublish),
            Self::Unpublish => Some(Self::Publish),
            Self::AddTag => Some(Self::RemoveTag),
            Self::RemoveTag => Some(Self::AddTag),
            Self::Comments | Self::Copy | Self::Erase | Self::EmptyTrash => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_by_its_word() {
        for action in PostAction::ALL {
            assert_eq!(action.word().parse(), Ok(*action));
        }
        for action in PostListAction::ALL {
            assert_eq!(action.word().parse(), Ok(*action));
        }
        for action in OwnCommentAction::ALL {
            assert_eq!(action.word().parse(), Ok(*action));
        }
        assert_eq!("draft".parse(), Ok(PostListAction::Unpublish));
        assert_eq!("add".parse(), Ok(RedirectAction::Save));
    }

    #[test]
    fn a_word_that_no_button_has_is_refused() {
        for word in ["publsh", "Publish", "publish ", "preview", "copy"] {
            assert_eq!(word.parse::<PostAction>(), Err(UnknownAction), "{word}");
        }
        assert_eq!("x".parse::<CommentAction>(), Err(UnknownAction));
        assert_eq!("eat".parse::<PostListAction>(), Err(UnknownAction));
    }

    #[test]
    fn a_form_without_a_button_saves_and_destroys_nothing() {
        assert_eq!("".parse(), Ok(PostAction::Save));
        assert_eq!("".parse(), Ok(AutosaveAction::Auto));
        assert_eq!("".parse(), Ok(CommentAction::Post));
        assert_eq!("".parse(), Ok(PictureAction::Save));
        assert_eq!("".parse(), Ok(MissingAction::One));
        assert_eq!("".parse::<RevisionAction>(), Err(UnknownAction));
        assert_eq!("".parse::<OwnCommentAction>(), Err(UnknownAction));
        assert_eq!("".parse::<PostListAction>(), Err(UnknownAction));
    }

    #[test]
    fn what_can_be_undone_is_undone_by_its_opposite() {
        for action in PostListAction::ALL {
            if let Some(undo) = action.undo() {
                assert_eq!(undo.undo(), Some(*action));
            }
        }
        assert_eq!(PostListAction::Copy.undo(), None);
        assert_eq!(PostListAction::Erase.undo(), None);
    }
}
