"""Columns are answered as their rows are, whatever they come in and however long they are."""

import inspect
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from stats_calls import ARGUMENTS, FUNCTIONS

import attain as at

ROWS = 5_000

Converter = Callable[[list[float]], at.stats.Column]

CONVERTERS: dict[str, Converter] = {
    "list": list,
    "numpy": np.array,
    "numpy integers": lambda values: np.array(values, dtype="int64"),
    "numpy, every second": lambda values: np.repeat(np.array(values), 2)[::2],
    "pyarrow": pa.array,
    "pyarrow integers": lambda values: pa.array(values, pa.int64()),
    "pyarrow, in chunks": lambda values: pa.chunked_array([values[:7], values[7:]]),
    "pyarrow, a slice": lambda values: pa.array([0.0, *values, 0.0])[1:-1],
    "pandas": pd.Series,
    "polars": pl.Series,
}


@pytest.fixture(scope="module")
def counts() -> tuple[list[float], list[float]]:
    random = np.random.default_rng(1)
    n = np.floor(10 ** random.uniform(0.1, 7, ROWS))
    x = np.floor(random.uniform(size=ROWS) * (n + 1))
    return x.tolist(), n.tolist()


def frame(table: at.Table) -> pd.DataFrame:
    return pa.table(table).to_pandas()


@pytest.mark.parametrize("method", ["wilson", "exact"])
@pytest.mark.parametrize("convert", CONVERTERS.values(), ids=CONVERTERS)
def test_shares_are_the_same_from_every_kind_of_column(
    counts: tuple[list[float], list[float]], convert: Converter, method: str
) -> None:
    events, denominators = counts
    found = frame(at.stats.proportion(convert(events), convert(denominators), method=method))
    for row in range(0, ROWS, 100):
        one = at.stats.proportion(events[row], denominators[row], method=method)
        assert found.value[row] == one.value
        assert found.lower[row] == pytest.approx(one.lower, rel=1e-12, abs=0)
        assert found.upper[row] == pytest.approx(one.upper, rel=1e-12, abs=0)
    assert found.status.isna().all()


@pytest.mark.parametrize("method", ["byar", "exact"])
@pytest.mark.parametrize("convert", CONVERTERS.values(), ids=CONVERTERS)
def test_counts_and_rates_are_the_same_from_every_kind_of_column(
    counts: tuple[list[float], list[float]], convert: Converter, method: str
) -> None:
    events, exposures = counts
    found = frame(at.stats.count(convert(events), method=method))
    rates = frame(at.stats.rate(convert(events), convert(exposures), method=method))
    for row in range(0, ROWS, 100):
        one = at.stats.count(events[row], method=method)
        assert found.value[row] == one.value
        assert found.lower[row] == pytest.approx(one.lower, rel=1e-12, abs=0)
        assert found.upper[row] == pytest.approx(one.upper, rel=1e-12, abs=0)
        one = at.stats.rate(events[row], exposures[row], method=method)
        assert rates.value[row] == one.value
        assert rates.upper[row] == pytest.approx(one.upper, rel=1e-12, abs=0)


@pytest.mark.parametrize("length", [4, ROWS])
@pytest.mark.parametrize("method", ["wilson", "exact"])
def test_a_row_without_an_answer_has_nulls_and_a_reason(length: int, method: str) -> None:
    events = list(itertools.islice(itertools.cycle([1, None, 7, 3]), length))
    found = frame(at.stats.proportion(events, 5, method=method))
    assert found.value.isna().tolist()[:4] == [False, True, True, False]
    assert found.lower.isna().equals(found.value.isna())
    assert found.upper.isna().equals(found.value.isna())
    assert found.status.tolist()[1] == "`events` is missing"
    assert found.status.tolist()[2] == (
        "`events`: found 7, expected a number from 0 to the denominator"
    )
    assert found.status.notna().equals(found.value.isna())


def test_what_was_given_is_not_changed_and_the_answer_keeps_what_it_needs() -> None:
    events = pa.array([1.0, 2.0, 3.0])
    answer = at.stats.count(events)
    assert events.to_pylist() == [1.0, 2.0, 3.0]
    del events
    assert frame(answer).value.tolist() == [1.0, 2.0, 3.0]


