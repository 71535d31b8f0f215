"""Embeddings of an image of which only some cells of the grid are kept, and what each cell gives to an embedding.

All readouts answer the same three questions about one image's maps (maps, h, w), its own grid without padding, whose
cells are numbered row by row: its embedding with only some cells kept, the others masked in all maps (``kept``); the
embedding of each cell alone (``alone``); and each cell's part in any direction of the embedding (``parts``).
"""

import numpy as np


class Pooled:
    """Maps averaged over space: the embedding (maps,) is the mean over the cells, masked ones counted as zero."""

    def kept(self, maps: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Embeddings (n, maps) float64 with only the ``cells`` (n, h × w) bool kept."""
        vectors = _vectors(maps)
        return cells.astype(np.float64) @ vectors / len(vectors)

    def alone(self, maps: np.ndarray) -> np.ndarray:
        """The embedding (h × w, maps) of each cell as if the whole image were like it; NaN where it is silent."""
        return np.where(_silent(maps)[:, None], np.nan, _vectors(maps))

    def parts(self, maps: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Σ_k F[k, c] ∂(direction · z) / ∂F[k, c] of each cell c, for ``directions`` (n, maps): (n, h × w)."""
        vectors = _vectors(maps)
        return directions @ vectors.T / len(vectors)


class ThroughNetwork:
    """Any other readout: what follows the maps in the network runs again, in batches that no thread changes.

    ``embed`` makes embeddings (n, m) of maps (n, maps, h, w), torch tensors both, differentiably:
    :meth:`ais.backbones.readouts.FullyConnected.embedding` or :meth:`ais.backbones.readouts.Rest.embedding`; ``device``
    is where. float32 inside the network, as it was trained.
    """

    AT_ONCE = 64  # embeddings

    def __init__(self, embed, device: str = "cpu"):
        from ais.backbones.halving import Halving

        self.embed, self.device = embed, device
        self.halving = Halving("embeddings")

    def kept(self, maps: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Embeddings (n, m) float64 with only the ``cells`` (n, h × w) bool kept."""
        import torch

        torch.set_num_threads(1)  # each thread of ours has its own
        own = torch.from_numpy(maps).to(self.device)
        masks = torch.from_numpy(cells).to(self.device).reshape(-1, 1, *maps.shape[1:])
        with torch.inference_mode():
            if not len(masks):
                return self.kept(maps, np.ones((1, maps[0].size), bool))[:0]
            found = [
                self.halving.joined(lambda part: self.embed(own * part), each) for each in masks.split(self.AT_ONCE)
            ]
            return torch.cat(found).double().cpu().numpy()

    def alone(self, maps: np.ndarray) -> np.ndarray:
        """The embedding (h × w, m) of each cell with all others masked; NaN where it is silent."""
        silent = _silent(maps)
        embedding = self.kept(maps, np.eye(silent.size, dtype=bool)[~silent])
        found = np.full((silent.size, embedding.shape[1]), np.nan)
        found[~silent] = embedding
        return found

    def parts(self, maps: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Σ_k F[k, c] ∂(direction · z) / ∂F[k, c] of each cell c, for ``directions`` (n, m): (n, h × w)."""
        import torch

        torch.set_num_threads(1)
        found = []
        # float32 loses directions that are very short or long: their length is put back afterwards.
        length = np.abs(directions).max(axis=1, keepdims=True)
        scaled = np.divide(directions, length, out=np.zeros_like(directions), where=length > 0)  # NaN × 0 is NaN
        for part in torch.from_numpy(scaled).float().to(self.device).split(self.AT_ONCE):
            found += self.halving(lambda some: self._slopes(maps, some), part)
        return length * torch.cat(found).cpu().numpy()

    def _slopes(self, maps: np.ndarray, directions):
        """:meth:`parts` of directions (n, m), a tensor on the device, at once."""
        import torch

        own = torch.from_numpy(maps).to(self.device).expand(len(directions), *maps.shape).clone().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(self.embed(own), own, directions)
        return (own.detach().double() * slope.double()).sum(dim=1).flatten(1)


def _silent(maps: np.ndarray) -> np.ndarray:
    """Whether all maps are zero in a cell, (h × w,) bool."""
    return ~maps.reshape(len(maps), -1).any(axis=0)


def _vectors(maps: np.ndarray) -> np.ndarray:
    """The vector of each cell (h × w, maps) float64."""
    return maps.reshape(len(maps), -1).T.astype(np.float64)
