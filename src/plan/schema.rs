//! The JSON Schema of the plan file, format 1.

use serde_json::{Map, Value, json};

use super::award::Ties;
use super::formula::{ChangeAs, ShareOfReports, Variation};
use super::indicator::{Better, Unmatched};
use super::measure::{Absent, OverTime, OverUnits};
use super::read::keys;
use super::units::GivenAs;
use crate::calendar::Every;
use crate::stats::Aggregation;

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
    let range = json!({
        "description": "The least and the greatest number.",
        "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2
    });
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
    let every = json!({"enum": names(Every::ALL, Every::code)});
    let target_window = json!({"anyOf": [
        window,
        object(keys::WINDOW, keys::WINDOW, json!({"every": every, "within": window}))
    ]});
    let ids = json!({"anyOf": [id, {"type": "array", "items": id}]});
    let basis = json!({"type": "array", "items": {"$ref": "#/$defs/document"}});
    let criteria = json!({"type": "array", "items": {"$ref": "#/$defs/criterion"}, "minItems": 1});
    let few =
        json!({"type": "integer", "minimum": 1, "description": "How many of `of` have to be met."});
    let combined =
        json!([{"required": ["all"]}, {"required": ["any"]}, {"required": ["at_least", "of"]}]);
    let strata = json!({"type": "array", "items": id, "uniqueItems": true});
    let some_strata = json!({"type": "array", "items": id, "minItems": 1, "uniqueItems": true});
    let selection = json!({
        "description": "Strata, each with a category or a list of them.",
        "type": "object", "minProperties": 1,
        "additionalProperties": {"anyOf": [
            text, {"type": "array", "items": text, "minItems": 1, "uniqueItems": true}
        ]}
    });
    let optional_day = json!({"anyOf": [day, {"type": "null"}]});
    let scope = json!({"anyOf": [
        object(keys::SCOPE, keys::SCOPE, json!({"level": text})),
        {"type": "array", "items": text, "minItems": 1, "uniqueItems": true}
    ]});
    let together = json!({"type": "array", "items": id, "minItems": 2, "uniqueItems": true});
    let mut definitions = json!({
        "reference": {
            "description": "What a value is compared with.",
            "anyOf": [
                {"enum": ["previous_period", "same_window_last_year"]},
                one_of(object(keys::REFERENCE, &[], json!({
                    "window": window, "value": {"type": "number"},
                    "same_window_last_year": object(keys::MOVED, keys::MOVED, json!({
                        "moved_by": {"type": "string", "description": "One of the calendar's anchors."}
                    })),
                    "same_window_of": {"type": ["integer", "string"], "description": "An earlier year."}
                })))
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
                        "as": {"enum": names(GivenAs::ALL, GivenAs::code), "default": "shares"}
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
            "over_time": {"enum": names(OverTime::ALL, OverTime::code), "default": "sum"},
            "over_units": {"enum": names(OverUnits::ALL, OverUnits::code), "default": "sum"},
            "signed": {"type": "boolean", "default": false, "description": "Whether values may be negative."},
            "recorded_at": {"type": "string", "description": "The level whose units have to report it."},
            "every": every,
            "due": {"type": "integer", "minimum": 0, "description": "How many days after a period's last day its report is on time."},
            "apportion": {"type": "string", "description": "The weights by which its values are shared out where a unit is divided."},
            "strata": strata,
            "absent": {"enum": names(Absent::ALL, Absent::code), "default": "missing", "description": "What it means that a unit has no figure."},
            "range": range, "suppressed": range,
            "known_ahead": {"type": "boolean", "default": false, "description": "Whether figures may be recorded before their period."},
            "recorded": object(keys::RECORDED, &[], json!({"from": day, "until": day}))
        }))]},
        "indicator": {
            "allOf": [
                object(keys::INDICATOR, &[], json!({
                    "title": text, "note": text,
                    "better": {"enum": names(Better::ALL, Better::code)},
                    "variation": {"enum": names(Variation::ALL, Variation::code), "default": "chance"},
                    "unmatched": {"enum": names(Unmatched::ALL, Unmatched::code)},
                    "where": selection,
                    "count": expression,
                    "proportion": {"$ref": "#/$defs/fraction"},
                    "ratio": {"$ref": "#/$defs/fraction"},
                    "rate": object(keys::RATE, &["numerator", "population"], json!({
                        "numerator": expression, "population": expression, "per": multiplier,
                        "annualised": {"enum": [
                            "exact", "365", 365, "none"
                        ], "default": "none"}
                    })),
                    "standardised_rate": object(
                        keys::STANDARDISED_RATE,
                        &["events", "population", "by", "standard"],
                        json!({
                            "events": expression, "population": expression, "by": id,
                            "standard": {
                                "description": "The standard population of each category.",
                                "type": "object", "minProperties": 1,
                                "additionalProperties": {"type": "number", "minimum": 0}
                            },
                            "per": multiplier,
                            "withhold_below": {"type": "number", "minimum": 0, "default": 10}
                        })
                    ),
                    "mean": object(keys::MEAN, &["of", "per"], json!({"of": expression, "per": expression})),
                    "change": object(keys::CHANGE, &["of", "from"], json!({
                        "of": id, "from": {"$ref": "#/$defs/reference"},
                        "as": {"enum": names(ChangeAs::ALL, ChangeAs::code), "default": "percent"}
                    })),
                    "share_of_units": object(keys::SHARE_OF_UNITS, &["of", "level", "goal"], json!({
                        "of": id, "level": text, "goal": {"$ref": "#/$defs/goal"}
                    })),
                    "reporting": object(keys::REPORTING, &["of"], json!({
                        "of": {"anyOf": [id, {"type": "array", "items": id, "minItems": 1}]},
                        "share": {"enum": names(ShareOfReports::ALL, ShareOfReports::code), "default": "on_time"}
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
            "title": text, "note": text, "window": window,
            "part_of": id,
            "units": scope,
            "compare": {"$ref": "#/$defs/reference"},
            "tasks": {
                "description": "Ids and titles of the groups that its targets are sorted into.",
                "type": ["object", "null"], "additionalProperties": {"type": ["string", "null"]}
            },
            "milestones": {"type": "array", "items": object(keys::DEED, &["what", "by"], json!({
                "what": text, "by": day, "done": optional_day
            }))}
        })),
        "target": {"allOf": [
            object(keys::TARGET, &["indicator", "goal"], json!({
                "title": text, "note": text,
                "indicator": id,
                "goal": {"$ref": "#/$defs/goal"},
                "window": target_window,
                "campaign": id,
                "task": id,
                "units": scope,
                "cascade": {"$ref": "#/$defs/cascade"},
                "milestones": {"type": "array", "items": object(keys::MILESTONE, keys::MILESTONE, json!({
                    "by": day, "reach": {"type": "number"}
                }))},
                "trajectory": {"$ref": "#/$defs/trajectory"},
                "pace": {"$ref": "#/$defs/pace"},
                "outlook": {"$ref": "#/$defs/outlook"},
                "basis": basis,
                "minimum_completeness": share,
                "versions": {"type": "array", "items": object(keys::VERSION, &["from"], json!({
                    "from": day, "goal": {"$ref": "#/$defs/goal"}, "units": scope, "basis": basis
                }))},
                "where": selection,
                "by": {"anyOf": [id, some_strata]},
                "in_every": {"anyOf": [id, some_strata]}
            })),
            {"anyOf": [{"required": ["window"]}, {"required": ["campaign"]}]}
        ]},
        "standard": {"allOf": [
            object(keys::STANDARD, &["level", "window"], json!({
                "title": text, "note": text,
                "level": {"type": "string", "description": "The level whose units are certified."},
                "window": target_window,
                "basis": basis, "all": criteria, "any": criteria, "at_least": few, "of": criteria,
                "versions": {
                    "description": "Criteria in the order in which they came into force.",
                    "type": "array", "minItems": 1,
                    "items": {"allOf": [
                        object(keys::STANDARD_VERSION, &[], json!({
                            "from": optional_day,
                            "basis": basis, "all": criteria, "any": criteria, "at_least": few, "of": criteria
                        })),
                        {"oneOf": combined}
                    ]}
                }
            })),
            {"oneOf": [
                combined[0], combined[1], combined[2],
                {"required": ["versions"]}
            ]}
        ]},
        "criterion": {"allOf": [
            object(keys::CRITERION, &[], json!({
                "title": text,
                "indicator": id,
                "goal": {"$ref": "#/$defs/goal"},
                "units": {"allOf": [
                    object(keys::UNITS_HOLDING, &["hold"], json!({
                        "hold": {"type": "string", "description": "The standard that units of its level, at or below the unit, have to hold."},
                        "at_least": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
                        "above": {"type": "number", "minimum": 0, "exclusiveMaximum": 100}
                    })),
                    {"oneOf": [{"required": ["at_least"]}, {"required": ["above"]}]}
                ]},
                "all": criteria, "any": criteria, "at_least": few, "of": criteria
            })),
            {"oneOf": [
                combined[0], combined[1], combined[2],
                {"required": ["indicator", "goal"]}, {"required": ["units"]}
            ]}
        ]},
        "score": object(keys::SCORE, &["level", "window", "parts"], json!({
            "title": text, "note": text,
            "level": {"type": "string", "description": "The level whose units are scored and compared."},
            "window": target_window,
            "basis": basis,
            "parts": {
                "type": "object", "minProperties": 1,
                "additionalProperties": object(keys::SCORE_PART, &["indicator"], json!({
                    "title": text, "indicator": id,
                    "weight": {"type": "number", "exclusiveMinimum": 0, "default": 1},
                    "normalise": {"$ref": "#/$defs/scale"}
                }))
            },
            "normalise": {"$ref": "#/$defs/scale"},
            "aggregate": {"enum": names(&Aggregation::ALL, Aggregation::name), "default": "arithmetic"},
            "coverage": {
                "description": "The weight, in per cent of all, of the parts that a unit needs values of.",
                "type": "number", "exclusiveMinimum": 0, "maximum": 100, "default": 100
            },
            "deductions": {"type": "array", "items": object(keys::DEDUCTION, &["indicator", "points"], json!({
                "title": text, "indicator": id,
                "points": {"type": "number", "exclusiveMinimum": 0, "description": "For each 1 of the indicator."},
                "at_most": {"type": "number", "exclusiveMinimum": 0}
            }))},
            "grades": {
                "description": "Best first; the last may be for all others.",
                "type": "array",
                "items": object(keys::GRADE, &["grade"], json!({"grade": text, "at_least": {"type": "number"}}))
            }
        })),
        "scale": {
            "description": "How an indicator is brought to a scale from 0, the worst, to 100, the best.",
            "anyOf": [
                {"enum": ["min_max", "z_score", "rank"]},
                one_of(object(keys::SCALE, &[], json!({
                    "goalposts": {
                        "description": "What is worth 0, and what is worth 100.",
                        "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2
                    },
                    "distance_to": {"type": "number", "description": "What is worth 100; the worst unit is worth 0."}
                })))
            ]
        },
        "models": object(keys::MODELS, &["places", "by", "level", "window"], json!({
            "title": text, "note": text,
            "places": {"type": "string", "description": "The measure that counts the places."},
            "by": {"type": "string", "description": "The stratum whose categories are the models."},
            "level": {"type": "string", "description": "The level whose units take them up."},
            "window": target_window, "basis": basis
        })),
        "award": object(keys::AWARD, &["score", "quota"], json!({
            "title": text, "note": text, "basis": basis,
            "score": {"type": "string", "description": "The score that ranks the units."},
            "eligible": object(keys::ELIGIBLE, &[], json!({
                "standards": ids, "targets": ids,
                "grade": {"type": "string", "description": "This grade of the score or a better one."},
                "exists_for": {"type": "integer", "minimum": 1, "maximum": 1200, "description": "Months before the window's end."}
            })),
            "quota": {"allOf": [
                object(keys::QUOTA, &[], json!({
                    "count": {"type": "integer", "minimum": 1},
                    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "description": "In per cent, rounded down."},
                    "of": {"anyOf": [
                        {"enum": ["rated", "eligible"]},
                        object(keys::QUOTA_OF, &["grade"], json!({"grade": text}))
                    ]}
                })),
                {"oneOf": [{"required": ["count"]}, {"required": ["share", "of"]}]}
            ]},
            "ties": {"enum": names(Ties::ALL, Ties::code), "default": "all_out"}
        })),
        "combined": {"allOf": [
            object(keys::COMBINED, &[], json!({
                "title": text, "note": text, "all": together, "any": together,
                "at_least": object(keys::AT_LEAST, keys::AT_LEAST, json!({
                    "count": {"type": "integer", "minimum": 1}, "of": together
                }))
            })),
            {"oneOf": [{"required": ["all"]}, {"required": ["any"]}, {"required": ["at_least"]}]}
        ]},
        "cascade": object(keys::CASCADE, &["to", "by"], json!({
            "to": {"type": "string", "description": "The lowest level that gets a share."},
            "by": {"anyOf": [
                {"enum": ["same", "equal"]},
                one_of(object(keys::SHARE, &[], json!({
                    "proportional": {"type": "string", "description": "A measure."},
                    "explicit": {
                        "description": "Units and their numbers.",
                        "type": "object", "minProperties": 1,
                        "additionalProperties": {"type": "number"}
                    }
                })))
            ]},
            "window": window,
            "whole_numbers": {"type": "boolean", "default": true}
        })),
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
                "named_by": {"enum": ["start", "end"], "default": "end"},
                "anchors": {
                    "description": "Feasts that move: ids and their days, one for each year.",
                    "type": ["object", "null"],
                    "additionalProperties": {"type": "array", "items": day}
                }
            })),
            "confidence": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.95},
            "minimum_completeness": share,
            "unmatched": {"enum": names(Unmatched::ALL, Unmatched::code), "default": "exclude", "description": "What becomes of figures of a fraction without a counterpart."},
            "pace": {"$ref": "#/$defs/pace"},
            "outlook": {"$ref": "#/$defs/outlook"},
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
            "strata": {
                "description": "Further columns of outcomes, each with its categories.",
                "type": ["object", "null"],
                "additionalProperties": {"type": "array", "items": text, "minItems": 1, "uniqueItems": true}
            },
            "measures": by_id("measure"),
            "indicators": by_id("indicator"),
            "campaigns": by_id("campaign"),
            "targets": by_id("target"),
            "combined": by_id("combined"),
            "standards": by_id("standard"),
            "scores": by_id("score"),
            "awards": by_id("award"),
            "models": by_id("models")
        }),
    );
    if let (Value::Object(all), Value::Object(more)) =
        (&mut definitions, of_running_windows(&every, &multiplier))
    {
        all.extend(more);
    }
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

