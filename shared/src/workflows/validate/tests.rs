#![expect(clippy::needless_pass_by_value, reason = "JSON reads better where it is written")]

use serde_json::{Value, json};

use super::*;

fn catalog() -> Catalog {
    let save = json!({
        "type": "object",
        "properties": {
            "path": {"type": "string", "maxLength": 20},
            "mode": {"type": "string", "enum": ["add", "overwrite"]},
            "limit": {"type": "integer", "minimum": 1, "maximum": 10},
            "tags": {"type": "array", "items": {"type": "string"}},
            "source": {"anyOf": [
                {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]},
                {"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]},
            ]},
        },
        "required": ["path"],
        "additionalProperties": false,
    });
    Catalog::new([("SAVE", save)])
}

fn with(steps: Value) -> Value {
    json!({
        "name": "Reports",
        "trigger": {"type": "event", "filter": {"types": ["file.ready"]}},
        "settings": [{"id": "folder", "title": "Folder", "type": "folder"}],
        "steps": steps,
    })
}

/// Returns the problems of a document as lines.
fn problems(document: &Value) -> Vec<String> {
    let problems = match read(document) {
        Ok(document) => validate(&document, &catalog()),
        Err(problems) => problems,
    };
    problems.into_iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect()
}

fn only(document: &Value) -> String {
    let mut problems = problems(document);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.remove(0)
}

fn step(more: Value) -> Value {
    let mut step = json!({"id": "a", "type": "response"});
    step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    step
}

#[test]
fn a_document_that_uses_everything_has_no_problem() {
    let document = json!({
        "name": "Everything",
        "description": "Two\nlines.",
        "trigger": {"type": "event", "filter": {"types": ["file.ready", "file.created"], "glob": "/in/**"}},
        "settings": [
            {"id": "folder", "title": "Folder", "type": "folder", "required": true},
            {"id": "most", "title": "Most", "type": "number", "default": 3},
        ],
        "enabled_by_default": true,
        "steps": [
            {"id": "get", "type": "dropbox", "route": "files/get_metadata",
             "argument": {"path": "{{ trigger.file.id }}"}},
            {"id": "if", "type": "condition", "if": "{{ trigger.file.size > 10 and steps.get.size }}", "then": [
                {"id": "post", "type": "http", "method": "PUT",
                 "url": "https://example.com/{{ trigger.file.name | url_encode }}",
                 "headers": {"X-Key": "{{ step.idempotency_key }}"}, "body": {"a": ["{{ settings.most }}"]},
                 "continue_on_error": true, "attempts": 2},
                {"id": "wait", "type": "delay", "seconds": "{{ settings.most | times(60) }}"},
                {"id": "tell", "type": "response", "body": "{{ steps.post.error.message | default('fine') }}"},
            ], "else": [{"id": "no", "type": "delay", "seconds": 5}]},
            {"id": "each", "type": "for_each", "items": "{{ steps.get.entries }}", "as": "entry", "steps": [
                {"id": "inner", "type": "for_each", "items": "{{ entry.parts }}", "steps": [
                    {"id": "save", "type": "action", "action": "SAVE", "parameters": {
                        "path": "{{ settings.folder }}/{{ entry.name }}/{{ item }}", "limit": "{{ entry.limit }}",
                        "mode": "add", "tags": ["{{ item }}", "x"],
                        "source": {"key": "{{ trigger.content.key }}"}}},
                ]},
            ]},
        ],
    });
    assert_eq!(problems(&document), Vec::<String>::new());
}

