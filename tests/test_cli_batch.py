"""The command ``diag360 batch``, from the manifest to the index."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from diag360.documents.batch.command import Done, carry_out, look
from diag360.documents.batch.handover.together import Handover
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.lock import locked
from diag360.documents.batch.running.receipts import Receipt
from diag360.documents.batch.running.resume import Todo
from diag360.documents.batch.running.run import Ran
from diag360.errors import Refusal

pytestmark = pytest.mark.documents  # whole commands: slower
LANNION, RENNES = "200065928", "243500139"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "lot.yaml"
    path.write_text(f"territories: [{LANNION}, {RENNES}]\ntier: flash\n", encoding="utf-8")
    return path


def test_the_help_speaks_french(run) -> None:
    code, out, _ = run("batch", "--help")
    assert code == 0
    assert "MANIFESTE" in out
    assert "Produit les documents de nombreux territoires" in out
    for option in ("output", "jobs", "timeout", "memory", "force", "check", "engine", "cluster"):
        assert f"--{option}" in out
    assert not re.search(r"\b(default|show|exit|required)\b", out)


def test_a_manifest_that_is_not_there_is_refused(run, tmp_path: Path) -> None:
    code, _, err = run("batch", tmp_path / "absent.yaml")
    assert code == 1
    assert "absent.yaml" in err


def test_all_that_is_wrong_is_said_before_anything_is_made(run, tmp_path: Path) -> None:
    path = tmp_path / "lot.yaml"
    path.write_text("territories: [Lanion-Tregor]\ntier: flach\n", encoding="utf-8")
    code, _, err = run("batch", path, "-o", tmp_path / "lot")
    assert code == 1
    assert "flach" in err
    assert not (tmp_path / "lot").exists()


@pytest.mark.parametrize(
    ("words", "offender"),
    [
        (["--engine", "vapeur"], "« vapeur »"),
        (["--jobs", "-2"], "« -2 »"),
        (["--memory", "1"], "« 1 »"),
        (["--timeout", "inf"], "« inf »"),
        (["--timeout", "-1"], "« -1 »"),
    ],
)
def test_a_limit_without_a_sense_is_refused(run, manifest: Path, words, offender: str) -> None:
    code, _, err = run("batch", manifest, *words)
    assert code == 1
    assert offender in err


def test_check_looks_and_makes_nothing(run, manifest: Path, tmp_path: Path) -> None:
    code, out, _ = run("batch", manifest, "--check", "-o", tmp_path / "lot")
    assert code == 0
    assert "2 territoires, 2 documents à produire." in out
    assert sorted(path.name for path in (tmp_path / "lot").iterdir()) == [
        ".lot",
        "verification.csv",
        "verification.html",
    ]


def test_check_fails_when_something_cannot_be_made(run, manifest: Path, tmp_path: Path) -> None:
    with manifest.open("a", encoding="utf-8") as file:
        file.write(f"overrides: {{{RENNES}: {{values: absent.csv}}}}\n")
    code, out, _ = run("batch", manifest, "--check", "-o", tmp_path / "lot")
    assert code == 1
    assert "absent.csv" in out


def test_the_folder_is_the_one_asked_for_that_of_the_manifest_or_one_of_its_name(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert look(manifest).output == tmp_path / "out" / "lots" / "lot"
    with manifest.open("a", encoding="utf-8") as file:
        file.write("output: chez-nous\n")
    assert look(manifest).output == tmp_path / "chez-nous"
    assert look(manifest, output="ailleurs").output == tmp_path / "ailleurs"


def test_what_another_manifest_left_in_the_folder_is_said(manifest: Path, tmp_path: Path) -> None:
    left = tmp_path / "lot" / ".lot"
    left.mkdir(parents=True)
    for code in (LANNION, "243300316"):
        (left / f"{code}.diagnostic.json").write_text("{}", encoding="utf-8")
    told = "\n".join(look(manifest, output=str(tmp_path / "lot")).lines).replace("\xa0", " ")
    assert "1 document d’une autre demande se trouve aussi dans ce dossier" in told
    assert "(243300316.diagnostic)" in told
    assert "autre demande" not in "\n".join(look(manifest, output=str(tmp_path / "neuf")).lines)


def test_two_manifests_of_the_same_name_do_not_share_a_folder_unseen(
    manifest: Path, tmp_path: Path
) -> None:
    def told(path: Path) -> str:
        return "\n".join(look(path, output=str(tmp_path / "lot")).lines)

    other = tmp_path / "ailleurs" / manifest.name
    other.parent.mkdir()
    other.write_bytes(manifest.read_bytes())
    assert "autre manifeste" not in told(manifest) + told(manifest)
    assert f"ce dossier était celui d’un autre manifeste, {manifest} :" in told(other)


def test_a_batch_that_runs_keeps_its_page(manifest: Path, tmp_path: Path) -> None:
    page = Path(str(look(manifest, output=str(tmp_path / "lot")).output)) / "verification.html"
    before = page.read_bytes()
    manifest.write_text(f"territories: [{LANNION}]\n", encoding="utf-8")
    with locked(tmp_path / "lot"), pytest.raises(Refusal, match="une autre production"):
        look(manifest, output=str(tmp_path / "lot"))
    assert page.read_bytes() == before


@pytest.mark.parametrize("ended", [0, 1, 130])
def test_limits_are_handed_on_and_the_exit_code_says_how_it_ended(
    run, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: int
) -> None:
    given, checked = {}, []

    def carry_out(looked, **rest):
        given.update(rest, output=looked.output)
        return Done(ended, ("fini",))

    where = "diag360.documents.batch.cluster.connection.check_cluster"
    monkeypatch.setattr(where, checked.append)
    monkeypatch.setattr("diag360.documents.batch.command.carry_out", carry_out)
    words = ["--jobs", "3", "--timeout", "60", "--memory", "900", "--engine", "noyau", "--force"]
    words += ["--cluster", "tcp://ici:8786"]
    code, out, _ = run("batch", manifest, "-o", tmp_path / "lot", *words)
    assert code == ended
    assert out.endswith("fini\n")
    assert given["limits"] == Limits(jobs=3, timeout=60, memory_mb=900, engine="noyau")
    assert given["force"] is True
    assert given["cluster"] == "tcp://ici:8786"
    assert given["output"] == tmp_path / "lot"
    assert checked == ["tcp://ici:8786"]


@pytest.mark.parametrize(("faults", "ended"), [((), 0), (("disque plein",), 1)])
def test_a_synthesis_that_could_not_be_written_is_not_a_success(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults, ended: int
) -> None:
    looked = look(manifest, output=str(tmp_path / "lot"))
    keys = [task.key for task in looked.plan.tasks]
    receipts = {key: Receipt(key, key[:9], "CC", "diagnostic", "fait", "") for key in keys}

    def run_batch(tasks, *, finish, **_):
        ran = Ran(receipts, Todo((), tuple(receipts.values())), stopped=False, missing=())
        finish(ran)
        return ran

    monkeypatch.setattr("diag360.documents.batch.command.run_batch", run_batch)
    monkeypatch.setattr(
        "diag360.documents.batch.command.hand_over", lambda *_, **__: Handover(None, (), faults)
    )
    assert carry_out(looked, limits=Limits(), say=lambda line: None).code == ended


def test_a_second_ctrl_c_says_what_is_kept(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_batch(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("diag360.documents.batch.command.run_batch", run_batch)
    looked = look(manifest, output=str(tmp_path / "lot"))
    done = carry_out(looked, limits=Limits(), say=lambda line: None)
    assert done.code == 130
    assert "relancer la même commande" in done.lines[-1]


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    """A batch of two territories and a third that cannot be, run twice in processes of its own."""
    folder = tmp_path_factory.mktemp("batch")
    path = folder / "lot.yaml"
    path.write_text(
        f"territories: [{LANNION}, {RENNES}]\ntier: flash\ndocuments: [diagnostic]\n"
        f"overrides: {{{RENNES}: {{documents: [diagnostic, collecte]}}}}\n",
        encoding="utf-8",
    )
    ran = []
    for _ in range(2):
        source = "import sys; from diag360.cli import main; main()"
        command = [sys.executable, "-c", source, "batch", str(path), "-o", str(folder / "lot")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
        ran.append((done.returncode, (done.stdout + done.stderr).replace("\xa0", " ")))
    return folder / "lot", ran


def test_one_command_makes_documents_index_and_record(lot) -> None:
    folder, ((code, out), _) = lot
    assert code == 0, out
    assert "3 documents produits, 0 échec." in out
    assert f"À ouvrir : {folder / 'index.html'}" in out
    for name in (
        f"{LANNION}/diagnostic.html",
        f"{RENNES}/diagnostic.html",
        f"{RENNES}/collecte.html",
        "index.html",
        "synthese.html",
        "synthese.xlsx",
        "donnees/datapackage.json",
        "verification.html",
    ):
        assert (folder / name).stat().st_size > 1000, name
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert f"{RENNES}/collecte.html" in index
    assert "synthese.html" in index
    assert not list(folder.rglob(".en-cours-*"))
    assert not list((folder / "journal").glob("*")), "nothing was printed: no log is kept"


def test_the_same_command_again_makes_nothing_again(lot) -> None:
    folder, (_, (code, out)) = lot
    assert code == 0, out
    assert "0 document produit, 3 déjà faits, 0 échec." in out
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["counts"] == {"made": 0, "kept": 3, "failed": 0, "missing": 0}
    assert [one["this_run"] for one in record["documents"]] == [False] * 3
    assert record["documents"][0]["cpu_seconds"] > 0
