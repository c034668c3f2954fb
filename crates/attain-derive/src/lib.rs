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
//! expands to a table of the columns, to `Serialize` and to `Deserialize`. Type and nullability of a column follow from the type of the field:
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
//! impl<'de> ::serde::Deserialize<'de> for BudgetRow {
//!     fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
//!         #[derive(::serde::Deserialize)]
//!         #[serde(rename = "budget")]
//!         struct Cells {
//!             #[serde(rename = "used", deserialize_with = "crate::view::deserialize")]
//!             used: f64,
//!             #[serde(rename = "final", deserialize_with = "crate::view::deserialize")]
//!             is_final: bool,
//!         }
//!         let Cells { used, is_final } = Cells::deserialize(deserializer)?;
//!         Ok(BudgetRow { used, is_final })
//!     }
//! }
//! ```

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::ParseStream;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, Field, Fields, Ident, Lit, LitStr, Meta, Result,
    Type,
};

/// Declares the columns of a view by the fields of a struct. Every field has a doc comment.
///
/// | attribute | of | effect |
/// |---|---|---|
/// | `view(name = "budget")` | the struct | the name of the view; required |
/// | `view(own_serialize)` | the struct | `Serialize` and `Deserialize` are not generated |
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
    for field in named_fields(input)? {
        columns.extend(column(field, view.own_serialize)?);
    }
    let serde = if view.own_serialize {
        TokenStream::new()
    } else {
        let deserialize = deserialize(input, name)?;
        quote! {
            impl ::serde::Serialize for #row {
                fn serialize<S: ::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    crate::view::serialize(self, serializer)
                }
            }
            #deserialize
        }
    };
    Ok(quote! {
        impl crate::view::View for #row {
            const NAME: &'static str = #name;
            const COLUMNS: &'static [crate::view::Column<Self>] = &[#(#columns),*];
        }
        #serde
    })
}

/// `Deserialize`. A column that is missing is a null if it may be one.
fn deserialize(input: &DeriveInput, view: &LitStr) -> Result<TokenStream> {
    let row = &input.ident;
    let (mut names, mut cells) = (Vec::new(), Vec::new());
    for field in named_fields(input)? {
        let Some(ident) = &field.ident else { continue };
        let (name, cell_type) = (column_name(ident, field_attribute(field)?.rename), &field.ty);
        let is_option = matches!(cell_type, Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Option"));
        let default = is_option.then(|| quote! { default, });
        names.push(ident);
        cells.push(quote! {
            #[serde(#default rename = #name, deserialize_with = "crate::view::deserialize")]
            #ident: #cell_type
        });
    }
    Ok(quote! {
        impl<'de> ::serde::Deserialize<'de> for #row {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #[derive(::serde::Deserialize)]
                #[serde(rename = #view)]
                struct Cells { #(#cells),* }
                let Cells { #(#names),* } = ::serde::Deserialize::deserialize(deserializer)?;
                ::std::result::Result::Ok(#row { #(#names),* })
            }
        }
    })
}

/// The column of a field; none if it is skipped.
fn column(field: &Field, may_skip: bool) -> Result<Option<TokenStream>> {
    let Some(ident) = &field.ident else { return Ok(None) };
    let attribute = field_attribute(field)?;
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
    let name = column_name(ident, attribute.rename);
    let cell_type = &field.ty;
    let of_type = match &attribute.arrow {
        None => TokenStream::new(),
        Some(arrow) => {
            let variant: Ident = arrow.parse()?;
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

/// What the attributes `view` of a field say.
fn field_attribute(field: &Field) -> Result<FieldAttribute> {
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
    Ok(attribute)
}

/// The name of a column: that of its field, if no other is given.
fn column_name(field: &Ident, rename: Option<LitStr>) -> LitStr {
    let name = || LitStr::new(field.to_string().trim_start_matches("r#"), field.span());
    rename.unwrap_or_else(name)
}

/// Passes the columns of a struct to other macros, so that code in several files derives from one declaration. Every field has
/// an attribute `column(kind)` or `column(kind(argument))` that says where the column comes from.
///
/// ```ignore
/// #[derive(ColumnList)]
/// #[column_list(assessment_columns)]
/// pub struct Assessment {
///     /// The target's id.
///     #[column(target(Common::target_id))]
///     pub target: Text,
///     /// What was counted.
///     #[column(packed)]
///     pub numerator: Option<f64>,
/// }
/// ```
///
/// expands to a macro with a rule for all columns, and one for the columns of each kind:
///
/// ```text
/// macro_rules! assessment_columns {
///     (all => $callback:ident) => {
///         $callback! {
///             /// The target's id.
///             target (target, "target"): Text = target(Common::target_id);
///             /// What was counted.
///             numerator (numerator, "numerator"): Option<f64> = packed();
///         }
///     };
///     (packed => $callback:ident) => { $callback! { … numerator (numerator, "numerator"): Option<f64> = packed(); } };
///     (target => $callback:ident) => { $callback! { … target (target, "target"): Text = target(Common::target_id); } };
/// }
/// ```
///
/// The field comes first, then the name of the column, as an identifier and as a text.
#[proc_macro_derive(ColumnList, attributes(column, column_list))]
pub fn derive_column_list(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand_column_list(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn expand_column_list(input: &DeriveInput) -> Result<TokenStream> {
    let list = input.attrs.iter().find(|attribute| attribute.path().is_ident("column_list"));
    let Some(list) = list else {
        return Err(Error::new_spanned(&input.ident, "expected `#[column_list(name_of_a_macro)]`"));
    };
    let list: Ident = list.parse_args()?;
    let mut all = Vec::new();
    let mut by_kind: BTreeMap<Ident, Vec<TokenStream>> = BTreeMap::new();
    for field in named_fields(input)? {
        let Some(ident) = &field.ident else { continue };
        let source = field.attrs.iter().find(|attribute| attribute.path().is_ident("column"));
        let Some(source) = source else {
            return Err(Error::new_spanned(ident, "a column needs `#[column(kind)]`"));
        };
        let (kind, argument) = source.parse_args_with(|input: ParseStream<'_>| {
            let kind: Ident = input.parse()?;
            if input.is_empty() {
                return Ok((kind, TokenStream::new()));
            }
            let argument;
            syn::parenthesized!(argument in input);
            Ok((kind, argument.parse()?))
        })?;
        let (name, cell_type) = (column_name(ident, field_attribute(field)?.rename), &field.ty);
        let name_ident = syn::parse_str::<Ident>(&name.value())
            .unwrap_or_else(|_| Ident::new_raw(&name.value(), name.span()));
        let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let column =
            quote! { #(#docs)* #ident (#name_ident, #name): #cell_type = #kind(#argument); };
        all.push(column.clone());
        by_kind.entry(kind).or_default().push(column);
    }
    let rules = by_kind.iter().map(|(kind, columns)| {
        quote! { (#kind => $callback:ident) => { $callback! { #(#columns)* } }; }
    });
    Ok(quote! {
        macro_rules! #list {
            (all => $callback:ident) => { $callback! { #(#all)* } };
            #(#rules)*
        }
    })
}

fn named_fields(input: &DeriveInput) -> Result<impl Iterator<Item = &Field>> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a view is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a view has named fields"));
    };
    Ok(fields.named.iter())
}

fn named_view(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("view"))
}

/// The lines of the doc comment.
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
    lines.collect::<Vec<_>>().join("\n")
}
