//! The JSON Schema of the plan file, format 1.

use serde_json::{Map, Value, json};

use super::boundary::GivenAs;
use super::indicator::{Better, ChangeAs, Variation};
use super::measure::{OverTime, OverUnits};
use super::read::keys;
use crate::calendar::Every;

/// The JSON Schema (draft 2020-12) of the plan file: for editors that complete and check while one writes.
///
/// It describes the shape only; that ids refer to something, windows hold days and goals can be
/// reached is checked when a plan is read.
pub fn json_schema() -> Value {
    // What letters are is told differently by each dialect of regular expressions; what can't be in
    // an id is not.
    let id = json!({"type": "string", "pattern": r"^[^\s+*/().\-][^\s+*/()]*$"});
    let text = json!({"type": "string", "minLength": 1});
    let name = json!({"type": ["string", "number"]});
    let day = json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"});
    let share = json!({"type": "number", "minimum": 0, "maximum": 100});
    let multiplier = json!({"type": "number", "exclusiveMinimum": 0});
    let expression = json!({
        "type": "string",
        "description": "A measure, or measures added and subtracted: `cleared + cleared_old - transferred`."
    });
    let span = json!({
        "description": "First day, and the first day that no longer belongs to the window.",
        "type": "array", "items": day, "minItems": 2, "maxItems": 2
    });
    let window = json!({
        "description": "A period (\"2023\", \"2023-H1\", \"2023-Q1\", \"2023-05\", \"2023-W07\"), a campaign's id, or [start, end).",
        "anyOf": [{"type": "string"}, {"type": "integer"}, span]
    });
    let every = json!({"enum": names(&Every::ALL, Every::name)});
    let optional_day = json!({"anyOf": [day, {"type": "null"}]});
    let definitions = json!({
        "reference": {
            "description": "What a value is compared with.",
            "anyOf": [
                {"enum": ["previous_period", "same_window_last_year"]},
                one_of(object(keys::REFERENCE, &[], json!({"window": window, "value": {"type": "number"}})))
            ]
        },
        "amount": {
            "description": "By how much, in per cent or in the indicator's unit, and from what.",
            "allOf": [
                object(keys::AMOUNT, &["from"], json!({
                    "percent": {"type": "number", "minimum": 0},
                    "absolute": {"type": "number", "minimum": 0},
                    "from": {"$ref": "#/$defs/reference"}
                })),
                {"oneOf": [{"required": ["percent"]}, {"required": ["absolute"]}]}
            ]
        },
        "goal": one_of(object(keys::GOAL, &[], json!({
            "at_least": {"type": "number"},
            "above": {"type": "number"},
            "at_most": {"type": "number"},
            "below": {"type": "number"},
            "between": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            "reduce_by": {"$ref": "#/$defs/amount"},
            "increase_by": {"$ref": "#/$defs/amount"}
        }))),
        "unit": object(keys::UNIT, &["id", "level"], json!({
            "id": text, "name": text, "level": text,
            "parent": {"type": ["string", "null"]},
            "valid_from": optional_day, "valid_to": optional_day
        })),
        "change": {"allOf": [
            object(keys::CHANGE_OF_BOUNDARIES, &["on"], json!({
                "on": day, "title": text,
                "basis": {"type": "array", "items": {"$ref": "#/$defs/document"}},
                "weights": {
                    "description": "By what divided units can be shared out; the first is used where a measure names none.",
                    "type": ["object", "null"],
                    "additionalProperties": {"anyOf": [{"type": "null"}, object(keys::WEIGHTS, &[], json!({
                        "vintage": name,
                        "as": {"enum": names(&GivenAs::ALL, GivenAs::name), "default": "shares"}
                    }))]}
                },
                "table": {"type": "string", "description": "A CSV file beside the plan: from, to or within, and a column for each of the weights."},
                "list": {"type": "array", "items": {"allOf": [
                    object(keys::PASSAGE, &["from"], json!({
                        "from": text, "to": text,
                        "within": {"type": "string", "description": "A unit somewhere below which it went, where nobody says into which."},
                        "weights": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}
                    })),
                    {"oneOf": [{"required": ["to"]}, {"required": ["within"]}]}
                ]}}
            })),
            {"oneOf": [{"required": ["table"]}, {"required": ["list"]}]}
        ]},
        "measure": {"anyOf": [{"type": "null"}, object(keys::MEASURE, &[], json!({
            "title": text, "note": text,
            "unit": {"type": "string", "description": "What is counted: `case`, `person`."},
            "over_time": {"enum": names(&OverTime::ALL, OverTime::name), "default": "sum"},
            "over_units": {"enum": names(&OverUnits::ALL, OverUnits::name), "default": "sum"},
            "signed": {"type": "boolean", "default": false, "description": "Whether values may be negative."},
            "recorded_at": {"type": "string", "description": "The level whose units have to report it."},
            "every": every,
            "apportion": {"type": "string", "description": "The weights by which its values are shared out where a unit is divided."}
        }))]},
        "indicator": {
            "allOf": [
                object(keys::INDICATOR, &[], json!({
                    "title": text, "note": text,
                    "better": {"enum": names(&Better::ALL, Better::name)},
                    "variation": {"enum": names(&Variation::ALL, Variation::name), "default": "chance"},
                    "count": expression,
                    "proportion": {"$ref": "#/$defs/fraction"},
                    "ratio": {"$ref": "#/$defs/fraction"},
                    "rate": object(keys::RATE, &["numerator", "population"], json!({
                        "numerator": expression, "population": expression, "per": multiplier,
                        "annualised": {"enum": [
                            "exact", "365", 365, "none"
                        ], "default": "none"}
                    })),
                    "mean": object(keys::MEAN, &["of", "per"], json!({"of": expression, "per": expression})),
                    "change": object(keys::CHANGE, &["of", "from"], json!({
                        "of": id, "from": {"$ref": "#/$defs/reference"},
                        "as": {"enum": names(&ChangeAs::ALL, ChangeAs::name), "default": "percent"}
                    })),
                    "share_of_units": object(keys::SHARE_OF_UNITS, &["of", "level", "goal"], json!({
                        "of": id, "level": text, "goal": {"$ref": "#/$defs/goal"}
                    })),
                    "reported": {"anyOf": [{"type": "null"}, object(keys::REPORTED, &[], json!({
                        "unit": {"type": "string", "default": "%"},
                        "over_time": {"const": "last"}
                    }))]}
                })),
                {"oneOf": keys::FORMULAS.iter().map(|key| json!({"required": [key]})).collect::<Vec<_>>()}
            ]
        },
        "fraction": object(keys::FRACTION, &["numerator", "denominator"], json!({
            "numerator": expression, "denominator": expression, "per": multiplier
        })),
        "campaign": object(keys::CAMPAIGN, &["window"], json!({
            "title": text, "note": text, "window": window, "compare": {"$ref": "#/$defs/reference"}
        })),
        "target": {"allOf": [
            object(keys::TARGET, &["indicator", "goal"], json!({
                "title": text, "note": text,
                "indicator": id,
                "goal": {"$ref": "#/$defs/goal"},
                "window": {"anyOf": [
                    window,
                    object(keys::WINDOW, keys::WINDOW, json!({"every": every, "within": window}))
                ]},
                "campaign": id,
                "units": {"anyOf": [
                    object(keys::SCOPE, keys::SCOPE, json!({"level": text})),
                    {"type": "array", "items": text, "minItems": 1, "uniqueItems": true}
                ]},
                "basis": {"type": "array", "items": {"$ref": "#/$defs/document"}},
                "minimum_completeness": share
            })),
            {"anyOf": [{"required": ["window"]}, {"required": ["campaign"]}]}
        ]},
        "document": object(keys::DOCUMENT, &["document"], json!({
            "document": name,
            "dated": optional_day, "clause": name, "title": text, "source": text
        }))
    });
    let mut schema = object(
        keys::PLAN,
        &["attain", "plan", "units"],
        json!({
            "attain": {"const": 1, "description": "The version of the plan format."},
            "plan": {"anyOf": [id, {"type": "number"}], "description": "The plan's id."},
            "title": text,
            "note": text,
            "calendar": object(keys::CALENDAR, &[], json!({
                "year_starts": {"type": "string", "pattern": r"^\d{2}-\d{2}$", "default": "01-01"},
                "named_by": {"enum": ["start", "end"], "default": "end"}
            })),
            "confidence": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.95},
            "minimum_completeness": share,
            "units": {"allOf": [
                object(keys::UNITS, &["levels"], json!({
                    "levels": {"type": "array", "items": text, "minItems": 1, "uniqueItems": true},
                    "table": {"type": "string", "description": "A CSV file beside the plan."},
                    "list": {"type": "array", "items": {"$ref": "#/$defs/unit"}, "minItems": 1},
                    "changes": {"type": "array", "items": {"$ref": "#/$defs/change"}},
                    "geography": {
                        "description": "The day in whose boundaries everything is judged; else each unit is, on the days it is valid.",
                        "anyOf": [day, {"type": "null"}]
                    }
                })),
                {"oneOf": [{"required": ["table"]}, {"required": ["list"]}]}
            ]},
            "measures": by_id("measure"),
            "indicators": by_id("indicator"),
            "campaigns": by_id("campaign"),
            "targets": by_id("target")
        }),
    );
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!("attain plan, format 1"));
        schema.insert("$defs".to_owned(), definitions);
    }
    schema
}

