//! Short commented scenarios to start from.

use std::fmt;
use std::str::FromStr;

/// A scenario to start from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// Serve one language model.
    Serving,
    /// Train language models.
    Training,
    /// A company's fleet, sites and projects.
    Fleet,
}

impl Template {
    /// Every template.
    pub const ALL: &'static [Template] = &[Template::Serving, Template::Training, Template::Fleet];

    /// The word on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Template::Serving => "serving",
            Template::Training => "training",
            Template::Fleet => "fleet",
        }
    }

    /// The question that it asks.
    pub const fn title(self) -> &'static str {
        match self {
            Template::Serving => "serve one language model, rented or bought",
            Template::Training => "train foundation models in a hall of one's own",
            Template::Fleet => "bring a fleet from processors to accelerators",
        }
    }

    /// The scenario as TOML with comments.
    pub const fn text(self) -> &'static str {
        match self {
            Template::Serving => include_str!("../templates/serving.toml"),
            Template::Training => include_str!("../templates/training.toml"),
            Template::Fleet => include_str!("../templates/fleet.toml"),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Template, String> {
        Template::ALL.iter().copied().find(|template| template.name() == text).ok_or_else(|| {
            let known = Template::ALL.iter().map(|template| template.name());
            format!("there is no template `{text}`; there are {}", crate::nearest::listed(known))
        })
    }
}
