"""What steps take: more of larger work, and what was measured lies within what is foretold and asked for."""

from dataclasses import replace

import pytest
from architectures import ARCHITECTURES

from ais.engine import pruning
from ais.heatmaps import kinds
from ais.workflow import effort, estimate
from ais.workflow.effort import Size

PAPER = Size(
    images=120, pairs=7140, ratings=7140, maps=1280, cells=49, readout="pooled", folds=40, worlds=200, sets=2
)  # fmt: skip


@pytest.mark.parametrize("step", effort.LAWS)
@pytest.mark.parametrize("grown", ["images", "pairs", "ratings", "maps", "cells", "folds", "worlds", "sets"])
def test_more_work_never_takes_less(step, grown):
    larger = replace(PAPER, **{grown: 10 * getattr(PAPER, grown)})
    for small, large in zip(effort.taken(step, PAPER), effort.taken(step, larger), strict=True):
        assert 0 <= small <= large


@pytest.mark.parametrize("step", effort.LAWS)
def test_a_network_that_must_run_again_never_takes_less(step):
    pooled, slow = (effort.taken(step, replace(PAPER, readout=name)) for name in ("pooled", "fully_connected"))
    assert pooled.seconds <= slow.seconds
    assert pooled.mb <= slow.mb


def size(images, maps, folds=40, worlds=0, readout="pooled", pairs=None):
    pairs = pairs or images * (images - 1) // 2
    return Size(images, pairs, pairs, maps, 49 if readout == "pooled" else 196, readout, folds, worlds)


# Seconds of CPU and MB at most, as the jobs' logs end on, or None where it was not told.
MEASURED = [
    ("extract_features", size(120, 1280), 11.8, 1609),
    ("extract_features", size(120, 512, readout="fully_connected"), 80.2, 3696),
    ("score_maps", size(120, 512), 2.1, 236),
    ("score_folds", size(120, 512), 2.2, 236),
    ("score_folds", size(120, 1280), 2.7, 295),
    ("prune_maps", size(120, 512), 4.6, 271),
    ("prune_maps", size(120, 1280), 8.7, 266),
    ("permute_judgments", size(120, 512, worlds=10), 8.0, 359),
    ("permute_judgments", size(120, 512, worlds=39), 18.6, 358),
    ("permute_judgments", size(120, 1280, worlds=20), 19.4, 529),
    ("measure_leak", size(120, 512, worlds=20), 12.4, 367),
    ("measure_leak", size(120, 1280, worlds=20), 17.6, 489),
    ("examine_maps", size(120, 512, worlds=2), 9.5, 320),
    ("examine_maps", size(120, 1280, worlds=20), 20.3, 477),
    ("compute_heatmaps", size(120, 512), 2.0, 249),
    ("measure_faithfulness", size(120, 512), 17.6, 390),
    ("score_maps", size(120, 512, readout="fully_connected"), 37.2, 1787),  # 6.6 s, and .06 s a map
    ("compute_heatmaps", size(120, 512, readout="fully_connected"), 111.8, 2208),
    ("measure_faithfulness", size(120, 512, readout="fully_connected"), 337.4, 3546),
    # In pixels: of eight images with VGG-16; of ResNet-50, of which four of 24 images were waited for.
    ("measure_faithfulness", replace(size(8, 512, 3, readout="fully_connected"), pixels=True), 323.7, 3399),
    ("measure_faithfulness", replace(size(24, 2048, 3), pixels=True), None, 1943),
    ("score_maps", size(700, 96, folds=10), 6.3, 941),
    ("compute_heatmaps", size(700, 96, folds=10), 7.4, 937),
    ("score_categories", size(700, 96, folds=10), 9.0, 435),
    ("permute_judgments", size(700, 96, folds=10, worlds=4), 26.9, 807),
    ("measure_leak", size(700, 96, folds=10, worlds=4), 30.8, 791),
    ("estimate_ceiling", size(700, 96, folds=10), 1.5, 252),
    ("score_maps", size(1854, 8), 5.9, 824),
    ("score_folds", size(1854, 8), 16.0, 2380),
    ("score_folds", size(26000, 512, pairs=5_000_000), None, 7409),
    ("read_judgments", size(26000, 512, pairs=5_000_000), None, 3221),
    # Two of the pictures have 100 megapixels: JPEG and PNG; when listed, also in the form that takes most.
    ("list_stimuli", size(8, 512), None, 1650),
    ("prepare_saliency", size(8, 512), None, 1662),
    ("extract_features", size(8, 512), None, 1256),
    ("draw_sheets", size(8, 512), None, 1008),
    ("draw_pairs", size(8, 512), None, 1160),
    ("draw_overlays", size(8, 512), None, 645),
    ("pack_set", size(8, 512), None, 1155),
    ("compare_saliency", size(8, 512), None, 241),
]


