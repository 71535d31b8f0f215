"""The structure of MATLAB 5 files: checked before SciPy reads them, which a damaged one can kill without a word.

The layout: MathWorks, *MAT-File Format*, level 5.
"""

import math
import struct
import zlib

HEADER = 128  # bytes
MATRIX, COMPRESSED = 14, 15
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}  # of a type's numbers
CELL, STRUCT, OBJECT, TEXT, SPARSE = 1, 2, 3, 4, 5
DEEPEST = 50


def check(content: bytes) -> None:
    """Refuse a file whose parts do not fit into each other. Raises :class:`ValueError` that says where.

    Files of other levels (4, and 7.3, which is HDF5) are passed over.
    """
    order = {b"\x00\x01IM": "<", b"\x01\x00MI": ">"}.get(content[124:HEADER])
    if order is None:
        return
    for kind, data in _elements(memoryview(content)[HEADER:], order):
        if kind == COMPRESSED:
            try:
                inner = zlib.decompress(data)
            except zlib.error as error:
                raise ValueError(f"damaged: {error}") from None
            for kind, data in _elements(inner, order):
                _check_matrix(kind, data, order, 0)
        else:
            _check_matrix(kind, data, order, 0)


def _elements(data: bytes | memoryview, order: str):
    """The type and bytes of each element that stands one after the other in ``data``."""
    place = 0
    while place < len(data):
        if len(data) - place < 8:
            raise ValueError("cut short")
        first, size = struct.unpack_from(f"{order}II", data, place)
        kind, start = first, place + 8
        if first >> 16:  # a small element: its size and type in one word, its bytes in the next
            kind, size, start = first & 0xFFFF, first >> 16, place + 4
        if size > len(data) - start or (first >> 16 and size > 4):
            raise ValueError("cut short, or damaged: an element is longer than the file")
        yield kind, data[start : start + size]
        if kind == COMPRESSED or first >> 16:
            place = start + (size if kind == COMPRESSED else 4)
        else:
            place = start + -(-size // 8) * 8


def _check_matrix(kind: int, data: bytes | memoryview, order: str, depth: int) -> None:
    if kind != MATRIX or depth > DEEPEST:
        raise ValueError(f"damaged: an element of type {kind} where an array was expected")
    if not data:  # an empty array
        return
    parts = list(_elements(data, order))
    if not parts or len(parts[0][1]) != 8:
        raise ValueError("damaged: an array without its class")
    flags = struct.unpack(f"{order}II", parts[0][1])[0]
    of_class, complex_numbers = flags & 0xFF, bool(flags & 0x800)
    if of_class not in range(1, 16):  # functions, and objects of classes: SciPy passes over what is in them
        return
    if len(parts) < 3 or parts[1][0] != 5 or len(parts[1][1]) % 4:
        raise ValueError("damaged: an array without its size")
    shape = struct.unpack(f"{order}{len(parts[1][1]) // 4}i", parts[1][1])
    if len(shape) < 2 or min(shape) < 0:
        raise ValueError(f"damaged: an array of the shape {shape}")
    count = math.prod(shape)
    if of_class in (CELL, STRUCT, OBJECT):
        inner = [part for part in parts[3:] if part[0] == MATRIX]
        fields = 1
        if of_class != CELL:
            names = parts[3 + (of_class == OBJECT) :][:2]
            length = struct.unpack(f"{order}i", names[0][1])[0] if len(names) == 2 and len(names[0][1]) == 4 else 0
            if length < 0:
                raise ValueError("damaged: a struct without the names of its fields")
            fields = len(names[1][1]) // length if length else 0
        if len(inner) != count * fields:
            raise ValueError("damaged: an array has not as many elements as its size says")
        for each in inner:
            _check_matrix(*each, order, depth + 1)
        return
    numbers = parts[3:]
    if len(numbers) != (3 if of_class == SPARSE else 1) + complex_numbers or any(mi not in WIDTHS for mi, _ in numbers):
        raise ValueError("damaged: an array without its numbers")
    if of_class == TEXT and len(numbers[0][1]) < count:
        raise ValueError("damaged: a text is shorter than its size says")
    if of_class not in (SPARSE, TEXT) and any(len(part) != count * WIDTHS[mi] for mi, part in numbers):
        raise ValueError("damaged: an array has not as many numbers as its size says")
