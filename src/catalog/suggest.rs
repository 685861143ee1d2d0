//! "Did you mean": the ids nearest to one that is not in the table.

use super::date::Date;
use super::model_id::without_date;
use super::models::{Model, Models, Standing};

/// More are of no help.
const MOST: usize = 3;

impl Models {
    /// Ids of `provider` that are served on that day and near to `id`, best first, at most three.
    ///
    /// Where the nearest is one that is no longer served, its replacement stands for it.
    pub fn suggest(&self, provider: &str, id: &str, today: Date) -> Vec<&'static str> {
        let typed = Shape::of(id);
        let mut near: Vec<(u32, Model<'static>)> = self
            .of_provider(provider)
            .filter(|model| !model.id.starts_with("ft:"))
            .filter_map(|model| Some((typed.distance(&Shape::of(model.id))? + penalty(&model), model)))
            .collect();
        near.sort_by_key(|&(distance, model)| (distance, model.id.len(), model.id));
        let mut found = Vec::new();
        for (_, model) in near {
            let live = match self.standing(provider, model.id, today) {
                Standing::Active | Standing::Deprecated { .. } => vec![model.id],
                _ => self.replacements(&model, today),
            };
            for id in live {
                if !found.contains(&id) {
                    found.push(id);
                }
            }
            if found.len() >= MOST {
                break;
            }
        }
        found.truncate(MOST);
        found
    }
}

/// Among equals, what is served for long and answers chats comes first.
fn penalty(model: &Model<'_>) -> u32 {
    let served = match model.status {
        super::models::Status::Active => 0,
        super::models::Status::Deprecated => 4,
        _ => 6,
    };
    served + if matches!(model.mode, "chat" | "responses" | "") { 0 } else { 3 }
}

/// An id prepared for comparison.
struct Shape {
    /// Lower case, with hyphens for every separator.
    text: String,
    /// The same without the date of a snapshot.
    undated: String,
    /// Its parts, sorted.
    parts: Vec<String>,
    /// Its digits, in order.
    digits: String,
}

impl Shape {
    fn of(id: &str) -> Self {
        let lower = id.trim().to_lowercase();
        let undated = canonical(without_date(&lower).unwrap_or(&lower));
        let text = canonical(&lower);
        let mut parts: Vec<String> = text.split('-').map(str::to_owned).collect();
        parts.sort();
        let digits = undated.chars().filter(char::is_ascii_digit).collect();
        Self { text, undated, parts, digits }
    }

    /// Small for what people confuse: writing, order of words, dates, letters, versions. `None` = unlike.
    fn distance(&self, other: &Self) -> Option<u32> {
        if self.text == other.text {
            return Some(0);
        }
        if self.parts == other.parts {
            return Some(10);
        }
        if self.undated == other.undated {
            return Some(if other.undated == other.text { 20 } else { 25 });
        }
        let digits = if self.digits == other.digits { 0 } else { 30 };
        let edits = edits(&self.text, &other.text).or_else(|| edits(&self.undated, &other.undated));
        let by_letters = edits.map(|edits| 30 + 10 * edits + digits);
        by_letters.into_iter().chain(self.as_family_of(other)).min()
    }

    /// `gpt-3.5` names the family of `gpt-3.5-turbo`.
    fn as_family_of(&self, other: &Self) -> Option<u32> {
        let rest = other.undated.strip_prefix(self.undated.as_str())?.strip_prefix('-')?;
        let further = u32::try_from(rest.split('-').count()).ok()?;
        (self.undated.contains(|c: char| c.is_ascii_digit())).then_some(55 + 4 * further)
    }
}

fn canonical(id: &str) -> String {
    id.split(['-', '_', '.', ' ', '@']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Edits between two ids, if they are few for their length.
fn edits(a: &str, b: &str) -> Option<u32> {
    let most = (a.len().min(b.len()) / 5).clamp(1, 3);
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let distance = strsim::osa_distance(a, b);
    (distance <= most).then(|| u32::try_from(distance).ok())?
}
