"""Cross-validation folds: which pairs of images rank the feature maps, and which judge the ranking.

Both recipes use NumPy's legacy generator (``RandomState``, the one behind ``np.random.seed``),
as the published study did: shuffle in place, then cut into equal parts, the first ones one longer
where the division leaves a rest.
"""

from collections.abc import Callable, Mapping

import numpy as np

from ais.errors import InputError

PUBLISHED_SEEDS = (111, 222, 333, 444, 555, 666, 777, 888)


def pairs_of(images: int) -> tuple[np.ndarray, np.ndarray]:
    """Both members of every pair of images: two arrays (pairs,), above the diagonal, row-major."""
    return np.triu_indices(images, k=1)


def pair_numbers(one: np.ndarray, other: np.ndarray, images: int) -> np.ndarray:
    """The number of each pair of two different images in :func:`pairs_of`, whichever of them is named first."""
    left, right = np.minimum(one, other), np.maximum(one, other)
    return left * (2 * images - left - 1) // 2 + right - left - 1


def members_of(numbers: np.ndarray, images: int) -> tuple[np.ndarray, np.ndarray]:
    """Both members of the pairs with these numbers in :func:`pairs_of`, without that of all pairs: (n,) each."""
    first = np.arange(images, dtype=np.int64)
    first = first * (2 * images - first - 1) // 2  # the number of each image's first pair
    left = np.searchsorted(first[: max(images - 1, 0)], numbers, side="right") - 1
    return left, numbers - first[left] + left + 1


def parts(count: int, number: int, seed: int) -> list[np.ndarray]:
    """Shuffle 0 … count−1 with ``seed`` and cut into ``number`` parts."""
    shuffled = np.arange(count)
    np.random.RandomState(seed).shuffle(shuffled)
    return np.array_split(shuffled, number)


def split_pairs(images: int, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The published split: pairs are dealt into folds, so train and test share images.

    Returns ``train`` and ``test`` (number, pairs), True where a pair belongs.
    """
    count = images * (images - 1) // 2
    test = np.zeros((number, count), dtype=bool)
    for fold, members in enumerate(parts(count, number, seed)):
        test[fold, members] = True
    return ~test, test


def split_images(images: int, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The strict split: images are dealt into folds, so train and test share no image.

    A test pair lies inside the held-out images, a train pair inside the others; pairs across the
    border belong to neither. Returns ``train`` and ``test`` (number, pairs).
    """
    left, right = pairs_of(images)
    train, test = [], []
    for members in parts(images, number, seed):
        held_out = np.isin(np.arange(images), members)
        train.append(~held_out[left] & ~held_out[right])
        test.append(held_out[left] & held_out[right])
    return np.array(train), np.array(test)


def split_listed_pairs(pairs: np.ndarray, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As :func:`split_pairs` where few of all pairs were judged: of these alone, by their numbers (judged,)."""
    fold = np.empty(pairs.size, dtype=int)
    for at, members in enumerate(parts(pairs.size, number, seed)):
        fold[members] = at
    test = fold == np.arange(number)[:, None]
    return ~test, test


def split_listed_images(pairs: np.ndarray, images: int, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As :func:`split_images` where few of all pairs were judged: of these alone, by their numbers (judged,)."""
    left, right = members_of(pairs, images)
    train, test = [], []
    for members in parts(images, number, seed):
        held_out = np.isin(np.arange(images), members)
        train.append(~held_out[left] & ~held_out[right])
        test.append(held_out[left] & held_out[right])
    return np.array(train), np.array(test)


SPLITS = {"pairs": split_pairs, "images": split_images}


def make(
    images: int, split: str, number: int, seeds: list[int], splits: Mapping[str, Callable] = SPLITS, of: str = "pairs"
) -> tuple[np.ndarray, np.ndarray]:
    """All folds of all seeds, seed by seed: ``train`` and ``test`` (seeds × number, pairs).

    ``splits``: what deals, by the name of the split, for judgments that are no matrix; ``of`` is what they are of.
    Raises :class:`InputError` where a test fold would hold fewer than three pairs: no rank
    correlation can be taken there.
    """
    per_seed = [splits[split](images, number, seed) for seed in seeds]
    train, test = (np.concatenate(side) for side in zip(*per_seed, strict=True))
    fewest = int(test.sum(axis=1).min())
    if fewest < 3:
        raise InputError(
            f"folds: found {images} images, so that the smallest of {number} test folds by {split} "
            f"holds {fewest} {of}; expected at least 3. Add images{'' if of == 'pairs' else f', or {of}'}, or set "
            "folds: number lower."
        )
    return train, test
