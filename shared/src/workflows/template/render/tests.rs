use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::workflows::template::FILTERS;

fn context() -> Context {
    Context::default()
        .with(
            "trigger",
            &json!({
                "file": {"path": "/A/Plan.PDF", "size": 1024, "tags": ["x", "y"]},
                "none": null, "no": false, "zero": 0, "large": u64::MAX, "half": 0.5,
                "people": [{"name": "Ada", "age": 36}, {"name": "Bo", "age": 5}],
            }),
        )
        .with("text", &json!("x".repeat(100_000)))
        .with("numbers", &json!((0..5_000).collect::<Vec<u32>>()))
}

fn rendered(text: &str) -> Value {
    render_text("here", text, &context()).unwrap()
}

fn refused(text: &str) -> (&'static str, String) {
    let error = render_text("here", text, &context()).unwrap_err();
    assert_eq!(error.place, "here");
    (error.code, error.message)
}

#[test]
fn one_reference_keeps_its_type() {
    for (text, value) in [
        ("{{ trigger.file.size }}", json!(1024)),
        ("{{ trigger.file.tags }}", json!(["x", "y"])),
        ("{{ trigger.file }}", json!({"path": "/A/Plan.PDF", "size": 1024, "tags": ["x", "y"]})),
        ("{{ trigger.none }}", json!(null)),
        ("{{ trigger.no }}", json!(false)),
        ("{{ trigger.large }}", json!(u64::MAX)),
        ("{{ trigger.half }}", json!(0.5)),
        ("{{ trigger.file.size > 1000 and trigger.no is not true }}", json!(true)),
        ("{{ trigger.people[-1].name }}", json!("Bo")),
        ("{{ trigger['file']['tags'][0] }}", json!("x")),
        ("{{ trigger.people | map(attribute='name') }}", json!(["Ada", "Bo"])),
        ("{{ trigger.people | selectattr('age', 'gt', 18) | map(attribute='name') | first }}", json!("Ada")),
        ("{{ trigger.file.path | extension }}", json!("pdf")),
        ("{{ trigger.file.size | times(2) + 1 }}", json!(2049)),
        ("{{ trigger.file.size // 1000 }}", json!(1)),
        ("{{ trigger.people | sum(attribute='age') }}", json!(41)),
        ("{{ [1, 0.5] | sum }}", json!(1.5)),
        ("{{ numbers | last }}", json!(4_999)),
        ("{{ {'a': trigger.zero, 'b': [1, true, none]} }}", json!({"a": 0, "b": [1, true, null]})),
        ("{{ trigger.file.path if trigger.zero else 'no' }}", json!("no")),
    ] {
        assert_eq!(rendered(text), value, "{text}");
    }
}

