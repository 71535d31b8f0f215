"""Sheets: what stands where, within a screen; and what is shown of the heatmaps."""

import numpy as np
import pytest
from PIL import Image

from ais.heatmaps import kinds, sheets, shown
from ais.heatmaps.overlays import Scale, overlay, save
from ais.heatmaps.upsampling import at_image_size
from heatmaps import draw_pairs

SCREEN = (990, 876)  # what the report leaves of 1440 × 900 beside its menu


def stored(**heatmaps):
    """As a file of heatmaps: two images, the second with padding in its last column."""
    return {"grid": np.array([[2, 2], [2, 1]]), **heatmaps}


def test_a_page_of_the_default_kinds_fits_a_screen():
    cells = [(Image.new("RGB", (sheets.SIDE, sheets.SIDE)), "an id that is much too long for its cell")] * 6
    (rows,) = sheets.pages([cells] * 5)
    page = sheets.page(["title"] * 6, [None, *[Scale(1.0, both_ways=True)] * 5], rows)
    assert page.width <= SCREEN[0] and page.height <= SCREEN[1]
    assert [len(rows) for rows in sheets.pages(list(range(25)))] == [5, 5, 5, 5, 5]


def test_rows_stand_beside_each_other_where_there_are_blocks():
    colours = ["red", "lime", "blue"]
    rows = [[(Image.new("RGB", (sheets.SIDE, sheets.SIDE), colour), "")] for colour in colours]
    page = np.asarray(sheets.page([""], [None], rows, blocks=2))
    middle = sheets.SIDE // 2
    block, step = sheets.SIDE + 3 * sheets.GAP, sheets.SIDE + 2 * sheets.NOTE + sheets.GAP
    for place, (row, column) in enumerate([(0, 0), (0, 1), (1, 0)]):
        y, x = sheets.HEAD + row * step + middle, sheets.GAP + column * block + middle
        assert tuple(page[y, x]) == Image.new("RGB", (1, 1), colours[place]).getpixel((0, 0))


def test_a_page_of_pairs_fits_a_screen():
    """Or is made smaller by less than a tenth."""
    cells = [(Image.new("RGB", (draw_pairs.SIDE, draw_pairs.SIDE)), "")] * 6
    page = sheets.page(
        draw_pairs.TITLES, [None] * 6, [cells] * 4 * draw_pairs.EACH_WAY, draw_pairs.SIDE, draw_pairs.BLOCKS
    )
    assert 0.9 * page.width < SCREEN[0] and page.height <= SCREEN[1]


