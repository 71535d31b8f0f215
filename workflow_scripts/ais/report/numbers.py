"""Numbers as the field writes them: three digits, no zero before the point, p never as zero."""

import math

NONE = "–"


def told(value: float, digits: int = 3) -> str:
    """A number with ``digits`` behind the point: ``.122``, ``−.042``, ``1.234``; a dash where there is none."""
    if value is None or math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):.{digits}f}"
    text = text[1:] if digits and text.startswith("0.") else text
    return f"−{text}" if value < 0 and text.strip(".0") else text


def told_p(value: float) -> str:
    """A p value: ``.025``, or ``< .001``; the smallest that so many permutations give is no smaller than it is."""
    if value is None or math.isnan(value):
        return NONE
    return "< .001" if value < 0.001 else told(value)


def told_interval(low: float, high: float) -> str:
    """``[.080, .163]``; a dash where there is none."""
    if any(value is None or math.isnan(value) for value in (low, high)):
        return NONE
    return f"[{told(low)}, {told(high)}]"


def counted(value: float) -> str:
    """A number of things: ``1,280``; a mean of such numbers to the nearest."""
    return NONE if value is None or math.isnan(value) else f"{value:,.0f}"


def some_of(number: int, thing: str) -> str:
    """``1 image``, ``2 images``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
