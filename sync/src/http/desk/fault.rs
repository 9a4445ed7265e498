//! What a clerk's browser is told when it is not what it asked for.

use axum::http::StatusCode;

/// Why a clerk's request is not answered as it wished.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskFault {
    /// Nobody is in, or not any more.
    #[error("nobody is logged in; log in, or use a link of `kava-sync admin link`")]
    Stranger,
    /// Name, password or digits are wrong; which of them is nobody's business.
    #[error("the name, the password or the digits are wrong")]
    Login,
    /// The password is right, and the digits of the second factor are missing.
    #[error("type the six digits that your app shows")]
    Second,
    /// The one-time link is of no use.
    #[error("this link is unknown, used or older than a day; make a new one with `kava-sync admin link`")]
    Link,
    /// The role may not.
    #[error("your role may not do this; ask the owner")]
    Forbidden,
    /// The password cannot be one.
    #[error("{0}")]
    Password(String),
    /// A field cannot stand as it is.
    #[error("{0} cannot be written like this")]
    Field(&'static str),
    /// The request comes from another page, or is no JSON.
    #[error("this request does not come from the office's own page; open the page and try again")]
    Foreign,
    /// There is one of this id already.
    #[error("there is a campaign {0} already; give it another id")]
    Taken(String),
    /// The menu has moved since.
    #[error("another menu was published meanwhile; look at it and try again")]
    MenuMoved,
    /// The bundles have moved since.
    #[error("the models have moved meanwhile; look at them and try again")]
    ModelsMoved,
    /// What would be published is no menu.
    #[error("this is no menu: {0}")]
    Menu(String),
    /// The file lacks columns.
    #[error("{0}")]
    MenuColumns(String),
    /// The file cannot be read.
    #[error("{0}")]
    MenuFile(String),
    /// The file is no statement of an acquirer.
    #[error("{0}")]
    Statement(String),
    /// What was written is no campaign.
    #[error("this is no campaign: {0}")]
    Campaign(String),
}

impl DeskFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            DeskFault::Stranger => "desk_stranger",
            DeskFault::Login => "desk_login",
            DeskFault::Second => "desk_second",
            DeskFault::Link => "desk_link",
            DeskFault::Forbidden => "desk_forbidden",
            DeskFault::Password(_) => "desk_password",
            DeskFault::Field(_) => "desk_field",
            DeskFault::Foreign => "desk_foreign",
            DeskFault::Taken(_) => "desk_taken",
            DeskFault::MenuMoved => "desk_menu_moved",
            DeskFault::ModelsMoved => "desk_models_moved",
            DeskFault::Menu(_) => "desk_menu",
            DeskFault::MenuColumns(_) => "desk_menu_columns",
            DeskFault::MenuFile(_) => "desk_menu_file",
            DeskFault::Statement(_) => "desk_statement",
            DeskFault::Campaign(_) => "desk_campaign",
        }
    }

    /// The status that goes with it.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            DeskFault::Stranger | DeskFault::Login | DeskFault::Second => StatusCode::UNAUTHORIZED,
            DeskFault::Link | DeskFault::Forbidden | DeskFault::Foreign => StatusCode::FORBIDDEN,
            DeskFault::Taken(_) | DeskFault::MenuMoved | DeskFault::ModelsMoved => StatusCode::CONFLICT,
            DeskFault::Password(_)
            | DeskFault::Field(_)
            | DeskFault::Menu(_)
            | DeskFault::MenuColumns(_)
            | DeskFault::MenuFile(_)
            | DeskFault::Statement(_)
            | DeskFault::Campaign(_) => StatusCode::BAD_REQUEST,
        }
    }
}
