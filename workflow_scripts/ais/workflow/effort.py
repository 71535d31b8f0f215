"""What each step takes by the size of its work: seconds of one core, memory at most, room on disk. Measured.

From what the logs of jobs end on (:mod:`ais.workflow.job_notes`), on two cores without a GPU: 120 photographs with
networks of 512 and 1,280 maps, pooled and VGG-16's; 700 pictures × 96 maps; 1,854 × 8; 26,000 with five million judged
pairs. The numbers stand in tests/unit/workflow/test_effort.py, which holds these laws against them. Not measured:
the readout ``network``, whose masked maps the rest of the network sees again; GPUs.

Jobs ask for more than this (rules/resources.smk), and runs tell it beforehand (:mod:`ais.workflow.estimate`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

# Seconds of one core that it takes to mask a map of one pair (pooled) or of one image (others) and rank it.
SECONDS_A_MAP = {"pooled": 1.2e-7, "fully_connected": 7e-4, "network": 1e-2}
# Maps of the layer that is taken, by how the name of an architecture begins (tests/architectures.py).
MAPS = {
    "alexnet": 256,
    **dict.fromkeys(["vgg", "squeezenet", "resnet10", "resnet18", "resnet34"], 512),
    **dict.fromkeys(["vit_", "deit", "swin", "convnext", "mobilenet_v3", "mobilenetv3", "regnet"], 768),
    **dict.fromkeys(["densenet121", "googlenet", "shufflenet"], 1024),
    **dict.fromkeys(["mobilenet", "mnasnet", "efficientnet_b0", "efficientnet_b1"], 1280),
}
PREFIXES = 35  # numbers of maps that a permuted world tries (ais.inference.procedure)
# Pictures of an image that the network sees for faithfulness in pixels, the hottest fifth taken away and only it kept:
# of five kinds of heatmaps by each of 8 halves, of four kinds that all halves share, and the whole picture.
PICTURES = 2 * (5 * 8 + 4) + 1


@dataclass(frozen=True)
class Size:
    """The size of what a step works on, as a study's files show it before anything has run."""

    images: int
    pairs: int  # that are compared: all, or those judged where these are few
    ratings: int  # lines of judgments
    maps: int
    cells: int  # of a map
    readout: str
    folds: int
    worlds: int  # permuted, of each null
    sets: int = 1  # that a step takes together, or networks
    similarities_mb: int = 500
    prefixes: int | None = None  # at which a curve is read before all around the best; None: at every number of maps
    pixels: bool = False  # whether faithfulness is measured in the pictures too

    @property
    def every(self) -> int:
        """All pairs of the images."""
        return self.images * (self.images - 1) // 2

    @property
    def one_map(self) -> float:
        """Seconds to mask one map and rank the similarities."""
        return SECONDS_A_MAP[self.readout] * (self.pairs if self.readout == "pooled" else self.images)

    @property
    def tried(self) -> float:
        """Numbers of maps at which a curve is read, as ais.engine.pruning.curve does."""
        if self.prefixes is None or self.prefixes >= self.maps:
            return self.maps
        steps = max(1, self.prefixes - math.ceil(math.log2(self.maps / self.prefixes)))
        return min(self.maps, self.prefixes + 2 * (self.maps / steps - 1))

    @property
    def picture(self) -> float:
        """Seconds in which the network sees a picture."""
        return 0.65 if self.readout == "fully_connected" else 0.15

    @property
    def world(self) -> float:
        """Seconds that the whole procedure takes in a permuted world, in all folds."""
        prefixes = self.folds * PREFIXES * self.one_map
        return 0.16 * prefixes if self.readout == "pooled" else prefixes

    @property
    def held(self) -> float:
        """MB that similarities take with their ranks: 16 vectors a thread, of which the study bounds the rest."""
        return min(1.3 * self.similarities_mb, 2400e-6 * self.pairs)

    @property
    def network(self) -> float:
        """MB that a network takes where the readout needs it: PyTorch, the weights, and what is worked on."""
        return {"pooled": 0, "fully_connected": 1500, "network": 1200}[self.readout]

    @property
    def features(self) -> float:
        """MB of all maps, in float32."""
        return 4 * self.images * self.maps * self.cells / 1e6


class Taken(NamedTuple):
    """Seconds of one core, MB of memory at most, MB on disk."""

    seconds: float
    mb: float
    disk: float = 0.0


Law = Callable[[Size], Taken]
START = 2.0  # seconds until a step that computes has loaded and compiled what it needs
LIBRARY = 270  # MB of NumPy, SciPy, Numba and what these compile
PICTURE = 1700  # MB to read the largest picture, of 100 megapixels in 16-bit colours or floating point
SMALL = Taken(2, 230)  # what formats a table or a picture
# Seconds an image in which the network runs again for its cells: kept one by one, and kept or masked in many ways.
FOR_CELLS = {"pooled": (0.0, 0.0), "fully_connected": (0.6, 1.6), "network": (2.0, 12.0)}


def scored(size: Size, times: float = 1.0) -> float:
    """Seconds to mask every map so many times, and rank the similarities in all folds and for all images."""
    return times * size.maps * size.one_map


def curves(size: Size) -> float:
    """Seconds to draw up the pruning curves of all folds; pooled similarities are ranked in but two subsets each."""
    return size.folds * size.tried * size.one_map * (0.16 if size.readout == "pooled" else 1.0)


