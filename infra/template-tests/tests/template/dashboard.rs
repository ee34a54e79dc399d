//! The dashboard can be read.

use std::collections::BTreeSet;

use serde_json::json;
use template_tests::{
    choices::exists,
    files::TEMPLATE,
    metrics::{alarms_with, dashboard, references, telling_alarms, widgets},
    template::{number, properties, resources, text, texts},
};

#[test]
fn no_widget_lies_on_another_or_beyond_the_edge() {
    let mut taken = BTreeSet::new();
    for widget in widgets(&[]) {
        let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(&widget[name]));
        assert!(x + width <= 24, "{widget}");
        for place in (x..x + width).flat_map(|column| (y..y + height).map(move |line| (column, line))) {
            assert!(taken.insert(place), "{widget} lies on another");
        }
    }
}

#[test]
fn every_widget_with_data_has_a_title() {
    for widget in widgets(&[]).iter().filter(|widget| widget["type"] != "text") {
        assert!(!text(&widget["properties"]["title"]).is_empty(), "{widget}");
    }
}

#[test]
fn the_dashboard_names_resources_of_the_template() {
    for reference in references(&dashboard(&[])) {
        let name = reference.split('.').next().unwrap_or_default();
        let known = resources().contains_key(name) || ["AWS::StackName", "AWS::Region"].contains(&name);
        assert!(known, "{reference}");
    }
}

#[test]
fn the_dashboard_shows_every_alarm_that_tells_somebody() {
    for choice in ["all", "essential", "none"] {
        let given = [("Alarms", choice)];
        let telling: BTreeSet<_> = telling_alarms().collect();
        let expected: BTreeSet<_> = alarms_with(&given).filter(|name| telling.contains(name)).collect();
        let widgets = widgets(&given);
        let of_alarms: Vec<_> = widgets.iter().filter(|widget| widget["type"] == "alarm").collect();
        // A widget of no alarms is none.
        assert_eq!(of_alarms.len(), usize::from(!expected.is_empty()), "{choice}");
        let shown = of_alarms.iter().flat_map(|widget| texts(&widget["properties"]["alarms"]));
        let shown: BTreeSet<_> = shown.map(str::to_owned).collect();
        assert_eq!(shown, expected.iter().map(|name| format!("${{{name}.Arn}}")).collect(), "{choice}");
    }
}

#[test]
fn a_stack_has_a_dashboard_by_choice() {
    for (choice, is_there) in [("enabled", true), ("disabled", false)] {
        assert_eq!(exists("Dashboard", &[("StackDashboard", choice)]), is_there);
    }
    let output = &TEMPLATE["Outputs"]["DashboardName"];
    assert_eq!(output["Condition"], resources()["Dashboard"]["Condition"]);
}

#[test]
fn dashboards_of_two_stacks_and_of_two_regions_are_two() {
    assert_eq!(
        properties("Dashboard")["DashboardName"],
        json!({"Fn::Sub": "${AWS::StackName}-${AWS::Region}"})
    );
}
