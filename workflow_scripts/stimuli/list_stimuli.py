"""List the images of a set, with what they contain: the only order there is."""

import argparse
import logging

from ais.artifacts import store
from ais.stimuli import manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument(
        "--white", type=float, help="what is white in pixels deeper than 8 bits (default: found from them)"
    )
    parser.add_argument(
        "--transparency",
        default="white",
        help="what transparent pictures are laid on: white, black, #rrggbb, or ignore",
    )
    parser.add_argument("--output", required=True, help="the list, tab-separated: a row an image")
    parser.add_argument("--notes", help="text, a line each: what was taken for what, and what is doubtful")
    return parser


def main(arguments: argparse.Namespace) -> None:
    table = manifests.scan(arguments.images, arguments.white, arguments.transparency)
    manifests.write_manifest(arguments.output, table)
    if arguments.notes:
        store.write_text(arguments.notes, "".join(f"{note}\n" for note in table.attrs["notes"]))
    log.info("%d images in %s", len(table), arguments.images)


if __name__ == "__main__":
    run(parser(), main)
