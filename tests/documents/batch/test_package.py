"""The data package against its specification (Frictionless, tabular-data-package).

Checked by hand here; ``frictionless validate`` of the package itself was run beside the project
when it was written, and found nothing.
"""

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from small_lot import CODES, LANNION, REUNION, receipts, whole_france

from diag360.documents.batch.handover.package import make_package, package_files
from diag360.documents.batch.results.gathered import Batch, gather

NAMES = ["territoires", "besoins", "indicateurs", "aleas", "vulnerabilites", "actions",
         "liste-besoins", "liste-indicateurs", "liste-aleas"]  # fmt: skip
READ = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": lambda word: {"true": True, "false": False}[word],
}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return package_files(gather(receipts()))


@pytest.fixture(scope="module")
def package(files: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["datapackage.json"])
    return found


def table(files: dict[str, str], resource: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(files[resource["path"]].splitlines()))


def test_the_descriptor_names_what_it_must(package: dict[str, Any]) -> None:
    assert package["profile"] == "tabular-data-package"
    assert [one["name"] for one in package["resources"]] == NAMES
    for one in (package, *package["resources"]):
        assert re.fullmatch(r"[a-z0-9._-]+", one["name"])
    assert all(one.get("name") or one.get("path") for one in package["licenses"])
    titles = [one["title"] for one in package["sources"]]
    assert all(titles)
    assert any("Insee" in title for title in titles)
    assert all(one["path"].startswith("https://") for one in package["sources"] if "path" in one)
    assert package["version"] == gather(receipts()).catalogue.version


def test_each_file_is_the_one_described(files: dict[str, str], package: dict[str, Any]) -> None:
    for one in package["resources"]:
        content = files[one["path"]].encode()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert one["profile"] == "tabular-data-resource"
        heads = next(csv.reader(files[one["path"]].splitlines()))
        assert heads == [field["name"] for field in one["schema"]["fields"]]
        assert all(field["title"] for field in one["schema"]["fields"])


def test_every_cell_obeys_its_type_and_its_constraints(
    files: dict[str, str], package: dict[str, Any]
) -> None:
    for one in package["resources"]:
        rows = table(files, one)
        assert rows
        for field in one["schema"]["fields"]:
            limits = field.get("constraints", {})
            words = [row[field["name"]] for row in rows]
            known = [READ[field["type"]](word) for word in words if word != ""]
            assert not limits.get("required") or len(known) == len(words)
            assert not limits.get("unique") or len(set(known)) == len(known)
            assert "minimum" not in limits or min(known, default=9e9) >= limits["minimum"]
            assert "maximum" not in limits or max(known, default=-9e9) <= limits["maximum"]
            assert "enum" not in limits or set(known) <= set(limits["enum"])
        assert one["schema"]["missingValues"] == [""]


def test_keys_are_unique_and_lead_somewhere(files: dict[str, str], package: dict[str, Any]) -> None:
    tables = {one["name"]: table(files, one) for one in package["resources"]}
    pointed = set()
    for one in package["resources"]:
        keys = [tuple(row[name] for name in one["schema"]["primaryKey"])
                for row in tables[one["name"]]]  # fmt: skip
        assert len(set(keys)) == len(keys), one["name"]
        for foreign in one["schema"].get("foreignKeys", []):
            target = foreign["reference"]
            there = {row[target["fields"]] for row in tables[target["resource"]]}
            here = {row[foreign["fields"]] for row in tables[one["name"]]}
            assert here <= there, one["name"]
            pointed.add((one["name"], target["resource"]))
    assert {("besoins", "territoires"), ("besoins", "liste-besoins"), ("actions",
            "liste-indicateurs"), ("vulnerabilites", "liste-aleas")} <= pointed  # fmt: skip
    assert not any(name == target for name, target in pointed)


def test_missing_stays_missing_and_nothing_is_rounded(files: dict[str, str]) -> None:
    rows = list(csv.DictReader(files["besoins.csv"].splitlines()))
    told = {(row["territory"], row["need"]): row for row in rows}
    assert len(told) == 18 * len(CODES)
    assert told[REUNION, "boire"]["score"] == ""
    assert told[REUNION, "boire"]["determined"] == "false"
    (need,) = [
        row for row in receipts()[f"{LANNION}/diagnostic"]["results"]["besoins"]
        if row["need"] == "me_soigner"
    ]  # fmt: skip
    assert float(told[LANNION, "me_soigner"]["score"]) == need["score"]
    assert told[LANNION, "me_soigner"]["determined"] == "true"


def test_the_same_batch_gives_the_same_files(tmp_path: Path, files: dict[str, str]) -> None:
    path = make_package(tmp_path, gather(receipts()))
    assert path == tmp_path / "donnees" / "datapackage.json"
    written = {one.name: one.read_text(encoding="utf-8") for one in path.parent.iterdir()}
    assert written == files


@pytest.fixture(scope="module")
def france() -> Batch:
    return whole_france()


def test_france_has_no_table_it_does_not_fill(france: Batch) -> None:
    package = json.loads(package_files(france)["datapackage.json"])
    assert [one["name"] for one in package["resources"]] == [
        name for name in NAMES if name != "indicateurs"
    ]
