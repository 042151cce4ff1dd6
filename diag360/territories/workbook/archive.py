"""Opening the file as an archive: what it really is, and its parts within the limits."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import NoReturn

from diag360.territories.workbook import limits
from diag360.territories.workbook.limits import refuse

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AGAIN = "l’ouvrir dans un tableur, l’enregistrer au format .xlsx, puis recommencer"
_READ_SUFFIXES = (".xml", ".rels")


def read_parts(path: Path) -> dict[str, bytes]:
    """Unpack the parts of a workbook that are read, after checking what it claims to be.

    Parameters
    ----------
    path : Path
        File to open.

    Returns
    -------
    dict of str to bytes
        Parts by name in the archive; pictures and other attachments are left packed.

    Raises
    ------
    Refusal
        No such file, over 50 MB, protected by a password, old .xls, truncated, not a workbook, or
        too big once unpacked; names the file and says what to do.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if size > limits.FILE_BYTES:
            refuse(name, "", f"le fichier pèse {size // 1_000_000} Mo (au plus 50 Mo)")
        raw = path.read_bytes()
    except OSError as error:
        reasons: dict[type[OSError], str] = {
            FileNotFoundError: "le fichier n’existe pas",
            IsADirectoryError: "c’est un dossier, pas un fichier",
        }
        reason = reasons.get(type(error), "le fichier ne peut pas être lu")
        refuse(str(path), "", reason, "vérifier le chemin")
    if raw.startswith(_COMPOUND):
        _refuse_compound(name, raw)
    if not raw.startswith(b"PK"):
        what = "le fichier est vide" if not raw else "ce n’est pas un classeur"
        refuse(name, "", what, f"donner un fichier .xlsx, .xlsm ou .ods ; au besoin, {_SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _unpack(name, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        refuse(name, "", "le fichier est abîmé ou incomplet", "le demander ou le copier à nouveau")
    except RuntimeError:
        # This is how an encrypted part of an archive shows itself.
        _refuse_password(name)


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    """Archive the parts anew: the reading library then sees these bytes and no other.

    An archive can lie on the size of a part; sizes checked on one side and unpacked on the other
    would leave a way round the limits.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    target.seek(0)
    return target


def _unpack(name: str, archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > limits.PARTS:
        refuse(name, "", f"l’archive contient {len(infos)} fichiers")
    kept = [i for i in infos if i.filename.endswith(_READ_SUFFIXES) or i.filename == "mimetype"]
    total = sum(info.file_size for info in kept)
    if total > limits.UNPACKED_BYTES:
        most = limits.UNPACKED_BYTES // 1_000_000
        refuse(
            name,
            "",
            f"une fois décompressé, le classeur pèserait {total // 1_000_000} Mo (au plus {most})",
        )
    if len({info.filename for info in kept}) < len(kept):
        refuse(name, "", "l’archive contient deux fois le même fichier", _SAVE_AGAIN)
    return {info.filename: archive.read(info) for info in kept}


def _refuse_compound(name: str, raw: bytes) -> NoReturn:
    """Tell a protected workbook from an old one: both are compound files."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        _refuse_password(name)
    refuse(name, "", "c’est un classeur à l’ancien format .xls (Excel 97-2003)", _SAVE_AGAIN)


def _refuse_password(name: str) -> NoReturn:
    refuse(
        name,
        "",
        "le classeur est protégé par un mot de passe",
        "l’enregistrer sans mot de passe, puis recommencer",
    )
