"""Where people look, and how well a heatmap tells it."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "precision_recall": ["agreement", "top_share"],
        "curves": ["find"],
        "scores": ["auc", "cc", "nss", "sim"],
        "statistics": ["Gaze", "Statistic"],
        "fixations": ["density"],
        "saliency_maps": ["read_map"],
    },
)