def photograph(random, side=160):
    """Noise with the spectrum of photographs, 1/f, in three colours that go together: no easier to compress."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    frequency[0, 0] = 1
    grey, *colours = (np.fft.ifft2(np.exp(2j * np.pi * random.random((side, side))) / frequency).real for _ in range(4))
    values = np.stack([2 * grey + each for each in colours], axis=-1)
    values = 128 + 55 * (values - values.mean()) / values.std()
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def test_the_papers_study_is_a_report_below_30_mb(tmp_path):
    """Six sets with eight networks, of which five have pages of pairs: all of it in base64, as one page of HTML has it.

    What else is there, tables, figures and Snakemake's own, takes less than 5 MB.
    """
    random = np.random.default_rng(0)
    size = {}
    for name, side, blocks, rows, grid in (
        ("sheet", sheets.SIDE, 1, sheets.ROWS, 14),
        ("pairs", draw_pairs.SIDE, draw_pairs.BLOCKS, 4 * draw_pairs.EACH_WAY, 7),  # of pooled readouts
    ):
        cells = []
        for _ in range(rows):
            small = sheets.thumbnail(photograph(random), side)
            heat = [random.random((grid, grid)) for _ in range(5)]
            window = np.array([0, 0, *small.size], float)
            large = [at_image_size(each, np.array([grid, grid]), window, small.size[::-1]) for each in heat]
            laid_over = [Image.fromarray(overlay(np.asarray(small), each, Scale(1.0))) for each in large]
            cells.append([(each, "r 0.50 with activation\ndel 0.05  ins 0.10") for each in (small, *laid_over)])
        save(sheets.page(["title"] * 6, [Scale(1.0)] * 6, cells, side, blocks), tmp_path / "page.jpg", "JPEG")
        size[name] = (tmp_path / "page.jpg").stat().st_size
    assert (48 * size["sheet"] + 30 * size["pairs"]) * 4 / 3 < 25_000_000


def test_thumbnails_keep_the_aspect_ratio():
    assert sheets.thumbnail(Image.new("RGBA", (400, 100))).size == (sheets.SIDE, sheets.SIDE // 4)
    assert sheets.thumbnail(Image.new("L", (1, 9))).size == (round(sheets.SIDE / 9), sheets.SIDE)


def test_text_is_cut_to_its_cell():
    assert sheets.fitted("short", 200) == "short"
    cut = sheets.fitted("long " * 50, 100)
    assert cut.endswith("…") and sheets.font().getlength(cut) <= 100


def test_a_bar_runs_from_nothing_to_full_colour():
    bar = np.asarray(sheets.bar(Scale(3.0), 50))
    assert bar[0, 0].tolist() == [190] * 3 and bar[0, -1, 0] > 200 and bar[0, -1, 2] < 80
    both = np.asarray(sheets.bar(Scale(3.0, both_ways=True), 51)).astype(int)
    assert both[0, 25].tolist() == [190] * 3 and both[0, 0, 2] > both[0, 0, 1] and both[0, -1, 0] > both[0, -1, 2]


def test_padding_is_undefined_and_importance_is_by_the_scores_asked_for():
    heatmaps = {"importance/images": np.ones((2, 2, 2)), "importance/set": np.full((2, 2, 2), 3.0)}
    for scores, value in (("images", 1.0), ("set", 3.0)):
        found = shown.numbers_of("importance", scores, stored(**heatmaps))
        np.testing.assert_array_equal(found[1], [[value, np.nan], [value, np.nan]])


def test_the_difference_is_of_each_by_its_images_mean():
    importance = np.array([[[1.0, 3.0], [4.0, 0.0]], [[2.0, 9.0], [6.0, 9.0]]])  # means 2 and, without padding, 4
    activation = np.array([[[1.0, 1.0], [1.0, 1.0]], [[0.0, 9.0], [0.0, 9.0]]])
    found = shown.numbers_of("difference", "set", stored(**{"importance/set": importance, "activation": activation}))
    np.testing.assert_allclose(found[0], [[-0.5, 0.5], [1.0, -1.0]])
    assert np.isnan(found[1]).all()  # by a mean of nothing


@pytest.mark.parametrize("kind", kinds.ALL)
def test_every_stored_kind_can_be_shown(kind):
    found = shown.numbers_of(
        kind.split("/")[0], "images", stored(**{kind: np.ones((2, 2, 2)), "importance/images": np.ones((2, 2, 2))})
    )
    assert found.shape == (2, 2, 2)


def test_every_stored_kind_has_a_name():
    assert tuple(shown.NAMES) == kinds.ALL and shown.CONTROLS == kinds.CONTROLS


def test_a_note_stands_above_everything_and_nothing_else_moves():
    rows = [[(Image.new("RGB", (sheets.SIDE, sheets.SIDE), "red"), "one")]] * 2
    plain, noted = (np.asarray(sheets.page(["title"], [Scale(2.0)], rows, note=note)) for note in ("", "word " * 40))
    added = len(noted) - len(plain)
    assert added > 2 * sheets.LINE and noted.shape[1] == plain.shape[1]
    np.testing.assert_array_equal(noted[added:], plain)
    assert all(sheets.font().getlength(line) <= 200 for line in sheets.wrapped("some words of a note " * 9, 200))
    assert " ".join(sheets.wrapped("some words of a note " * 9, 200)) == ("some words of a note " * 9).strip()


def test_of_images_that_nobody_judged_what_there_is_is_shown():
    held = stored(**{kind: np.ones((2, 2, 2)) for kind in ("importance/set", "activation", "signed")})
    assert shown.held(shown.DEFAULT, held) == ["importance", "activation", "difference"]
    assert shown.held(["place", "gradient"], held) == ["importance", "activation"]
    assert shown.whose("images", held) == "set"
    found = shown.numbers_of("importance", "images", held)
    np.testing.assert_array_equal(found, shown.numbers_of("importance", "set", held))
