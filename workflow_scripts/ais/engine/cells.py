"""Embeddings of an image of which only some cells of the grid are kept, and what each cell gives to an embedding.

All readouts answer the same three questions about one image's maps (maps, h, w), its own grid without padding, whose
cells are numbered row by row: its embedding with only some cells kept, the others masked in all maps (``kept``); the
embedding of each cell alone (``alone``); and each cell's part in any direction of the embedding (``parts``).
"""

from collections.abc import Callable

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
        return self._through(lambda some: self._slopes(maps, some), directions)

    def _through(self, slopes: Callable, directions: np.ndarray) -> np.ndarray:
        """What ``slopes`` gives (n, …) of ``directions`` (n, m) as float32, some at once."""
        import torch

        # float32 loses directions that are very short or long: their length is put back afterwards.
        length = np.abs(directions).max(axis=1, keepdims=True)
        scaled = np.divide(directions, length, out=np.zeros_like(directions), where=length > 0)  # NaN × 0 is NaN
        found = []
        for part in torch.from_numpy(scaled).float().to(self.device).split(self.AT_ONCE):
            found += self.halving(slopes, part)
        return length * torch.cat(found).cpu().numpy()

    def _slopes(self, maps: np.ndarray, directions):
        """:meth:`parts` of directions (n, m), a tensor on the device, at once."""
        import torch

        own = torch.from_numpy(maps).to(self.device).expand(len(directions), *maps.shape).clone().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(self.embed(own), own, directions)
        return (own.detach().double() * slope.double()).sum(dim=1).flatten(1)


class FullyConnected(ThroughNetwork):
    """A readout that pools the maps and whose first layer is linear in what was pooled (VGG's fc6).

    A pooled cell sees few cells of the grid, of which there are few ways to keep some. So what it gives to the first
    layer is computed once for each way that occurs, and the first layer's output is a sum of these; only what follows
    it is done for each embedding. ``readout`` is an :class:`ais.backbones.readouts.FullyConnected`.
    """

    def __init__(self, readout, device: str = "cpu"):
        super().__init__(readout.embedding, device)
        self.readout = readout
        self.weight = readout.first_weight.permute(2, 1, 0).contiguous()  # of each pooled cell (maps, hidden)
        self.following = readout.rest_on_one_core()
        self.windows: dict[tuple, list[np.ndarray]] = {}

    def seen(self, h: int, w: int) -> list[np.ndarray]:
        """Which cells of a grid each pooled cell sees, by their numbers."""
        if (h, w) not in self.windows:
            import torch

            one_cell = torch.eye(h * w, device=self.device).reshape(-1, 1, h, w)
            with torch.inference_mode():
                sees = self.readout.cells(one_cell)[:, 0].T > 0
            self.windows[h, w] = [np.flatnonzero(of_one) for of_one in sees.cpu().numpy()]
        return self.windows[h, w]

    def kept(self, maps: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Embeddings (n, m) float64 with only the ``cells`` (n, h × w) bool kept."""
        import torch

        ways = [ways_to_keep(cells[:, seen]) for seen in self.seen(*maps.shape[1:])]
        needed = np.unique(np.concatenate([first for first, _ in ways]))
        torch.set_num_threads(1)  # each thread of ours has its own
        own = torch.from_numpy(maps).to(self.device)
        masks = torch.from_numpy(cells[needed]).to(self.device).reshape(-1, 1, *maps.shape[1:])
        with torch.inference_mode():
            pooled = torch.cat(
                [
                    self.halving.joined(lambda part: self.readout.cells(own * part), each)
                    for each in masks.split(self.AT_ONCE)
                ]
            )
            hidden = self.readout.first_bias.repeat(len(cells), 1)
            for cell, (first, way) in enumerate(ways):
                given = pooled[np.searchsorted(needed, first), :, cell] @ self.weight[cell]
                hidden += given[way]
            return self.halving.joined(self.following, hidden).double().cpu().numpy()

    def parts(self, maps: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Σ_k F[k, c] ∂(direction · z) / ∂F[k, c] of each cell c, for ``directions`` (n, m): (n, h × w).

        A cell's part in the first layer's output is the same for all directions.
        """
        import torch

        torch.set_num_threads(1)
        given = torch.zeros(maps[0].size, self.weight.shape[2], device=self.device)
        own = torch.from_numpy(maps).to(self.device)[None].requires_grad_()
        with torch.enable_grad():
            pooled = self.readout.cells(own)[0]
            for cell, seen in enumerate(self.seen(*maps.shape[1:])):
                (slope,) = torch.autograd.grad(pooled[:, cell].sum(), own, retain_graph=True)
                given[seen] += (own * slope).detach()[0].flatten(1)[:, seen].T @ self.weight[cell]
        return self._through(lambda scaled: self._slopes_after(pooled.detach(), scaled) @ given.double().T, directions)

    def _slopes_after(self, pooled, directions):
        """∂(direction · z) of the first layer's output, (n, hidden) float64, for directions (n, m)."""
        import torch

        with torch.enable_grad():
            hidden = self.readout.first(pooled.flatten()[None]).detach().requires_grad_()
            (slope,) = torch.autograd.grad(
                self.readout.following(hidden), hidden, directions[:, None], is_grads_batched=True
            )
        return slope[:, 0].double()


def ways_to_keep(kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each different row of ``kept`` (n, cells) bool comes first, and which of them each row is (n,)."""
    _, first, way = np.unique(np.packbits(kept, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, way.ravel()


def _silent(maps: np.ndarray) -> np.ndarray:
    """Whether all maps are zero in a cell, (h × w,) bool."""
    return ~maps.reshape(len(maps), -1).any(axis=0)


def _vectors(maps: np.ndarray) -> np.ndarray:
    """The vector of each cell (h × w, maps) float64."""
    return maps.reshape(len(maps), -1).T.astype(np.float64)
