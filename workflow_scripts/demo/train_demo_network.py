"""Train the demo's small network in under a minute, and save it as a user's checkpoint would be."""

import argparse
import logging

from ais.artifacts import store
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the initial weights and the training pictures")
    parser.add_argument("--output", required=True, help="state dict (.safetensors)")
    return parser


def main(arguments: argparse.Namespace) -> None:
    from safetensors.torch import save_file

    from ais.demo import training

    network, right = training.train(arguments.seed)
    log.info("names %.0f %% of new shapes, %.0f %% of colours, %.0f %% of textures", *(100 * share for share in right))
    with store.whole_file(arguments.output) as temporary:
        save_file(network.state_dict(), temporary)


if __name__ == "__main__":
    run(parser(), main)