@pytest.mark.parametrize(("step", "size", "seconds", "mb"), MEASURED)
def test_what_was_measured_is_foretold(step, size, seconds, mb):
    told = effort.taken(step, size)
    assert mb / 1.1 < told.mb < 2.5 * mb + 200
    if seconds is not None:
        assert seconds / 2 - 1 < told.seconds < 2 * seconds + 5


@pytest.mark.parametrize("maps", [200, 512, 1280, 2048])
@pytest.mark.parametrize("prefixes", [16, 32, 199, 5000])
def test_a_curve_at_some_numbers_of_maps_takes_as_much_less_as_it_reads_fewer(maps, prefixes):
    whole, some = (replace(PAPER, maps=maps, readout="fully_connected", prefixes=number) for number in (None, prefixes))
    grid = pruning.search_grid(maps, prefixes)
    most = min(maps, len(grid) + sum(sorted(grid[1:] - grid[:-1] - 1)[-2:]))  # the best, between the widest gaps
    assert some.tried == pytest.approx(most, abs=2)
    seconds = [effort.curves(each) for each in (whole, some)]
    assert seconds[1] == pytest.approx(seconds[0] * some.tried / maps)
    for step, law in effort.LAWS.items():
        assert (law(some) == law(whole)) == (step not in ("prune_maps", "reweight_maps") or some.tried == maps), step


def test_faithfulness_in_pixels_sees_each_picture_as_often_as_it_is_changed():
    shared = {*kinds.BY_SET, "activation"}  # by every half of the partners the same
    changed = 2 * (8 * (len(kinds.ALL) - len(shared)) + len(shared))
    assert changed + 1 == effort.PICTURES
    for readout in ("pooled", "fully_connected"):
        without, within = (
            effort.taken("measure_faithfulness", replace(PAPER, readout=readout, pixels=pixels))
            for pixels in (False, True)
        )
        seen = effort.taken("extract_features", replace(PAPER, readout=readout)).seconds - 8
        assert within.seconds - without.seconds == pytest.approx(effort.PICTURES * seen)
        assert within.mb >= without.mb
    assert effort.taken("score_maps", PAPER) == effort.taken("score_maps", replace(PAPER, pixels=True))


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda each: each.name)
def test_maps_are_known_by_the_networks_name(architecture):
    name = architecture.name.partition("/")[2]
    known = [maps for begins, maps in effort.MAPS.items() if name.startswith(begins)]
    assert architecture.maps[0] <= 1.25 * max(known, default=2048)


def test_a_step_without_a_law_is_a_small_one():
    assert effort.taken("draw_gain", PAPER) == effort.SMALL


def test_what_is_told_is_no_finer_than_it_is_known():
    jobs = [("features", effort.Taken(36000, 4000, 1500)), ("figures", effort.Taken(2, 200))]
    about, how_rough = estimate.told(jobs, 12)
    assert about == (
        "About 10 core-hours: features 10. 2 jobs, on a cluster submitted as 12; the largest 4 GB, results 1.5 GB."
    )
    assert "factor" in how_rough
    assert "on a cluster" not in estimate.told(jobs, 0)[0]
    assert estimate.told(jobs[1:], 1)[0].startswith("Less than a core-minute. 1 job, on a cluster submitted as 1;")
