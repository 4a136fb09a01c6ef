//! Who may use which route behind the sign-in. Every route is an operator's unless a line here says otherwise, so a route that
//! is new is closed to the others until somebody decides.
//!
//! `tests/http/routes.rs` has the same as a table, with what each role is answered.

use super::session::{self, SignedIn};
use crate::app::App;
use crate::blog::author::Scope;
use crate::blog::{CommentId, MediaId, PostId};
use crate::error::{Error, Result};
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What a route is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Open to everybody who is signed in; lists show what they may act on.
    Anybody,
    /// Open to those who decide about comments; lists show what they may act on.
    Moderators,
    /// About the post that `{id}` names.
    Post,
    /// About the comment that `{id}` names.
    Comment,
    /// About the picture that `{id}` names.
    Picture,
    Operators,
}

fn rule(route: &str) -> Rule {
    match route {
        "/admin/"
        | "/admin/sign-out"
        | "/admin/session"
        | "/admin/confirm"
        | "/admin/profile"
        | "/admin/profile/sessions"
        | "/admin/profile/codes"
        | "/admin/profile/passkeys"
        | "/admin/passkeys/add/begin"
        | "/admin/passkeys/add"
        | "/admin/posts/"
        | "/admin/posts/calendar"
        | "/admin/posts/erase"
        | "/admin/posts/new"
        | "/admin/posts/preview"
        | "/admin/posts/autosave"
        | "/admin/posts/render"
        | "/admin/posts/paste"
        | "/admin/posts/parts"
        | "/admin/posts/convert"
        | "/admin/media/"
        | "/admin/media/upload"
        | "/admin/media/fetch" => Rule::Anybody,
        "/admin/comments/" | "/admin/comments/undo" | "/admin/comments/log" => Rule::Moderators,
        "/admin/views/{id}" => Rule::Post,
        "/admin/media/{id}" => Rule::Picture,
        route if is_within(route, "/admin/posts/{id}") => Rule::Post,
        route if is_within(route, "/admin/comments/{id}") => Rule::Comment,
        _ => Rule::Operators,
    }
}

/// Whether a route is another one or lies below it.
fn is_within(route: &str, above: &str) -> bool {
    route
        .strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a request is for: a route, and the values of its parameters.
pub struct Target {
    route: MatchedPath,
    parameters: RawPathParams,
}

impl<S: Send + Sync> FromRequestParts<S> for Target {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> std::result::Result<Self, Response> {
        let route = MatchedPath::from_request_parts(parts, state).await;
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        Ok(Self {
            route: route.map_err(IntoResponse::into_response)?,
            parameters: parameters.map_err(IntoResponse::into_response)?,
        })
    }
}

/// Lets through who may use a route, and on what it names; runs after [`super::session::require`]. What somebody may not
/// act on is not there for them.
pub async fn check(
    State(app): State<App>,
    target: Target,
    request: Request,
    next: Next,
) -> Response {
    if session::is_only_asked_for_methods(&request) {
        return next.run(request).await;
    }
    let Some(signed_in) = request.extensions().get::<SignedIn>().cloned() else {
        return Error::Internal("a route behind the sign-in without its guard".to_owned())
            .into_response();
    };
    match allowed(&app, &signed_in, &target).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn allowed(app: &App, signed_in: &SignedIn, target: &Target) -> Result<()> {
    let (role, scope) = (signed_in.author.role, signed_in.author.scope());
    if role.is_operator() {
        return Ok(());
    }
    let reaches = match rule(target.route.as_str()) {
        Rule::Anybody => true,
        Rule::Moderators if role.may_moderate() => true,
        Rule::Moderators => {
            return Err(Error::Forbidden(
                "Only authors and operators of this blog can do that.",
            ));
        }
        Rule::Operators => {
            return Err(Error::Forbidden(
                "Only an operator of this blog can do that.",
            ));
        }
        named => reaches(app, scope, named, number(&target.parameters)).await?,
    };
    if reaches {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// The number in the place of `{id}`; 0, which nothing has, where it is none.
fn number(parameters: &RawPathParams) -> i64 {
    parameters
        .iter()
        .find(|(name, _)| *name == "id")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0)
}

async fn reaches(app: &App, scope: Scope, rule: Rule, id: i64) -> Result<bool> {
    match rule {
        Rule::Post => app.store.access().allows_post(scope, PostId(id)).await,
        Rule::Comment => {
            app.store
                .access()
                .allows_comment(scope, CommentId(id))
                .await
        }
        Rule::Picture => app.store.access().allows_picture(scope, MediaId(id)).await,
        Rule::Anybody | Rule::Moderators | Rule::Operators => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_nobody_decided_about_is_an_operators() {
        for route in [
            "/admin/settings",
            "/admin/pages/{id}",
            "/admin/comments/rules",
            "/admin/something/new",
            "/admin/posts/{id}extra",
        ] {
            assert_eq!(rule(route), Rule::Operators, "{route}");
        }
        assert_eq!(rule("/admin/posts/{id}/links/{link}"), Rule::Post);
        assert_eq!(rule("/admin/comments/{id}/reply"), Rule::Comment);
    }
}
