"""The report's pages: what was found, in words; tables that people read; the study."""

import lazy_loader

# Loaded when asked for: a script that needs one module starts with that one, and is stale by it alone.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "numbers": ["told", "told_p", "told_interval"],
    },
)
