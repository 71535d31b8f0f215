"""Which device a job computes on: what was asked for, never something else in silence."""

from ais.errors import InputError


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
