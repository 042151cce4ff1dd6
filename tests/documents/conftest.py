"""A report of the example territory, made once, and values that fill the whole catalogue."""

from pathlib import Path

import numpy as np
import pytest

from diag360 import load_catalogue, read_values, score
from diag360.catalogue.model import Catalogue
from diag360.documents.method import make_method
from diag360.documents.report import make_report
from diag360.documents.runs import Report
from diag360.scoring.scores import Scores

LANNION = "200065928"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def open_scores(catalogue: Catalogue) -> Scores:
    rows = read_values(catalogue=catalogue)
    return score(rows[rows["territory"] == LANNION], catalogue=catalogue)


@pytest.fixture(scope="session")
def expert_scores(catalogue: Catalogue) -> Scores:
    """Open data measured against the whole catalogue: little is determined."""
    rows = read_values(catalogue=catalogue)
    return score(rows[rows["territory"] == LANNION], catalogue=catalogue, tier="expert")


@pytest.fixture(scope="session")
def full_values(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every indicator answered, with a comment that tries to break the page."""
    draw = np.random.default_rng(3)
    lines = ["territory,indicator,value,status,year,comment"]
    for indicator in catalogue.indicators.values():
        if indicator.response.choices:
            value = str(draw.choice(indicator.response.choices))
        else:
            anchors = [float(anchor.value) for anchor in indicator.scale.anchors]
            value = f"{draw.uniform(min(anchors), max(anchors)):.4f}"
        comment = "<script>alert(1)</script><img src=x onerror=alert(2)>"
        lines.append(f'{LANNION},{indicator.id},"{value}",declare,2025,{comment}')
    path = tmp_path_factory.mktemp("values") / "complet.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def full_scores(catalogue: Catalogue, full_values: Path) -> Scores:
    return score(read_values(full_values, catalogue=catalogue), catalogue=catalogue)


@pytest.fixture(scope="session")
def method_pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_method(output=tmp_path_factory.mktemp("methode"))


@pytest.fixture(scope="session")
def open_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return make_report("Lannion-Trégor Communauté", output=tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="session")
def full_report(tmp_path_factory: pytest.TempPathFactory, full_values: Path) -> Report:
    return make_report(
        LANNION,
        output=tmp_path_factory.mktemp("out"),
        values=str(full_values),
        framework="diag360-1.3",
        weights="criteres",
        campaign="2027",
    )


@pytest.fixture(scope="session")
def overseas_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return make_report("CA CAP Excellence", output=tmp_path_factory.mktemp("out"))
