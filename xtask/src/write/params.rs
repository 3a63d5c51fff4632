//! Writes the structs of optional query parameters.

use super::rust_type;
use crate::docs::Docs;
use crate::naming::{snake, unique};
use crate::operations::Operation;

/// The structs of these operations; `None` if no operation needs one.
///
/// `client` is the path of the client from the module that the text is for.
pub(crate) fn write(operations: &[Operation], client: &str, docs: &Docs) -> Option<String> {
    let mut written = String::new();
    for operation in operations.iter().filter(|operation| operation.twin.is_none()) {
        let params = operation.params();
        if params.is_empty() {
            continue;
        }
        let name = operation.params_name();
        let method = &operation.id;
        written += &format!(
            "query_params! {{\n    /// The optional query parameters of \
             [`{method}`]({client}::{method}).\n    pub struct {name} {{\n"
        );
        // The struct has methods of these names.
        let mut taken = vec!["new".to_owned(), "write".to_owned()];
        for parameter in params {
            let field = unique(snake(&parameter.name), |name| taken.iter().any(|t| t == name));
            let text = docs.parameter(&operation.path, parameter);
            let text = text.unwrap_or_else(|| format!("`{}`.", parameter.name));
            let ty = rust_type(&parameter.ty, false).to_string();
            let ty = ty.replace(" :: ", "::").replace(" < ", "<").replace(" >", ">");
            written +=
                &format!("        /// {text}\n        {field}: {ty} = {:?},\n", parameter.name);
            taken.push(field);
        }
        written += "    }\n}\n\n";
    }
    (!written.is_empty()).then(|| written.trim_end().to_owned() + "\n")
}
