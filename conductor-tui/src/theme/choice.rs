//! Which theme is shown: what was asked for by hand, what the configuration says, or what fits the
//! environment and the terminal's ground.

/// What counts in choosing a theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Choice {
    /// Asked for in this session; stays whatever happens.
    pub(crate) by_hand: Option<String>,
    /// The configuration's `theme`.
    pub(crate) usual: Option<String>,
    /// The configuration's `theme_production`.
    pub(crate) production: Option<String>,
    /// The terminal's ground is light.
    pub(crate) light: bool,
    /// There are no colours.
    pub(crate) mono: bool,
}

impl Choice {
    /// The theme for an environment: whether it is a production one is what counts.
    pub(crate) fn name(&self, production: bool) -> &str {
        match self {
            // Nothing else can be told apart without colours.
            Self { mono: true, .. } => "mono",
            Self { by_hand: Some(name), .. } => name,
            Self { production: Some(name), .. } if production => name,
            Self { usual: Some(name), .. } => name,
            Self { light: true, .. } if production => "production-light",
            Self { light: false, .. } if production => "production",
            Self { light: true, .. } => "light",
            Self { light: false, .. } => "dark",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(choice: &Choice, production: bool) -> &str {
        choice.name(production)
    }

    #[test]
    fn production_looks_like_production_unless_somebody_says_otherwise() {
        let some = |name: &str| Some(name.to_owned());
        let none = Choice::default();
        assert_eq!([false, true].map(|p| name(&none, p)), ["dark", "production"]);
        let light = Choice { light: true, ..none.clone() };
        assert_eq!([false, true].map(|p| name(&light, p)), ["light", "production-light"]);
        let usual = Choice { usual: some("mine"), ..light.clone() };
        assert_eq!([false, true].map(|p| name(&usual, p)), ["mine", "mine"]);
        let both = Choice { production: some("red"), ..usual.clone() };
        assert_eq!([false, true].map(|p| name(&both, p)), ["mine", "red"]);
        let only = Choice { production: some("red"), ..light };
        assert_eq!([false, true].map(|p| name(&only, p)), ["light", "red"]);
        let hand = Choice { by_hand: some("nord"), ..both };
        assert_eq!([false, true].map(|p| name(&hand, p)), ["nord", "nord"]);
        let mono = Choice { mono: true, ..hand };
        assert_eq!([false, true].map(|p| name(&mono, p)), ["mono", "mono"]);
    }
}
