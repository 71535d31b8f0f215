"""Copy the images of a set, and nothing else, into a folder of their own, in the folders that they lie in."""

import argparse
import logging
import shutil

from ais.artifacts import store
from ais.stimuli.image_files import images_in
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--output", required=True, help="folder of the copies")
    return parser


def main(arguments: argparse.Namespace) -> None:
    images = images_in(arguments.images)
    with store.whole_folder(arguments.output) as folder:
        for path in images:
            copy = folder / path.relative_to(arguments.images)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    log.info("%d images", len(images))


if __name__ == "__main__":
    run(parser(), main)
