"""One more day: events of a day are added to five years of them, and everything is assessed again.

python benches/peers/another_day.py [--rows 10000000] [--repeat 9]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta

import events
import pyarrow as pa
import pyarrow.compute as pc
from growth import model_of
from measure import machine, measure, table

import attain as at

LAST = events.LAST
BEFORE = LAST - timedelta(days=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10**7)
    parser.add_argument("--units", type=int, default=579)
    parser.add_argument("--repeat", type=int, default=9)
    chosen = parser.parse_args()
    model = model_of(chosen.units, "month", events.MEASURES)
    everything = events.events(chosen.rows, chosen.units)
    is_new = pc.equal(everything["date"], pa.scalar(LAST, pa.date32()))
    new, old = everything.filter(is_new), everything.filter(pc.invert(is_new))
    print(machine("attain"))
    print(f"{len(old):,} events of {(LAST - events.FIRST).days} days; {len(new):,} of one more")

    yesterday = at.tally(model, old, rows="events")
    report = at.assess(model, yesterday, as_of=BEFORE)
    today = yesterday + at.tally(model, new, rows="events")
    again = at.assess(model, today, as_of=LAST, after=report)
    whole = at.assess(model, today, as_of=LAST)
    if pa.table(again) != pa.table(whole):
        raise SystemExit("the rows differ")

    jobs: dict[str, Callable[[], object]] = {
        "assessed after the report of the day before": lambda: at.assess(
            model, today, as_of=LAST, after=report
        ),
        "assessed whole": lambda: at.assess(model, today, as_of=LAST),
        "the day's events tallied": lambda: at.tally(model, new, rows="events"),
        "all events tallied": lambda: at.tally(model, everything, rows="events"),
    }
    timings = [measure(name, job, chosen.repeat) for name, job in jobs.items()]
    table(f"One more day: {len(pa.table(whole)):,} rows of judgement", timings)


if __name__ == "__main__":
    main()
