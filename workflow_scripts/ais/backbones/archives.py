"""Tensors alone, out of a file of ``torch.save`` that holds more than tensors. Nothing in the file is run.

Training scripts store their arguments, paths, schedulers and whole networks beside the weights. PyTorch's own safe
reader refuses such a file whole. Here each object that is no tensor, number, text or plain container is left out: what
would make it is never looked up, and an inert stand-in keeps what the file holds of it.
"""

import pickle
import pickletools
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch

from ais.errors import InputError


class LeftOut:
    """Stands for an object that is not made. Whatever the file does to it, it only keeps (``held``)."""

    def __new__(cls, *arguments, **named):
        self = super().__new__(cls)
        self.held = {}
        return self

    def __init__(self, *arguments, **named):
        pass

    def __call__(self, *arguments, **named):
        return LeftOut()

    def __setstate__(self, state):
        for part in state if isinstance(state, tuple) else (state,):
            if isinstance(part, dict):
                self.held.update(part)

    def __setitem__(self, key, value):
        self.held[key] = value

    def append(self, value):
        pass

    extend = add = append


def read(path: str | Path):
    """What a file of ``torch.save`` holds, with a :class:`LeftOut` for each object that is none of data.

    Raises :class:`InputError` for TorchScript, and what ``pickle`` and ``zipfile`` raise for files of other kinds.
    """
    if not zipfile.is_zipfile(path):
        names = _names_in_old_format(path)
        with torch.serialization.safe_globals([(LeftOut, name) for name in names]):
            return torch.load(path, map_location="cpu", weights_only=True)
    with zipfile.ZipFile(path) as archive:
        records = {name.partition("/")[2]: name for name in archive.namelist()}
        if "constants.pkl" in records:
            raise InputError(
                f"{path}: found TorchScript, a program with its weights; expected weights alone, as nothing in a file "
                "is run here. Get the state dict that its makers saved beside it, or one under a tag of the library."
            )
        order = records.get("byteorder")
        if "data.pkl" not in records or (order and archive.read(order) == b"big"):
            raise pickle.UnpicklingError
        with archive.open(records["data.pkl"]) as file:
            return _Reader(file, archive, records).load()


class _Made:
    """A function that makes tensors: it can be called, and nothing in a file changes it."""

    __slots__ = ("function",)

    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)

    def __setstate__(self, state):
        raise pickle.UnpicklingError


class _Storage(NamedTuple):
    """Numbers in a file: their bytes, and of what type they are."""

    content: torch.UntypedStorage
    dtype: torch.dtype


def _tensor(storage: _Storage, offset, size, stride, *rest) -> torch.Tensor:
    if not isinstance(storage, _Storage):
        raise pickle.UnpicklingError
    return torch.empty(0, dtype=storage.dtype).set_(storage.content, offset, size, stride)


NUMBERS = {
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
MAKES = {
    "collections.OrderedDict": OrderedDict,
    "torch._utils._rebuild_tensor": _Made(_tensor),
    "torch._utils._rebuild_tensor_v2": _Made(_tensor),
    "torch._utils._rebuild_parameter": _Made(lambda data, *rest: data),
    "torch._utils._rebuild_parameter_with_state": _Made(lambda data, *rest: data),
    "torch.Size": _Made(tuple),
}


class _Reader(pickle.Unpickler):
    """Reads ``data.pkl``: the only names that stand for anything are those of tensors and of their storages."""

    def __init__(self, file, archive: zipfile.ZipFile, records: dict[str, str]):
        super().__init__(file, encoding="utf-8")
        self.archive, self.records, self.storages = archive, records, {}

    def find_class(self, module, name):
        if module == "torch" and name in NUMBERS:
            return name  # a text, which makes nothing
        return MAKES.get(f"{module}.{name}", LeftOut)

    def persistent_load(self, reference):
        _, kind, key, *_ = reference
        if key not in self.storages:
            content = bytearray(self.archive.read(self.records[f"data/{key}"]))
            bytes_of = torch.frombuffer(content, dtype=torch.uint8) if content else torch.empty(0, dtype=torch.uint8)
            self.storages[key] = bytes_of.untyped_storage()
        return _Storage(self.storages[key], NUMBERS[kind])


def _names_in_old_format(path: str | Path) -> set[str]:
    """The names that a file of PyTorch before 1.6 would look up: of four pickles, one after the other."""
    names = set()
    with open(path, "rb") as file:
        for _ in range(4):
            for operation, argument, _ in pickletools.genops(file):
                if operation.name == "GLOBAL":
                    names.add(argument.replace(" ", "."))
    return names


def tensors_in(content, place: str = "", seen: tuple = ()) -> Iterator[tuple[str, dict[str, torch.Tensor]]]:
    """Each dictionary of named tensors in nested ones, and each network, with its place: ``model.backbone``."""
    if id(content) in seen:  # a file may hold what holds itself
        return
    seen = (*seen, id(content))
    if isinstance(content, LeftOut):
        if "_parameters" in content.held:
            yield place, dict(_of_network(content))
            return
        content = content.held
    if isinstance(content, list | tuple):
        content = dict(enumerate(content))
    if not isinstance(content, dict):
        return
    tensors = {name: value for name, value in content.items() if isinstance(name, str) and _is_tensor(value)}
    if tensors:
        yield place, tensors
    for name, value in content.items():
        yield from tensors_in(value, f"{place}.{name}" if place else str(name), seen)


def _is_tensor(value) -> bool:
    return isinstance(value, torch.Tensor)


def _of_network(network: LeftOut, prefix: str = "") -> Iterator[tuple[str, torch.Tensor]]:
    """A pickled network's parameters and buffers, named as its state dict names them."""
    temporary = network.held.get("_non_persistent_buffers_set") or ()
    for kind in ("_parameters", "_buffers"):
        for name, value in network.held.get(kind, {}).items():
            if _is_tensor(value) and not (kind == "_buffers" and isinstance(temporary, set) and name in temporary):
                yield prefix + name, value
    for name, module in network.held.get("_modules", {}).items():
        if isinstance(module, LeftOut):
            yield from _of_network(module, f"{prefix}{name}.")
