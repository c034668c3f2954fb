"""Engines that read SQL, started for a test.

DuckDB and SQLite run in the process, Sail as a Spark server in it, PostgreSQL as a server.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pytest

Dialect = Literal["duckdb", "postgres", "spark", "sqlite", "ansi"]
ENGINES = ["duckdb", "sqlite", "postgres", "sail"]


class Engine(ABC):
    """An engine with tables of a test."""

    dialect: Dialect

    @abstractmethod
    def load(self, name: str, table: pa.Table) -> None:
        """Makes a table of the engine, in place of an older one of this name."""

    @abstractmethod
    def query(self, sql: str) -> Any:
        """What a query gives, as an Arrow table."""


class DuckDb(Engine):
    dialect: Dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def load(self, name: str, table: pa.Table) -> None:
        self.connection.register("loaded", table)
        self.connection.execute(f"create or replace table {name} as select * from loaded")

    def query(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()


class Sqlite(Engine):
    dialect: Dialect = "sqlite"

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")

    def load(self, name: str, table: pa.Table) -> None:
        quoted = [f'"{column}"' for column in table.column_names]
        self.connection.execute(f"drop table if exists {name}")
        self.connection.execute(f"create table {name} ({', '.join(quoted)})")
        rows = [
            [cell.isoformat() if isinstance(cell, datetime.date) else cell for cell in row.values()]
            for row in table.to_pylist()
        ]
        marks = ", ".join("?" * len(quoted))
        self.connection.executemany(f"insert into {name} values ({marks})", rows)

    def query(self, sql: str) -> pa.Table:
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description]
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
        return pa.table({name: list(column) for name, column in zip(names, columns, strict=True)})


class Postgres(Engine):
    dialect: Dialect = "postgres"

    def __init__(self, uri: str) -> None:
        from adbc_driver_postgresql import dbapi

        self.connection = dbapi.connect(uri)

    def load(self, name: str, table: pa.Table) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"drop table if exists {name}")
            cursor.adbc_ingest(name, table)
        self.connection.commit()

    def query(self, sql: str) -> pa.Table:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetch_arrow_table()


class Spark(Engine):
    """A session of PySpark or of a Spark server."""

    dialect: Dialect = "spark"

    def __init__(self, session: Any) -> None:
        self.session = session

    def load(self, name: str, table: pa.Table) -> None:
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def query(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()


def missing(what: str) -> None:
    """Ends the test: where tests have to run, what is missing is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of its own, with a database that is deleted afterwards."""
    programs = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    initdb = shutil.which("initdb", path=os.pathsep.join([*map(str, programs), os.environ["PATH"]]))
    if initdb is None:
        missing("PostgreSQL")
    assert initdb is not None
    programs_of = Path(initdb).parent
    # The server refuses to run as root.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory(prefix="attain-postgres-") as folder:
        os.chown(folder, user.pw_uid, user.pw_gid)
        data, port = Path(folder) / "data", free_port()

        def run(*command: str | Path) -> None:
            subprocess.run(
                command,
                check=True,
                capture_output=True,
                cwd=folder,
                user=user.pw_uid,
                group=user.pw_gid,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": folder},
            )

        run(initdb, "-D", data, "-U", "attain", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c timezone=UTC"
        run(
            programs_of / "pg_ctl",
            "-D",
            data,
            "-l",
            Path(folder) / "log",
            "-w",
            "-o",
            options,
            "start",
        )
        try:
            yield f"postgresql://attain@127.0.0.1:{port}/postgres"
        finally:
            run(programs_of / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextlib.contextmanager
def sail() -> Iterator[Any]:
    """A session of a Spark server in this process."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    import __main__

    # PySpark takes a process without a main file, as a worker of pytest-xdist is, for a doctest.
    vars(__main__).setdefault("__file__", __file__)
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    try:
        yield session
    finally:
        session.stop()
        server.stop()


@contextlib.contextmanager
def engine_named(name: str) -> Iterator[Engine]:
    in_process: dict[str, Callable[[], Engine]] = {"duckdb": DuckDb, "sqlite": Sqlite}
    if name in in_process:
        yield in_process[name]()
    elif name == "postgres":
        with postgres() as uri:
            engine = Postgres(uri)
            yield engine
            engine.connection.close()
    else:
        with sail() as session:
            yield Spark(session)