#[test]
fn references_that_cannot_exist_are_refused_with_their_place() {
    for (text, why) in [
        (
            "{{ trigger.file.pth }}",
            "`trigger.file.pth` does not exist here: `trigger.file` has `content_hash`,",
        ),
        ("{{ trigger.folder }}", "`trigger.folder` does not exist here"),
        ("{{ trigger.from }}", "`trigger.from` does not exist here"),
        ("{{ trigger.file.path.name }}", "`trigger.file.path` is a text"),
        ("{{ triger.file }}", "`triger` does not exist here. There are `connection`,"),
        ("{{ settings.nothing }}", "`settings` has `folder`."),
        ("{{ steps.later.status }}", "`steps` has `before`."),
        ("{{ steps.a }}", "`steps` has `before`."),
        ("{{ steps }}", "followed by a step's id"),
        ("{{ steps.before.stats }}", "`steps.before` has `body`, `headers`, `status`."),
        ("{{ steps.before.error }}", "`steps.before.error` does not exist here"),
        ("{{ item }}", "`item` does not exist here"),
        ("{{ trigger.file.path | shout }}", "the filter `shout`"),
        ("{{ trigger.file.path", "without its `}}`"),
        ("{{ 'a' * 9 }}", "multiply by the filter `times`"),
        ("{% if trigger %}", "no statements"),
        ("{{ trigger.id if triger else 1 }}", "`triger` does not exist"),
        ("{{ trigger.content[settings.x] }}", "`settings.x`"),
    ] {
        let document = with(json!([
            {"id": "before", "type": "http", "url": "https://example.com"},
            {"id": "a", "type": "response", "body": {"list": [1, text]}},
            {"id": "later", "type": "http", "url": "https://example.com"},
        ]));
        let problem = only(&document);
        assert!(problem.starts_with("steps[1].body.list[1]: ") && problem.contains(why), "{problem}");
    }
}

#[test]
fn steps_of_another_branch_or_after_a_loop_are_not_in_scope() {
    let document = with(json!([
        {"id": "if", "type": "condition", "if": "{{ trigger.id }}",
         "then": [{"id": "yes", "type": "http", "url": "https://example.com"}],
         "else": [step(json!({"id": "no", "body": "{{ steps.yes.status }}"}))]},
        {"id": "each", "type": "for_each", "items": "{{ [1] }}", "steps": [
            step(json!({"id": "in", "body": "{{ item }} {{ steps.each.count }} {{ steps.if.result }}"})),
        ]},
        step(json!({"id": "end", "body": "{{ item }}"})),
    ]));
    let problems = problems(&document);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].starts_with("steps[0].else[0].body: `steps.yes` does not exist here"),
        "{problems:?}"
    );
    assert!(problems[1].starts_with("steps[2].body: `item` does not exist here"), "{problems:?}");
}

