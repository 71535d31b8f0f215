"""Files of arrays: what .npy, .npz and .mat files hold, under which names, and the images that they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from ais.errors import InputError, some
from ais.stimuli import mat_structure

STEP = re.compile(r"([\w*?]+)(?:[({]([\d:, ]+)[)}])?")


@dataclass
class Texts:
    """A list of texts: a cell of strings, or the rows of a character matrix."""

    texts: list[str]


@dataclass
class Elements:
    """The elements of a struct array (a mapping each) or of a cell, in MATLAB's shape of them."""

    shape: tuple[int, ...]
    elements: list


def load(path: str | Path) -> dict:
    """All that a file of arrays holds: name → array, :class:`Texts`, or :class:`Elements` of these.

    Nothing in it is run. Raises :class:`InputError` for a file that cannot be read.
    """
    path = Path(path)
    try:
        return LOADERS[path.suffix.lower()](path)
    except Exception as error:  # readers of these formats raise whatever their damage provokes
        if isinstance(error, OSError) and error.filename is not None:
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{path}: not a readable array ({reason}); expected numbers alone. Save the matrix again."
        ) from None


def _npy(path: Path) -> dict:
    return {"": _converted(np.load(path, allow_pickle=False))}


def _npz(path: Path) -> dict:
    with np.load(path, allow_pickle=False) as file:
        return {name: _converted(file[name]) for name in file.files}


def _mat(path: Path) -> dict:
    try:
        mat_structure.check(path.read_bytes())
        content = loadmat(path)
    except NotImplementedError:  # MATLAB 7.3 is HDF5, its axes the other way round
        import h5py

        with h5py.File(path, "r") as file:
            return {name: _from_hdf5(item, file) for name, item in file.items() if not name.startswith("#")}
    return {name: _converted(value) for name, value in content.items() if not name.startswith("__")}


LOADERS = {".npy": _npy, ".npz": _npz, ".mat": _mat}


def _converted(value):
    if hasattr(value, "toarray"):  # sparse
        value.check_format(full_check=True)
        return value.toarray()
    if not isinstance(value, np.ndarray):
        return np.asarray(value)
    if value.dtype.names is not None and value.dtype.hasobject:
        each = [{name: _converted(item[name]) for name in value.dtype.names} for item in value.reshape(-1)]
        return Elements(value.shape, each)
    if value.dtype == object:
        return _cell(value.shape, [_converted(item) for item in value.reshape(-1)])
    if value.dtype.kind in "US":
        return Texts([text.decode() if isinstance(text, bytes) else text for text in value.reshape(-1).tolist()])
    return value


def _cell(shape, items: list):
    if items and all(isinstance(item, Texts) and len(item.texts) == 1 for item in items):
        return Texts([item.texts[0] for item in items])
    return Elements(shape, items)


def _from_hdf5(item, file):
    import h5py

    if isinstance(item, h5py.Group):
        fields = {name: _from_hdf5(each, file) for name, each in item.items()}
        shapes = {each.shape[::-1] if isinstance(each, h5py.Dataset) else None for each in item.values()}
        bare = all(_refers(each) and "MATLAB_class" not in each.attrs for each in item.values())
        if len(shapes) == 1 and None not in shapes and bare:
            (shape,) = shapes  # a struct array: each of its fields holds references, and is no cell
            if np.prod(shape) > 1:
                count = int(np.prod(shape))
                parts = {name: _parts(each, count) for name, each in fields.items()}
                return Elements(shape, [{name: part[n] for name, part in parts.items()} for n in range(count)])
        return Elements((1,), [fields])
    if _refers(item):
        return _cell(item.shape[::-1], [_from_hdf5(file[each], file) for each in item[:].T.reshape(-1)])
    if item.attrs.get("MATLAB_empty", 0):
        return np.empty((0, 0))
    values = item[()]
    if item.attrs.get("MATLAB_class") == b"char":
        return Texts(["".join(map(chr, row)) for row in np.atleast_2d(np.asarray(values).T)])
    return np.asarray(values).T


