"""Similarities of all pairs after feature maps were masked, without running the network again.

All readouts answer the same three questions: the similarities with all maps (``full``), with one
map masked (``without``), and while maps are added one by one (``growing``; ``at`` names, increasing,
the only numbers of maps that are asked for). Each answer equals setting the masked maps to zero,
reading out, and comparing (:mod:`ais.engine.similarity`). For strategies of pruning they can keep some
maps only (``keeping``), and try one more beside these (``adding``).
"""

from collections.abc import Iterator, Sequence
from copy import copy
from itertools import pairwise

import numba
import numpy as np

from ais.engine.similarity import products_of_pairs, similarity_matrix, similarity_of_pairs

# A masked embedding that keeps less than this share of its squared length has lost digits to the
# subtraction that made it: it is computed afresh. What is kept is then good to 1e-13 or better.
CANCELLED = 1e-3

# Images whose square (images × images, 128 MB) is made where their pairs are asked for: products of matrices are fast.
# Of more, only the pairs at hand are ever computed.
SQUARE = 4000


class Pooled:
    """Maps averaged over space: masking map k is a rank-one change of the Gram matrix.

    ``pooled`` (images, maps); ``left`` and ``right`` (pairs,) name the images of each pair.
    """

    def __init__(self, pooled: np.ndarray, measure: str, left: np.ndarray, right: np.ndarray):
        pooled = np.asarray(pooled, dtype=np.float64)
        # All measures' ranks ignore the scale; a power of two removes it without touching a digit,
        # so that squares neither overflow nor vanish.
        largest = np.abs(pooled).max(initial=0.0)
        exponent = np.frexp(largest)[1] if largest > 0 else 0
        self.features = np.ldexp(pooled, -exponent)
        self.by_map = np.ascontiguousarray(self.features.T)
        self.scale = float(np.ldexp(1.0, exponent))
        self.measure = measure
        self.left, self.right = left, right
        self.maps = pooled.shape[1]
        self.norms = (self.features**2).sum(axis=1)
        self.sums = self.features.sum(axis=1)
        self.gram = self._gram(self.features)

    def _gram(self, features: np.ndarray) -> np.ndarray:
        """The product, or squared distance, of each pair (pairs,) of some features (images, maps)."""
        if len(features) > SQUARE:
            return products_of_pairs(features, features, self.left, self.right, self.measure == "euclidean")
        if self.measure != "euclidean":
            return (features @ features.T)[self.left, self.right]
        from scipy.spatial.distance import cdist  # slow to load

        return cdist(features, features, "sqeuclidean")[self.left, self.right]

    def on(self, pairs: np.ndarray) -> "Pooled":
        """The same for some of the pairs only, by their numbers."""
        chosen = copy(self)
        chosen.left, chosen.right, chosen.gram = self.left[pairs], self.right[pairs], self.gram[pairs]
        return chosen

    def between(self, left: np.ndarray, right: np.ndarray) -> "Pooled":
        """The same for other pairs of the images (pairs,)."""
        others = copy(self)
        others.left, others.right = left, right
        others.gram = others._gram(self.features)
        return others

    def keeping(self, kept: np.ndarray) -> "Pooled":
        """The same with only the ``kept`` maps (maps,) bool, the others masked for good; as many maps are counted."""
        fewer = Pooled(self.features * kept, self.measure, self.left, self.right)
        fewer.scale *= self.scale
        return fewer

    def adding(self, kept: np.ndarray, maps: Sequence[int]) -> Iterator[np.ndarray]:
        """Similarities (pairs,) with only the ``kept`` maps (maps,) bool and one more, each of ``maps`` in turn."""
        fewer = self.features * kept
        before = self._gram(fewer), (fewer**2).sum(axis=1), fewer.sum(axis=1)
        for k in maps:
            more = kept.copy()
            more[k] = True
            yield self._with_one_more(k, *map(np.copy, before), more)

    def full(self) -> np.ndarray:
        """Similarities with no map masked, (pairs,)."""
        everything = np.ones(self.maps, dtype=bool)
        return self._similarities(self.gram, self.norms, self.sums, everything, self.gram, self.norms)

    def without(self, k: int) -> np.ndarray:
        """Similarities with map ``k`` masked in all images, (pairs,)."""
        x = self.by_map[k]
        norms, sums = self.norms - x * x, self.sums - x
        found, any_weak = self._in_one_pass(-1.0, x, self.gram, norms, self.norms, sums)
        if any_weak:
            kept = np.ones(self.maps, dtype=bool)
            kept[k] = False
            return self._similarities(self.gram - self._share(x), norms, sums, kept, self.gram, self.norms)
        return found

    def without_in_self(self, k: int) -> np.ndarray:
        """Similarity (images, images) of each image with map ``k`` masked to the others unmasked."""
        masked = self.features.copy()
        masked[:, k] = 0.0
        return self._scaled(similarity_matrix(masked, self.measure, self.features))

    def growing(self, order: Sequence[int], at: Sequence[int] | None = None) -> Iterator[np.ndarray]:
        """Similarities (pairs,) with only the first 1, 2, … (or ``at``) maps of ``order`` kept."""
        if at is not None and len(self.features) <= SQUARE:
            yield from self._growing_by_steps(order, at)
            return
        gram = np.zeros_like(self.gram)
        norms, sums = np.zeros_like(self.norms), np.zeros_like(self.sums)
        kept = np.zeros(self.maps, dtype=bool)
        for number, k in enumerate(order, 1):
            kept[k] = True
            if at is None or number in at:
                yield self._with_one_more(k, gram, norms, sums, kept)
                continue
            x = self.by_map[k]
            gram += self._share(x)
            norms += x * x
            sums += x

    def _growing_by_steps(self, order: Sequence[int], at: Sequence[int]) -> Iterator[np.ndarray]:
        """As :meth:`growing`, the maps between two that are asked for added in one product."""
        from scipy.linalg.blas import dsyrk  # slow to load
        from scipy.spatial.distance import cdist

        images = len(self.features)
        square = np.zeros((images, images), order="F")  # as dsyrk adds to it, of which it fills one triangle
        left, right = np.minimum(self.left, self.right), np.maximum(self.left, self.right)
        place = right * images + left
        sums = np.zeros(images)
        kept = np.zeros(self.maps, dtype=bool)
        by_order = self.by_map[order]
        for first, last in pairwise([0, *at]):
            kept[order[first:last]] = True
            x = by_order[first:last]
            if self.measure == "euclidean":
                square += cdist(x.T, x.T, "sqeuclidean")
            else:
                square = dsyrk(1.0, x.T, 1.0, square, overwrite_c=1)
            if self.measure == "correlation":
                sums += x.sum(axis=0)
            gram, norms = square.ravel("K").take(place), square.diagonal()
            yield self._similarities(gram, norms, sums, kept, gram, norms)

    def _with_one_more(self, k: int, gram, norms, sums, kept) -> np.ndarray:
        """Similarities (pairs,) once map ``k``, one of the ``kept``, is added to the sums, in place."""
        x = self.by_map[k]
        norms += x * x
        sums += x
        found, any_weak = self._in_one_pass(1.0, x, gram, norms, norms, sums)
        return self._similarities(gram, norms, sums, kept, gram, norms) if any_weak else found

    def _in_one_pass(self, sign: float, x: np.ndarray, gram, norms, norms_before, sums) -> tuple[np.ndarray, bool]:
        """Similarities (pairs,) where map ``x`` (images,) is added to ``gram`` in place, or subtracted from it.

        ``norms`` and ``sums`` are those after it. And whether any of it is ``CANCELLED``, so that it has to be
        computed afresh.
        """
        measure = self.measure == "correlation", self.measure == "euclidean"
        found, any_weak = _changed(sign, x, self.left, self.right, gram, norms, norms_before, sums, self.maps, *measure)
        return self._scaled(found), any_weak

    def _share(self, x: np.ndarray) -> np.ndarray:
        """What one map (images,) contributes to each pair's product or squared distance."""
        one, other = x[self.left], x[self.right]
        return (one - other) ** 2 if self.measure == "euclidean" else one * other

    def _similarities(self, gram, norms, sums, kept, gram_before, norms_before) -> np.ndarray:
        """Similarities (pairs,) from sums over the ``kept`` maps (maps,).

        ``…_before`` are the sums that these were subtracted from: they tell how much was cancelled.
        """
        if self.measure == "euclidean":
            distances = np.sqrt(np.maximum(gram, 0.0))
            weak = gram < CANCELLED * gram_before
            if weak.any():
                difference = self.features[self.left[weak]] - self.features[self.right[weak]]
                distances[weak] = np.linalg.norm(difference * kept, axis=1)
            return self._scaled(-distances)
        if self.measure == "correlation":
            gram = gram - sums[self.left] * sums[self.right] / self.maps
            norms = norms - sums * sums / self.maps
        weak, length, any_weak = _lengths(norms, norms_before)
        with np.errstate(invalid="ignore", divide="ignore"):
            similarities = gram / (length[self.left] * length[self.right])
        if any_weak:
            affected = weak[self.left] | weak[self.right]
            masked = self.features * kept
            if len(masked) > SQUARE:
                pairs = self.left[affected], self.right[affected]
                similarities[affected] = similarity_of_pairs(masked, self.measure, *pairs)
                return similarities
            row = np.cumsum(weak) - 1
            rows = similarity_matrix(masked[weak], self.measure, masked)
            left, right = self.left[affected], self.right[affected]
            left, right = np.where(weak[left], left, right), np.where(weak[left], right, left)
            similarities[affected] = rows[row[left], right]
        return similarities

    def _scaled(self, similarities: np.ndarray) -> np.ndarray:
        return similarities * self.scale if self.measure == "euclidean" else similarities


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _changed(sign, x, left, right, gram, norms, norms_before, sums, maps, centred, distances):
    """:meth:`Pooled._in_one_pass` in one pass: as NumPy would, to the bit."""
    similarities = np.empty(left.size)
    adds = sign > 0
    if distances:
        any_weak = False
        for pair in range(left.size):
            difference = x[np.uint64(left[pair])] - x[np.uint64(right[pair])]
            changed = gram[pair] + sign * (difference * difference)
            any_weak |= changed < CANCELLED * gram[pair]
            similarities[pair] = -np.sqrt(0.0 if changed < 0 else changed)
            if adds:
                gram[pair] = changed
        return similarities, any_weak
    if centred:
        norms = norms - sums * sums / maps
    _, length, any_weak = _lengths(norms, norms_before)
    for pair in range(left.size):
        one, other = np.uint64(left[pair]), np.uint64(right[pair])
        changed = gram[pair] + sign * (x[one] * x[other])
        if adds:
            gram[pair] = changed
        if centred:
            changed -= sums[one] * sums[other] / maps
        similarities[pair] = changed / (length[one] * length[other])
    return similarities, any_weak