KEYS = ["b", "a", "b", "c", "a", "b"]
KEY_CONVERTERS: dict[str, Callable[[list[str]], at.stats.Column]] = {
    "list": list,
    "text": "".join,
    "numpy": np.array,
    "objects": lambda keys: np.array(keys, dtype=object),
    "pyarrow": pa.array,
    "large texts": lambda keys: pa.array(keys, pa.large_string()),
    "views of texts": lambda keys: pa.array(keys, pa.string_view()),
    "dictionary": lambda keys: pa.array(keys).dictionary_encode(),
    "chunks": lambda keys: pa.chunked_array([keys[:2], keys[2:]]),
    "pandas": pd.Series,
    "pandas categories": lambda keys: pd.Series(keys, dtype="category"),
    "polars": pl.Series,
    "polars categories": lambda keys: pl.Series(keys, dtype=pl.Categorical),
}


@pytest.mark.parametrize("convert", KEY_CONVERTERS.values(), ids=KEY_CONVERTERS)
def test_groups_are_distinguished_by_their_keys_in_every_kind_of_column(
    convert: Callable[[list[str]], at.stats.Column],
) -> None:
    found = frame(
        at.stats.directly_standardised_rate(
            [10, 20, 30, 40, 50, 60], 1000, [1, 2, 3, 4, 5, 6], by=convert(KEYS), per=1000
        )
    )
    assert found.by.tolist() == ["b", "a", "c"]
    assert found.events.tolist() == [100, 70, 40]
    assert found.value.tolist() == pytest.approx([46, (20 * 2 + 50 * 5) / 7, 40])


@pytest.mark.parametrize(
    "keys",
    [
        [7, -1, 7],
        np.array([7, -1, 7]),
        np.array([7, -1, 7], dtype="int32"),
        np.array([7, -1, 7], dtype="int16"),
        pa.array([7, -1, 7]),
        pa.array([7, -1, 7], pa.int32()),
        pd.Series([7, -1, 7]),
        pl.Series([7, -1, 7]),
    ],
)
def test_whole_numbers_are_keys_by_their_text(keys: at.stats.Column) -> None:
    found = frame(at.stats.directly_standardised_rate([30, 20, 10], 1000, 1, by=keys))
    assert found.by.tolist() == ["7", "-1"]
    assert found.events.tolist() == [40, 20]


@pytest.mark.parametrize("convert", [list, pa.array, np.array])
@pytest.mark.parametrize(
    ("keys", "names", "events"),
    [
        ([1, 1, 2, 3, 3, 3], ["1", "2", "3"], [30, 30, 150]),
        ([1, 2, 3, 1, 4, 2], ["1", "2", "3", "4"], [50, 80, 30, 50]),
        ([3, 2, 1, 1, 2, 4], ["3", "2", "1", "4"], [10, 70, 70, 60]),
    ],
)
def test_keys_need_not_ascend(
    convert: Callable[[list[int]], at.stats.Column],
    keys: list[int],
    names: list[str],
    events: list[int],
) -> None:
    found = frame(
        at.stats.directly_standardised_rate([10, 20, 30, 40, 50, 60], 1000, 1, by=convert(keys))
    )
    assert found.by.tolist() == names
    assert found.events.tolist() == events


@pytest.mark.parametrize("convert", [list, pa.array, pd.Series, pl.Series])
def test_a_missing_key_is_a_key(convert: Callable[[list[str | None]], at.stats.Column]) -> None:
    keys = convert([None, "a", None])
    found = frame(at.stats.directly_standardised_rate([30, 20, 10], 1000, 1, by=keys))
    assert len(found) == 2
    assert found.events.tolist() == [40, 20]


def test_each_series_is_tested_as_if_alone() -> None:
    random = np.random.default_rng(2)
    # Three series that take turns, one of them with gaps.
    values = random.normal(size=(40, 3)).cumsum(axis=0)
    values[::7, 1] = np.nan
    keys = np.tile(["north", "south", "east"], 40)
    choices = [{}, {"period": 4}]
    for choice in choices:
        tests = frame(at.stats.mann_kendall(values.ravel(), by=keys, **choice))
        lines = frame(at.stats.sen_slope(values.ravel(), by=keys, **choice))
        assert tests.by.tolist() == lines.by.tolist() == ["north", "south", "east"]
        for place in range(3):
            one = at.stats.mann_kendall(values[:, place], **choice)
            line = at.stats.sen_slope(values[:, place], **choice)
            for field in ("n", "score", "variance", "tau", "z", "p", "exact"):
                assert tests[field][place] == getattr(one, field)
            for field in ("slope", "lower", "upper", "intercept"):
                assert lines[field][place] == getattr(line, field)
    tests = frame(at.stats.mann_kendall(values.ravel(), by=keys, correction="yue_wang"))
    assert tests.p[2] == at.stats.mann_kendall(values[:, 2], correction="yue_wang").p


