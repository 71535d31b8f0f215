"""Tables of every heatmap with every image's saliency against one pair at a time."""

import numpy as np
import pytest
from unit.saliency import plain_comparison

from ais.saliency import pairings
from ais.saliency.on_grid import OnGrid
from ais.saliency.precision_recall import top_share
from ais.saliency.statistics import Gaze

IMAGES, CELLS = 6, 80
PERCENTS = [5, 20]


def a_set(fixations=True, seen_whole=False):
    """Images of which two were seen in part, with ties, a constant saliency map, and one that nobody looked at."""
    random = np.random.default_rng(8)
    seen = np.ones((IMAGES, CELLS), dtype=bool)
    seen[[2, 4], :30] = seen_whole
    heatmaps = {
        "smooth": random.random((IMAGES, CELLS)),
        "tied": random.integers(0, 3, (IMAGES, CELLS)).astype(float),
        "signed": random.normal(size=(IMAGES, CELLS)),
    }
    heatmaps["tied"][1] = 1.0  # constant
    heatmaps["signed"][3] = np.nan  # undefined
    for maps in heatmaps.values():
        maps[~seen] = np.nan
    saliency = random.random((IMAGES, CELLS))
    saliency[0] = random.integers(0, 2, CELLS)
    saliency[5] = 0.25
    counts = random.integers(0, 3, (IMAGES, CELLS)).astype(float)
    counts[4] = 0
    return OnGrid(heatmaps, saliency, seen, counts if fixations else None)


def one_pair(on_grid, heatmap, seen, image):
    """What :class:`Gaze` says of a heatmap with one image's saliency."""
    fixated = [np.repeat(np.arange(seen.sum()), one[seen].astype(int)) for one in on_grid.counts]
    elsewhere = np.concatenate([one for number, one in enumerate(fixated) if number != image])
    return Gaze(on_grid.saliency[image][seen], PERCENTS, fixated[image], elsewhere).beside(heatmap[seen])


@pytest.mark.parametrize("seen_whole", [True, False])
def test_every_statistic_of_every_pair(seen_whole):
    on_grid = a_set(seen_whole=seen_whole)
    tables = dict(on_grid.tables(PERCENTS))
    for kind, heatmaps in on_grid.heatmaps.items():
        for row, (heatmap, seen) in enumerate(zip(heatmaps, on_grid.seen, strict=True)):
            if np.isnan(heatmap[seen]).all():
                assert all(np.isnan(table[row]).all() for table in tables[kind].values())
                continue
            for image in range(IMAGES):
                expected = one_pair(on_grid, heatmap, seen, image)
                assert set(expected) == set(tables[kind])
                for statistic, value in expected.items():
                    found = tables[kind][statistic][row, image]
                    assert found == pytest.approx(value, abs=1e-9, nan_ok=True), (kind, statistic, row, image)


def test_without_fixations_what_needs_them_is_left_out():
    assert {each.name for each in dict(a_set(fixations=False).tables(PERCENTS))["smooth"]} == {
        "precision", "recall", "relative_risk", "average_precision", "CC", "SIM",
    }  # fmt: skip


def test_curves_are_means_over_images_with_own_and_with_all_others_saliency():
    on_grid, percents = a_set(), [5, 10, 50]
    for kind, (both, number) in on_grid.curves(percents).items():
        expected = []
        for row, (heatmap, seen) in enumerate(zip(on_grid.heatmaps[kind], on_grid.seen, strict=True)):
            found = np.array(
                [
                    [[a.precision * h for h in percents for a in [pairs[s, h]]] for s in percents]
                    for pairs in (
                        plain_comparison.compare(one[seen], heatmap[seen], percents) for one in on_grid.saliency
                    )
                ]
            )
            if not np.isnan(found[row]).any():
                expected.append([found[row] / 100, np.nanmean(np.delete(found, row, axis=0), axis=0) / 100])
        assert number == len(expected)
        assert both == pytest.approx(np.mean(expected, axis=0).transpose(1, 2, 0), abs=1e-9)


def test_on_grid_each_pixel_counts():
    picture = np.zeros((100, 200), dtype=np.float32)
    picture[50:, 100:] = 1
    found = pairings.on_grid(picture)
    assert found.shape == (64, 64)
    assert found.mean() == pytest.approx(0.25, abs=0.01)
    assert found[40:, 40:].min() == 1


def test_fixations_on_the_grid():
    counts = pairings.counts_on_grid(np.array([0, 99, 99]), np.array([0, 199, 198]), (100, 200))
    assert (counts[0, 0], counts[63, 63], counts.sum()) == (1, 2, 3)


def test_nothing_is_defined():
    on_grid = OnGrid({"none": np.full((2, 9), np.nan)}, np.random.default_rng(0).random((2, 9)), np.ones((2, 9), bool))
    assert all(np.isnan(table).all() for table in dict(on_grid.tables([10]))["none"].values())
    both, number = on_grid.curves([10])["none"]
    assert number == 0
    assert np.isnan(both).all()


def test_tops_as_one_at_a_time():
    maps = np.random.default_rng(1).integers(0, 4, (3, 40)).astype(float)
    found = pairings.tops(maps, PERCENTS)
    assert np.array_equal(found[1][2], top_share(maps[2], 20))
