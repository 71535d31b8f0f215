"""Training of the demo's network: it learns to name shape, colour and texture of freshly drawn pictures."""

import logging

import numpy as np
import timm
import torch
from torch.nn import functional

from ais.demo.pictures import COLOURS, SHAPES, TEXTURES, Attributes, draw

log = logging.getLogger(__name__)

ARCHITECTURE = "resnet10t"  # of timm
ATTRIBUTES = (SHAPES, tuple(COLOURS), TEXTURES)
CLASSES = sum(map(len, ATTRIBUTES))  # the head names all three: shapes first, then colours, then textures
# Texture counts little, or it would fill the network: it covers most of every picture.
IMPORTANCE = (1.0, 1.0, 0.05)
CUTOUT = 128  # pixels of the training pictures: cutouts at the scale of the real ones
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def train(seed: int, steps: int = 120, batch: int = 28, threads: int = 2) -> tuple[torch.nn.Module, list[float]]:
    """A network trained from scratch, and the share of shapes, colours and textures it names right.

    The same ``seed`` and ``threads`` give the same network on one machine.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # it would only cost time: all memory is written here
    random = np.random.default_rng(seed)
    network = timm.create_model(ARCHITECTURE, pretrained=False, num_classes=CLASSES).train()
    # As the pictures lie in memory: a sixth faster on a processor, with the same numbers.
    network = network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=4e-3, total_steps=steps, pct_start=0.25)
    for step in range(steps):
        images, truth = _examples(batch, random)
        named = _by_attribute(network(images))
        loss = sum(
            weight * functional.cross_entropy(scores, one)
            for weight, scores, one in zip(IMPORTANCE, named, truth.T, strict=True)
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if (step + 1) % 20 == 0:
            log.info("step %d of %d: loss %.3f", step + 1, steps, loss.item())
    network = network.to(memory_format=torch.contiguous_format).eval()
    with torch.inference_mode():
        images, truth = _examples(200, random)
        named = _by_attribute(network(images))
        right = [(scores.argmax(1) == one).float().mean().item() for scores, one in zip(named, truth.T, strict=True)]
    return network, right


def _examples(number: int, random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Freshly drawn pictures (number, 3, h, w), normalised, and their attributes' indices (number, 3)."""
    truth = np.stack([random.integers(len(values), size=number) for values in ATTRIBUTES], axis=1)
    pictures = [
        draw(Attributes(*(values[one] for values, one in zip(ATTRIBUTES, each, strict=True))), random, CUTOUT)[0]
        for each in truth
    ]
    images = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    mean, std = torch.tensor(MEAN)[:, None, None], torch.tensor(STD)[:, None, None]
    return (images - mean) / std, torch.from_numpy(truth)


def _by_attribute(scores: torch.Tensor) -> tuple[torch.Tensor, ...]:
    return scores.split([len(values) for values in ATTRIBUTES], dim=1)