@numba.njit(nogil=True, cache=True)
def _lengths(squared, before):
    """Which images (images,) are ``CANCELLED`` of what was there ``before``; lengths of the others, NaN; if any is."""
    weak, length, any_weak = np.empty(squared.size, np.bool_), np.empty(squared.size), False
    for image in range(squared.size):
        weak[image] = squared[image] < CANCELLED * before[image] and before[image] > 0
        length[image] = np.nan if weak[image] else np.sqrt(squared[image])
        any_weak |= weak[image]
    return weak, length, any_weak


class _Embedded:
    """What the readouts share that embed anew the images in which a masked map is active at all.

    The others keep their embedding. One map is masked at a time, so that no number depends on how maps are
    batched. float32 inside the network, as it was trained; float64 from the embedding on. ``active`` are the
    numbers of those images, an array a map; ``embedding`` (images, m) has every map.
    """

    def __init__(self, measure: str, left: np.ndarray, right: np.ndarray, active: list, embedding: np.ndarray):
        self.measure = measure
        self.left, self.right = left, right
        self.maps = len(active)
        self.active = active
        self.embedding = embedding
        self.unmasked = similarity_matrix(embedding, measure) if len(embedding) <= SQUARE else None

    def on(self, pairs: np.ndarray):
        """The same for some of the pairs only, by their numbers."""
        return self.between(self.left[pairs], self.right[pairs])

    def between(self, left: np.ndarray, right: np.ndarray):
        """The same for other pairs of the images (pairs,)."""
        others = copy(self)
        others.left, others.right = left, right
        return others

    def full(self) -> np.ndarray:
        """Similarities with no map masked, (pairs,)."""
        return self._pairs(self.embedding) if self.unmasked is None else self.unmasked[self.left, self.right]

    def without(self, k: int) -> np.ndarray:
        """Similarities with map ``k`` masked in all images, (pairs,)."""
        return self._pairs(self._embedding_without(k)) if self.active[k].size else self.full()

    def without_in_self(self, k: int) -> np.ndarray:
        """Similarity (images, images) of each image with map ``k`` masked to the others unmasked."""
        return similarity_matrix(self._embedding_without(k), self.measure, self.embedding)

    def _embedding_without(self, k: int) -> np.ndarray:
        active = self.active[k]
        if active.size == len(self.embedding):  # nothing to keep
            return self._embedded_without(active, k)
        embedding = self.embedding.copy()
        if active.size:
            embedding[active] = self._embedded_without(active, k)
        return embedding

    def _pairs(self, embedding: np.ndarray) -> np.ndarray:
        if len(embedding) > SQUARE:
            return similarity_of_pairs(embedding, self.measure, self.left, self.right)
        return similarity_matrix(embedding, self.measure)[self.left, self.right]


