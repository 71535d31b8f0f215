"""Sheets: pages of images beside their heatmaps, with scales and numbers.

A screen shows a page whole, in the report too, which leaves some 990 × 876 pixels of 1440 × 900 beside its menu.
"""

from collections.abc import Sequence
from functools import cache

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ais.heatmaps.overlays import Scale

SIDE = 130  # of a cell, pixels
GAP = 6
LINE = 15  # a line of text
NOTE = 12  # a line below a cell, of which there are two
HEAD = 4 * LINE  # titles, and a bar with its ends
ROWS = 5  # of a page
INK, QUIET = (30, 30, 30), (110, 110, 110)


@cache
def font(size: int = 11) -> ImageFont.FreeTypeFont:
    """The font of all text, the one that matplotlib brings, so that pages are alike everywhere."""
    return ImageFont.truetype(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf", size)


def fitted(text: str, width: int, size: int = 11) -> str:
    """``text``, cut with an ellipsis if it is wider than ``width`` pixels."""
    if font(size).getlength(text) <= width:
        return text
    while text and font(size).getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def thumbnail(picture: Image.Image, side: int = SIDE) -> Image.Image:
    """A picture scaled to fit a cell, never enlarged beyond it."""
    scale = side / max(picture.size)
    size = tuple(max(1, round(each * scale)) for each in picture.size)
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def bar(scale: Scale, width: int, height: int = 8) -> Image.Image:
    """The colours of a scale, from its smallest to its largest level, on white as opaque as on an image."""
    from ais.heatmaps.overlays import overlay

    values = np.linspace(-scale.largest if scale.both_ways else 0.0, scale.largest, width)
    grey = np.full((height, width, 3), 190, np.uint8)
    return Image.fromarray(overlay(grey, np.tile(values, (height, 1)), scale))


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` pixels, broken between words."""
    lines = []
    for word in text.split():
        if lines and font().getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def page(
    titles: Sequence[str],
    scales: Sequence[Scale | None],
    rows: Sequence[Sequence[tuple]],
    side: int = SIDE,
    blocks: int = 1,
    note: str = "",
) -> Image.Image:
    """A page: for each image a row of cells, each a picture of at most a cell's size and up to two lines below it.

    ``titles`` (columns,) and ``scales`` (columns,), None where there is no scale to show; ``rows`` of
    ``(picture, text)`` (columns,). ``side`` is a cell's, in pixels; ``blocks`` rows stand beside each other, under the
    same titles. ``note`` stands above all of it.
    """
    columns = len(titles)
    block = columns * (side + GAP) + 2 * GAP
    blocks = min(blocks, len(rows))
    lines = -(-len(rows) // blocks)
    step = side + 2 * NOTE + GAP
    width = blocks * block + GAP
    noted = wrapped(note, width - 2 * GAP)
    head = len(noted) * LINE + (GAP if noted else 0)  # above the titles
    whole = Image.new("RGB", (width, head + HEAD + lines * step), "white")
    draw = ImageDraw.Draw(whole)
    for line, words in enumerate(noted):
        draw.text((GAP, 4 + line * LINE), words, INK, font())
    for number in range(blocks):
        for column, (title, scale) in enumerate(zip(titles, scales, strict=True)):
            x = GAP + number * block + column * (side + GAP)
            draw.text((x, head + 4), fitted(title, side), INK, font())
            if scale is not None:
                whole.paste(bar(scale, side), (x, head + 4 + LINE + 4))
                low = f"{-scale.largest:.2g}" if scale.both_ways else "0"
                draw.text((x, head + 4 + 2 * LINE), low, QUIET, font(9))
                high = f"≥ {scale.largest:.2g}"
                draw.text((x + side - font(9).getlength(high), head + 4 + 2 * LINE), high, QUIET, font(9))
    for place, cells in enumerate(rows):
        y = head + HEAD + (place // blocks) * step
        for column, (picture, text) in enumerate(cells):
            x = GAP + (place % blocks) * block + column * (side + GAP)
            left, top = x + (side - picture.width) // 2, y + (side - picture.height) // 2
            whole.paste(picture, (left, top))
            for line, words in enumerate(text.split("\n")):
                draw.text((x, y + side + line * NOTE), fitted(words, side, 9), QUIET, font(9))
    return whole


def pages(rows: Sequence) -> list[Sequence]:
    """Rows dealt to pages."""
    return [rows[first : first + ROWS] for first in range(0, len(rows), ROWS)]
