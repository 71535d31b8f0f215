"""A TIFF by hand, of what Pillow does not write: colours of 16 bits, and 32 bits without sign."""

import struct

import numpy as np


def content(pixels: np.ndarray, orientation: int = 1) -> bytes:
    """The bytes of a TIFF of ``pixels`` (height, width, channels), unsigned integers."""
    height, width, channels = pixels.shape
    bits, data = 8 * pixels.itemsize, pixels.tobytes()
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: 2 if channels == 3 else 1}
    tags |= {273: 0, 274: orientation, 277: channels, 278: height, 279: len(data), 339: 1}
    after = 8 + 2 + 12 * len(tags) + 4
    tags[273] = after + 2 * channels
    entries = b"".join(
        struct.pack("<HHIHH", tag, 3, channels, after, 0)
        if tag == 258 and channels > 1
        else struct.pack("<HHII", tag, 4, 1, value)
        for tag, value in tags.items()
    )
    return (
        struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4) + struct.pack("<H", bits) * channels + data
    )
