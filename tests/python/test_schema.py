"""The JSON Schema that ships with the package accepts what the reader accepts."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import attain

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMA = json.loads(attain.schema())


@pytest.mark.parametrize("name", ["hanoi", "berlin", "committee", "maryland"])
def test_the_example_plans_are_valid_as_written_and_as_given_back(name: str) -> None:
    path = EXAMPLES / name / "plan.yaml"
    # Dates stay the texts that they are in a plan.
    written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert set(written) <= set(SCHEMA["properties"])
    jsonschema.validate(json.loads(attain.Plan.load(path).to_json()), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        {"attain": 2},
        {"target": {}},
        {"units": {"levels": ["city"]}},
        {"indicators": {"i": {"count": "cases", "mean": {"of": "a", "per": "b"}}}},
        {
            "targets": {
                "t": {"indicator": "i", "goal": {"at_least": 1, "above": 2}, "window": "2023"}
            }
        },
        {"targets": {"t": {"indicator": "i", "goal": {"at_least": "75"}, "window": "2023"}}},
        {"targets": {"t": {"indicator": "i", "goal": {"at_least": 75}}}},
    ],
)
def test_what_the_reader_refuses_for_its_shape_the_schema_refuses_too(
    change: dict[str, object],
) -> None:
    plan = {
        "attain": 1,
        "plan": "p",
        "units": {"levels": ["c"], "list": [{"id": "c", "level": "c"}]},
    }
    jsonschema.validate(plan, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan | change, SCHEMA)
    with pytest.raises(attain.PlanError):
        attain.Plan.from_dict(plan | change)
