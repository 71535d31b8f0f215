"""Worlds in which there is nothing to find, to hold the whole procedure against (:mod:`ais.inference.procedure`).

- **Label null**: the images of the human similarities are permuted, rows and columns together: no relation to the
  network is left.
- **Matched null** (Freedman & Lane 1983): what the network's ranks say of the human ones, fitted by least squares,
  stays; the images of the residuals are permuted. The baseline alignment stays, and nothing is left for a selection
  of maps to find.

Where few of all pairs are judged (:func:`matched_of_few`), it is the network's images that are permuted, which is the
same, and asks for no pair but the judged ones and those in whose place they come: judgments keep their folds.

A permutation is known by its number: more of them add to those there are.
"""

import numpy as np

from ais.engine import sorting
from ais.engine.alignment import TIED, midranks
from ais.stimuli.folds import pairs_of


def permutation(images: int, seed: int, number: int) -> np.ndarray:
    """The permutation of 0 … images−1 with this ``number`` (0, 1, …), whichever others are drawn: (images,)."""
    return np.random.default_rng([seed, number]).permutation(images)


def permuted_labels(human: np.ndarray, permutation: np.ndarray) -> np.ndarray:
    """``human`` (pairs,) with its images permuted: pair (i, j) takes the value of (π(i), π(j)); NaN moves along."""
    images = permutation.size
    left, right = pairs_of(images)
    square = np.full((images, images), np.nan)
    square[left, right] = square[right, left] = human
    return square[permutation[left], permutation[right]]


def matched(human: np.ndarray, network: np.ndarray, permutation: np.ndarray) -> np.ndarray:
    """The matched null's human similarities (pairs,), on the scale of ranks.

    Over the judged pairs, rank ``human`` = a + b · rank ``network`` + e; a pair's value is a + b · rank network, its
    own, plus the e of the pair that ``permutation`` (images,) puts in its place. Where that pair was not judged, its
    own is missing in this world, as in the label null: every world has as many pairs. A pair that was not
    judged itself is fitted at the rank that its network similarity takes among the judged. Where ``network``
    (pairs,) is undefined (NaN), the fit says nothing: the mean rank.
    """
    ranks, fitted = _fit(human, network)
    # Ranks end in .0 or .5: what differs by rounding only is equal, and the identity gives the ranks themselves.
    return np.round(fitted + permuted_labels(ranks - fitted, permutation), 6)


def matched_of_few(human: np.ndarray, network: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """As :func:`matched` of few judged pairs, whose images are permuted on the network's side: (pairs,).

    ``moved`` (pairs,) are the network's similarities of the pairs that each judged pair's images become. Each
    judgment keeps its e, and takes the fit of the pair in whose place it comes.
    """
    nowhere = np.full(human.size, np.nan)
    ranks, fitted = _fit(np.concatenate([human, nowhere]), np.concatenate([network, moved]))
    return np.round(fitted[human.size :] + (ranks - fitted)[: human.size], 6)


def _fit(human: np.ndarray, network: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranks of the judged pairs among them (pairs,), NaN of others, and the fit a + b · rank network of all pairs."""
    judged = ~np.isnan(human)
    if not judged.any():
        return np.full((2, human.size), np.nan)
    ranks = np.full(human.size, np.nan)
    ranks[judged] = midranks(human[judged], tied=0.0)
    x = _ranks_among(network, judged)
    fitted_on = judged & ~np.isnan(x)
    mean = ranks[judged].mean()
    centred = np.nan_to_num(x - x[fitted_on].mean()) if fitted_on.any() else np.zeros(x.size)
    squares = (centred[fitted_on] ** 2).sum()
    slope = centred[fitted_on] @ ranks[fitted_on] / squares if squares > 0 else 0.0
    return ranks, mean + slope * centred


def _ranks_among(network: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Midrank of every value (pairs,) among the ``judged`` ones, ties as in alignment (``TIED``); NaN stays."""
    order = sorting.argsort(network[None])[0]
    order = order[: np.count_nonzero(~np.isnan(network))]
    ordered = network[order]
    starts = np.diff(ordered, prepend=-np.inf) > TIED * np.abs(ordered).max(initial=0)
    group = np.cumsum(starts) - 1
    members = np.bincount(group, judged[order])
    ranks = np.full(network.size, np.nan)
    ranks[order] = (np.cumsum(members) - members + (members + 1) / 2)[group]
    return ranks