/// The definitions of what belongs to windows that still run.
fn of_running_windows(every: &Value, multiplier: &Value) -> Value {
    json!({
        "trajectory": {
            "description": "The path to the goal inside the window; a straight line where nothing is said.",
            "anyOf": [
                {"enum": ["none", "linear", "geometric", "milestones"]},
                one_of(object(keys::TRAJECTORY, &[], json!({
                    "linear": object(keys::START, keys::START, json!({"from": {"type": "number"}})),
                    "geometric": object(keys::START, keys::START, json!({"from": multiplier})),
                    "steps": every,
                    "seasonal": object(keys::START, keys::START, json!({"from": {
                        "description": "The reporting years whose course is taken.",
                        "type": "array", "minItems": 1, "uniqueItems": true,
                        "items": {"type": ["integer", "string"]}
                    }}))
                })))
            ]
        },
        "pace": object(keys::PACE, &[], json!({
            "ahead": {"type": "number", "exclusiveMinimum": 0, "default": 1},
            "on_track": {"type": "number", "exclusiveMinimum": 0, "default": 0.95}
        })),
        "outlook": object(keys::OUTLOOK, &[], json!({
            "prior": {
                "description": "What is believed before anything was seen.",
                "anyOf": [
                    {"enum": ["jeffreys", "uniform"]},
                    object(keys::PRIOR, keys::PRIOR, json!({"events": multiplier, "of": multiplier}))
                ]
            },
            "dispersion": {
                "description": "How many times the variance of independent events; else the figures tell.",
                "type": "number", "minimum": 1
            },
            "drift": {
                "description": "By how many per cent the rate to come may have moved from the rate so far.",
                "type": "number", "minimum": 0, "default": 0
            }
        }))
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
        let known: &[&[&str]] = &[
            keys::PLAN,
            keys::CALENDAR,
            keys::UNITS,
            keys::UNIT,
            keys::CHANGE_OF_BOUNDARIES,
            keys::WEIGHTS,
            keys::PASSAGE,
            keys::MEASURE,
            keys::RECORDED,
            keys::INDICATOR,
            keys::FRACTION,
            keys::RATE,
            keys::STANDARDISED_RATE,
            keys::MEAN,
            keys::CHANGE,
            keys::SHARE_OF_UNITS,
            keys::REPORTING,
            keys::REPORTED,
            keys::CAMPAIGN,
            keys::TARGET,
            keys::GOAL,
            keys::AMOUNT,
            keys::REFERENCE,
            keys::DOCUMENT,
            keys::STANDARD,
            keys::STANDARD_VERSION,
            keys::CRITERION,
            keys::UNITS_HOLDING,
            keys::SCORE,
            keys::SCORE_PART,
            keys::SCALE,
            keys::DEDUCTION,
            keys::GRADE,
            keys::MODELS,
            keys::AWARD,
            keys::ELIGIBLE,
            keys::QUOTA,
            keys::QUOTA_OF,
            keys::CASCADE,
            keys::SHARE,
            keys::MOVED,
            keys::DEED,
            keys::TRAJECTORY,
            keys::START,
            keys::PACE,
            keys::OUTLOOK,
            keys::PRIOR,
            keys::MILESTONE,
            keys::VERSION,
            keys::COMBINED,
            keys::AT_LEAST,
        ];
        for keys in known {
            assert!(found.iter().any(|object| object == *keys), "{keys:?} is not in the schema");
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