/// An object with exactly these keys, in the order the reader knows them.
fn object(known: &[&str], required: &[&str], mut properties: Value) -> Value {
    let mut ordered = Map::new();
    if let Value::Object(properties) = &mut properties {
        for key in known {
            if let Some(property) = properties.remove(*key) {
                ordered.insert((*key).to_owned(), property);
            }
        }
        // A key the reader does not know would be refused by it: the test below finds these.
        ordered.append(properties);
    }
    json!({
        "type": "object",
        "properties": ordered,
        "required": required,
        "additionalProperties": false
    })
}

fn one_of(mut object: Value) -> Value {
    if let Value::Object(object) = &mut object {
        object.insert("minProperties".to_owned(), json!(1));
        object.insert("maxProperties".to_owned(), json!(1));
    }
    object
}

fn by_id(definition: &str) -> Value {
    json!({
        "type": ["object", "null"],
        "additionalProperties": {"$ref": format!("#/$defs/{definition}")}
    })
}

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| name(*value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every object of the schema, wherever it stands.
    fn objects<'v>(value: &'v Value, found: &mut Vec<Vec<&'v str>>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(properties)) = map.get("properties") {
                    found.push(properties.keys().map(String::as_str).collect());
                }
                map.values().for_each(|value| objects(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| objects(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn the_schema_knows_exactly_the_keys_that_the_reader_knows() {
        let schema = json_schema();
        let mut found = Vec::new();
        objects(&schema, &mut found);
        let known: [&[&str]; 21] = [
            keys::PLAN,
            keys::CALENDAR,
            keys::UNITS,
            keys::UNIT,
            keys::CHANGE_OF_BOUNDARIES,
            keys::WEIGHTS,
            keys::PASSAGE,
            keys::MEASURE,
            keys::INDICATOR,
            keys::FRACTION,
            keys::RATE,
            keys::MEAN,
            keys::CHANGE,
            keys::SHARE_OF_UNITS,
            keys::REPORTED,
            keys::CAMPAIGN,
            keys::TARGET,
            keys::GOAL,
            keys::AMOUNT,
            keys::REFERENCE,
            keys::DOCUMENT,
        ];
        for keys in known {
            assert!(found.iter().any(|object| object == keys), "{keys:?} is not in the schema");
        }
        for object in &found {
            let others: [&[&str]; 2] = [keys::WINDOW, keys::SCOPE];
            let is_known = known.iter().chain(&others).any(|keys| object == keys);
            assert!(is_known, "{object:?} is in the schema alone");
        }
    }

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let committed = include_str!("../../python/attain/plan.schema.json");
        assert_eq!(
            committed.trim_end(),
            format!("{:#}", json_schema()),
            "renew it with `make schema`"
        );
    }
}
