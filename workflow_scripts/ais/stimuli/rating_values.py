"""Numbers that may be no ratings: what people write where a pair was not judged."""

from collections.abc import Sequence

import numpy as np

from ais.errors import InputError

# What is written for "not judged": 0, −1, −9, −99, 8, 9, 88, 99, 999, …
CODES = {0.0, *(-float("1" * times) for times in (1, 2, 3, 4))}
CODES |= {sign * float(digit * times) for sign in (1, -1) for digit in "89" for times in (1, 2, 3, 4)}
FEWEST = 3  # numbers beside it, by which a number can be told to stand apart


def without(values: np.ndarray, missing: Sequence[float]) -> tuple[np.ndarray, int]:
    """Ratings with the numbers that stand for "not judged" made NaN, and how many they were."""
    marked = np.isin(values, np.asarray(missing, dtype=np.float64))
    return np.where(marked, np.nan, values), int(marked.sum())


def dropped(number: int) -> str:
    """What is said of them."""
    return f"{number} numbers are taken for not judged, as judgments.missing says"


def looked_at(judged: np.ndarray, source: str) -> list[str]:
    """Look at ratings (judged,) for a number that stands for "not judged"; what is doubtful, for the log.

    Suspected is the lowest or the highest number: three times farther from the rest than the rest is wide; or,
    if it is one of :data:`CODES`, farther than the rest is wide, or negative where nothing else is, or on a lump
    of pairs twice as far from the rest as any two neighbours there are. Raises :class:`InputError`.
    """
    numbers, counts = np.unique(judged, return_counts=True)
    notes = []
    if numbers.size <= FEWEST:
        return notes
    for end, rest in ((0, numbers[1:]), (-1, numbers[:-1])):
        number, count = numbers[end], int(counts[end])
        gap, width, step = abs(number - (rest[0] if end == 0 else rest[-1])), np.ptp(rest), np.diff(rest).max()
        code = number in CODES
        lump = count >= max(2, (0.05 if 0 < number < 10 else 0.01) * judged.size)
        far = gap > (1 if code else 3) * width and (code or count > 1)
        if far or (code and number < 0 <= rest[0]) or (code and lump and gap >= 2 * step):
            raise InputError(
                f"{source}: found {number:g} for {count} of {judged.size} ratings, the others from {rest[0]:g} to "
                f"{rest[-1]:g}; expected ratings on one scale. If it stands for what nobody judged, say so in the "
                f"study: judgments.missing: [{number:g}]; if it is a rating like any other: judgments.missing: []."
            )
        if gap > width:
            notes.append(f"{number:g} stands far from all other ratings ({rest[0]:g} to {rest[-1]:g}): is it right?")
        elif number == 0 and count > max(2, 0.05 * judged.size, 2 * np.median(counts)) and numbers.size > 10:
            notes.append(f"0 stands for {count} of {judged.size} ratings: taken for a rating like any other")
    return notes
