//! Has the menu moved lately? For two weeks after that response is not asked for more than its means.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::Digest;
use crate::facts::menu::Menu;
use crate::facts::moment::{BusinessDay, Moment};
use crate::steps::response::moved::{MOVED_BP, SETTLES_DAYS, moved_bp};
use crate::store::setting::{MenuWatch, set_menu_watch};

impl Counter {
    /// Compares the menu of now with the one it was last compared with, and keeps the day on which it moved. A
    /// counter that has just started does not know the day: then it counts as today's until it does.
    pub(super) fn watch_menu(&mut self, at: Moment) -> Result<(), FlowFault> {
        let today = (at.0 > i64::MIN).then(|| self.time.local(at).business_day);
        let digest = self.menu.digest();
        let kept = self.store.menu_watch()?;
        let watch = match &kept {
            None => MenuWatch { menu: digest, moved: None },
            Some(kept) if kept.menu == digest => kept.clone(),
            // One that cannot be read any more is as good as another menu, and nobody waits for it.
            Some(kept) if self.kept_menu(&kept.menu).is_none_or(|old| self.has_moved_from(&old)) => {
                MenuWatch { menu: digest, moved: Some(today.unwrap_or(BusinessDay(i32::MAX))) }
            }
            // Small steps are compared with where they began, so that many of them are seen.
            Some(kept) => kept.clone(),
        };
        self.menu_moved = watch.moved;
        if kept.as_ref() != Some(&watch) && (kept.is_none() || today.is_some()) {
            self.store.change(|change| set_menu_watch(change, &watch))?;
        }
        Ok(())
    }

    fn kept_menu(&self, digest: &Digest) -> Option<Menu> {
        Menu::from_json(&self.store.artifact(digest).ok()?).ok()
    }

    fn has_moved_from(&self, old: &Menu) -> bool {
        moved_bp(old, &self.menu, &self.popularity) > MOVED_BP
    }

    /// Whether the menu moved within the last two weeks.
    pub(super) fn menu_has_moved(&self, today: BusinessDay) -> bool {
        self.menu_moved.is_some_and(|moved| today.0.saturating_sub(moved.0) < SETTLES_DAYS)
    }
}
