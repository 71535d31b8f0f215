"""What is wrong with a page that is to be printed, by the boxes in which its letters stand."""

import itertools
from unittest import mock

from matplotlib.text import Text

from ais.figures import style

APART = 0.15  # mm by which two boxes may touch: a box holds more than its letters


def letters_of(figure) -> list[tuple[str, float, object]]:
    """Each text that is drawn on a page: what it says, its size in points, and its box in mm from the lower left."""
    seen = []
    drawn = Text.draw

    def draw(self, renderer, *more):
        if self.get_visible() and self.get_text().strip():
            seen.append((self, renderer))
        return drawn(self, renderer, *more)

    with mock.patch.object(Text, "draw", draw):
        figure.draw_without_rendering()
    to_mm = 25.4 / figure.dpi
    found = {}
    for text, renderer in seen:
        # The letters' own box: that of an annotation holds its arrow and the point that it tells of.
        box = Text.get_window_extent(text, renderer)
        found[text] = (
            text.get_text(),
            text.get_fontsize(),
            (box.x0 * to_mm, box.y0 * to_mm, box.x1 * to_mm, box.y1 * to_mm),
        )
    return list(found.values())


def faults(figure) -> list[str]:
    """A line for each fault of a page: too large; letters too small, off the page, or over others."""
    wide, tall = figure.get_size_inches() / style.MM
    said = []
    if wide > style.TWO_COLUMNS + 0.01 or tall > style.TALLEST + 0.01:
        said.append(f"a page of {wide:.0f} × {tall:.0f} mm")
    letters = letters_of(figure)
    for text, size, (x0, y0, x1, y1) in letters:
        if size < style.SMALL:
            said.append(f"{text!r} is set in {size:.1f} points")
        if min(x0, y0) < -0.05 or x1 > wide + 0.05 or y1 > tall + 0.05:
            said.append(
                f"{text!r} leaves the page: {x0:.1f}, {y0:.1f} to {x1:.1f}, {y1:.1f} of {wide:.0f} × {tall:.0f} mm"
            )
    for (one, _, a), (other, _, b) in itertools.combinations(letters, 2):
        if min(a[2], b[2]) - max(a[0], b[0]) > APART and min(a[3], b[3]) - max(a[1], b[1]) > APART:
            said.append(f"{one!r} lies over {other!r}")
    for (text, _, a), b in itertools.product(letters, samples_of(figure)):
        if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]):
            said.append(f"a sample of the key lies over {text!r}")
    return said


def samples_of(figure) -> list[tuple[float, float, float, float]]:
    """The boxes in mm of the samples in a page's key."""
    boxes = [artist.get_window_extent() for artist in figure.artists]
    to_mm = 25.4 / figure.dpi
    return [(box.x0 * to_mm, box.y0 * to_mm - 0.01, box.x1 * to_mm, box.y1 * to_mm + 0.01) for box in boxes]
