"""List the last layers of a network whose maps could be studied, and say which one is taken."""

import argparse

from ais.workflow.command_line import run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--architecture", required=True, help="torchvision/NAME or timm/NAME")
    parser.add_argument("--size", type=int, help="side of the images in pixels (default: the architecture's own)")
    parser.add_argument("--last", type=int, default=12, help="how many layers to list")
    return parser


def main(arguments: argparse.Namespace) -> None:
    from ais.backbones import layers, networks, readouts

    network = networks.build(arguments.architecture)
    size = (arguments.size, arguments.size) if arguments.size else networks.native_size(network)
    taken, _ = layers.choose(network, size)
    made_by = layers.made_by(network, size, taken)
    candidates = layers.candidates(network, size)
    print(f"{arguments.architecture}, images of {size[0]} × {size[1]} pixels")
    for name, shape in candidates[-arguments.last :]:
        mark = f"  <- taken: the last with spatial extent before the head, after {made_by}" if name == taken else ""
        print(f"  {name:32} {shape[0]:5} maps of {shape[1]} × {shape[2]}{mark}")
    print(f"  readout: {readouts.resolve(network, 'auto')}")


if __name__ == "__main__":
    run(parser(), main)
