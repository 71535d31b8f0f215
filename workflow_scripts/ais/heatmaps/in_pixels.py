"""Faithfulness in the pictures themselves: the hottest pixels taken away, or only they kept, and the network run again.

What :mod:`ais.heatmaps.faithfulness` asks of the cells of the maps, asked of the picture (:mod:`ais.heatmaps.pixels`).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import h5py
import numpy as np
import pandas as pd

from ais.engine import loading
from ais.engine.alignment import batched
from ais.heatmaps import faithfulness, pixels

PERCENTS = (20,)  # of the picture, for which the network runs again
BATCH_SIZE = 32  # pictures in one forward pass


@dataclass(frozen=True)
class Pictures:
    """The pictures that an open artifact of ``features`` was made of: its ``manifest``, and the folder of ``images``.

    ``weights`` are the frozen ones that it was made with, ``device`` is where the network runs; ``threads`` prepare
    pictures, and do not change a result.
    """

    features: h5py.File
    manifest: pd.DataFrame
    images: str
    weights: str | None
    device: str = "auto"
    threads: int = 1


def measure(
    pictures: Pictures,
    how: str,
    heatmaps: Sequence[np.ndarray],
    judging: Callable[[int], np.ndarray],
    similarity: str = "cosine",
    alignment: str = "spearman",
    percents: Sequence[int] = PERCENTS,
) -> Iterator[np.ndarray]:
    """Deletion and insertion of each image's heatmaps in turn: (heatmaps, halves, percents, 2), as faithfulness gives.

    ``how`` is one of :data:`ais.heatmaps.pixels.WAYS`: what stands in the place of what is taken away. ``heatmaps``
    of each image (heatmaps, halves, cells); ``judging`` of an image's number gives the judgments (halves, images) by
    each half of its partners, NaN for all others.
    """
    from ais.backbones import extraction, preprocessing
    from ais.stimuli import decoding

    features = pictures.features
    prepared = preprocessing.PAPER.changed(json.loads(features.attrs["preprocessing"]))
    network = loading.network_of(features, pictures.weights, pictures.device)
    embedding = features["embedding"][:].astype(np.float64)
    with extraction.exact():
        for image in pictures.manifest.itertuples():
            picture, _ = preprocessing.apply(decoding.read_listed(pictures.images, image), prepared)
            picture, grid = picture.numpy(), features["grid"][image.position]
            at_size = np.apply_along_axis(pixels.at_pixels, -1, heatmaps[image.position], grid, picture.shape[1:])
            embed = _embedding(pictures, network, picture, pixels.filling(picture, how), image.image)
            others = np.delete(embedding, image.position, axis=0)
            judges = np.delete(judging(image.position), image.position, axis=1)
            yield faithfulness.measure(embed, at_size, others, judges, similarity, alignment, percents)


def _embedding(pictures: Pictures, network, picture: np.ndarray, fill: np.ndarray, name: str):
    """The network's embeddings (n, m) of a picture with only some pixels (n, height × width) bool kept."""
    import torch

    from ais.backbones import extraction

    layer, readout = pictures.features.attrs["layer"], pictures.features.attrs["readout"]

    def embed(kept: np.ndarray) -> np.ndarray:
        def prepared(number: int):
            return torch.from_numpy(pixels.kept(picture, fill, kept[number])), (0, 0, 1, 1)

        numbers = list(batched(range(len(kept)), BATCH_SIZE))
        found = extraction.extract(
            network, layer, readout, prepared, numbers, [name] * len(kept), pictures.threads, has_head=False
        )
        return np.concatenate([batch.embedding for batch in found]).astype(np.float64)

    return embed
