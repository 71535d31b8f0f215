"""What a difference is worth: tests, nulls and intervals."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "fold_tests": ["compare_folds"],
        "map_tests": ["compare_maps", "under_label_null"],
        "intervals": ["Interval", "leave_out", "nadeau_bengio"],
        "nulls": ["matched", "permutation", "permuted_labels"],
        "outcomes": ["Outcome"],
        "overlap": ["Overlap", "overlap"],
        "p_values": ["p_value"],
        "pairing": ["compare_pairing"],
        "procedure": ["prefix_grid"],
        "refits": ["refit"],
        "scopes": ["beyond_border", "border_alone", "scopes_of"],
        "transfer": ["agreement", "alignment_with"],
    },
)
