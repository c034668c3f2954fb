"""What holds for every test: in CI nothing may be skipped."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest

# The same cases each time, so that only a change can break a test.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else reporter.stats.get("skipped", [])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if IN_CI and exitstatus == pytest.ExitCode.OK and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in skipped(terminalreporter.config):
        verdict = "fails, for it was skipped in CI" if IN_CI else "skipped"
        terminalreporter.write_line(f"{report.nodeid}: {verdict}")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Lets Ctrl-C through; shells have it ignored by what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
