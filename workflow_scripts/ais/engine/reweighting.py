"""Reweighting: instead of keeping some maps, every map gets a weight that is not negative.

The field's own comparator (Peterson et al. 2018; Kaniuth & Hebart 2022): a pair's similarity is a weighted sum over
maps of what each contributes, fitted to the ratings of train pairs by ridge regression. How strong the ridge is
decides a cross-validation inside the train images.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import h5py
import numpy as np
from scipy import linalg, optimize

from ais.engine.alignment import MEMORY, alignment
from ais.engine.similarity import unit
from ais.errors import InputError
from ais.stimuli.folds import parts

NAME = "nonnegative_ridge"

# Strength of the ridge, as a share of the largest eigenvalue of the maps' products, the strongest first. From
# there the weights only grow smaller; at the other end, the ridge is lost beside the data.
PENALTIES = 10.0 ** np.arange(2, -4.5, -0.5)
INNER = 5  # folds


@dataclass(frozen=True)
class Reweighted:
    """``weight`` (maps,), 0 or more, fitted with ``penalty``, one of ``PENALTIES``.

    ``inner`` (penalties,): mean alignment on the pairs of held-out train images with each; NaN where there is none.
    """

    weight: np.ndarray
    penalty: float
    inner: np.ndarray


def check_readout(features: h5py.File) -> None:
    """Refuse ``features`` of a readout in which the similarity of a pair is no sum over maps."""
    if features.attrs["readout"] != "pooled":
        raise InputError(
            f"{features.filename}: found the readout {features.attrs['readout']}; expected a pooled one, in which a "
            "pair's similarity is a sum over maps that can be weighted. Set readout: pooled, or leave reweight out."
        )


class Shares:
    """What each map contributes to the similarity of a pair; their plain sum is the similarity of all maps.

    ``pooled`` (images, maps); of images that are normalised: u_ik u_jk (``cosine``; ``correlation``, u centred over
    maps), or −(x_ik − x_jk)² (``euclidean``, squared here). A zero embedding contributes nothing.
    """

    def __init__(self, pooled: np.ndarray, measure: str, left: np.ndarray, right: np.ndarray, memory: int = MEMORY):
        pooled = np.asarray(pooled, dtype=np.float64)
        self.features = pooled if measure == "euclidean" else np.nan_to_num(unit(pooled.copy(), measure))
        self.measure = measure
        self.left, self.right = left, right
        self.at_once = max(1, memory // (3 * 8 * max(1, pooled.shape[1])))

    def blocks(self, pairs: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Some of ``pairs`` (n,) and their shares (n, maps), as many at a time as memory holds."""
        for first in range(0, pairs.size, self.at_once):
            some = pairs[first : first + self.at_once]
            one, other = self.features[self.left[some]], self.features[self.right[some]]
            yield some, -((one - other) ** 2) if self.measure == "euclidean" else one * other

    def similarities(self, weight: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        """Weighted similarities of ``pairs`` (n,): (n,), or (n, weights) for ``weight`` (maps, weights)."""
        found = [share @ weight for _, share in self.blocks(pairs)]
        return np.concatenate([np.empty((0, *weight.shape[1:])), *found])

    def normal_equations(self, human: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Products (maps, maps) of the centred shares, and with the centred ratings (maps,), over ``pairs``."""
        maps = self.features.shape[1]
        mean = sum((share.sum(axis=0) for _, share in self.blocks(pairs)), np.zeros(maps)) / pairs.size
        rating = human - human[pairs].mean()
        products, with_human = np.zeros((maps, maps)), np.zeros(maps)
        for some, share in self.blocks(pairs):
            centred = share - mean
            products += centred.T @ centred
            with_human += centred.T @ rating[some]
        return products, with_human


def ridge_path(products: np.ndarray, with_human: np.ndarray, penalties: np.ndarray = PENALTIES) -> np.ndarray:
    """Weights ≥ 0 that minimise |y − Xw|² + λ|w|², for each λ in turn: (maps, penalties).

    ``products`` = XᵀX (maps, maps), ``with_human`` = Xᵀy; λ is a ``penalties``' share of its largest eigenvalue.
    SciPy's L-BFGS-B, from the solution before.
    """
    maps = with_human.size
    largest = linalg.eigvalsh(products, subset_by_index=[maps - 1, maps - 1])[0]
    if not largest > 0 or not with_human.any():
        return np.zeros((maps, penalties.size))
    size = np.abs(with_human).max()
    target = with_human / size
    bounds = optimize.Bounds(0, np.inf)
    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-13, "gtol": 1e-7}
    found = []
    weight = np.zeros(maps)
    for penalty in penalties:
        # In units in which the steepest curvature is one.
        ridge = penalty * largest
        scale = largest + ridge

        def loss(w: np.ndarray, ridge: float = ridge, scale: float = scale) -> tuple[float, np.ndarray]:
            slope = (products @ w + ridge * w) / scale
            return 0.5 * w @ slope - w @ target, slope - target

        weight = optimize.minimize(loss, weight, jac=True, bounds=bounds, method="L-BFGS-B", options=options).x
        found.append(weight * size / scale)
    return np.array(found).reshape(-1, maps).T


def nonnegative_ridge(
    shares: Shares, human: np.ndarray, train: np.ndarray, measure: str = "spearman", seed: int = 0
) -> Reweighted:
    """Weights of all maps from the train pairs, ``train`` (pairs,) bool, of which ``human`` (pairs,) are the ratings.

    The penalty is the one with the best mean alignment over five folds of the train *images* (drawn with ``seed``),
    the stronger of equals; where no inner fold can judge, the strongest. Pairs nobody judged are left out.
    """
    train = np.flatnonzero(train & ~np.isnan(human))
    left, right = shares.left[train], shares.right[train]
    images = np.union1d(left, right)
    aligned = np.full((INNER, PENALTIES.size), np.nan)
    for fold, members in enumerate(parts(images.size, INNER, seed)):
        out_left, out_right = np.isin(left, images[members]), np.isin(right, images[members])
        inside, held_out = train[~out_left & ~out_right], train[out_left & out_right]
        if inside.size == 0 or held_out.size == 0:
            continue
        weights = ridge_path(*shares.normal_equations(human, inside))
        similarities = shares.similarities(weights, held_out)
        aligned[fold] = [alignment(own, human[held_out], measure) for own in similarities.T]
    count = (~np.isnan(aligned)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        inner = np.nansum(aligned, axis=0) / count
    best = 0 if np.isnan(inner).all() else int(np.nanargmax(inner))
    weights = ridge_path(*shares.normal_equations(human, train), PENALTIES[: best + 1])
    return Reweighted(weights[:, -1], float(PENALTIES[best]), inner)
