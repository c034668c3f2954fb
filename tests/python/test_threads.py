"""How many threads a call uses, that an interrupt stops it, and that a process may fork."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

import attain as at

PLAN = """
attain: 1
plan: threads
measures: {cases: {}}
indicators: {known: {count: cases}}
units:
  levels: [station]
  list: [%s]
targets:
%s
"""


OUTCOMES = pa.table(
    {"unit": ["u0"], "period": ["2020-01"], "measure": ["cases"], "value": pa.array([5.0])}
)


def large_plan(units: int, targets: int) -> at.Plan:
    """Every target has a row for each unit and month of ten years."""
    listed = ", ".join(f"{{id: u{unit}, level: station}}" for unit in range(units))
    every = "{every: month, within: ['2015-01-01', '2025-01-01']}"
    lines = (
        f"  t{target}: {{indicator: known, goal: {{at_most: {target}}}, window: {every}}}"
        for target in range(targets)
    )
    return at.Plan.parse(PLAN % (listed, "\n".join(lines)))


def assess(plan: at.Plan, threads: int | None = None) -> at.Report:
    return at.assess(plan, at.tally(plan, OUTCOMES), as_of="2024-12-31", threads=threads)


def test_the_answer_is_the_same_on_any_number_of_threads() -> None:
    plan = large_plan(50, 20)
    first, *others = (pa.table(assess(plan, threads).assessments) for threads in (None, 1, 3))
    assert all(other.equals(first) for other in others)


@pytest.mark.parametrize("threads", [0, -1])
def test_no_thread_is_too_few(threads: int) -> None:
    with pytest.raises((ValueError, OverflowError)):
        assess(large_plan(1, 1), threads)


def assessed_in_a_child(connection: object) -> None:
    connection.send(len(assess(large_plan(50, 20))))  # type: ignore[attr-defined]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_can_assess() -> None:
    expected = len(assess(large_plan(50, 20)))
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=assessed_in_a_child, args=(there,))
    child.start()
    assert here.poll(60), "the child hangs"
    assert here.recv() == expected
    child.join(60)
    assert child.exitcode == 0


INTERRUPTED = """
import signal, sys, time
# Shells have it ignored by what runs in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv[1])
from test_threads import assess, large_plan
plan = large_plan(300, 120)
print("ready", flush=True)
try:
    assess(plan, 1)
    print("done")
except KeyboardInterrupt:
    print("interrupted", time.time())
"""


def test_an_interrupt_stops_an_assessment_soon() -> None:
    folder = str(Path(__file__).parent)
    command = [sys.executable, "-c", INTERRUPTED, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.1)
        sent = time.time()
        child.send_signal(signal.SIGINT)
        word, _, when = child.stdout.read().partition(" ")
        assert child.wait(60) == 0
    assert word == "interrupted"
    assert float(when) - sent < 1.0


def test_other_threads_run_meanwhile() -> None:
    plan = large_plan(200, 50)
    ticks = 0
    is_done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not is_done.wait(0.001):
            ticks += 1

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        assess(plan, 1)
    finally:
        is_done.set()
    thread.join()
    assert ticks > 3