def test_a_series_without_an_answer_says_why() -> None:
    for answer in (
        at.stats.mann_kendall([1, 2, 3, 5], by="aaba"),
        at.stats.sen_slope([1, 2, 3, 5], by="aaba"),
    ):
        found = frame(answer)
        assert found.status.isna().tolist() == [True, False]
        assert found.status[1] == "`values`: found 1 values, expected at least 2"
        assert found.iloc[1].drop(["by", "status", "exact"], errors="ignore").isna().all()


def test_keys_of_another_length_are_refused() -> None:
    with pytest.raises(at.StatsError, match="by"):
        at.stats.mann_kendall([1, 2, 3], by=["a", "b"])


MISSING_LABELS: dict[str, at.stats.Column] = {
    "list": ["None", None, "a", None],
    "not a number": ["None", float("nan"), "a", np.nan],
    "objects": np.array(["None", None, "a", np.nan], dtype=object),
    "mixed missing values": ["None", pd.NA, "a", pd.NaT],
    "numpy masks": np.ma.array(["None", "x", "a", "y"], mask=[0, 1, 0, 1]),  # type: ignore[no-untyped-call]
    "pyarrow": pa.array(["None", None, "a", None]),
    "views of texts": pa.array(["None", None, "a", None], pa.string_view()),
    "dictionary": pa.array(["None", None, "a", None]).dictionary_encode(),
    "pandas": pd.Series(["None", None, "a", None]),
    "pandas objects": pd.Series(["None", None, "a", np.nan], dtype=object),
    "pandas categories": pd.Series(["None", None, "a", None], dtype="category"),
    "polars": pl.Series(["None", None, "a", None]),
    "polars categories": pl.Series(["None", None, "a", None], dtype=pl.Categorical),
}


@pytest.mark.parametrize("labels", MISSING_LABELS.values(), ids=MISSING_LABELS)
def test_missing_labels_are_a_group_without_a_name(labels: at.stats.Column) -> None:
    values, persons, standard = [30, 20, 10, 5], [1000] * 4, [1] * 4
    found = at.stats.directly_standardised_rate(values, persons, standard, by=labels).to_polars()
    assert found["by"].to_list() == ["None", None, "a"]
    assert found["events"].to_list() == [30, 25, 10]
    # The other tables that have a column `by`.
    years = at.stats.life_expectancy([0, 0, 0, 80], 9, 9_000, by=labels).to_polars()
    assert years["by"].to_list() == ["None", None, None, "a"]
    steps = at.stats.progress([1, 2, 3, 4], [1, 1, 1, 2], by=labels).to_polars()
    assert steps["by"].to_list() == ["None"] * 9 + [None] * 9 + ["a"] * 9


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (np.ma.array([7, 8, 7], mask=[0, 1, 0]), ["7", None]),  # type: ignore[no-untyped-call]
        (np.ma.array([7, 8, 7], mask=[1, 0, 1]), [None, "8"]),  # type: ignore[no-untyped-call]
        (pa.array([7, None, 7]), ["7", None]),
        (pa.array([7, None, 7], pa.int8()), ["7", None]),
        (pa.array([0.5, None, 0.5]), ["0.5", None]),
        (pl.Series([7, None, 7]), ["7", None]),
        (pd.Series([7, None, 7], dtype="Int64"), ["7", None]),
        (pd.Series([7.0, None, 7.0]), ["7.0", None]),
        (np.array(["2023", "NaT", "2023"], dtype="datetime64[Y]"), ["2023", None]),
        (pl.Series([None, None, None]), [None]),
        (pa.nulls(3), [None]),
        ([None, None, None], [None]),
    ],
)
def test_missing_labels_beside_numbers_are_a_group_without_a_name(
    labels: at.stats.Column, names: list[str | None]
) -> None:
    found = at.stats.directly_standardised_rate([30, 20, 10], [1000] * 3, [1] * 3, by=labels)
    assert found.to_polars()["by"].to_list() == names


NO_VALUES: dict[str, at.stats.Column] = {
    "polars": pl.Series([None, None]),
    "polars floats": pl.Series([None, None], dtype=pl.Float64),
    "polars, in chunks": pl.concat([pl.Series([None]), pl.Series([None])], rechunk=False),
    "pyarrow": pa.nulls(2),
    "pyarrow, in chunks": pa.chunked_array([pa.nulls(1), pa.nulls(1)]),
    "pandas": pd.Series([None, None]),
    "list": [None, None],
}


