//! Model ids: what they are for, and whether they are still served.

use super::date::Date;
use super::embedded;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model<'a> {
    /// Id of the provider.
    pub provider: &'a str,
    /// Id of the model there.
    pub id: &'a str,
    /// As of the day of the table. [`Models::standing`] judges a day.
    pub status: Status,
    /// Day of shutdown, `YYYY-MM-DD`.
    pub date: Option<&'a str>,
    /// Whose word the date is.
    pub date_kind: Option<DateKind>,
    /// What it is for (`chat`, `responses`, `embedding`, `image`, …); empty = not known.
    pub mode: &'a str,
    replacement: &'a str,
    flags: &'a str,
}

/// Status on the day of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Served, no end announced.
    Active,
    /// Served, its end announced.
    Deprecated,
    /// Shut down.
    Retired,
    /// Was listed once, is listed nowhere now; no date is known.
    Gone,
    /// Looks right and never was one.
    Invalid,
    /// Sources disagree on whether it is served.
    Unknown,
}

/// Whose word a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateKind {
    /// The vendor's page or SDK.
    Official,
    /// Someone else's table.
    ThirdParty,
    /// The vendor promises to serve it at least so long.
    Earliest,
}

/// How an id stands on a day: what may be claimed about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Served.
    Active,
    /// Served, its end announced.
    Deprecated {
        /// The row.
        model: Model<'a>,
        /// The day of shutdown and the days until then, if known.
        end: Option<(Date, i64)>,
    },
    /// A day that is not the vendor's word has passed, yet the id is still listed.
    MayBeShutDown {
        /// The row.
        model: Model<'a>,
        /// That day.
        date: Date,
    },
    /// Shut down.
    Retired {
        /// The row.
        model: Model<'a>,
        /// The day, if known.
        date: Option<Date>,
    },
    /// Was listed once, is listed nowhere now: likely, not surely, shut down.
    Gone {
        /// The row.
        model: Model<'a>,
    },
    /// Looks right and never was one.
    Invalid {
        /// The row.
        model: Model<'a>,
    },
    /// Not in the table, or the sources disagree.
    Unknown,
}

impl<'a> Model<'a> {
    /// What the vendor advises instead, best first; may be retired by now. See [`Models::replacements`].
    pub fn replacement(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.replacement.split(',').filter(|id| !id.is_empty())
    }

    /// Whether the row carries a flag: `reasoning`, `no_sampling`, `responses_only`, `ft_base`, `listed`.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.split(',').any(|other| other == flag)
    }

    /// Reads a line of the table.
    fn read(line: &'a str) -> Option<Self> {
        let mut cells = line.split('\t');
        let mut next = || cells.next();
        let (provider, id) = (next()?, next()?);
        let status = match next()? {
            "active" => Status::Active,
            "deprecated" => Status::Deprecated,
            "retired" => Status::Retired,
            "gone" => Status::Gone,
            "invalid" => Status::Invalid,
            _ => Status::Unknown,
        };
        let date = next().filter(|date| !date.is_empty());
        let date_kind = match next()? {
            "official" => Some(DateKind::Official),
            "third_party" => Some(DateKind::ThirdParty),
            "earliest" => Some(DateKind::Earliest),
            _ => None,
        };
        let (replacement, mode, flags) = (next()?, next()?, next()?);
        Some(Self { provider, id, status, date, date_kind, mode, replacement, flags })
    }

    fn standing(self, today: Date) -> Standing<'a> {
        let date = self.date.and_then(Date::parse);
        match (self.status, date) {
            (Status::Active, _) => Standing::Active,
            (Status::Unknown, _) => Standing::Unknown,
            (Status::Gone, _) => Standing::Gone { model: self },
            (Status::Invalid, _) => Standing::Invalid { model: self },
            (Status::Retired, None) => Standing::Retired { model: self, date },
            (Status::Deprecated, None) => Standing::Deprecated { model: self, end: None },
            (Status::Retired | Status::Deprecated, Some(date)) => self.by_date(date, today),
        }
    }

    /// A passed date proves as much as its source: the vendor's word, or another's while nobody lists the id any more.
    fn by_date(self, date: Date, today: Date) -> Standing<'a> {
        if date > today {
            return Standing::Deprecated { model: self, end: Some((date, today.days_until(date))) };
        }
        let certain = match self.date_kind {
            Some(DateKind::Official) => true,
            Some(DateKind::ThirdParty) => !self.has("listed"),
            Some(DateKind::Earliest) | None => false,
        };
        if certain {
            Standing::Retired { model: self, date: Some(date) }
        } else {
            Standing::MayBeShutDown { model: self, date }
        }
    }
}

/// The table, searched in place.
#[derive(Clone, Debug)]
pub struct Models {
    /// Lines sorted by the bytes of `provider TAB id`.
    rows: &'static str,
    /// Provider and id that a configuration allows; a final `*` stands for anything.
    extra: Vec<(String, String)>,
}

impl Models {
    pub(super) fn embedded() -> Self {
        let head = embedded::MODELS.lines().take_while(|line| line.starts_with('#'));
        let head: usize = head.map(|line| line.len() + 1).sum();
        Self { rows: embedded::MODELS.get(head..).unwrap_or_default(), extra: Vec::new() }
    }

    pub(super) fn with_extra(mut self, extra: Vec<(String, String)>) -> Self {
        self.extra.extend(extra);
        self
    }