class FullyConnected(_Embedded):
    """VGG's readout: fc6 is linear in the pooled maps, so masking map k subtracts what it gave.

    Only what follows the first non-linearity is redone. ``cells`` (images, maps, cells) are the maps after the
    network's own pooling; ``readout`` is an :class:`ais.backbones.readouts.FullyConnected`.
    """

    def __init__(self, cells, readout, measure: str, left: np.ndarray, right: np.ndarray):
        import torch

        self.torch = torch
        self.first_bias = readout.first_bias
        self.rest = readout.rest_on_one_core()
        with torch.inference_mode():
            self.cells = cells.transpose(0, 1).contiguous()  # by map, as they are used
            self.weight = readout.first_weight.permute(1, 2, 0)  # (maps, cells, hidden)
            active = [own.any(dim=1).nonzero().squeeze(1).cpu().numpy() for own in self.cells]
            self.hidden = torch.zeros(len(cells), len(self.first_bias), device=cells.device)
            for k, images in enumerate(active):
                self._add(self.hidden, images, k)
        super().__init__(measure, left, right, active, self._embedding(self.hidden))

    def growing(self, order: Sequence[int], at: Sequence[int] | None = None) -> Iterator[np.ndarray]:
        """Similarities (pairs,) with only the first 1, 2, … (or ``at``) maps of ``order`` kept."""
        hidden = self.torch.zeros_like(self.hidden)
        embedding = self._embedding(hidden)
        changed = np.zeros(len(embedding), dtype=bool)
        for number, k in enumerate(order, 1):
            active = self.active[k]
            if active.size:
                with self.torch.inference_mode():
                    self._add(hidden, active, k)
                changed[active] = True
            if at is None or number in at:
                if changed.any():
                    embedding[changed] = self._embedding(hidden[np.flatnonzero(changed)])
                    changed[:] = False
                yield self._pairs(embedding)

    def keeping(self, kept: np.ndarray) -> "FullyConnected":
        """The same with only the ``kept`` maps (maps,) bool, the others masked for good."""
        fewer = copy(self)
        fewer.hidden = self._hidden(kept)
        active = [images if keep else images[:0] for images, keep in zip(self.active, kept, strict=True)]
        _Embedded.__init__(fewer, self.measure, self.left, self.right, active, self._embedding(fewer.hidden))
        return fewer

    def adding(self, kept: np.ndarray, maps: Sequence[int]) -> Iterator[np.ndarray]:
        """Similarities (pairs,) with only the ``kept`` maps (maps,) bool and one more, each of ``maps`` in turn."""
        hidden = self._hidden(kept)
        before = self._embedding(hidden)
        for k in maps:
            active, embedding = self.active[k], before.copy()
            if active.size:
                with self.torch.inference_mode():
                    embedding[active] = self._embedding(hidden[active] + self._share(active, k))
            yield self._pairs(embedding)

    def _hidden(self, kept: np.ndarray):
        """What the ``kept`` maps (maps,) bool give to fc6, (images, hidden)."""
        hidden = self.torch.zeros_like(self.hidden)
        with self.torch.inference_mode():
            for k in np.flatnonzero(kept):
                self._add(hidden, self.active[k], k)
        return hidden

    def _add(self, hidden, images: np.ndarray, k: int) -> None:
        """Add to ``hidden`` (images, hidden) what map ``k`` gives to fc6 of some images."""
        hidden.index_add_(0, self.torch.as_tensor(images, device=hidden.device), self._share(images, k))

    def _share(self, images: np.ndarray, k: int):
        """What map ``k`` gives to fc6 of some images, (n, hidden)."""
        return self.cells[k, images] @ self.weight[k]

    def _embedded_without(self, images: np.ndarray, k: int) -> np.ndarray:
        """The embedding (n, m) of some images with map ``k`` masked."""
        with self.torch.inference_mode():
            everything = len(images) == len(self.hidden)  # so that nothing is copied
            hidden = self.hidden if everything else self.hidden[images]
            return self._embedding(hidden - self._share(images, k))

    def _embedding(self, hidden) -> np.ndarray:
        """The embedding (images, m) float64 of fc6's output without its bias (images, hidden)."""
        with self.torch.inference_mode():
            return self.rest(hidden + self.first_bias).double().cpu().numpy()


