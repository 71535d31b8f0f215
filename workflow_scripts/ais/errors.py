"""The one exception for everything that a user can cause and can mend."""


class InputError(Exception):
    """Something in the user's files or settings is wrong.

    The message is a single line: the file and the key or row, what was found, what was expected,
    and what to do. What it quotes of a file may hold line ends and worse: these are shown, not written.
    """

    def __init__(self, message: str):
        super().__init__("".join(each if each.isprintable() else repr(each)[1:-1] for each in message))


def some(names, limit: int = 5) -> str:
    """List the first few names, and say how many there are: ``'a', 'b' and 7 more``."""
    names = sorted(names)
    shown = ", ".join(repr(str(name)) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
