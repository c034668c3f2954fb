"""Files that Python writes: whole or not at all, and never over an input."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import NoReturn

from attain.errors import (
    DeniedFileError,
    Fault,
    FaultCode,
    FileError,
    FolderError,
    MissingFileError,
)

_KINDS: list[tuple[type[OSError], type[FileError], FaultCode]] = [
    (FileNotFoundError, MissingFileError, "no_such_file"),
    (PermissionError, DeniedFileError, "permission_denied"),
    (IsADirectoryError, FolderError, "is_a_folder"),
    (OSError, FileError, "unwritable_file"),
]


def are_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same file, which may not exist yet."""
    try:
        # Follows links, and sees hard links and other spellings of a path.
        return one.samefile(other) and not one.is_char_device()
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a text, in UTF-8, or bytes by way of a temporary file, as outputs of Rust are written.

    Raises `FileError` if it can't be written. What was there stays then.
    """
    try:
        # A link stays a link: the file it leads to is replaced.
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        mode = target.stat().st_mode & 0o7777 if target.exists() else _usual_mode()
        number, temporary = tempfile.mkstemp(dir=target.parent, prefix=".attain-", suffix=".tmp")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as cause:
        _unwritable(path, "file", cause)


def make_folder(path: Path) -> None:
    """Makes a folder, and those it lies in. Raises `FileError` if it can't."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        _unwritable(path, "folder", cause)


def _unwritable(path: Path, what: str, cause: OSError) -> NoReturn:
    """Raises the `FileError` of a file or folder that can't be written."""
    error, code = next((error, code) for kind, error, code in _KINDS if isinstance(cause, kind))
    fault = Fault(
        code=code,
        file=str(path),
        message=f"the {what} can't be written: {cause.strerror or cause}",
    )
    raise error(f"{fault}", [fault], errno=cause.errno, filename=str(path)) from cause


def _usual_mode() -> int:
    """The permissions of a new file. `mkstemp` gives its file fewer."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
