"""The tests of cell queries and of Spark frames, on PySpark with its own engine in Java.

`make test-spark` runs them, with the whole package of PySpark in place of its client. Sail runs the
same tests everywhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from engines import Engine, Spark, missing
from test_cell_query import (  # noqa: F401
    test_an_instant_falls_on_the_day_of_its_zone,
    test_columns_have_the_names_that_are_given,
    test_revised_figures_replace_each_other,
    test_the_tally_of_the_query_is_that_of_the_events,
    test_unknown_codes_come_back_and_are_refused_where_they_stand,
    test_what_sums_by_hand_lose,
)
from test_clusters import (  # noqa: F401
    test_a_checked_frame_names_what_is_wrong,
    test_a_spark_frame_becomes_a_tally,
)

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="session")
def session() -> Iterator[Any]:
    if shutil.which("java") is None:
        missing("Java")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("attain")
    options = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def engine(session: Any) -> Engine:
    return Spark(session)


def test_the_session_is_that_of_java(session: Any) -> None:
    assert type(session).__module__ == "pyspark.sql.session"
    assert session.sql("select version()").toArrow().num_rows == 1
