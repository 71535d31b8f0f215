"""Where in an image the agreement lies: kinds of heatmaps, what each is worth, and how they are shown."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "weighting": ["heatmap", "signed", "harm", "activation"],
        "kinds": ["KINDS", "CONTROLS", "by_cells"],
        "faithfulness": ["hottest"],
        "upsampling": ["at_image_size", "at_working_size", "working_size"],
        "overlays": ["Scale", "overlay"],
        "borrowed": ["by_other_scores"],
        "between_similarities": ["agreement_beyond", "beyond"],
        "between_backbones": ["agreement_between", "compare_importance", "log_importance"],
    },
)
