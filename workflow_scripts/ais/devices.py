"""Which device a job computes on: what was asked for, never something else in silence."""

import logging

from ais.errors import InputError

log = logging.getLogger(__name__)

# Fewer pairs than these a CPU has ranked, for a thousand maps, before a GPU has started.
WORTH_A_GPU = 100_000


def choose(device: str) -> str:
    """``cpu`` or ``cuda`` for the wish ``auto``, ``cpu`` or ``cuda``; a missing GPU is an error."""
    if device == "cpu":
        return "cpu"
    import torch

    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise InputError(
            "device: asked for cuda; found no GPU that torch can use. "
            "Set device: cpu (or auto) in the study, or run where there is a GPU."
        )
    return ("cuda" if available else "cpu") if device == "auto" else device


def for_ranking(device: str, pairs: int, measure: str) -> str:
    """``cpu`` or ``cuda`` for ranking similarities: as :func:`choose`, but ``auto`` takes a GPU for many pairs only.

    Pearson's r (``measure``) needs no ranks, and is the CPU's.
    """
    if measure != "spearman" or (device == "auto" and pairs < WORTH_A_GPU):
        return "cpu"
    device = choose(device)
    log.info("similarities of %d pairs are ranked on %s", pairs, device)
    return device


def ranked_on(device: str, subsets):
    """The subsets of pairs (:class:`ais.alignment.Subsets`) with their ranking on ``cpu`` or ``cuda``."""
    if device == "cpu":
        return subsets
    from ais.ranking_on_gpu import SubsetsOnGPU

    return SubsetsOnGPU(subsets, device)
