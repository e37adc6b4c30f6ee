"""Files written so that a kill at any moment leaves the old file or the new one, never half of one."""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

RESTRICTED_FOLDER_MODE = 0o700
READABLE_FOLDER_MODE = 0o750  # for the group of the home's owner, and nobody else


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` through a temporary file in the same folder and `os.replace`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys, atomically; equal values give equal bytes."""
    write_atomically(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n")


def read_json(path: Path) -> Any | None:
    """The JSON value in `path`, or None where there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def restricted_folder(path: Path) -> Path:
    """Make `path` with mode 0700 (it holds personal data) and return it."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(RESTRICTED_FOLDER_MODE)
    return path


def new_files_are_private() -> None:
    """From now on, what this process and those it starts create is closed to everybody else."""
    os.umask(0o077)


def close_to_others(folder: Path) -> None:
    """Take every right of others and of the group from `folder` and all that is in it."""
    for path in [folder, *folder.rglob("*")]:
        with suppress(FileNotFoundError):  # another process's unfinished file
            mode = path.lstat().st_mode
            if mode & 0o077 and not path.is_symlink():
                path.chmod(mode & 0o700)


def sha256_of_files(paths: list[Path]) -> str:
    """One digest over the names and bytes of `paths`, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