#[test]
fn steps_are_checked() {
    let inner = json!({"id": "b", "type": "for_each", "items": "{{ [1] }}", "steps": [step(json!({}))]});
    let two = json!([step(json!({})), inner]);
    assert_eq!(only(&with(two)), "steps[1].steps[0].id: The step at steps[0] has this id.");
    let action =
        |parameters: Value| json!({"id": "a", "type": "action", "action": "SAVE", "parameters": parameters});
    let http = |more: Value| {
        let mut http = json!({"id": "a", "type": "http", "url": "https://example.com"});
        http.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        http
    };
    let each = |name: &str| {
        json!({"id": "a", "type": "for_each", "items": "{{ [1] }}", "as": name,
        "steps": [step(json!({"id": "b"}))]})
    };
    for (given, why) in [
        (step(json!({"id": "A"})), "steps[0].id: It must be a small letter"),
        (step(json!({"id": ""})), "steps[0].id: It must be a small letter"),
        (step(json!({"id": "a".repeat(41)})), "steps[0].id: It must be a small letter"),
        (step(json!({"attempts": 0})), "steps[0].attempts: It must be 1 to 10."),
        (step(json!({"attempts": 11})), "steps[0].attempts: It must be 1 to 10."),
        (step(json!({"description": ""})), "steps[0].description: It must be a text"),
        (step(json!({"status": 199})), "steps[0].status: It must be 200 to 599."),
        (step(json!({"status": 600})), "steps[0].status: It must be 200 to 599."),
        (json!({"id": "a", "type": "condition", "if": "{{ 1 }}"}), "steps[0]: It has no steps"),
        (
            json!({"id": "a", "type": "condition", "if": "true", "then": [step(json!({"id": "b"}))]}),
            "steps[0].if: It must be one reference",
        ),
        (
            json!({"id": "a", "type": "for_each", "items": "{{ [1] }}", "steps": []}),
            "steps[0].steps: There must be",
        ),
        (
            json!({"id": "a", "type": "for_each", "items": "x{{ [1] }}", "steps": [step(json!({"id": "b"}))]}),
            "steps[0].items: It must be one",
        ),
        (each("trigger"), "steps[0].as: References begin with this name"),
        (each("self"), "steps[0].as: References begin with this name"),
        (json!({"id": "a", "type": "delay", "seconds": 0}), "steps[0].seconds: It must be a whole number"),
        (
            json!({"id": "a", "type": "delay", "seconds": 2_592_001}),
            "steps[0].seconds: It must be a whole number",
        ),
        (json!({"id": "a", "type": "delay", "seconds": 1.5}), "steps[0].seconds: It must be a whole number"),
        (json!({"id": "a", "type": "delay", "seconds": "5"}), "steps[0].seconds: It must be one reference"),
        (
            json!({"id": "a", "type": "dropbox", "route": "files/download"}),
            "steps[0].route: It must be a route",
        ),
        (json!({"id": "a", "type": "dropbox", "route": "../x"}), "steps[0].route: It must be a route"),
        (http(json!({"url": "http://example.com"})), "steps[0].url: It must be an address"),
        (http(json!({"url": "https://"})), "steps[0].url: It must be an address"),
        (http(json!({"headers": {"a b": "c"}})), "steps[0].headers.a b: It is no name"),
        (http(json!({"headers": {"Host": "c"}})), "steps[0].headers.Host: The sender writes"),
        (http(json!({"headers": {"A": "c", "a": "c"}})), "steps[0].headers.a: It is there twice"),
        (http(json!({"headers": {"A": "c\r\nb: d"}})), "steps[0].headers.A: It has control characters."),
        (
            json!({"id": "a", "type": "action", "action": "SAV"}),
            "steps[0].action: There is no such action. There are SAVE.",
        ),
        (action(json!({})), "steps[0].parameters.path: It is missing."),
        (action(json!({"path": 1})), "steps[0].parameters.path: It must be of the type string."),
        (
            action(json!({"path": "/", "pat": 1})),
            "steps[0].parameters.pat: There is no such parameter. There are limit, mode,",
        ),
        (
            action(json!({"path": "a".repeat(21)})),
            "steps[0].parameters.path: It must have at most 20 characters.",
        ),
        (
            action(json!({"path": "/", "mode": "x"})),
            "steps[0].parameters.mode: It must be one of \"add\", \"overwrite\".",
        ),
        (action(json!({"path": "/", "limit": 11})), "steps[0].parameters.limit: It must be at most 10."),
        (action(json!({"path": "/", "limit": 0})), "steps[0].parameters.limit: It must be at least 1."),
        (
            action(json!({"path": "/", "limit": "a{{ 1 }}"})),
            "steps[0].parameters.limit: It must be of the type integer.",
        ),
        (
            action(json!({"path": "/", "tags": ["x", 1]})),
            "steps[0].parameters.tags[1]: It must be of the type string.",
        ),
        (
            action(json!({"path": "/", "source": {"url": 1}})),
            "steps[0].parameters.source.url: It must be of the type string.",
        ),
    ] {
        let problem = only(&with(json!([given])));
        assert!(problem.starts_with(why), "{why}: {problem}");
    }
}

#[test]
fn there_are_limits_on_steps() {
    assert_eq!(only(&with(json!([]))), "steps: There must be at least one step.");
    let many =
        |count: usize| (0..count).map(|index| step(json!({"id": format!("a{index}")}))).collect::<Vec<_>>();
    assert_eq!(problems(&with(many(50).into())), Vec::<String>::new());
    assert_eq!(only(&with(many(51).into())), "steps: There are 51 steps in all, more than 50.");
    let nested = |depth: usize| {
        let inner = step(json!({"id": "z"}));
        (1..depth).fold(inner, |inner, level| {
            let (id, name) = (format!("l{level}"), format!("i{level}"));
            json!({"id": id, "type": "for_each", "items": "{{ [1] }}", "as": name, "steps": [inner]})
        })
    };
    assert_eq!(problems(&with(json!([nested(4)]))), Vec::<String>::new());
    assert_eq!(
        only(&with(json!([nested(5)]))),
        "steps[0].steps[0].steps[0].steps[0].steps[0]: It is in more than 4 lists of steps."
    );
    let large = step(json!({"body": "x".repeat(65_536)}));
    assert!(only(&with(json!([large]))).starts_with(": The document has"));
    let body = vec!["{{ 1 }}"; limits::MOST_REFERENCES + 1];
    assert_eq!(
        only(&with(json!([step(json!({"body": body}))]))),
        "steps[0]: It has more than 200 references."
    );
}

