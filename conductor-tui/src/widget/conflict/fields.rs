//! The fields of a value, each with what it was and what either side made of it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::data::Conflict;

/// One of the two sides, in the order of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Side {
    pub(crate) const fn at(self) -> usize {
        match self {
            Self::Left => 0,
            Self::Right => 1,
        }
    }
}

/// What becomes of a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Choice {
    Take(Side),
    /// Written by the operator.
    Merged(Value),
}

/// One field. A value that is no object is one field without a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) before: Option<Value>,
    pub(crate) sides: [Option<Value>; 2],
    /// Both changed it, and not alike: the operator has to say.
    pub(crate) contested: bool,
    /// None while nobody has said; never none where it is not contested.
    pub(crate) choice: Option<Choice>,
}

impl Field {
    fn new(name: &str, before: Option<&Value>, sides: [Option<&Value>; 2]) -> Self {
        let [left, right] = sides;
        let (by_left, by_right) = (left != before, right != before);
        let contested = by_left && by_right && left != right;
        let side = if by_right { Side::Right } else { Side::Left };
        Self {
            name: name.to_owned(),
            before: before.cloned(),
            sides: [left.cloned(), right.cloned()],
            contested,
            choice: (!contested).then_some(Choice::Take(side)),
        }
    }

    /// What the field is with the choice that was made; none when it is to go.
    pub(crate) fn chosen(&self) -> Option<&Value> {
        match self.choice.as_ref()? {
            Choice::Take(side) => self.sides[side.at()].as_ref(),
            Choice::Merged(value) => Some(value),
        }
    }
}

/// The fields of a conflict that anybody changed, the contested ones first, else by name; and those
/// that all agree on, to be put back around them.
pub(crate) fn fields(conflict: &Conflict) -> (Vec<Field>, Map<String, Value>) {
    let before = conflict.ancestor.as_ref().and_then(|version| version.value.as_ref());
    let [left, right] = [&conflict.sides[0].value, &conflict.sides[1].value];
    let all = [before, left.as_ref(), right.as_ref()];
    if all.iter().flatten().any(|value| !value.is_object()) || left.is_none() || right.is_none() {
        return (vec![Field::new("", before, [left.as_ref(), right.as_ref()])], Map::new());
    }
    let part =
        |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let [before, left, right] = all.map(part);
    let names: BTreeSet<&String> = before.keys().chain(left.keys()).chain(right.keys()).collect();
    let mut agreed = Map::new();
    let mut fields = Vec::new();
    for name in names {
        let (was, sides) = (before.get(name), [left.get(name), right.get(name)]);
        match was {
            Some(value) if sides == [was, was] => {
                agreed.insert(name.clone(), value.clone());
            }
            _ => fields.push(Field::new(name, was, sides)),
        }
    }
    fields.sort_by_key(|field| !field.contested);
    (fields, agreed)
}

/// The value that the choices make; `Ok(None)` removes it.
///
/// # Errors
///
/// How many fields nobody has said anything of.
pub(crate) fn resolved(
    fields: &[Field],
    agreed: &Map<String, Value>,
) -> Result<Option<Value>, usize> {
    let open = fields.iter().filter(|field| field.choice.is_none()).count();
    if open > 0 {
        return Err(open);
    }
    if let [whole] = fields
        && whole.name.is_empty()
    {
        return Ok(whole.chosen().cloned());
    }
    let mut value = agreed.clone();
    for field in fields {
        if let Some(chosen) = field.chosen() {
            value.insert(field.name.clone(), chosen.clone());
        }
    }
    Ok(Some(Value::Object(value)))
}
