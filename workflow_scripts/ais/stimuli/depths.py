"""Depth: what counts as white in pixels that are deeper than 8 bits.

Files seldom say it. So the values of all pictures of a set that are stored alike are looked at together, with what
the files do say; what can be read in two ways is refused, and the study may say it (``white``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ais.errors import InputError

# Whites that are in use: a mask's 1, then 8, 10, 12, 14, 16, 31 and 32 bits.
WHITES = (1, 255, 1023, 4095, 16383, 65535, 2**31 - 1, 2**32 - 1)
WHITES_OF_FRACTIONS = (1, 255, 4095, 65535)
BRIGHT, BRIGHT_IN_16 = 1 / 2, 1 / 4  # a set's brightest pixel lies above this share of white
# Resizing overshoots: how far beyond black or white, as a share of white, and in how many pixels, is cut off.
OVERSHOOT, FAR_OVERSHOOT, FEW = 0.02, 0.5, 0.01
DARK = 1 / 8  # a picture whose brightest pixel lies below this share of white is told
ROWS = 256  # of a picture at once: what they take beside the result does not count


@dataclass(frozen=True)
class Deep:
    """A picture whose pixels are deeper than 8 bits.

    ``stored``: ``16-bit integers``, ``32-bit integers`` or ``floating point``; ``low`` and ``high``, its values;
    ``fractions``, whether some are no whole numbers; ``above_one``, the share of values above 1; ``declared``, the
    white that the file itself tells, if any.
    """

    stored: str
    low: float
    high: float
    fractions: bool = False
    above_one: float = 0.0
    declared: int | None = None

    @property
    def default_white(self) -> int:
        """What is taken for white unless the values of the set tell another: 1 of fractions up to 1, else 65535."""
        return 1 if self.high <= 1 and self.fractions else 65535


def measured(values: np.ndarray, stored: str, declared: int | None = None) -> Deep:
    """What can be seen of pixels (…,) of whatever type. NaN and infinity show as ``high``."""
    low, high = float(values.min()), float(values.max())
    if values.dtype.kind != "f" or not np.isfinite(low + high):
        return Deep(stored, low, high, declared=declared)
    return Deep(stored, low, high, bool((values % 1).any()), float((values > 1).mean()), declared)


def white_of(pictures: Sequence[tuple[str, Deep]]) -> int:
    """What is white in pictures of a set that are stored alike, each with its name for messages.

    Raises :class:`InputError` where it cannot be known.
    """
    brightest, deep = max(pictures, key=lambda each: each[1].high)
    darkest, lowest = min(pictures, key=lambda each: each[1].low)
    for name, each in pictures:
        if not np.isfinite(each.low + each.high):
            raise InputError(f"{name}: found NaN or infinity; expected a number in every pixel. Save it anew.")
    white = _declared(pictures, deep.high) or _by_values(pictures, deep)
    if white is None:
        shown = _range(lowest.low, deep.high)
        raise InputError(
            f"{brightest}: found {deep.stored} ({len(pictures)} such pictures, values {shown}); expected the brightest "
            f"near a white in use ({', '.join(map(str, _whites(deep)))}). Set white to what is white in them, or save "
            "the pictures with 8 bits."
        )
    if lowest.low < -OVERSHOOT * white:
        raise InputError(
            f"{darkest}: found {lowest.stored} down to {lowest.low:g}; expected 0 for black. Save it with black at 0."
        )
    for name, each in pictures:
        if white > 1 and each.fractions and 0 < each.high <= 1:
            raise InputError(
                f"{name}: found values up to {each.high:g}, and up to {deep.high:g} in {brightest}; expected the "
                "pictures of a set on one scale. Save them with 8 bits."
            )
    return white


def _whites(deep: Deep) -> tuple[int, ...]:
    whites = WHITES_OF_FRACTIONS if deep.stored == "floating point" else WHITES
    return tuple(white for white in whites if white <= 65535 or deep.stored == "32-bit integers")


def _declared(pictures, high: float) -> int | None:
    """The white that all files tell, if it is one and no value lies above it."""
    told = {each.declared for _, each in pictures}
    white = told.pop() if len(told) == 1 else None
    return white if white is not None and high <= white else None


def _by_values(pictures, deep: Deep) -> int | None:
    """The smallest white in use that the values reach up to, if they come near it."""
    floating = deep.stored == "floating point"
    if deep.high <= 0:
        return deep.default_white  # black, whatever is white
    # Fractions, however dark, are of 1; a few pixels of a picture may lie beyond.
    if floating and (deep.high <= 1 or (deep.high <= 1 + FAR_OVERSHOOT and _few_above_one(pictures))):
        return 1
    for white in _whites(deep):
        if deep.high <= white * (1 + (OVERSHOOT if floating and white > 1 else 0)):
            return white if deep.high > (BRIGHT_IN_16 if white == 65535 else BRIGHT) * white else None
    return None


def _few_above_one(pictures) -> bool:
    return max(each.above_one for _, each in pictures) <= FEW


def described(pictures: Sequence[tuple[str, Deep]], white: float) -> str:
    """For the log: what the pictures hold, and what of it is white."""
    low, high = min(each.low for _, each in pictures), max(each.high for _, each in pictures)
    beyond = "; what lies beyond is cut off" if high > white or low < 0 else ""
    return f"{len(pictures)} of {pictures[0][1].stored}, values {_range(low, high)}: {white:g} is white{beyond}"


def _range(low: float, high: float) -> str:
    return f"from {low:.6g} to {high:.6g}"


def eight_bit(values: np.ndarray, white: float) -> np.ndarray:
    """Pixels scaled from 0–``white`` to 0–255, uint8; what lies beyond is cut off."""
    scaled = np.empty(values.shape, np.uint8)
    for first in range(0, len(values), ROWS):
        some = slice(first, first + ROWS)
        scaled[some] = np.round(np.clip(values[some].astype(np.float64), 0, white) * (255 / white))
    return scaled
