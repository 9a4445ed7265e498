//! The staff list: who may sign on at a till. Names stand here and nowhere else, so whoever is taken off it has gone; records
//! hold ids.

use super::id::BaristaId;
use serde::{Deserialize, Serialize};

/// Characters of an id, at most.
pub const ID_MAX: usize = 64;
/// Characters of a name, at most: a first name or a nickname, as it stands on a button.
pub const NAME_MAX: usize = 24;
/// Names on one list, at most.
pub const STAFF_MAX: usize = 200;

/// Somebody who sells.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barista {
    /// Their id.
    pub id: BaristaId,
    /// What they are called at the counter.
    pub name: String,
    /// What proves their PIN, where they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
}

impl std::fmt::Debug for Barista {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Barista").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Barista {
    /// Somebody with this name and no PIN.
    ///
    /// # Errors
    /// One sentence, where the name is none or the id is none.
    pub fn new(id: &str, name: &str) -> Result<Barista, String> {
        let one = Barista { id: barista_id(id)?, name: name.trim().to_owned(), pin: None };
        one.check().map(|()| one)
    }

    fn check(&self) -> Result<(), String> {
        barista_id(self.id.as_str())?;
        let (name, letters) = (&self.name, self.name.chars().count());
        if letters == 0 || letters > NAME_MAX || name.trim() != name || name.chars().any(char::is_control) {
            return Err(format!(
                "{name:?} is no name for a button; give a first name of 1 to {NAME_MAX} characters"
            ));
        }
        Ok(())
    }
}

/// Reads an id as another program may send it.
///
/// # Errors
/// One sentence, where it is empty, too long, or holds a control character.
pub fn barista_id(text: &str) -> Result<BaristaId, String> {
    let letters = text.chars().count();
    if letters == 0 || letters > ID_MAX || text.trim() != text || text.chars().any(char::is_control) {
        return Err(format!(
            "{text:?} is no id of a barista; it has 1 to {ID_MAX} characters and no line breaks"
        ));
    }
    Ok(BaristaId::new(text))
}

/// Everybody who may sign on, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Staff(Vec<Barista>);

impl Staff {
    /// Reads a list and checks it.
    ///
    /// # Errors
    /// One sentence.
    pub fn from_json(text: &str) -> Result<Staff, String> {
        let all: Vec<Barista> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Staff::of(all)
    }

    /// A list of these.
    ///
    /// # Errors
    /// One sentence, where one of them cannot be, two have one id or one name, or there are too many.
    pub fn of(mut all: Vec<Barista>) -> Result<Staff, String> {
        if all.len() > STAFF_MAX {
            return Err(format!("there are {} names on it, and {STAFF_MAX} are the most", all.len()));
        }
        all.iter().try_for_each(Barista::check)?;
        all.sort_by_cached_key(|one| (one.name.to_lowercase(), one.id.clone()));
        for (at, one) in all.iter().enumerate() {
            let others = || all.iter().skip(at + 1);
            if others().any(|other| other.id == one.id) {
                return Err(format!("the id {} stands on it twice", one.id));
            }
            if others().any(|other| other.name.to_lowercase() == one.name.to_lowercase()) {
                let name = &one.name;
                return Err(format!(
                    "two of this list are called {name}; call one of them {name} and a letter"
                ));
            }
        }
        Ok(Staff(all))
    }

    /// The list as JSON, the same bytes for the same list.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Who has this id.
    #[must_use]
    pub fn get(&self, id: &BaristaId) -> Option<&Barista> {
        self.0.iter().find(|one| one.id == *id)
    }

    /// Everybody.
    pub fn iter(&self) -> impl Iterator<Item = &Barista> {
        self.0.iter()
    }

    /// The list with one more.
    ///
    /// # Errors
    /// As of [`Staff::of`].
    pub fn with(&self, one: Barista) -> Result<Staff, String> {
        Staff::of(self.0.iter().cloned().chain([one]).collect())
    }

    /// The list without one; nothing where they are not on it.
    #[must_use]
    pub fn without(&self, id: &BaristaId) -> Option<Staff> {
        self.get(id)?;
        Some(Staff(self.0.iter().filter(|one| one.id != *id).cloned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_what_it_wrote_and_keeps_its_order() {
        let names = [("b-2", "Яна"), ("b-1", "Аня"), ("b-3", "bob")];
        let list = names.iter().try_fold(Staff::default(), |list, (id, name)| {
            Barista::new(id, name).and_then(|one| list.with(one))
        });
        let list = list.unwrap();
        assert_eq!(Staff::from_json(&list.to_json()), Ok(list.clone()));
        assert_eq!(list.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["bob", "Аня", "Яна"]);
        let gone = list.without(&"b-1".into()).unwrap();
        assert!(!gone.to_json().contains("Аня") && gone.without(&"b-1".into()).is_none());
    }

    #[test]
    fn what_cannot_stand_on_a_button_is_refused_in_one_sentence() {
        let list = Staff::default().with(Barista::new("b-1", "Аня").unwrap()).unwrap();
        let bad = [
            Barista::new("b-2", "").map(drop),
            Barista::new("b-2", &"я".repeat(NAME_MAX + 1)).map(drop),
            Barista::new("b-2", "А\nня").map(drop),
            Barista::new("", "Яна").map(drop),
            Barista::new(&"b".repeat(ID_MAX + 1), "Яна").map(drop),
            list.with(Barista::new("b-2", "аня").unwrap()).map(drop),
            list.with(Barista::new("b-1", "Яна").unwrap()).map(drop),
            Staff::from_json(r#"[{"id":"b-1"}]"#).map(drop),
        ];
        for one in bad {
            let why = one.unwrap_err();
            assert!(!why.is_empty() && !why.contains('\n'), "{why}");
        }
    }
}
