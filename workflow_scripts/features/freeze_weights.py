"""Freeze a backbone's weights: fetch or read them, check that they fit, and keep them as safetensors."""

import argparse
import logging
import os
from pathlib import Path

from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--architecture", required=True, help="torchvision/<name> or timm/<name>")
    parser.add_argument(
        "--weights",
        required=True,
        help="the library's tag, such as IMAGENET1K_V1; a file: .pth, .bin, .ckpt, .safetensors … or ./any; the "
        "address (http) of one; or random",
    )
    parser.add_argument("--sha256", help="what the file's digest must be")
    parser.add_argument("--prefix", help="what stands before the network's names in the checkpoint")
    parser.add_argument("--seed", type=int, default=0, help="of random weights")
    parser.add_argument(
        "--classes", type=int, help="size of the head, 0 for none (default: the tag's, or the library's own)"
    )
    parser.add_argument(
        "--output",
        required=True,
        help="safetensors; .sha256 and .json (facts, preprocessing) are written beside it",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    # The libraries' own downloads belong beside ours, unless the user has another place for them.
    downloads = Path(arguments.output).parent / "downloads"
    for variable in ("TORCH_HOME", "HF_HOME"):
        os.environ.setdefault(variable, str(downloads))
    from ais.backbones import weights

    network, facts = weights.prepare(
        arguments.architecture, arguments.weights, arguments.classes,
        sha256=arguments.sha256, prefix=arguments.prefix, seed=arguments.seed, downloads=downloads,
    )  # fmt: skip
    for note in facts.get("notes", []):
        log.warning("%s says of %s: %s", arguments.architecture.partition("/")[0], arguments.weights, note)
    if facts["preprocessing"] is None:
        log.warning(
            "preprocessing: that of the weights is of a kind that is not known here; the study must name its own"
        )
    weights.freeze(network, arguments.output, facts)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    log.info(
        "%s, %s: %d classes, %.1f million parameters",
        arguments.architecture, arguments.weights, facts["classes"], parameters / 1e6,
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
