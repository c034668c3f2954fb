//! `#[derive(View)]`: the fields of a row struct are the columns of a view.
//!
//! The macro is internal to the crate `attain`: the code it generates names items of `crate::view`.
//!
//! ```ignore
//! /// The events of a running window, against those its goal allows.
//! #[derive(View)]
//! #[view(name = "budget")]
//! pub struct BudgetRow {
//!     /// Events so far.
//!     pub used: f64,
//!     /// Whether the window has closed.
//!     #[view(rename = "final")]
//!     pub is_final: bool,
//! }
//! ```
//!
//! expands to a table of the columns and to `Serialize`. Type and nullability of a column follow from the type of the field:
//!
//! ```ignore
//! impl crate::view::View for BudgetRow {
//!     const NAME: &'static str = "budget";
//!     const COLUMNS: &'static [crate::view::Column<Self>] = &[
//!         crate::view::Column::<Self>::new::<f64>("used", "Events so far.", |row| {
//!             crate::view::CellType::cell(&row.used)
//!         }),
//!         crate::view::Column::<Self>::new::<bool>("final", "Whether the window has closed.", |row| {
//!             crate::view::CellType::cell(&row.is_final)
//!         }),
//!     ];
//! }
//! impl ::serde::Serialize for BudgetRow {
//!     fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
//!         crate::view::serialize(self, serializer)
//!     }
//! }
//! ```

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Field, Fields, Lit, LitStr, Meta, Result};

/// Declares the columns of a view by the fields of a struct. Every field has a doc comment.
///
/// | attribute | of | effect |
/// |---|---|---|
/// | `view(name = "budget")` | the struct | the name of the view; required |
/// | `view(own_serialize)` | the struct | `Serialize` is not generated |
/// | `view(rename = "final")` | a field | the name of the column, where it is not that of the field |
/// | `view(arrow = "UInt32")` | a field | the type of the column, where it is not the one that the field's type implies |
/// | `view(skip)` | a field | the field is no column; needs `own_serialize` |
#[proc_macro_derive(View, attributes(view))]
pub fn derive_view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// What the attribute `view` of a struct says.
#[derive(Default)]
struct ViewAttribute {
    name: Option<LitStr>,
    own_serialize: bool,
}

/// What the attribute `view` of a field says.
#[derive(Default)]
struct FieldAttribute {
    rename: Option<LitStr>,
    arrow: Option<LitStr>,
    skip: bool,
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let row = &input.ident;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(row, "a view is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(row, "a view has named fields"));
    };
    let mut view = ViewAttribute::default();
    for attribute in named_view(&input.attrs) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                view.name = Some(meta.value()?.parse()?);
                Ok(())
            } else if meta.path.is_ident("own_serialize") {
                view.own_serialize = true;
                Ok(())
            } else {
                Err(meta.error("expected `name` or `own_serialize`"))
            }
        })?;
    }
    let Some(name) = &view.name else {
        return Err(Error::new_spanned(row, "a view needs `#[view(name = \"…\")]`"));
    };
    let mut columns = Vec::new();
    for field in &fields.named {
        columns.extend(column(field, view.own_serialize)?);
    }
    let serialize = (!view.own_serialize).then(|| {
        quote! {
            impl ::serde::Serialize for #row {
                fn serialize<S: ::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    crate::view::serialize(self, serializer)
                }
            }
        }
    });
    Ok(quote! {
        impl crate::view::View for #row {
            const NAME: &'static str = #name;
            const COLUMNS: &'static [crate::view::Column<Self>] = &[#(#columns),*];
        }
        #serialize
    })
}

/// The column of a field; none if it is skipped.
fn column(field: &Field, may_skip: bool) -> Result<Option<TokenStream>> {
    let Some(ident) = &field.ident else { return Ok(None) };
    let mut attribute = FieldAttribute::default();
    for one in named_view(&field.attrs) {
        one.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                attribute.rename = Some(meta.value()?.parse()?);
                Ok(())
            } else if meta.path.is_ident("arrow") {
                attribute.arrow = Some(meta.value()?.parse()?);
                Ok(())
            } else if meta.path.is_ident("skip") {
                attribute.skip = true;
                Ok(())
            } else {
                Err(meta.error("expected `rename`, `arrow` or `skip`"))
            }
        })?;
    }
    if attribute.skip {
        // The generated `Serialize` writes the columns, so it would lose the field.
        return if may_skip {
            Ok(None)
        } else {
            Err(Error::new_spanned(ident, "`skip` needs `own_serialize` of the struct"))
        };
    }
    let doc = doc(&field.attrs);
    if doc.is_empty() {
        return Err(Error::new_spanned(ident, "a column needs a doc comment"));
    }
    let name = attribute
        .rename
        .unwrap_or_else(|| LitStr::new(ident.to_string().trim_start_matches("r#"), ident.span()));
    let cell_type = &field.ty;
    let of_type = match &attribute.arrow {
        None => TokenStream::new(),
        Some(arrow) => {
            let variant: syn::Ident = arrow.parse()?;
            quote! { .of_type(crate::view::ColumnType::#variant) }
        }
    };
    Ok(Some(quote! {
        crate::view::Column::<Self>::new::<#cell_type>(
            #name,
            #doc,
            |row| crate::view::CellType::cell(&row.#ident),
        )#of_type
    }))
}

fn named_view(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("view"))
}

/// The doc comment in one line.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}
