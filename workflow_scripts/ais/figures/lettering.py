"""Names and numbers as they are set: how wide they are, broken where they are long, and without a zero too many."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

POINT = 25.4 / 72  # mm
MEASURED_AT = 720  # dots per inch


@cache
def _renderer():
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=MEASURED_AT)).get_renderer()


@lru_cache(maxsize=10_000)
def width(text: str, size: float, weight: str = "normal") -> float:
    """The width in mm of a text of some lines, ``size`` in points."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(size=size, weight=weight)
    across = [_renderer().get_text_width_height_descent(line, font, False)[0] for line in text.split("\n")]
    return max(across) / MEASURED_AT * 25.4


def height(text: str, size: float) -> float:
    """The height in mm of a text's lines."""
    return (text.count("\n") + 1) * size * POINT * 1.2


def broken(text: str, room: float, size: float, lines: int = 2) -> str:
    """A text in at most ``lines`` lines, each at most ``room`` mm wide: broken after ``_-/.,`` and spaces.

    What is too long still loses its middle.
    """
    for left in range(len(text) // 2):
        shown = text if not left else f"{text[: len(text) // 2 - left]}…{text[-(len(text) // 2 - left) :]}"
        done = _lines(shown, room, size)
        if len(done) <= lines:
            return "\n".join(done)
    return text[:1]


def _lines(text: str, room: float, size: float) -> list[str]:
    done, line = [], ""
    for piece in _pieces(text):
        if width((line + piece).rstrip(), size) <= room:
            line += piece
            continue
        if line:
            done.append(line.rstrip())
        while width(piece.rstrip(), size) > room and len(piece) > 1:
            fits = max((n for n in range(1, len(piece)) if width(piece[:n], size) <= room), default=1)
            done.append(piece[:fits])
            piece = piece[fits:]
        line = piece
    return [*done, line.rstrip()]


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for letter in text:
        pieces[-1] += letter
        if letter in "_-/., ":
            pieces.append("")
    return [piece for piece in pieces if piece]


def fitted(labels: Iterable[str], room: float, sizes: Sequence[float], lines: int = 2) -> tuple[list[str], float]:
    """Labels broken to fit ``room`` mm, and the size in points of all: the first of ``sizes`` that fits."""
    labels = list(labels)
    for size in sizes:
        done = [broken(label, room, size, lines) for label in labels]
        if not any("…" in text and "…" not in label for text, label in zip(done, labels, strict=True)):
            break
    return done, size


def number(value: float, digits: int = 2, signed: bool = False) -> str:
    """−.12: without the zero before the point, with a minus and no hyphen.

    >>> number(-0.118), number(1.0), number(0.2, signed=True)
    ('−.12', '1.00', '+.20')
    """
    text = f"{value:.{digits}f}"
    if not text.strip("-0."):
        return text.lstrip("-").removeprefix("0")
    sign = "−" if text.startswith("-") else "+" if signed else ""
    text = text.lstrip("-")
    return sign + (text[1:] if text.startswith("0.") else text)


def tick(value: float, _=None) -> str:
    """A number at an axis, as short as it can be: .2, 0, −.05."""
    text = f"{abs(value):.6g}"
    text = text[1:] if text.startswith("0.") else text
    return f"−{text}" if value < 0 and text != "0" else text
