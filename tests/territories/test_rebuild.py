"""Building again from the raw public files gives the shipped bytes."""

import hashlib
from pathlib import Path

import pytest
import yaml

from diag360.paths import data_dir
from diag360.territories import build as building

RAW = Path(__file__).resolve().parents[2].parent / "shared/open-data"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not RAW.is_dir(), reason="fichiers publics bruts absents (../shared/open-data)"
    ),
]


def test_rebuilding_gives_the_shipped_bytes(tmp_path):
    built = building.build(RAW, output=tmp_path)
    assert (built.epci, built.communes, built.indicators) == (1255, 34_871, 32)
    assert built.proxies == 18
    for path in built.files:
        name = path.relative_to(tmp_path)
        assert path.read_bytes() == (data_dir() / name).read_bytes(), name


def test_catalogue_names_the_very_files_read():
    text = (data_dir() / "catalogue/sources.yaml").read_text(encoding="utf-8")
    declared = {
        entry["raw_file"]: entry["sha256"]
        for entry in yaml.safe_load(text).values()
        if "raw_file" in entry
    }
    assert set(declared) == set(building.raw_files())
    for name, digest in declared.items():
        assert hashlib.sha256((RAW / name).read_bytes()).hexdigest() == digest, name
