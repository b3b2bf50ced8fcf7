"""Where compiled code is kept on disk: a folder of this user's alone, named after the sources that the code is made from.

numba's own cache does not see an edit in an imported file and would go on running the old rule. So the folder's name holds
a digest of every source that compiled code is made from; folders of older sources are removed.

What lies in the folder is unpickled, so whoever can write there can run code as this user: a folder that others can write to
is not used. One that this user can only read, as in an image whose files are the system's, is used where it is complete.

Environment:
    RNN_CORE_CACHE      folder for compiled code (default: rnn_core in the user's own cache folder).
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path

FOLDERS_KEPT = 3
COMPLETE = "complete"
"""The file that stands in the folder once everything has been compiled into it."""


def source_digest() -> str:
    """Digest of every file with compiled code and of all the files of the package that they import."""
    package = Path(__file__).parents[1]
    texts = {path: path.read_bytes() for path in package.rglob("*.py")}
    reached = sorted(path for path, text in texts.items() if re.search(rb"^@compiled", text, re.MULTILINE))
    for path in reached:  # which grows on the way
        reached += sorted(_imported(texts[path], package) & texts.keys() - set(reached))
    digest = hashlib.sha256()
    for path in sorted(reached):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + texts[path] + b"\0")
    return digest.hexdigest()[:20]


def _imported(source: bytes, package: Path) -> set[Path]:
    """The files that a source may import from the package; what it takes from the package itself are modules."""
    found, tree = set(), ast.parse(source)
    types_alone = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    skipped = {child for node in types_alone for child in ast.walk(node)}
    for node in (node for node in ast.walk(tree) if node not in skipped):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == package.name:
            place = package.joinpath(*(node.module or "").split(".")[1:])
            found |= {place.with_suffix(".py")} if place != package else set()
            for alias in node.names:
                found |= {(place / alias.name).with_suffix(".py"), place / alias.name / "__init__.py"}
            found |= {place / "__init__.py"} if place != package else set()
    return found


def cache_folder(processor: str) -> Path | None:
    """The folder for these sources and this processor, made where it is missing.

    None where nothing can be kept safely and nothing complete can be read.
    """
    try:
        named = os.environ.get("RNN_CORE_CACHE")
        root = Path(named or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rnn_core").resolve()
        folder = root / f"{source_digest()}-{processor}"
        for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        if not _is_ours(folder):
            return None
        if not _is_writable(folder):
            return folder if (folder / COMPLETE).exists() else None
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None
    _remove_old(root, folder)
    return folder


def _is_writable(folder: Path) -> bool:
    """Whether compiled code can be kept there; if so the folder counts as used now."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            os.utime(folder)
    except OSError:
        return False
    return True


def _is_ours(folder: Path) -> bool:
    """Whether nobody but this user and the system can put a file there.

    The folder and its parent must be writable for no other. All folders must belong to this user or the system and, where
    others can write to those above, let nobody replace what is another's, as /tmp does.
    """
    if not hasattr(os, "getuid"):
        return True
    places = [place.stat() for place in (folder, *folder.parents)]
    open_to_others = [status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for status in places]
    return (
        not any(open_to_others[:2])
        and all(status.st_uid in (os.getuid(), 0) for status in places)
        and all(not others or status.st_mode & stat.S_ISVTX for status, others in zip(places, open_to_others, strict=True))
    )


def _remove_old(root: Path, current: Path) -> None:
    """Remove what older sources left, except for the folders used last and those used today, which may be in use now."""
    try:
        named_as_ours = [place for place in root.iterdir() if re.fullmatch(r"[0-9a-f]{20}-[\w.-]+", place.name)]
        by_age = sorted((place for place in named_as_ours if place != current), key=lambda place: -place.lstat().st_mtime)
        for place in by_age[FOLDERS_KEPT - 1 :]:
            if time.time() - place.lstat().st_mtime > 24 * 3600:
                shutil.rmtree(place, ignore_errors=True)
    except OSError:  # another process is removing them as well
        return