@pytest.mark.parametrize("values", NO_VALUES.values(), ids=NO_VALUES)
def test_a_column_of_nulls_alone_is_missing_everywhere(values: at.stats.Column) -> None:
    missing = "`events` is missing"
    assert at.stats.count(values).to_polars()["status"].to_list() == [missing] * 2
    assert at.stats.proportion(values, 5).to_polars()["value"].to_list() == [None, None]
    assert at.stats.ranks(values) == [None, None]
    assert at.stats.composite([values, [1, 2]]).to_polars()["coverage"].to_list() == [50, 50]
    rates = at.stats.directly_standardised_rate(values, [9, 9], 1, by="ab").to_polars()
    assert rates["status"].to_list() == ["withheld: a stratum's events are missing"] * 2
    with pytest.raises(at.StatsError, match="values"):
        at.stats.mann_kendall(values)


# Arguments beside the columns of numbers.
BESIDE_COLUMNS: dict[str, dict[str, Any]] = {
    "rank_sensitivity": {"draws": 20},
    "rank_intervals": {"draws": 20},
    "tau_best": {"draws": 20},
}


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("values", NO_VALUES.values(), ids=NO_VALUES)
def test_every_function_takes_a_column_of_nulls_alone_for_missing_values(
    name: str, values: at.stats.Column
) -> None:
    """An answer or a fault of the argument, and never one of the exchange of columns."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    for place, argument in enumerate(ARGUMENTS[name]):
        # A list of columns has one of them replaced.
        is_list_of_columns = isinstance(argument, list) and isinstance(argument[0], list)
        if not isinstance(argument, int | float | list) or isinstance(argument, bool):
            continue
        given: list[Any] = list(ARGUMENTS[name])
        given[place] = [values, *argument[1:]] if is_list_of_columns else values
        try:
            FUNCTIONS[name](*given, **BESIDE_COLUMNS.get(name, {}))
        except at.StatsError as error:
            for fault in error.faults:
                said = str(fault)
                assert "hand over" not in said, said
                assert "ArrowInvalid" not in said, said
                assert fault.column in {*parameters, None}, said


MIXED: dict[str, Callable[[str], at.stats.Column]] = {
    "list": lambda text: [3, text, 5],
    "pandas objects": lambda text: pd.Series([3, text, 5], dtype=object),
    "pandas texts": lambda text: pd.Series(["3", text, "5"]).iloc[1:],
    "numpy objects": lambda text: np.array([3, text, 5], dtype=object),
    "polars texts": lambda text: pl.Series([None, text, "5"]),
    "polars objects": lambda text: pl.Series([3, text, 5], dtype=pl.Object),
    "pyarrow texts": lambda text: pa.array([None, text, "5"]),
    "pyarrow dictionary": lambda text: pa.array([None, text, "5"]).dictionary_encode(),
    "pandas categories": lambda text: pd.Series([None, text, "5"], dtype="category"),
}


@pytest.mark.parametrize("column", MIXED.values(), ids=MIXED)
@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("<5", "leave the value empty: a value that is withheld counts as missing"),
        ("*", "leave the value empty: a value that is withheld counts as missing"),
        (":", "leave the value empty"),
        ("n/a", "leave the value empty"),
        ("-", "write 0 if there are none; else leave the value empty"),
        ("1234 p", "write 1234, and `p` in another column"),
        ("23,78%", "write 23.78, without the sign"),
        ("12", "convert the column of texts to numbers"),
        ("five", None),
    ],
)
def test_a_text_among_numbers_is_named_with_its_row_and_its_cure(
    column: Callable[[str], at.stats.Column], text: str, cure: str | None
) -> None:
    values = column(text)
    with pytest.raises(at.StatsError) as caught:
        at.stats.count(values)
    (fault,) = caught.value.faults
    assert fault.column == "events"
    assert fault.row == (0 if isinstance(values, pd.Series) and len(values) == 2 else 1)
    assert fault.found == repr(text)
    assert fault.hint == cure


def test_objects_that_are_numbers_are_read_as_numbers() -> None:
    mixed = pd.Series([3, Decimal("4.0"), None, 5.0, np.int64(6)], dtype=object)
    assert at.stats.count(mixed).to_polars()["value"].to_list() == [3, 4, None, 5, 6]