def seeing(size: Size) -> float:
    """MB in which a network sees a batch of pictures."""
    return 4000 if size.readout == "fully_connected" else 2200


def ranked(size: Size) -> float:
    """Seconds to rank the human side of all folds."""
    return 2e-7 * size.folds * size.pairs


def arrays(size: Size, a_pair: float) -> float:
    """MB of a step that masks maps: library, network, pooled maps, similarities at hand, and so many bytes a pair."""
    pooled = 3 * 8 * size.images * size.maps / 1e6
    return LIBRARY + size.network + pooled + size.held + a_pair * size.pairs / 1e6


def shared(size: Size) -> float:
    """MB of the masked similarities' orders that permuted worlds share."""
    return min(size.similarities_mb, 24e-6 * size.maps * size.pairs)


LAWS: dict[str, Law] = {
    "list_stimuli": lambda size: Taken(1 + 0.01 * size.images, PICTURE),
    "read_judgments": lambda size: Taken(
        1 + 1.5e-5 * size.ratings, 150 + 640e-6 * size.ratings, 2 + 10e-6 * size.pairs
    ),
    "split_folds": lambda size: Taken(1 + 2e-7 * size.folds * size.pairs, 150 + 5e-6 * size.folds * size.pairs),
    "estimate_ceiling": lambda size: Taken(START + 2e-7 * size.folds * size.pairs, LIBRARY + 20 + 500e-6 * size.pairs),
    "freeze_weights": lambda size: Taken(5, 2000, 250),
    "extract_features": lambda size: Taken(8 + size.picture * size.images, seeing(size), 0.6 * size.features),
    "score_maps": lambda size: Taken(
        START + 1e-6 * size.pairs + scored(size), arrays(size, 350), 8e-6 * size.images * size.maps
    ),
    "score_folds": lambda size: Taken(START + ranked(size) + scored(size), arrays(size, 50 + 33 * size.folds)),
    "prune_maps": lambda size: Taken(START + ranked(size) + curves(size), arrays(size, 100 + 4 * size.folds)),
    "reweight_maps": lambda size: Taken(START + ranked(size) + curves(size), arrays(size, 100 + 4 * size.folds)),
    "permute_judgments": lambda size: Taken(
        START + scored(size) + 2 * size.worlds * size.world, arrays(size, 600 + 4 * size.folds) + shared(size)
    ),
    "refit_gain": lambda size: Taken(
        START + scored(size) + 40 * size.world / 4, arrays(size, 600 + 4 * size.folds) + shared(size)
    ),
    "measure_leak": lambda size: Taken(
        START + scored(size) + (1 + 2 * min(20, size.worlds)) * size.world,
        arrays(size, 900 + 6 * size.folds) + shared(size),
    ),
    "examine_maps": lambda size: Taken(
        START + scored(size, 17) + 3.5e-11 * min(5000, 250 * size.worlds) * size.pairs * size.maps,
        arrays(size, 1000) + shared(size),
    ),
    "transfer_maps": lambda size: Taken(START + scored(size, 3 * size.sets), arrays(size, 1000) + 100),
    "score_categories": lambda size: Taken(START + scored(size, 2), arrays(size, 350)),
    "judge_categories": lambda size: Taken(START + scored(size, 0.1), arrays(size, 100 + 4 * size.folds)),
    "compute_heatmaps": lambda size: Taken(
        START + scored(size) + (0.01 + FOR_CELLS[size.readout][0]) * size.images,
        arrays(size, 350) + 0.3 * size.network,
        18e-6 * size.images * size.cells,
    ),
    "measure_faithfulness": lambda size: Taken(
        START
        + scored(size, 16 if size.readout == "pooled" else 4)
        + (1.4e-4 * size.maps + FOR_CELLS[size.readout][1]) * size.images
        + size.pixels * PICTURES * size.picture * size.images,
        max(
            arrays(size, 500) + 150 + 1.1 * size.network,
            size.pixels * (seeing(size) + 500e-6 * size.pairs),  # afterwards
        ),
    ),
    "borrow_scores": lambda size: Taken(START + 0.02 * size.images, arrays(size, 0), 18e-6 * size.images * size.cells),
    "draw_sheets": lambda size: Taken(2 + 0.1 * size.images, 200 + PICTURE, 0.1 * size.images),
    "draw_pairs": lambda size: Taken(5, 350 + PICTURE + 300e-6 * size.every, 1),
    "draw_overlays": lambda size: Taken(2 + 0.1 * size.images, 100 + PICTURE, 0.3 * size.images),
    "prepare_saliency": lambda size: Taken(1 + 0.02 * size.images, 100 + PICTURE, 0.1 * size.images),
    "compare_saliency": lambda size: Taken(2 + 0.1 * size.images, 500, 0.01 * size.images),
    "compare_backbones": lambda size: Taken(3 + 0.01 * size.images * size.sets, 400 + size.images),
    "compare_similarities": lambda size: Taken(START + scored(size, 20), arrays(size, 600)),
    "pack_set": lambda size: Taken(
        3 + 0.02 * size.images * size.sets, 300 + PICTURE + size.features, 0.03 * size.images
    ),
    "train_demo_network": lambda size: Taken(200, 1500, 20),
}


def taken(step: str, size: Size) -> Taken:
    """What a step takes; of one without a law of its own, what small ones do."""
    return LAWS[step](size) if step in LAWS else SMALL
