"""From files to what the scoring and pruning steps share: maskable readouts and human judgments."""

import logging
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
from threadpoolctl import threadpool_limits

from ais.artifacts import store
from ais.engine import cells, masking
from ais.engine.judged import Judged, read_judged
from ais.errors import InputError
from ais.stimuli import triplets as odd_ones
from ais.stimuli.folds import pair_numbers, pairs_of

log = logging.getLogger(__name__)


def read_human(path: str | Path, image_ids: list[str], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Human similarity of the listed pairs, (pairs,) float64; NaN where nobody judged a pair.

    Of triplets, the share of a pair's triplets in which people found its images the most alike.
    """
    images = len(image_ids)
    with store.opened(path, "judgments", image_ids) as file:
        if "similarity" in file:
            return file["similarity"][:][left, right]
        if "triplets" in file:
            numbers, values = odd_ones.shares(odd_ones.read(file), images)
        else:
            numbers, values = file["pairs/number"][:], file["pairs/similarity"][:]
    wanted = pair_numbers(left, right, images)
    place = np.searchsorted(numbers, wanted)
    place[place == numbers.size] = 0
    return np.where(numbers[place] == wanted, values[place], np.nan)


def maskable_in_all_pairs(
    features: str | Path,
    judgments: str | Path,
    measure: str,
    weights: str | Path | None = None,
    device: str = "auto",
    check: Callable[[h5py.File], None] | None = None,
) -> tuple[list[str], masking.Pooled | masking.FullyConnected | masking.Network, np.ndarray]:
    """The image ids of a set, what answers for the similarities of all its pairs, and people's of these (pairs,).

    As :func:`maskable` and :func:`read_human`, from the files' paths; ``check`` may refuse the features first.
    """
    with store.opened(features, "features") as file:
        ids = store.read_ids(file)
        if check is not None:
            check(file)
        left, right = pairs_of(len(ids))
        masked = maskable(file, measure, left, right, weights, device)
    return ids, masked, read_human(judgments, ids, left, right)


def maskable_in_judged_pairs(
    features: str | Path,
    judgments: str | Path,
    measure: str,
    alignment: str,
    weights: str | Path | None = None,
    device: str = "auto",
    check: Callable[[h5py.File], None] | None = None,
) -> tuple[list[str], masking.Pooled | masking.FullyConnected | masking.Network, Judged]:
    """The same for the pairs alone that the judgments ask for (:func:`read_judged`)."""
    with store.opened(features, "features") as file:
        ids = store.read_ids(file)
        if check is not None:
            check(file)
        judged = read_judged(judgments, ids, alignment)
        return ids, maskable(file, measure, judged.left, judged.right, weights, device), judged


def maskable(
    features: h5py.File,
    measure: str,
    left: np.ndarray,
    right: np.ndarray,
    weights: str | Path | None = None,
    device: str = "auto",
) -> masking.Pooled | masking.FullyConnected | masking.Network:
    """What answers for the similarities of the listed pairs while maps of ``features`` are masked.

    ``weights`` is the frozen file the features were made with; only a pooled readout does without.
    Raises :class:`InputError` where it is missing or another one.
    """
    # Maps and folds are dealt to threads; products inside are taken by one, so that their rounding is the
    # same with however many.
    threadpool_limits(1, user_api="blas")
    if features.attrs["readout"] == "pooled":
        return masking.Pooled(features["pooled"][:], measure, left, right)
    network = network_of(features, weights, device)
    if features.attrs["readout"] == "network":
        return masking.Network(
            features["maps"][:], features["grid"][:], _embed(network, features), measure, left, right
        )
    return masking.FullyConnected(*_cells(network, features), measure, left, right)


def by_cells(
    features: h5py.File, weights: str | Path | None = None, device: str = "auto"
) -> tuple[cells.Pooled | cells.FullyConnected | cells.ThroughNetwork, np.ndarray]:
    """The readout of ``features`` for images of which some cells are masked, and the images' embeddings (images, m).

    ``weights`` as for :func:`maskable`. Where a network is pooled by its class token, in which cells have no part, the
    mean of an image's cells stands for it.
    """
    threadpool_limits(1, user_api="blas")
    embedding = features["embedding"][:].astype(np.float64)
    if features.attrs["readout"] == "pooled":
        maps, grid = features["maps"], features["grid"][:]
        if not np.allclose(_mean_of_cells(maps, grid, 0), embedding[0], rtol=0, atol=1e-3 * np.abs(embedding[0]).max()):
            log.info("pooled by a class token, in which cells have no part: the mean of its cells stands for an image")
            embedding = np.stack([_mean_of_cells(maps, grid, image) for image in range(len(embedding))])
        return cells.Pooled(), embedding
    from ais.backbones import networks, readouts

    network = network_of(features, weights, device).requires_grad_(False)
    layer, where = features.attrs["layer"], next(network.parameters()).device
    if features.attrs["readout"] == "fully_connected":
        return cells.FullyConnected(readouts.FullyConnected(network, layer), where), embedding
    readout = readouts.Rest(network, layer, networks.native_size(network))
    return cells.ThroughNetwork(readout.embedding, where), embedding


def _mean_of_cells(maps: h5py.Dataset, grid: np.ndarray, image: int) -> np.ndarray:
    """The mean (maps,) of an image's maps over its own ``grid`` (images, 2)."""
    h, w = grid[image]
    return maps[image, :, :h, :w].mean(axis=(1, 2), dtype=np.float64)


def network_of(features: h5py.File, weights: str | Path | None, device: str):
    """The network that the features were made with, on the device."""
    import torch

    from ais import devices
    from ais.backbones import networks
    from ais.backbones import weights as frozen

    if weights is None or store.recorded_digest(weights) != features.attrs["weights_digest"]:
        raise InputError(
            f"{features.filename}: a {features.attrs['readout']} readout needs the weights it was made with "
            f"(digest {features.attrs['weights_digest'][:12]}…); found {weights}. Give --weights."
        )
    torch.set_num_threads(1)
    device = devices.choose(device)
    network = networks.build(features.attrs["architecture"], int(features.attrs["classes"]))
    frozen.load(network, weights)
    log.info("%s readout on %s", features.attrs["readout"], device)
    return network.to(device)


def _embed(network, features: h5py.File) -> Callable[[np.ndarray], np.ndarray]:
    """From maps (images, maps, h, w) to embeddings (images, m), by the network's own rest."""
    import torch

    from ais.backbones import networks, readouts

    log.info("the rest of the network runs again for every masked map, by brute force: a pooled readout takes seconds")
    rest = readouts.Rest(network, features.attrs["layer"], networks.native_size(network))

    def embed(maps: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return rest.embedding(torch.from_numpy(maps)).cpu().numpy()

    return embed


def _cells(network, features: h5py.File):
    """What each map of VGG gives to its first hidden layer (images, maps, cells), and the readout."""
    import torch

    from ais.backbones import readouts

    device = next(network.parameters()).device
    readout = readouts.FullyConnected(network, features.attrs["layer"])
    maps, grid = features["maps"], features["grid"][:]
    with torch.inference_mode():
        cells = [
            readout.cells(torch.from_numpy(maps[image, :, :h, :w])[None].to(device))
            for image, (h, w) in enumerate(grid)
        ]
    return torch.cat(cells), readout
