//! Numbers that name something, such as those of orders, may have more digits than the document says.
//! A mart is then built with wider columns for them: no digit of a key is lost, and the mart that
//! comes with the page keeps the types that it declares. It must not know who finds such a number.

use crate::document::{Document, Origination};
use crate::model::same_name;
use crate::source_file::Fault;
use crate::{DataType, SourceError, TypeKind};

/// The types of whole numbers that a key is widened to, in turn.
const WIDER: [&str; 2] = ["BIGINT", "HUGEINT"];

impl Document {
    /// The same mart with the next wider type for the unique whole numbers that were out of range; `None`
    /// where the error is about something else, or there is no wider type.
    #[must_use]
    pub fn with_wider_keys(&self, error: &SourceError) -> Option<Self> {
        let mut wider = self.clone();
        let mut is_wider = false;
        let out_of_range = error
            .problems()
            .iter()
            .filter(|problem| problem.fault == Fault::OutOfRange)
            .filter_map(|problem| problem.column.as_deref());
        for column in out_of_range {
            for source in &mut wider.sources {
                let mut fields = source.fields.iter_mut();
                let field = fields.find(|field| field.unique && same_name(&field.name, column));
                let Some(field) = field else {
                    continue;
                };
                let Some(data_type) = next(&field.data_type) else {
                    continue;
                };
                // Several lines may have the same fault.
                let declared = self.sources.iter().find(|one| one.name == source.name);
                let declared = declared.and_then(|one| {
                    let mut fields = one.fields.iter();
                    fields.find(|one| one.name == field.name)
                });
                if declared.is_some_and(|one| one.data_type != field.data_type) {
                    continue;
                }
                data_type.clone_into(&mut field.data_type);
                is_wider = true;
                for dataset in &mut wider.datasets {
                    if dataset.source.as_deref() != Some(source.name.as_str()) {
                        continue;
                    }
                    for one in &mut dataset.fields {
                        if is_from(one.from.as_ref(), column) {
                            data_type.clone_into(&mut one.data_type);
                        }
                    }
                }
            }
        }
        is_wider.then_some(wider)
    }
}

fn is_from(from: Option<&Origination>, column: &str) -> bool {
    matches!(
        from,
        Some(Origination::Column(of) | Origination::ColumnOrRowNumber(of)) if same_name(of, column)
    )
}

fn next(data_type: &str) -> Option<&'static str> {
    let known = DataType::parse(data_type).ok()?;
    match (known.kind(), known.name()) {
        (TypeKind::Whole, _) => WIDER.first().copied(),
        (TypeKind::Big, name) if name != "HUGEINT" => WIDER.last().copied(),
        _ => None,
    }
}