    /// The row of an id, exactly as the provider writes it.
    pub fn get(&self, provider: &str, id: &str) -> Option<Model<'static>> {
        let key = format!("{provider}\t{id}");
        let model = Model::read(self.lines_from(&key).next()?)?;
        (model.provider == provider && model.id == id).then_some(model)
    }

    /// Every row of a provider, by id.
    pub fn of_provider(&self, provider: &str) -> impl Iterator<Item = Model<'static>> + use<> {
        let begin = format!("{provider}\t");
        let lines = self.lines_from(&begin);
        lines.take_while(move |line| line.starts_with(&begin)).filter_map(Model::read)
    }

    /// The providers of the table, sorted.
    pub fn providers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let rows = self.rows;
        let first = rows.lines().next().and_then(provider_of);
        std::iter::successors(first, move |previous| {
            // The character after the tab that ends the name: the first key past all of its rows.
            let past = format!("{previous}\u{a}");
            provider_of(rows[lower_bound(rows, &past)..].lines().next()?)
        })
    }

    /// The rows of an id at every provider that has it.
    pub fn find_anywhere(&self, id: &str) -> Vec<Model<'static>> {
        self.providers().filter_map(|provider| self.get(provider, id)).collect()
    }

    /// Whether a configuration allows the id.
    pub fn is_allowed(&self, provider: &str, id: &str) -> bool {
        self.extra.iter().any(|(owner, pattern)| {
            let stem = pattern.strip_suffix('*');
            owner == provider && stem.map_or(pattern == id, |stem| id.starts_with(stem))
        })
    }

    /// How an id, [normalised](super::Provider::parse_model), stands on a day.
    pub fn standing(&self, provider: &str, id: &str, today: Date) -> Standing<'static> {
        if self.is_allowed(provider, id) {
            return Standing::Active;
        }
        self.get(provider, id).map_or(Standing::Unknown, |model| model.standing(today))
    }

    /// How fine-tunes of a base stand: they have dates of their own, else they end with the base.
    pub fn fine_tune_standing(&self, provider: &str, base: &str, today: Date) -> Standing<'static> {
        let own = self.standing(provider, &format!("ft:{base}"), today);
        let base = self.standing(provider, base, today);
        match (own, base) {
            (Standing::Unknown, base) | (Standing::MayBeShutDown { .. }, base @ Standing::Retired { .. }) => base,
            (own, _) => own,
        }
    }

    /// Whether fine-tunes of a base, written with or without its date, are known to exist.
    pub fn is_fine_tunable(&self, provider: &str, base: &str) -> bool {
        let begin = format!("{provider}\tft:{base}");
        let dated = |rest: &str| rest.starts_with(['\t', '-']);
        self.lines_from(&begin).next().and_then(|line| line.strip_prefix(&begin)).is_some_and(dated)
            || self.get(provider, base).is_some_and(|model| model.has("ft_base"))
    }

    /// Ids to use instead that are served on that day, best first, at most three. Chains of replacements are followed;
    /// a dated id without replacement takes its undated twin's.
    pub fn replacements(&self, model: &Model<'_>, today: Date) -> Vec<&'static str> {
        let mut found = Vec::new();
        let Some(model) = self.get(model.provider, model.id) else {
            return found;
        };
        let mut waiting: Vec<&'static str> = self.advised(&model);
        let mut seen = vec![model.id];
        while !waiting.is_empty() && found.len() < 3 && seen.len() < 20 {
            let id = waiting.remove(0);
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            match self.standing(model.provider, id, today) {
                Standing::Active => found.push(id),
                Standing::Deprecated { model: next, .. } => {
                    let further = self.advised(&next);
                    if further.is_empty() { found.push(id) } else { waiting.extend(further) }
                }
                Standing::MayBeShutDown { model: next, .. }
                | Standing::Retired { model: next, .. }
                | Standing::Gone { model: next }
                | Standing::Invalid { model: next } => waiting.extend(self.advised(&next)),
                Standing::Unknown => {}
            }
        }
        found
    }

    fn advised(&self, model: &Model<'static>) -> Vec<&'static str> {
        let own: Vec<_> = model.replacement().collect();
        if !own.is_empty() {
            return own;
        }
        let twin = super::model_id::without_date(model.id);
        let twin = twin.filter(|twin| twin.len() < model.id.len()).and_then(|twin| self.get(model.provider, twin));
        twin.map(|twin| twin.replacement().collect()).unwrap_or_default()
    }

    fn lines_from(&self, key: &str) -> impl Iterator<Item = &'static str> + use<> {
        self.rows[lower_bound(self.rows, key)..].lines()
    }
}

/// Offset of the first line whose key (its first two cells) is not less than `key`.
fn lower_bound(rows: &str, key: &str) -> usize {
    let bytes = rows.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|&b| b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |at| middle + at);
        if key_of(&bytes[start..end]) < key.as_bytes() {
            low = (end + 1).min(bytes.len());
        } else {
            high = start;
        }
    }
    low
}

fn key_of(line: &[u8]) -> &[u8] {
    let mut tabs = line.iter().enumerate().filter(|&(_, &b)| b == b'\t').map(|(at, _)| at);
    tabs.nth(1).map_or(line, |at| &line[..at])
}

fn provider_of(line: &'static str) -> Option<&'static str> {
    line.split('\t').next().filter(|provider| !provider.is_empty())
}
