"""Alignment, importance and pruning: the method's own arithmetic, on arrays."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "alignment": ["Subsets", "midranks"],
        "similarity": ["similarity_matrix"],
        "masking": ["Pooled"],
        "importance": ["Scores", "score_maps", "image_rows"],
        "triplets": ["Triplets"],
        "pruning": ["Curve", "curve", "kept_maps", "ranking"],
    },
)
