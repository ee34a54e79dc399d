//! The template library, set up so that an expression can do no harm.
//!
//! - No globals and no functions, no loader, no methods: nothing but the values of the context.
//! - Only the filters and tests listed here. Those of the library that repeat what they are given are left out, as
//!   are multiplications (see `reference`): from `x` of 100 KB and a hundred letters they make lists that
//!   nothing but walking them would bound. `map` is our own, without a default that it would repeat, and so is
//!   `sum`, which would join texts for nothing.
//! - Fuel: an amount of work for each expression, in which texts and lists that are made count by their size.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, filters as builtin, tests};

use super::filters;
use crate::workflows::limits::FUEL;

/// Makes the function that adds filters or tests, and the list of their names, from one table.
macro_rules! table {
    ($(#[$doc:meta])* $vis:vis $names:ident, $add:ident, $method:ident: $($name:literal $function:path,)*) => {
        $(#[$doc])*
        $vis const $names: &[&str] = &[$($name),*];

        fn $add(environment: &mut Environment<'_>) {
            $(environment.$method($name, $function);)*
        }
    };
}

table! {
    /// Names of the filters.
    pub FILTERS, add_filters, add_filter:
    "abs" builtin::abs,
    "base64" filters::base64,
    "basename" filters::basename,
    "bool" builtin::bool,
    "capitalize" builtin::capitalize,
    "default" builtin::default,
    "dirname" filters::dirname,
    "extension" filters::extension,
    "first" filters::first,
    "float" builtin::float,
    "int" builtin::int,
    "items" filters::items,
    "join" builtin::join,
    "json" filters::json,
    "last" filters::last,
    "length" filters::length,
    "lines" filters::lines,
    "list" builtin::list,
    "lower" builtin::lower,
    "map" filters::map,
    "max" builtin::max,
    "min" builtin::min,
    "reject" builtin::reject,
    "rejectattr" builtin::rejectattr,
    "replace" builtin::replace,
    "reverse" filters::reverse,
    "round" builtin::round,
    "select" builtin::select,
    "selectattr" builtin::selectattr,
    "sort" builtin::sort,
    "split" builtin::split,
    "string" builtin::string,
    "sum" filters::sum,
    "times" filters::times,
    "title" builtin::title,
    "trim" builtin::trim,
    "unique" builtin::unique,
    "upper" builtin::upper,
    "url_encode" filters::url_encode,
}

table! {
    /// Names of the tests.
    pub(super) TESTS, add_tests, add_test:
    "boolean" tests::is_boolean,
    "defined" tests::is_defined,
    "divisibleby" tests::is_divisibleby,
    "endingwith" tests::is_endingwith,
    "eq" tests::is_eq,
    "even" tests::is_even,
    "false" tests::is_false,
    "float" tests::is_float,
    "ge" tests::is_ge,
    "gt" tests::is_gt,
    "in" tests::is_in,
    "integer" tests::is_integer,
    "iterable" tests::is_iterable,
    "le" tests::is_le,
    "lower" tests::is_lower,
    "lt" tests::is_lt,
    "mapping" tests::is_mapping,
    "ne" tests::is_ne,
    "none" tests::is_none,
    "number" tests::is_number,
    "odd" tests::is_odd,
    "sequence" tests::is_sequence,
    "startingwith" tests::is_startingwith,
    "string" tests::is_string,
    "true" tests::is_true,
    "undefined" tests::is_undefined,
    "upper" tests::is_upper,
}

/// The library's environment: the same for all expressions.
pub(super) static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    add_filters(&mut environment);
    add_tests(&mut environment);
    environment
});