class Network(_Embedded):
    """Any other readout: the rest of the network is run again for every masked map, by brute force.

    ``features`` are the feature maps (images, maps, h, w) float32, of which ``grid`` (images, 2) belongs to
    each image (the rest is padding); ``embed`` makes embeddings (n, m) of maps (n, maps, h, w), as
    :meth:`ais.backbones.readouts.Rest.embedding`, on whatever device.
    """

    AT_ONCE = 64  # images

    def __init__(self, features: np.ndarray, grid: np.ndarray, embed, measure: str, left, right):
        self.features, self.grid, self.embed = features, grid, embed
        active = [np.flatnonzero(images) for images in np.nan_to_num(features).any(axis=(2, 3)).T]
        everything = np.ones(len(active), dtype=bool)
        super().__init__(measure, left, right, active, self._embedding(np.arange(len(features)), everything))

    def growing(self, order: Sequence[int], at: Sequence[int] | None = None) -> Iterator[np.ndarray]:
        """Similarities (pairs,) with only the first 1, 2, … (or ``at``) maps of ``order`` kept."""
        kept = np.zeros(self.maps, dtype=bool)
        embedding = self._embedding(np.arange(len(self.features)), kept)
        changed = np.zeros(len(embedding), dtype=bool)
        for number, k in enumerate(order, 1):
            kept[k] = True
            changed[self.active[k]] = True
            if at is None or number in at:
                if changed.any():
                    embedding[changed] = self._embedding(np.flatnonzero(changed), kept)
                    changed[:] = False
                yield self._pairs(embedding)

    def keeping(self, kept: np.ndarray) -> "Network":
        """The same with only the ``kept`` maps (maps,) bool, the others masked for good."""
        features = self.features * kept[:, None, None].astype(np.float32)
        return Network(features, self.grid, self.embed, self.measure, self.left, self.right)

    def adding(self, kept: np.ndarray, maps: Sequence[int]) -> Iterator[np.ndarray]:
        """Similarities (pairs,) with only the ``kept`` maps (maps,) bool and one more, each of ``maps`` in turn."""
        before = self._embedding(np.arange(len(self.features)), kept)
        for k in maps:
            active, more, embedding = self.active[k], kept.copy(), before.copy()
            more[k] = True
            if active.size:
                embedding[active] = self._embedding(active, more)
            yield self._pairs(embedding)

    def _embedded_without(self, images: np.ndarray, k: int) -> np.ndarray:
        """The embedding (n, m) of some images with map ``k`` masked."""
        return self._embedding(images, np.arange(self.maps) != k)

    def _embedding(self, images: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """The embedding (n, m) float64 of some images with only the ``kept`` maps (maps,) bool."""
        parts, order = [], []
        for h, w in np.unique(self.grid[images], axis=0):
            same = np.flatnonzero((self.grid[images] == (h, w)).all(axis=1))
            for first in range(0, same.size, self.AT_ONCE):
                numbers = same[first : first + self.AT_ONCE]
                maps = self.features[images[numbers], :, :h, :w] * kept[:, None, None].astype(np.float32)
                parts.append(self.embed(maps))
                order.append(numbers)
        return np.concatenate(parts)[np.argsort(np.concatenate(order))].astype(np.float64)
