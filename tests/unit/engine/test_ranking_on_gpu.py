"""Ranking on a GPU gives the numbers of the CPU's loops: run on torch's CPU, and on a GPU where there is one."""

import argparse

import numpy as np
import pytest
import torch
from unit import treacherous

from ais.engine import importance, masking, pruning, ranking_device
from ais.engine.alignment import Subsets
from ais.engine.ranking_on_gpu import SubsetsOnGPU
from ais.errors import InputError
from ais.stimuli import folds
from ais.workflow import command_line

DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


def subsets_of(human, seed=0):
    """Large and small subsets, an empty one, one of one pair, and one where people's answers all tie."""
    rng = np.random.default_rng(seed)
    chosen = [np.flatnonzero(rng.random(human.size) < share) for share in (0.02, 0.05, 0.3, 0.8, 1)]
    same = np.flatnonzero(human == human[~np.isnan(human)][0])
    return Subsets.of(human, [np.empty(0, int), *chosen, same, np.arange(1)])


@pytest.mark.parametrize("levels", [1, 3, 50, 10**9])
def test_it_equals_the_loops_on_ties_missing_and_undefined_pairs(device, levels):
    rng = np.random.default_rng(levels)
    human = rng.integers(0, 6, 400) / 5
    human[rng.random(400) < 0.1] = np.nan
    network = rng.integers(0, levels, (6, 400)) / levels
    network[1, 7] = np.nan
    network[2] = np.nan
    network[3, 40:45] = network[3, 40] * (1 + np.arange(5) * 5e-13)  # each ties with the next
    subsets = subsets_of(human)
    expected = subsets.alignments(network)
    assert levels == 1 or np.isfinite(expected).any()
    found = SubsetsOnGPU(subsets, device).alignments(network)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)
    assert np.array_equal(np.isnan(found), np.isnan(expected))


def test_what_ties_through_a_neighbour_outside_the_subset_ties(device):
    """Of three values, each within the tolerance of the next, the outer two tie, though the middle is elsewhere."""
    network = np.array([[1.0, 1 + 8e-13, 1 + 16e-13, 2.0, 3.0, *np.linspace(0, 0.9, 45)]])
    human = np.random.default_rng(0).random(50)
    subsets = Subsets.of(human, [np.array([0, 2, 3, 4]), np.flatnonzero(np.arange(50) != 1)])
    assert subsets.member.shape[1] == 1  # one of each kind
    expected = subsets.alignments(network)
    np.testing.assert_allclose(SubsetsOnGPU(subsets, device).alignments(network), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("memory", [1, 100_000, 1 << 40])
def test_memory_does_not_matter(device, memory):
    human = np.random.default_rng(0).random(300)
    network = np.random.default_rng(1).integers(0, 90, (5, 300)) / 90
    subsets = SubsetsOnGPU(subsets_of(human), device)
    assert np.array_equal(subsets.each(iter(network), memory), subsets.alignments(network), equal_nan=True)


@pytest.mark.parametrize("name", treacherous.NAMES)
@pytest.mark.parametrize("measure", ["cosine", "correlation", "euclidean"])
def test_scores_and_curves_are_those_of_the_cpu(device, name, measure):
    pooled, human, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, measure, left, right)
    rows = importance.image_rows(left, right, len(pooled))
    half = np.arange(human.size) % 2 == 0
    subsets = Subsets.of(human, [np.arange(human.size), half, *rows])
    maps = range(pooled.shape[1])
    on_cpu = importance.score_maps(readout, subsets, maps)
    there = importance.score_maps(readout, SubsetsOnGPU(subsets, device), maps, threads=2)
    np.testing.assert_allclose(there.baseline, on_cpu.baseline, rtol=0, atol=1e-14)
    np.testing.assert_allclose(there.score, on_cpu.score, rtol=0, atol=1e-14)

    two = Subsets.of(human, [half, ~half])
    order = pruning.ranking(on_cpu.score[1])
    expected, found = (pruning.curve(readout, order, each) for each in (two, SubsetsOnGPU(two, device)))
    np.testing.assert_allclose(found.train, expected.train, rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.test, expected.test, rtol=0, atol=1e-14)


def test_scores_with_a_map_masked_in_one_image_are_those_of_the_cpu(monkeypatch):
    pooled, human, left, right = treacherous.case("plain")
    readout = masking.Pooled(pooled, "cosine", left, right)
    square = np.full((len(pooled), len(pooled)), np.nan)
    square[left, right] = square[right, left] = human
    expected = importance.score_maps_in_self(readout, square, "spearman", range(9))
    # The device's name says where, and only a machine with a GPU has another.
    monkeypatch.setattr(ranking_device, "ranked_on", lambda device, subsets: SubsetsOnGPU(subsets, device))
    found = importance.score_maps_in_self(readout, square, "spearman", range(9), device=DEVICES[-1])
    np.testing.assert_allclose(found.score, expected.score, rtol=0, atol=1e-14)


def test_ranks_that_are_whole_numbers_agree_exactly(device):
    """The size of a real study: 7,140 pairs, 40 folds. No sum passes 2⁵³, so not one digit may differ."""
    rng = np.random.default_rng(0)
    human = np.round(rng.random(7140) * 130) / 130
    train, _ = folds.make(120, "images", 5, range(8))
    subsets = Subsets.of(human, [np.arange(human.size), *train])
    network = np.concatenate([rng.random((2, human.size)), rng.integers(0, 900, (1, human.size)) / 900])
    assert subsets.member.shape[1] == 41
    assert np.array_equal(SubsetsOnGPU(subsets, device).alignments(network), subsets.alignments(network))


def test_auto_takes_a_gpu_only_where_there_are_many_pairs_to_rank(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    many = ranking_device.WORTH_A_GPU
    assert ranking_device.choose("auto", many - 1, "spearman") == "cpu"
    assert ranking_device.choose("auto", many, "spearman") == "cuda"
    assert ranking_device.choose("cuda", 10, "spearman") == "cuda"
    assert ranking_device.choose("cpu", many, "spearman") == "cpu"
    assert ranking_device.choose("cuda", many, "pearson") == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert ranking_device.choose("auto", many, "spearman") == "cpu"
    with pytest.raises(InputError, match="found no GPU"):
        ranking_device.choose("cuda", 10, "spearman")


def test_a_gpu_without_room_is_told_in_one_line(monkeypatch):
    def main(arguments):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB …")

    monkeypatch.setattr("sys.argv", ["score_maps"])
    with pytest.raises(SystemExit) as stop:
        command_line.run(argparse.ArgumentParser(), main)
    assert str(stop.value) == (
        "error: device: found too little free memory on the GPU; expected room for this step. Let other programs on "
        "it end, set similarities_mb lower, or set device: cpu."
    )
