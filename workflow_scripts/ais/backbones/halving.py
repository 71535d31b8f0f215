"""Batches that a GPU has too little memory for: they are halved, and the work goes on."""

import logging
from collections.abc import Callable

import torch

log = logging.getLogger(__name__)


class Halving:
    """Runs batches, in parts of half the size each time that memory runs out; later batches keep that size.

    ``what`` the batches are of, for the log. Safe in several threads.
    """

    def __init__(self, what: str):
        self.what = what
        self.most: int | None = None  # at once, once memory ran out

    def __call__(self, run: Callable, batch) -> list:
        """What ``run`` gives for each part of ``batch``, a list or tensor, in order.

        Raises torch's ``OutOfMemoryError`` where a single one is too much.
        """
        found, first = [], 0
        while first < len(batch) or not found:
            part = batch[first : first + (self.most or len(batch))]
            try:
                found.append(run(part))
                first += len(part)
                continue
            except torch.OutOfMemoryError:
                if len(part) <= 1:
                    raise
            # Only here, as the error holds on to what was in memory.
            self.most = min(self.most or len(part), len(part) // 2)
            log.info("too little memory on the GPU for %d %s at once: %d from now on", len(part), self.what, self.most)
            torch.cuda.empty_cache()
        return found

    def joined(self, run: Callable[[torch.Tensor], torch.Tensor], batch: torch.Tensor) -> torch.Tensor:
        """The same for tensors (n, …), put together again; differentiable if ``run`` is."""
        found = self(run, batch)
        return found[0] if len(found) == 1 else torch.cat(found)
