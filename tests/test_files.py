import errno
from pathlib import Path

import pytest

from diag360.errors import Refusal
from diag360.files import write_texts


def test_files_are_written_where_they_are_named(tmp_path: Path) -> None:
    written = write_texts(tmp_path / "out", {"a.csv": "é\n", "b/c.json": "{}"})
    assert written == [tmp_path / "out/a.csv", tmp_path / "out/b/c.json"]
    assert (tmp_path / "out/a.csv").read_bytes() == "é\n".encode()
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["a.csv", "c.json"]


def test_a_write_cut_short_leaves_every_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_texts(tmp_path, {"a.csv": "avant", "b.csv": "avant"})
    real = Path.write_bytes

    def fill_the_disk(self: Path, content: bytes) -> int:
        if "b.csv" in self.name:
            real(self, content[:2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, content)

    monkeypatch.setattr(Path, "write_bytes", fill_the_disk)
    with pytest.raises(Refusal, match="le disque est plein") as caught:
        write_texts(tmp_path, {"a.csv": "après", "b.csv": "après"})
    assert str(tmp_path) in str(caught.value)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {
        "a.csv": "avant",
        "b.csv": "avant",
    }


def test_an_interruption_is_not_swallowed_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_texts(tmp_path, {"a.csv": "x"})
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("un fichier")
    with pytest.raises(Refusal, match=r"out : .*un fichier porte déjà ce nom"):
        write_texts(tmp_path / "out", {"a.csv": "x"})
