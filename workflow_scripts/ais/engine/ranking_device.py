"""Where similarities are ranked: by the compiled loops on a CPU, or by torch on a GPU."""

import logging

from ais import devices

log = logging.getLogger(__name__)

# Fewer pairs than these a CPU has ranked, for a thousand maps, before a GPU has started.
WORTH_A_GPU = 100_000


def choose(wish: str, pairs: int, measure: str) -> str:
    """``cpu`` or ``cuda``: as :func:`ais.devices.choose`, but ``auto`` takes a GPU for many pairs only.

    Pearson's r (``measure``) needs no ranks, and is the CPU's.
    """
    if measure != "spearman" or (wish == "auto" and pairs < WORTH_A_GPU):
        return "cpu"
    device = devices.choose(wish)
    log.info("similarities of %d pairs are ranked on %s", pairs, device)
    return device


def ranked_on(device: str, subsets):
    """The subsets of pairs (:class:`ais.engine.alignment.Subsets`) with their ranking on ``cpu`` or ``cuda``."""
    if device == "cpu":
        return subsets
    from ais.engine.ranking_on_gpu import SubsetsOnGPU

    return SubsetsOnGPU(subsets, device)
