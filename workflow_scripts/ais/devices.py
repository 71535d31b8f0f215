"""Which device a job computes on: what was asked for, never something else in silence."""

from ais import leases
from ais.errors import InputError


def choose(device: str) -> str:
    """``cpu`` or ``cuda`` for the wish ``auto``, ``cpu`` or ``cuda``; a missing GPU is an error.

    A GPU is leased (:mod:`ais.leases`): this may wait for one, and CUDA must not have started in this process.
    """
    if device == "cpu":
        return "cpu"
    leases.take()
    import torch

    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise InputError(
            "device: asked for cuda; found no GPU that torch can use. "
            "Set device: cpu (or auto) in the study, or run where there is a GPU."
        )
    return ("cuda" if available else "cpu") if device == "auto" else device
