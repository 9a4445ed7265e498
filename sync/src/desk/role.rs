//! Roles: what somebody who works at the office may see and do.

use serde::{Deserialize, Serialize};

/// What somebody is at the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Campaigns, without costs.
    Marketer,
    /// Figures and costs, and no changes.
    Analyst,
    /// One shop, without costs.
    ShopManager,
    /// Receipts and counters, without sums of sales.
    Support,
}

/// One thing that may be seen or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Costs, floors and margins.
    Costs,
    /// Sums of sales.
    Sales,
    /// How counters are, and alarms.
    Counters,
    /// The menu.
    Menu,
    /// Publishes another menu, with prices and costs.
    MenuEdit,
    /// Campaigns and their budgets.
    Campaigns,
    /// Begins and ends campaigns.
    CampaignsEdit,
    /// How many guests are in which segment.
    Segments,
    /// Single receipts.
    Receipts,
    /// What is a reason to look at how somebody sells.
    Attention,
    /// Bundles of models: which there were, where the newest is, what was seen of it.
    Models,
    /// Gives a bundle to more shops, or puts an earlier one in force.
    ModelsEdit,
    /// The close of a day, and the statements that are put beside it.
    Close,
    /// What is kept of a guest who asks for it, and their erasure.
    Privacy,
    /// Who works here.
    Clerks,
    /// What was changed by whom.
    Deeds,
}

impl Right {
    const ALL: [Right; 16] = [
        Right::Costs,
        Right::Sales,
        Right::Counters,
        Right::Menu,
        Right::MenuEdit,
        Right::Campaigns,
        Right::CampaignsEdit,
        Right::Segments,
        Right::Receipts,
        Right::Attention,
        Right::Models,
        Right::ModelsEdit,
        Right::Close,
        Right::Privacy,
        Right::Clerks,
        Right::Deeds,
    ];
}

impl Role {
    const ALL: [(Role, &'static str); 5] = [
        (Role::Owner, "owner"),
        (Role::Marketer, "marketer"),
        (Role::Analyst, "analyst"),
        (Role::ShopManager, "shop_manager"),
        (Role::Support, "support"),
    ];

    /// The stable word.
    #[must_use]
    pub fn code(self) -> &'static str {
        Role::ALL.into_iter().find(|(role, _)| *role == self).map_or("support", |(_, code)| code)
    }

    /// The role with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|(_, known)| *known == code).map(|(role, _)| role)
    }

    /// Whether the role has a right.
    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Costs => matches!(self, Role::Owner | Role::Analyst),
            // What was seen of a bundle says how margins went.
            Right::Models => self.may(Right::Costs),
            Right::Sales | Right::Menu | Right::Campaigns => !matches!(self, Role::Support),
            Right::Counters => !matches!(self, Role::Marketer),
            Right::CampaignsEdit => matches!(self, Role::Owner | Role::Marketer),
            Right::Segments => matches!(self, Role::Owner | Role::Marketer | Role::Analyst),
            Right::Receipts => !matches!(self, Role::Marketer),
            Right::Attention | Right::Close => {
                matches!(self, Role::Owner | Role::Analyst | Role::ShopManager)
            }
            Right::Privacy => matches!(self, Role::Owner | Role::Support),
            Right::MenuEdit | Right::ModelsEdit | Right::Clerks | Right::Deeds => matches!(self, Role::Owner),
        }
    }

    /// Everything that it may.
    #[must_use]
    pub fn rights(self) -> Vec<Right> {
        Right::ALL.into_iter().filter(|right| self.may(*right)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_for_those_who_reckon_and_changes_for_those_who_answer_for_them() {
        let who = |right: Right| -> Vec<&str> {
            Role::ALL.into_iter().filter(|(role, _)| role.may(right)).map(|(_, code)| code).collect()
        };
        assert_eq!(who(Right::Costs), ["owner", "analyst"]);
        assert_eq!(who(Right::CampaignsEdit), ["owner", "marketer"]);
        assert_eq!(who(Right::Attention), ["owner", "analyst", "shop_manager"]);
        assert_eq!(who(Right::Models), ["owner", "analyst"]);
        assert_eq!((who(Right::Clerks), who(Right::ModelsEdit)), (vec!["owner"], vec!["owner"]));
        assert_eq!(who(Right::Close), ["owner", "analyst", "shop_manager"]);
        assert_eq!(who(Right::Privacy), ["owner", "support"]);
        assert!(who(Right::MenuEdit).iter().all(|one| who(Right::Costs).contains(one)), "a menu has costs");
        assert_eq!(Role::Owner.rights(), Right::ALL);
        for (role, code) in Role::ALL {
            assert_eq!((Role::from_code(code), role.code()), (Some(role), code));
        }
    }
}
