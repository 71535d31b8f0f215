"""The whole procedure where people gave odd-one-out triplets, observed and in worlds without anything to find.

- **Label null**: the images are permuted on the network's side, which leaves the triplets and their folds as they are,
  and no relation between them and it.
- **Matched null**: the questions stay, the answers are drawn. With one probability, for all triplets the same, an
  answer is the network's own; else it is people's with the images permuted: each pair by how often people found it the
  most alike of three (one more of three than seen, as nobody was asked often). The probability is the one that keeps
  the alignment with all maps; what people's answers have in common, image by image, stays too, and nothing is left for
  a selection of maps to find.
"""

from collections.abc import Sequence

import numpy as np

from ais.engine import triplets
from ais.engine.alignment import MEMORY, Subsets
from ais.engine.importance import score_maps
from ais.engine.judged import part
from ais.engine.strategies import STRATEGIES, Train
from ais.engine.triplets import MEASURE, WHOLE, Triplets
from ais.inference.outcomes import Outcome
from ais.stimuli.folds import pair_numbers


def run(
    masking,
    human: Triplets,
    train: np.ndarray,
    test: np.ndarray,
    grid: Sequence[int],
    strategy: str = "one_shot",
    threads: int = 1,
    memory: int = MEMORY,
) -> Outcome:
    """Order, prune and test in one world: as :func:`ais.inference.procedure.run`, (1, folds) each.

    ``train`` and ``test`` (folds, triplets) are True where a triplet belongs.
    """
    score = score_maps(masking, human.subsets(list(train)), range(masking.maps), threads, memory).score
    full, retained = np.full((2, 1, len(train)), np.nan)
    n_retained = np.zeros((1, len(train)), int)
    for fold, (in_train, in_test) in enumerate(zip(train, test, strict=True)):
        masked, judged = part(masking, human, np.flatnonzero(in_train))
        ordered = STRATEGIES[strategy](Train(masked, judged, score[fold], MEASURE, fold, memory))
        kept = grid if ordered.kept is None else np.unique([ordered.kept, grid[-1]])
        used = in_train | in_test
        masked, judged = part(masking, human, np.flatnonzero(used))
        subsets = Subsets.of(judged, [in_train[used], in_test[used]], MEASURE)
        on_train, on_test = subsets.each(masked.growing(ordered.order, kept), memory).T
        full[0, fold] = on_test[-1]
        if ordered.kept is not None or not np.isnan(on_train).all():
            best = np.nanargmax(on_train) if ordered.kept is None else 0  # the first maximum
            retained[0, fold], n_retained[0, fold] = on_test[best], kept[best]
    return Outcome(full, retained, n_retained)


def permuted_labels(masking, permutation: np.ndarray):
    """The label null: ``masking`` with the images of its pairs permuted, (images,)."""
    return masking.between(permutation[masking.left], permutation[masking.right])


def matched(human: Triplets, network: np.ndarray, permutation: np.ndarray, seed: int, number: int) -> Triplets:
    """The matched null's answers: world ``number`` of ``seed``, of images in the order ``permutation`` (images,).

    ``network`` (pairs,) are the similarities with all maps. Where they agree with people less often than permuted
    people do, no probability keeps that: the answers are all drawn. Where one is undefined (NaN), the answer is.
    """
    random = np.random.default_rng([seed, number, 1])
    asked = _chances(human, permutation)
    of_network = _network_answers(network, human.pairs)
    defined = of_network.any(axis=1)
    observed = of_network[:, 0].sum()
    by_chance = (of_network * asked).sum()
    room = (of_network**2).sum() - by_chance
    own = np.clip((observed - by_chance) / room, 0, 1) if room > 0 else 0.0
    chances = np.where((random.random(human.size) < own)[:, None] & defined[:, None], of_network, asked)
    drawn = random.random((human.size, 1))
    return human.answered((drawn > chances.cumsum(axis=1)[:, :2]).sum(axis=1))


def _chances(human: Triplets, permutation: np.ndarray) -> np.ndarray:
    """How probable each pair of each triplet is the most alike to people whose images are permuted: (triplets, 3)."""
    images = permutation.size
    numbers = _numbers(human.images, images)
    known, place = np.unique(numbers, return_inverse=True)
    place = place.reshape(numbers.shape)
    share = (np.bincount(place[:, 0], minlength=known.size) + 1) / (np.bincount(place.ravel()) + 3)
    wanted = _numbers(permutation[human.images], images)
    at = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    found = np.where(known[at] == wanted, share[at], 1 / 3)
    return found / found.sum(axis=1, keepdims=True)


def _numbers(three: np.ndarray, images: int) -> np.ndarray:
    a, b, odd = three.T
    return np.stack([pair_numbers(*pair, images) for pair in ((a, b), (a, odd), (b, odd))], axis=1)


def _network_answers(network: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """How probable each pair is the network's own answer, (triplets, 3): shared among ties, 0 where undefined."""
    found = [triplets.hits(network, np.roll(pairs, -place, axis=1)) for place in range(3)]
    return np.maximum(np.stack(found, axis=1), 0) / WHOLE