#[test]
fn in_other_texts_values_are_written() {
    for (text, value) in [
        ("plain { } {# text #}", "plain { } {# text #}"),
        ("", ""),
        (" {{ trigger.file.size }}", " 1024"),
        ("{{ trigger.file.path }}:{{ trigger.zero }}", "/A/Plan.PDF:0"),
        ("[{{ trigger.none }}|{{ trigger.no }}|{{ trigger.file.tags }}]", r#"[|false|["x","y"]]"#),
        ("<{{ '<&\"' }}>", "<<&\">"),
        ("{{ '{{' }} {{ '}}' }}", "{{ }}"),
    ] {
        assert_eq!(rendered(text), json!(value), "{text}");
    }
}

#[test]
fn everything_in_a_value_is_rendered_and_an_error_has_its_place() {
    let value = json!({"a": ["{{ trigger.zero }}", 7], "{{ b }}": {"c": "{{ trigger.no }}!"}});
    assert_eq!(
        render("parameters", &value, &context()).unwrap(),
        json!({"a": [0, 7], "{{ b }}": {"c": "false!"}})
    );
    let value = json!({"a": ["fine", {"b": "{{ trigger.file.name }}"}]});
    let error = render("parameters", &value, &context()).unwrap_err();
    assert_eq!(error.to_string(), "parameters.a[1].b: `trigger.file.name` does not exist.");
    assert_eq!(StepError::from(error).code, "reference_missing");
}

#[test]
fn what_does_not_exist_is_named() {
    for (text, missing) in [
        ("{{ nothing }}", "nothing"),
        ("{{ trigger.nothing }}", "trigger.nothing"),
        ("{{ trigger.nothing.more }}", "trigger.nothing"),
        ("{{ trigger.people[2].name }}", "trigger.people[2]"),
        ("{{ trigger.file.path ~ trigger.file.nothing }}", "trigger.file.nothing"),
        ("{{ trigger.nothing == 1 }}", "trigger.nothing"),
        ("{{ trigger.nothing | upper }}", "trigger.nothing"),
        ("{{ trigger.nothing | length }}", "trigger.nothing"),
        ("{{ [trigger.nothing] }}", "trigger.nothing"),
        ("{{ 1 if trigger.nothing else 2 }}", "trigger.nothing"),
        ("{{ trigger.file.path.name }}", "trigger.file.path.name"),
        ("{{ trigger.none.name }}", "trigger.none.name"),
    ] {
        assert_eq!(refused(text), ("reference_missing", format!("`{missing}` does not exist.")), "{text}");
    }
    assert_eq!(rendered("{{ trigger.nothing | default('x') }}"), json!("x"));
    assert_eq!(rendered("{{ trigger.nothing is defined }}"), json!(false));
    assert_eq!(rendered("{{ 'a' if trigger.nothing is undefined else trigger.nothing }}"), json!("a"));
}

/// A value that does not exist is nowhere taken for an empty one.
#[test]
fn only_default_takes_what_does_not_exist() {
    for filter in FILTERS.iter().filter(|filter| **filter != "default") {
        let argument = match *filter {
            "map" => "(attribute='x')",
            "replace" => "('a', 'b')",
            "selectattr" | "rejectattr" => "('a')",
            "times" => "(2)",
            _ => "",
        };
        let (code, message) = refused(&format!("{{{{ trigger.nothing | {filter}{argument} }}}}"));
        assert_eq!(
            (code, message.as_str()),
            ("reference_missing", "`trigger.nothing` does not exist."),
            "{filter}"
        );
    }
}

#[test]
fn errors_say_what_failed() {
    for (text, code, why) in [
        ("{{ trigger.file + 1 }}", "template_failed", "unsupported types"),
        ("{{ trigger. }}", "template_failed", "syntax error"),
        ("{{ trigger.zero | nothing }}", "template_failed", "unknown filter"),
        ("{{ 1 / 0 }}", "template_failed", "`1 / 0` failed"),
        ("{{ trigger", "template_failed", "without its"),
        ("{{ trigger.people | map(attribute='x') }}", "template_failed", "an item has no `x`"),
        ("{{ 9223372036854775807 | times(2) }}", "template_failed", "too large"),
        ("{{ 'a' | times(3) }}", "template_failed", "takes numbers"),
        ("{{ ['a', 'b'] | sum }}", "template_failed", "takes numbers"),
        ("{{ [[1], [2]] | sum(start=[]) }}", "template_failed", "start"),
    ] {
        let refused = refused(text);
        assert_eq!(refused.0, code, "{text}: {refused:?}");
        assert!(refused.1.contains(why), "{text}: {refused:?}");
    }
}

/// Expressions that make much out of little, as far as anything lets them.
#[test]
fn no_expression_takes_much_time_or_memory() {
    let twice = |inner: &str| format!("({inner}) ~ ({inner})");
    let doubled = (0..5).fold("text".to_owned(), |inner, _| twice(&inner));
    let replaced = format!("text{}", " | replace('x', 'xxxxxxxxxx')".repeat(20));
    let joined = format!("numbers{}", " | join(text) | list".repeat(5));
    for expression in [
        "'x' * 1000000000",
        "[1] * 1000000000",
        "2 ** 1000000000",
        "range(1000000000)",
        doubled.as_str(),
        replaced.as_str(),
        joined.as_str(),
        "text | list | join(text)",
        "text | replace('', text)",
        "text | list | map('default', text)",
        "text | map(attribute='x', default=text)",
        "numbers | batch(1, numbers)",
        "numbers | zip(numbers, numbers)",
        "'%1000000000d' | format(1)",
        "text | indent(1000000)",
        "debug()",
        "self",
        "loop",
    ] {
        let started = std::time::Instant::now();
        let (code, message) = refused(&format!("{{{{ {expression} }}}}"));
        assert!(started.elapsed().as_secs() < 5, "{expression} took {:?}", started.elapsed());
        assert!(message.len() < 1_000, "{code} {message}");
    }
}

/// Expressions that are dear for what they say, and may be done.
#[test]
fn the_dearest_expressions_take_little_time() {
    let replaced = format!("text{}", " | replace('x', 'xy') | replace('y', '')".repeat(20));
    let reversed = format!("numbers{}", " | reverse | list | sort | unique".repeat(20));
    for expression in [
        "text | list | sort | unique",
        "text | list | sum(start='')",
        "text | split('') | join('-')",
        "numbers | select('in', numbers) | list",
        "numbers | reject('in', numbers) | list",
        "numbers | map(attribute='a.b.c') | list",
        "numbers == numbers and numbers != [numbers, numbers]",
        "[numbers, numbers, numbers] | json | length",
        "[numbers, numbers, numbers] ~ numbers ~ [numbers]",
        "'1' ~ text | replace('x', '1') | int",
        "'1' ~ text | replace('x', '1') | float",
        "1.5 | round(1000000000)",
        "text in [text, text] or text is startingwith text",
        "text | url_encode | base64 | upper | title | capitalize | lower | length",
        "numbers[::-1][::-1][::-1][::-1][::-1] | last",
        replaced.as_str(),
        reversed.as_str(),
    ] {
        let started = std::time::Instant::now();
        let result = render_text("here", &format!("{{{{ {expression} }}}}"), &context());
        let told = result.err().map(|error| error.message);
        assert!(started.elapsed().as_secs() < 5, "{expression} took {:?}: {told:?}", started.elapsed());
    }
}

#[test]
fn deep_expressions_are_no_danger_to_the_stack() {
    for (start, repeated, end) in [
        ("", "-", "1"),
        ("", "not ", "1"),
        ("", "(", "1"),
        ("", "[", ""),
        ("1", "+1", ""),
        ("1", "~1", ""),
        ("1", "==1", ""),
        ("1", " or 1", ""),
        ("1", " if 1 else 1", ""),
        ("trigger", ".a", ""),
        ("trigger", "[0]", ""),
        ("numbers", "[:]", ""),
        ("numbers", "[::-1]", ""),
        ("numbers", "+numbers", ""),
        ("1", "|abs", ""),
        ("1", " is odd", ""),
    ] {
        let count = (crate::workflows::limits::LONGEST_REFERENCE - 10) / repeated.len();
        let text = format!("{{{{ {start}{}{end} }}}}", repeated.repeat(count));
        // Either result will do, so long as there is one.
        let _ = render_text("here", &text, &context());
    }
}

#[test]
fn a_rendering_is_bounded_as_a_whole() {
    let value = json!(vec!["{{ text }}"; 3]);
    assert_eq!(render("body", &value, &context()).unwrap_err().code, "output_too_large");
    let text = "{{ text }}".repeat(3);
    assert_eq!(refused(&text).0, "output_too_large");
    let value = json!(vec!["{{ 1 }}"; MOST_REFERENCES + 1]);
    assert_eq!(render("body", &value, &context()).unwrap_err().code, "too_much_work");
}

/// Filters of the library that we have not listed do not exist.
#[test]
fn only_the_listed_filters_exist() {
    for filter in [
        "safe",
        "escape",
        "e",
        "dictsort",
        "attr",
        "batch",
        "slice",
        "indent",
        "groupby",
        "chain",
        "zip",
        "pprint",
        "format",
        "tojson",
        "urlencode",
        "d",
        "count",
    ] {
        assert!(!FILTERS.contains(&filter));
        let (_, message) = refused(&format!("{{{{ 'x' | {filter} }}}}"));
        assert!(message.contains("unknown filter"), "{message}");
    }
}

#[test]
fn truth_is_that_of_the_documentation() {
    for no in [json!(null), json!(false), json!(0), json!(0.0), json!(""), json!([]), json!({})] {
        assert!(!is_true(&no), "{no}");
    }
    for yes in [json!(true), json!(-1), json!("false"), json!([null]), json!({"a": null})] {
        assert!(is_true(&yes), "{yes}");
    }
}

proptest! {
    #[test]
    fn any_text_is_rendered_or_refused(text in r#"(\{\{ ?)?[a-z0-9 .,|~+/%()\[\]{}'"=<>é-]{0,60}( ?\}\})?"#) {
        if let Err(error) = render_text("here", &text, &context()) {
            let codes = ["reference_missing", "template_failed", "too_much_work", "output_too_large"];
            prop_assert!(codes.contains(&error.code));
        }
    }

    /// Whatever a value says, it is data: references in it are not replaced.
    #[test]
    fn values_are_not_templates(value in ".{0,40}") {
        let context = Context::default().with("v", &json!(value));
        prop_assert_eq!(render_text("here", "{{ v }}", &context).unwrap(), json!(value));
        prop_assert_eq!(render_text("here", "a{{ v }}b", &context).unwrap(), json!(format!("a{value}b")));
    }
}
