"""Writes the tables of this folder: comma-separated, numbers with all their digits."""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def write(name, header, rows):
    """One table, and on the terminal how long it is."""
    with (HERE / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(name, len(rows))


def joined(values):
    """Numbers that share a cell."""
    return " ".join(repr(float(value)) for value in values)
