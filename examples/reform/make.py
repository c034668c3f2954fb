"""Write outcomes.csv: generated figures of every commune of Hanoi, each under the code it had.

Nothing of it happened. No source publishes crimes by commune; what is real here is which communes
there were and which went over into which (see ../hanoi/README.md).

    python examples/reform/make.py
"""

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent
HALVES = [("2024-H1", "2024-01-01"), ("2024-H2", "2024-07-01")]
HALVES += [("2025-H1", "2025-01-01"), ("2025-H2", "2025-07-01")]


def main() -> None:
    """Draw cases and cleared cases for each half-year and each commune of its time."""
    dice = random.Random(20250701)
    with (HERE / "../hanoi/units.csv").open(encoding="utf-8", newline="") as file:
        communes = [unit for unit in csv.DictReader(file) if unit["level"] == "commune"]
    with (HERE / "outcomes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("unit", "period", "measure", "value"))
        for period, start in HALVES:
            there = [
                unit
                for unit in communes
                if unit["valid_from"] <= start and (unit["valid_to"] or "9999") > start
            ]
            for unit in there:
                # About as many in all, however many communes share them.
                cases = round(dice.gammavariate(4, 9_000 / len(there) / 4))
                cleared = sum(dice.random() < 0.78 for _ in range(cases))
                writer.writerow((unit["id"], period, "cases", cases))
                writer.writerow((unit["id"], period, "cleared", cleared))


if __name__ == "__main__":
    main()
