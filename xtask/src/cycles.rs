//! Types that hold themselves need a pointer in between.

use std::collections::BTreeSet;

use crate::model::{Definitions, Shape, Type};

/// Puts a box around each member by which a type would hold itself.
pub(crate) fn break_cycles(definitions: &mut Definitions) {
    let names: Vec<String> = definitions.keys().cloned().collect();
    for name in &names {
        alias_of_itself(definitions, name);
    }
    for name in names {
        let Some(definition) = definitions.get(&name) else { continue };
        let mut shape = definition.shape.clone();
        match &mut shape {
            Shape::Struct(object) => {
                for field in &mut object.fields {
                    box_if_holding(definitions, &mut field.ty, &name);
                }
            }
            Shape::Untagged(arms) => {
                for (_, ty) in arms {
                    box_if_holding(definitions, ty, &name);
                }
            }
            _ => continue,
        }
        if let Some(definition) = definitions.get_mut(&name) {
            definition.shape = shape;
        }
    }
}

fn box_if_holding(definitions: &Definitions, ty: &mut Type, name: &str) {
    if let Some(held) = ty.held()
        && holds(definitions, held, name, &mut BTreeSet::new())
    {
        *ty = Type::Boxed(Box::new(ty.clone()));
    }
}

/// Whether a value of type `from` has a value of type `target` in it.
fn holds(definitions: &Definitions, from: &str, target: &str, seen: &mut BTreeSet<String>) -> bool {
    if from == target {
        return true;
    }
    if !seen.insert(from.to_owned()) {
        return false;
    }
    let Some(definition) = definitions.get(from) else { return false };
    let types = definition.shape.types();
    types.iter().filter_map(Type::held).any(|held| holds(definitions, held, target, seen))
}

/// An alias cannot name itself, not even inside a list: such a place takes any JSON.
fn alias_of_itself(definitions: &mut Definitions, name: &str) {
    fn reaches(definitions: &Definitions, ty: &Type, target: &str, depth: usize) -> bool {
        let mut found = false;
        ty.visit(&mut |part| {
            let Type::Named(name) = part else { return };
            found |= name == target;
            if let Some(Shape::Alias(next)) = definitions.get(name).map(|d| &d.shape)
                && depth < 16
                && !found
            {
                found |= reaches(definitions, next, target, depth + 1);
            }
        });
        found
    }
    let Some(Shape::Alias(ty)) = definitions.get(name).map(|definition| definition.shape.clone())
    else {
        return;
    };
    if reaches(definitions, &ty, name, 0)
        && let Some(definition) = definitions.get_mut(name)
    {
        definition.shape = Shape::Alias(match ty {
            Type::List(_) => Type::List(Box::new(Type::Json)),
            Type::Map(_) => Type::Map(Box::new(Type::Json)),
            _ => Type::Json,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::break_cycles;
    use crate::model::{Definition, Definitions, Field, Shape, Struct, Type};

    #[test]
    fn a_member_of_its_own_type_is_boxed_and_a_list_is_not() {
        let field = |name: &str, ty: Type| Field {
            name: name.to_owned(),
            rust: name.to_owned(),
            ty,
            required: true,
            nullable: false,
            constant: None,
            default: None,
        };
        let itself = Type::Named("A".to_owned());
        let fields =
            vec![field("one", itself.clone()), field("many", Type::List(Box::new(itself.clone())))];
        let shape = Shape::Struct(Struct { fields, rest: None, form: false });
        let mut definitions: Definitions =
            [("A".to_owned(), Definition { schema: None, place: String::new(), shape })].into();
        break_cycles(&mut definitions);
        let Shape::Struct(object) = &definitions["A"].shape else { panic!() };
        assert_eq!(object.fields[0].ty, Type::Boxed(Box::new(itself.clone())));
        assert_eq!(object.fields[1].ty, Type::List(Box::new(itself)));
    }
}
