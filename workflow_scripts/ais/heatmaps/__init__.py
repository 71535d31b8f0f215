"""Where in an image the maps that carry the agreement are active, and how that is shown."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "weighting": ["heatmap"],
        "upsampling": ["at_image_size"],
        "overlays": ["Scale", "overlay"],
        "between_backbones": ["agreement_between", "compare_importance", "log_importance"],
    },
)
