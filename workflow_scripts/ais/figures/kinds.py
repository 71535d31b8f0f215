"""The colour of each kind of heatmap, the same in every figure, and the order in which they come."""

from collections.abc import Iterable

# After Okabe & Ito, told apart by those who are colour-blind; the claim in red, the controls quieter.
COLOURS = {
    "importance/images": "#c8443c",
    "importance/set": "#e39a86",
    "signed": "#cc79a7",
    "place": "#009e73",
    "gradient": "#e69f00",
    "covariance": "#7b5ea7",
    "activation": "#4c6a92",
    "harm": "#8fb0d3",
    "permuted": "#b5b5b5",
    "centre": "#5b5b5b",
}


def colour(kind: str) -> str:
    """Black for a kind that has none of its own."""
    return COLOURS.get(kind, "#000000")


def in_order(kinds: Iterable[str]) -> list[str]:
    """Each kind once: those known in their order, then others as they come."""
    kinds = list(dict.fromkeys(kinds))
    return [kind for kind in COLOURS if kind in kinds] + [kind for kind in kinds if kind not in COLOURS]
