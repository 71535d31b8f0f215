"""Files that are whole or absent, say what they hold, and can be put together from shards."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "store": ["opened", "read_ids", "create", "write_array"],
    },
)
