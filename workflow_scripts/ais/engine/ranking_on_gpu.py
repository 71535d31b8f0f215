"""Spearman's ρ on a GPU: one vector of similarities, ranked within every subset of the pairs.

The similarities come from the CPU bit for bit, so that what ties does not depend on the device. Sorting and
counting them is nearly all of the work; here it is done by torch, in the steps of :mod:`ais.engine.alignment`: one
sort serves all subsets, and what ties in it ties in each.
"""

import threading
from collections.abc import Iterable

import numpy as np
import torch
from scipy import sparse

from ais.engine.alignment import MEMORY, TIED, Subsets, rho

BYTES = 64  # that counting takes for each pair of each subset at hand
MOST = 1 << 36  # bytes: counts within what is held at once must fit an int32
UNDEFINED, NOBODY = -1, torch.iinfo(torch.int32).max  # in place of a run of equal values

_one_at_a_time = threading.Lock()  # whatever the number of threads, a job holds the memory of one


class SubsetsOnGPU:
    """What :class:`ais.engine.alignment.Subsets` answers for Spearman's ρ, computed on a torch ``device``.

    The same numbers to rounding: exactly, where ranks and counts are whole numbers below 2⁵³.
    """

    def __init__(self, subsets: Subsets, device: str):
        self.device = torch.device(device)
        self.size, self.place, self.scale = subsets.size, subsets.place, subsets.scale
        self.pairs, self.large = subsets.member.shape
        self.member = torch.from_numpy(np.ascontiguousarray(subsets.member.T)).to(self.device)  # (large, pairs)
        self.human = torch.from_numpy(np.ascontiguousarray(subsets.human.T)).to(self.device)
        table, human = _by_subset(subsets, beyond=self.pairs)
        self.small_pairs = torch.from_numpy(table).to(self.device)  # (small, widest)
        self.small_human = torch.from_numpy(human).to(self.device)

    def alignments(self, similarities: np.ndarray, memory: int = MEMORY) -> np.ndarray:
        """Alignment of each row of ``similarities`` (rows, pairs) on each subset: (rows, subsets).

        ``memory`` bounds the bytes that counting takes on the device, beside one sort and the subsets themselves.
        """
        found = np.empty((len(similarities), self.size.size))
        for row, values in enumerate(similarities):
            with _one_at_a_time, torch.inference_mode():
                found[row, self.place] = self._rank_correlations(values, min(memory, MOST))
        return found

    def each(self, similarities: Iterable[np.ndarray], memory: int = MEMORY) -> np.ndarray:
        """As :meth:`alignments` for a stream of vectors (pairs,), one at a time."""
        found = [self.alignments(values[None], memory) for values in similarities]
        return np.concatenate([np.empty((0, self.size.size)), *found])

    def _rank_correlations(self, similarities: np.ndarray, memory: int) -> np.ndarray:
        values = torch.from_numpy(np.array(similarities, dtype=np.float64)).to(self.device)
        ordered, order = values.sort()  # NaN last
        undefined = ordered.isnan()
        tolerance = TIED * values.nan_to_num(nan=0.0).abs().max()
        begins = torch.ones_like(undefined)
        begins[1:] = ordered.diff() > tolerance
        run = begins.cumsum(0, dtype=torch.int32) - 1
        first = begins.nonzero().squeeze(1)
        after = torch.cat([first[1:], first.new_tensor([self.pairs])])

        product, ties = np.empty(self.size.size), np.empty(self.size.size)
        for part in self._parts(range(self.large), self.pairs, memory):
            product[part], ties[part] = self._on_large(part, order, undefined, first[run], after[run])
        run_of = run.new_full((self.pairs + 1,), NOBODY)
        run_of[order] = run.masked_fill(undefined, UNDEFINED)
        for part in self._parts(range(self.large, self.size.size), self.small_pairs.shape[1], memory):
            product[part], ties[part] = self._on_small(part, run_of)
        found = rho(product, ties, self.size)
        found[: self.large] *= self.scale
        return found

    @staticmethod
    def _parts(subsets: range, width: int, memory: int) -> list[slice]:
        """Successive subsets, as many at once as ``memory`` allows for ``width`` pairs each."""
        at_once = max(1, memory // (BYTES * (width + 1)))
        begins = range(subsets.start, subsets.stop, at_once)
        return [slice(begin, min(begin + at_once, subsets.stop)) for begin in begins]

    def _on_large(self, part: slice, order, undefined, first, after) -> tuple[np.ndarray, np.ndarray]:
        """Σ centred rank × human side, and Σ (t³ − t) over runs of t, of subsets that hold many of the pairs.

        ``first`` and ``after`` (pairs,) bound, in sorted order, the run of equal values that each place is in.
        """
        size = torch.from_numpy(self.size[part].astype(np.int32)).to(self.device)[:, None]
        own = torch.nn.functional.pad(self.member[part].index_select(1, order), (1, 0))
        # One scan over all rows is a GPU's quickest; what the rows before have counted is taken off again.
        passed = own.flatten().cumsum(0, dtype=torch.int32).view(own.shape)
        passed -= passed[:, :1].clone()
        own = own[:, 1:]
        before, through = passed.index_select(1, first), passed.index_select(1, after)
        twice_rank = before + through - size
        product = (twice_rank * self.human[part].index_select(1, order).double()).sum(1) / 2
        product[(own.bool() & undefined).any(1)] = torch.nan
        t = (through - before).double()
        return product.cpu().numpy(), (own * (t * t - 1)).sum(1).cpu().numpy()

    def _on_small(self, part: slice, run_of) -> tuple[np.ndarray, np.ndarray]:
        """The same of subsets that hold few of the pairs: their members' runs are sorted, a row a subset."""
        rows = slice(part.start - self.large, part.stop - self.large)
        size = torch.from_numpy(self.size[part]).to(self.device)[:, None]
        runs, place = run_of[self.small_pairs[rows]].sort(dim=1)
        first, after = torch.searchsorted(runs, runs), torch.searchsorted(runs, runs, right=True)
        twice_rank = first + after - size
        product = (twice_rank * self.small_human[rows].gather(1, place)).sum(1) / 2
        product[(runs == UNDEFINED).any(1)] = torch.nan
        t = (after - first).double()
        return product.cpu().numpy(), ((runs < NOBODY) * (t * t - 1)).sum(1).cpu().numpy()


def _by_subset(subsets: Subsets, beyond: int) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of each small subset and their human side (small, widest), filled up with ``beyond`` and 0."""
    shape = beyond, subsets.size.size - subsets.member.shape[1]
    compressed = sparse.csr_array((subsets.small_human, subsets.small_member, subsets.start), shape=shape).tocsc()
    sizes = np.diff(compressed.indptr)
    filled = np.arange(sizes.max(initial=0)) < sizes[:, None]
    table, human = np.full(filled.shape, beyond, np.int64), np.zeros(filled.shape)
    table[filled], human[filled] = compressed.indices, compressed.data
    return table, human
