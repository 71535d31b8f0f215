"""What every script shares: progress on stderr, and errors told to people in one line."""

import argparse
import errno
import logging
import shlex
import sys
from collections.abc import Callable

from ais.errors import InputError


def run(parser: argparse.ArgumentParser, main: Callable[[argparse.Namespace], None]) -> None:
    """Parse the command line and call ``main``; what the user can mend ends in one line, status 1.

    An :class:`InputError`, a refusal of the operating system (no such file, no permission,
    disk full) and a GPU without room are the user's to mend; anything else is a defect of the
    program and keeps its traceback.
    """
    arguments = parser.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    try:
        main(arguments)
    except InputError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.exit(
                f"error: {error.filename or 'disk'}: no space left; expected room for it. Make room and run snakemake "
                "again: what is finished stays."
            )
        if error.filename is None:
            raise
        sys.exit(f"error: {error.filename}: {error.strerror}.")
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":  # torch's, which few scripts import
            raise
        sys.exit(
            "error: device: found too little free memory on the GPU; expected room for this step. Let other "
            "programs on it end, set similarities_mb lower, or set device: cpu."
        )
    except KeyboardInterrupt:
        sys.exit(130)


def options_text(arguments: argparse.Namespace, *names: str) -> str:
    """The settings an artifact was made with, as canonical text: ``--mask all --similarity cosine``."""
    words = []
    for name in sorted(names):
        value = getattr(arguments, name)
        values = value if isinstance(value, list) else [value]
        words += [f"--{name.replace('_', '-')}", *(shlex.quote(str(item)) for item in values)]
    return " ".join(words)


def add_comparisons(parser: argparse.ArgumentParser, names: str, option: str = "comparisons") -> None:
    """Take what the files of a step are about, each ``names`` (such as ``STIMULI/BACKBONE/ANALYSIS``)."""
    parser.add_argument(f"--{option}", nargs="+", required=True, metavar=names, help="what each file is about")
    parser.set_defaults(comparison_names=[name.lower() for name in names.split("/")])


def compared(
    arguments: argparse.Namespace, files: list[str], option: str = "comparisons"
) -> list[tuple[dict[str, str], str]]:
    """Each file with what it is about: ``({"stimuli": "animals", "backbone": …}, path)``.

    Raises :class:`InputError` where files and comparisons are not as many.
    """
    named = getattr(arguments, option.replace("-", "_"))
    if len(files) != len(named):
        raise InputError(f"--{option}: found {len(named)} for {len(files)} files; expected as many.")
    return [
        (dict(zip(arguments.comparison_names, each.split("/"), strict=True)), path)
        for each, path in zip(named, files, strict=True)
    ]
