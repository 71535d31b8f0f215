"""AUC, NSS, CC and SIM against pysaliency, cases worked by hand, and the rules for ties and constant maps."""

import numpy as np
import pytest
from unit.saliency import plain_comparison

from ais.saliency import scores

pysaliency = pytest.importorskip("pysaliency")
from pysaliency.metrics import CC, NSS, SIM  # noqa: E402

RANDOM = np.random.default_rng(6)
SIZES = [(30, 40), (24, 50), (30, 40)]
MAPS = [RANDOM.normal(size=SIZES[0]), RANDOM.integers(0, 5, SIZES[1]).astype(float), RANDOM.random(SIZES[2])]
# Rows, columns; one pixel was fixated twice.
FIXATED = [
    np.vstack([RANDOM.integers(0, size, (n, 2)), [[2, 3]] * 2]) for size, n in zip(SIZES, (9, 4, 6), strict=True)
]


def elsewhere(image):
    """Fixations of other images in the same place of the frame."""
    found = [
        one * np.array(SIZES[image]) / size
        for number, (one, size) in enumerate(zip(FIXATED, SIZES, strict=True))
        if number != image
    ]
    return tuple(np.concatenate(found).astype(int).T)


@pytest.fixture(scope="module")
def reference():
    stimuli = pysaliency.Stimuli([np.full((*size, 3), number, np.uint8) for number, size in enumerate(SIZES)])
    fixations = pysaliency.Fixations.create_without_history(
        x=np.concatenate([one[:, 1] for one in FIXATED]),
        y=np.concatenate([one[:, 0] for one in FIXATED]),
        n=np.repeat(np.arange(3), [len(one) for one in FIXATED]),
    )

    class Given(pysaliency.SaliencyMapModel):
        """Each image's map, told by the one colour of the image."""

        def _saliency_map(self, stimulus):
            return MAPS[stimulus[0, 0, 0]]

    return stimuli, fixations, Given()


@pytest.mark.parametrize("other", [MAPS[2], -MAPS[2], RANDOM.random(SIZES[0]) ** 4])
def test_maps_as_pysaliency(other):
    one = MAPS[0]
    assert scores.cc(one.ravel(), other.ravel()) == pytest.approx(CC(one, other), abs=1e-12)
    assert scores.sim(one.ravel(), other.ravel()) == pytest.approx(SIM(one, other), abs=1e-12)


@pytest.mark.parametrize("image", range(3))
def test_nss_as_pysaliency(image):
    at = tuple(FIXATED[image].T)
    expected = NSS(MAPS[image], at[1], at[0]).mean()
    assert scores.nss(MAPS[image].ravel(), MAPS[image][at]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("image", range(3))
def test_auc_is_every_pair(image):
    there = MAPS[image][tuple(FIXATED[image].T)]
    for negatives in (MAPS[image].ravel(), MAPS[image][elsewhere(image)]):
        plain = plain_comparison.auc(there, negatives)
        assert scores.auc(there, negatives) == pytest.approx(plain, abs=1e-12)


def test_auc_as_pysaliency(reference, monkeypatch):
    monkeypatch.setattr(np, "trapz", np.trapezoid, raising=False)  # what pysaliency 0.2 still calls
    stimuli, fixations, model = reference
    for nonfixations in ("uniform", "shuffled"):
        expected = model.AUC(stimuli, fixations, nonfixations=nonfixations, average="image")
        found = [
            scores.auc(one[tuple(at.T)], one.ravel() if nonfixations == "uniform" else one[elsewhere(image)])
            for image, (one, at) in enumerate(zip(MAPS, FIXATED, strict=True))
        ]
        assert np.mean(found) == pytest.approx(expected, abs=1e-9)


def test_worked_by_hand():
    # Fixated: 3 and 1. Elsewhere 1, 2: 3 > 1, 3 > 2, 1 = 1, 1 < 2.
    assert scores.auc(np.array([3.0, 1]), np.array([1.0, 2])) == 2.5 / 4
    assert scores.nss(np.array([0.0, 0, 4, 4]), np.array([4.0])) == 1
    assert scores.sim(np.array([1.0, 3]), np.array([1.0, 1])[:2] * [1, 3]) == 1
    assert scores.sim(np.array([1.0, 0]), np.array([0.0, 1])) == 0
    # The smallest is taken off what is negative: 0, 2 and 0, 4 are the same density.
    assert scores.sim(np.array([-1.0, 1]), np.array([0.0, 4])) == 1
    assert scores.cc(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == pytest.approx(-1)


def test_a_constant_map_tells_nothing():
    one, flat = MAPS[0].ravel(), np.full(1200, 0.1)
    assert np.isnan([scores.cc(one, flat), scores.sim(flat, one), scores.nss(flat, flat[:3])]).all()
    assert np.isnan(scores.auc(flat[:3], flat))


def test_nobody_looked():
    assert np.isnan(scores.auc(np.array([]), np.array([1.0, 2])))
    assert np.isnan(scores.auc(np.array([1.0, 2]), np.array([])))
    assert np.isnan(scores.nss(np.array([1.0, 2]), np.array([])))


def test_scale_and_offset_do_not_matter():
    one, other = MAPS[0].ravel(), MAPS[2].ravel()
    assert scores.cc(1e-9 * one + 3e-7, other) == pytest.approx(scores.cc(one, other), abs=1e-6)
    assert scores.sim(1e-9 * one, 1e5 * other) == pytest.approx(scores.sim(one, other), abs=1e-9)
    assert scores.nss(1e-9 * one, 1e-9 * one[:5]) == pytest.approx(scores.nss(one, one[:5]), abs=1e-9)
