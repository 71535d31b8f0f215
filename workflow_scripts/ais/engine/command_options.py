"""What every script is asked that masks feature maps: of what, by which measure, and with which means."""

import argparse
from collections.abc import Sequence

from ais.engine import alignment, similarity


def add_masked(parser: argparse.ArgumentParser) -> None:
    """The set and the network: their artifacts."""
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py")
    parser.add_argument("--weights", help="frozen weights; a readout that is not pooled needs them")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")


def add_measure(parser: argparse.ArgumentParser, alignments: Sequence[str] = alignment.ALIGNMENTS) -> None:
    """How embeddings are compared, and how that is compared with people: by one of the ``alignments``."""
    parser.add_argument("--similarity", choices=similarity.MEASURES, default="cosine", help="of embeddings")
    parser.add_argument("--alignment", choices=alignments, default="spearman", help="to people")


def add_means(parser: argparse.ArgumentParser, at_once: str = "", device_for: str = "networks") -> None:
    """Threads (where ``at_once`` says what they work at), memory and device: none of them changes a result."""
    if at_once:
        parser.add_argument("--threads", type=int, default=1, help=f"{at_once} at work at once")
    parser.add_argument("--memory-mb", type=int, default=500, help="for the similarities held at once")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help=f"for {device_for}")
