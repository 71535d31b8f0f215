"""The page on which a finished study is explored: what it ships, and what it is made of."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "packing": ["quantised", "restored"],
        "neighbours": ["nearest", "strongest"],
    },
)
