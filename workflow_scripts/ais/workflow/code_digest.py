"""What a script's code amounts to: a digest that changes with its meaning, and with nothing else."""

import ast
import hashlib
from functools import cache
from pathlib import Path


def code_digest(script: str | Path, root: str | Path) -> str:
    """SHA-256 over a script and every module below the folder ``root`` that it imports, however indirectly.

    Comments, docstrings, blank lines and layout leave it alone, so do the folder's place and the files'
    times. Imports inside functions count.
    """
    sources = {path.relative_to(root).as_posix(): path for path in closure(script, root)}
    digest = hashlib.sha256()
    for name in sorted(sources):
        digest.update(f"{name}\n{_read(sources[name])[0]}\n".encode())
    return digest.hexdigest()


def texts_digest(folder: str | Path) -> str:
    """SHA-256 over the names and bytes of a folder's files, which a script puts into its output as they are."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).iterdir()):
        if path.is_file():
            digest.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def closure(script: str | Path, root: str | Path) -> set[Path]:
    """The script and all modules below ``root`` that it imports, directly or through others."""
    root = Path(root)
    found, open_ends = set(), [Path(script)]
    while open_ends:
        path = open_ends.pop()
        if path not in found:
            found.add(path)
            open_ends += _files_of(_read(path)[1], root)
    return found


@cache
def _read(path: Path) -> tuple[str, frozenset[str]]:
    """A module's code in normal form, and the dotted names it imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                node.body[0] = ast.Pass()
    return ast.unparse(tree), frozenset(names)


@cache
def _files_of(names: frozenset[str], root: Path) -> list[Path]:
    """The files under ``root`` that importing ``names`` executes, packages' own included."""
    files = []
    for name in names:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            place = root.joinpath(*parts[:length])
            files += [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
    return files