#[test]
fn the_head_is_checked() {
    let changed = |pointer: &str, value: Value| {
        let mut document = with(json!([step(json!({}))]));
        *document.pointer_mut(pointer).unwrap() = value;
        document
    };
    let setting = |more: Value| {
        let mut setting = json!({"id": "x", "title": "X", "type": "text"});
        setting.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([setting])
    };
    let same = json!([{"id": "x", "title": "X", "type": "text"}, {"id": "x", "title": "Y", "type": "text"}]);
    let event = |types: Value| json!({"type": "event", "filter": {"types": types}});
    let schedule = |every: u32, at: u32| json!({"type": "schedule", "every_minutes": every, "at_minute": at});
    for (document, why) in [
        (changed("/name", json!("")), "name: It must be a text of 1 to 200"),
        (changed("/name", json!("a\u{7}")), "name: It must be a text of 1 to 200"),
        (changed("/settings", setting(json!({"id": "1"}))), "settings[0].id: It must be"),
        (changed("/settings", setting(json!({"title": ""}))), "settings[0].title: It must be"),
        (changed("/settings", setting(json!({"default": 1}))), "settings[0].default: It is not"),
        (
            changed("/settings", setting(json!({"type": "folder", "default": "a"}))),
            "settings[0].default: It is not",
        ),
        (changed("/settings", same), "settings[1].id: Another setting has this id."),
        (changed("/trigger", event(json!([]))), "trigger.filter.types: It must name"),
        (
            changed("/trigger", event(json!(["application.event"]))),
            "trigger.filter.types: Events of the type `application.event`",
        ),
        (
            changed("/trigger/filter", json!({"types": ["file.ready"], "glob": "["})),
            "trigger.filter: The filter is invalid",
        ),
        (changed("/trigger", json!({"type": "application_event", "name": ""})), "trigger.name: It must be"),
        (changed("/trigger", schedule(4, 0)), "trigger.every_minutes: It must be 5 to 10080."),
        (changed("/trigger", schedule(10_081, 0)), "trigger.every_minutes: It must be 5 to 10080."),
        (changed("/trigger", schedule(60, 60)), "trigger.at_minute: It must be below"),
    ] {
        let problem = only(&document);
        assert!(problem.starts_with(why), "{why}: {problem}");
    }
}

#[test]
fn what_cannot_be_read_has_its_place() {
    assert_eq!(only(&json!([])), ": It must be an object.");
    let broken = json!({
        "name": "x",
        "trigger": {"type": "schedule", "every_minute": 5},
        "steps": [
            {"id": "a", "type": "response", "boddy": 1},
            {"id": "b", "type": "condition", "if": "{{ 1 }}", "then": [
                {"id": "c", "type": "condition", "if": 7, "else": [{"id": "d", "type": "walk"}]},
                {"type": "delay", "seconds": 1},
            ]},
        ],
        "colour": "red",
    });
    let problems = problems(&broken);
    for (place, why) in [
        ("steps[0]", "boddy"),
        ("steps[1].then[0].else[0]", "walk"),
        ("steps[1].then[0]", "string"),
        ("steps[1].then[1]", "id"),
        ("trigger", "every_minute"),
        ("colour", "colour"),
    ] {
        let found = problems.iter().any(|one| one.starts_with(&format!("{place}: ")) && one.contains(why));
        assert!(found, "{place} {why}: {problems:#?}");
    }
    assert_eq!(problems.len(), 6, "{problems:#?}");
    let typed = json!({"name": "x", "trigger": {"type": "request"}, "settings": [{"id": "a", "title": 7}], "steps": []});
    assert!(only(&typed).starts_with("settings[0].title: Invalid type"), "{}", only(&typed));
    let no_steps = json!({"name": "x", "trigger": {"type": "request"}});
    assert_eq!(only(&no_steps), "steps: It is missing.");
    assert_eq!(
        only(&json!({"name": "x", "trigger": {"type": "request"}, "steps": 1})),
        "steps: It must be a list."
    );
}

#[test]
fn documents_are_written_as_they_are_read() {
    let json = with(json!([
        {"id": "a", "type": "for_each", "items": "{{ [1] }}", "as": "x", "continue_on_error": false, "steps": [
            {"id": "b", "type": "http", "method": "GET", "url": "https://example.com", "continue_on_error": true},
        ]},
    ]));
    let document = read(&json).unwrap();
    let written = serde_json::to_value(&document).unwrap();
    assert_eq!(read(&written).unwrap(), document);
    assert_eq!(written["steps"], json["steps"]);
}