def _refers(item) -> bool:
    import h5py

    return isinstance(item, h5py.Dataset) and h5py.check_ref_dtype(item.dtype) is not None


def _parts(node, count: int) -> list:
    return [Texts([text]) for text in node.texts] if isinstance(node, Texts) else node.elements[:count]


def arrays(node, name: str = "") -> Iterator[tuple[str, np.ndarray, tuple[int, ...]]]:
    """Each array of numbers below a node: its path (``variable.field``), the array, and the grid that it is stacked of.

    Equal arrays in the elements of a struct array or of a cell are stacked along a first axis, and ``grid`` is
    the shape of those elements, axes of length 1 left out.
    """
    if isinstance(node, np.ndarray):
        yield name, node, ()
    elif isinstance(node, dict):
        for key, each in node.items():
            yield from arrays(each, f"{name}.{key}" if name else key)
    elif isinstance(node, Elements) and node.elements:
        found = [{path: (array, grid) for path, array, grid in arrays(each, name)} for each in node.elements]
        own = tuple(length for length in node.shape if length != 1)
        for path in found[0]:
            each = [of.get(path, (None, ()))[0] for of in found]
            if any(array is None or array.shape != each[0].shape for array in each):
                continue
            stack = each[0] if len(each) == 1 else np.stack(each)
            yield path, stack, own + found[0][path][1]


def texts(node, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Each list of texts below a node: its path, and the texts; those of a struct array's elements together."""
    if isinstance(node, Texts):
        yield name, [text.strip() for text in node.texts]
    elif isinstance(node, dict):
        for key, each in node.items():
            yield from texts(each, f"{name}.{key}" if name else key)
    elif isinstance(node, Elements) and node.elements:
        found = [dict(texts(each, name)) for each in node.elements]
        for path in found[0]:
            if all(len(of.get(path, [])) == 1 for of in found):
                yield path, [of[path][0] for of in found]
            elif len(found) == 1:
                yield path, found[0][path]


def chosen(content: dict, wanted: str, path: Path) -> list[tuple[str, object]]:
    """What ``variable.field`` names; elements by ``variable(1,:).field``, several by ``variable*``: (name, node) each.

    Raises :class:`InputError` where nothing has that name.
    """
    steps = [STEP.fullmatch(step.strip()) for step in wanted.split(".")]
    if not all(steps):
        raise InputError(
            f"{path}, judgments.matrix: found {wanted!r}; expected variable, variable.field or variable(1,:).field."
        )
    nodes = [("", content)]
    for step in steps:
        nodes = [found for name, node in nodes for found in _fields(name, node, step[1], step[2])]
    if not nodes:
        names = sorted({name for name, *_ in arrays(content)} | set(content))
        raise InputError(f"{path}: found {some(names, 12)}; expected {wanted!r}, as judgments.matrix says. Correct it.")
    return nodes


def _fields(name: str, node, wanted: str, index: str | None) -> list[tuple[str, object]]:
    if isinstance(node, Elements):
        each = [dict(_fields(name, element, wanted, index)) for element in node.elements]
        return [(key, Elements(node.shape, [of[key] for of in each])) for key in (each[0] if each else ()) if
                all(key in of for of in each)]  # fmt: skip
    if not isinstance(node, dict):
        return []
    found = [key for key in node if fnmatchcase(key, wanted)]
    return [(f"{name}.{key}" if name else key, _indexed(node[key], index)) for key in found]


def _indexed(node, index: str | None):
    """Some elements, as MATLAB counts them: ``2``, ``1,:``."""
    if index is None or not isinstance(node, Elements):
        return node
    parts = [part.strip() for part in index.split(",")]
    number = np.arange(len(node.elements)).reshape(node.shape)
    if len(parts) == 1:
        number = number.reshape(-1, order="F")
    try:
        number = number[tuple(slice(None) if part == ":" else slice(int(part) - 1, int(part)) for part in parts)]
    except (IndexError, ValueError):
        number = number[:0]
    return Elements(number.shape, [node.elements[each] for each in number.reshape(-1)])
