"""The kinds of heatmaps, and those of them that are made from an image's judgments and its cells alone."""

import numpy as np

from ais.heatmaps import covariance, gradient, place, weighting

# What each is: ais.heatmaps.weighting, place, gradient, covariance.
KINDS = ("importance/images", "importance/set", "signed", "place", "gradient", "covariance")
CONTROLS = ("activation", "harm", "permuted")
ALL = KINDS + CONTROLS
# By scores of the whole set.
BY_SET = {"importance/set": weighting.heatmap, "signed": weighting.signed, "harm": weighting.harm}


def by_cells(
    readout,
    maps: np.ndarray,
    others: np.ndarray,
    human: np.ndarray,
    similarity: str = "cosine",
    alignment: str = "spearman",
) -> dict[str, np.ndarray]:
    """``place``, ``gradient`` and ``covariance`` of an image, by each world's judgments: (worlds, h × w) float64 each.

    ``readout`` is one of :mod:`ais.engine.cells`; ``maps`` (maps, h, w) the image's own, without padding; ``others``
    (others, m) the other images' embeddings; ``human`` (worlds, others) the similarity of these to the image, NaN where
    a pair was not judged.
    """
    cells = maps[0].size
    own = readout.kept(maps, np.ones((1, cells), bool))[0]
    found = {"place": place.place(readout.alone(maps), others, human, similarity, alignment)}
    rising = gradient.directions(own, others, human, similarity)
    alike = covariance.directions(own, others, human, similarity)
    parts = readout.parts(maps, np.concatenate([rising, alike]))
    found["gradient"] = parts[: len(human)]
    found["covariance"] = parts[len(human) :] * cells  # of a pooled readout F[i, :, c] · Σ_j (H_ij − mean) u_j
    return found
