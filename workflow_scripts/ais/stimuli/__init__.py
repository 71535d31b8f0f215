"""Images of a set, people's judgments of their pairs, and folds of these."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "categories": ["same_category"],
        "decoding": ["read_rgb"],
        "folds": ["pairs_of", "split_pairs", "split_images"],
        "manifests": ["read_manifest"],
        "ratings": ["Ratings"],
        "triplets": ["OddOnes", "shares"],
    },
)
