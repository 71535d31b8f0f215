"""Features: the maps of one layer for every image, and what the readout makes of them.

Images of different shapes are run one shape at a time, so that none is cropped or padded on its way
through the network.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch

from ais.backbones import layers, networks, readouts
from ais.backbones.halving import Halving
from ais.errors import InputError

# How far, as a share of the largest value, the network's embedding may differ from that of its rest: batches of
# another size round otherwise.
SAME = 1e-4


@dataclass(frozen=True)
class Batch:
    """What a network makes of some images of one shape.

    ``numbers``: the images' positions in the set; ``windows`` (images, 4): the part of each, in its own
    pixels, that the network saw; ``maps`` (images, maps, h, w); ``pooled`` (images, maps), each map's mean
    over space; ``embedding`` (images, m), what the readout makes of the maps; ``softmax`` (images,
    classes) and ``entropy`` (images,), its Shannon entropy in nats, None without a classification head. All
    as the network computes them, in float32; the entropy float64.
    """

    numbers: list[int]
    windows: np.ndarray
    maps: np.ndarray
    pooled: np.ndarray
    embedding: np.ndarray
    softmax: np.ndarray | None
    entropy: np.ndarray | None


def extract(
    network: torch.nn.Module,
    layer: str,
    readout: str,
    prepared: Callable[[int], tuple[torch.Tensor, tuple[float, ...]]],
    batches: Sequence[list[int]],
    image_ids: Sequence[str],
    threads: int = 1,
    has_head: bool = True,
) -> Iterator[Batch]:
    """Run the images of each batch; ``threads`` batches are decoded and run at once.

    ``prepared`` gives the tensor (3, h, w) and the window of the image of a number; all of a batch have
    one shape. Raises :class:`InputError` for images that are too small, or whose maps are not finite,
    have no spatial extent or are all zero. ``has_head``: whether the network's output is of classes. Where a GPU has
    too little memory for a batch, it comes in halves.
    """
    fully_connected = readouts.FullyConnected(network, layer) if readout == "fully_connected" else None
    rest = readouts.Rest(network, layer, networks.native_size(network)) if readout == "network" else None

    def embedded(maps: torch.Tensor, pooled: torch.Tensor) -> torch.Tensor:
        if rest is None:
            return pooled if fully_connected is None else fully_connected.embedding(maps)
        own, embedding = rest.own(), rest.embedding(maps)
        if own.shape != embedding.shape or (own - embedding).abs().max() > SAME * own.abs().max():
            raise rest.passed_by()
        return embedding

    def batch_of(numbers: list[int]) -> Batch:
        tensors, windows = zip(*map(prepared, numbers), strict=True)
        output, maps = _run(network, caught, layer, torch.stack(tensors), [image_ids[number] for number in numbers])
        with torch.inference_mode():
            pooled = caught.pooled
            embedding = embedded(maps, pooled)
            arrays = [each.cpu().numpy() for each in (maps, pooled, embedding)]
            return Batch(numbers, np.array(windows), *arrays, *_softmax(output if has_head else None))

    halving = Halving("images")
    with layers.capturing(network, layer) as caught, ThreadPoolExecutor(threads) as pool:
        waiting = deque()
        for numbers in batches:
            waiting.append(pool.submit(halving, batch_of, numbers))
            if len(waiting) > threads:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _softmax(logits: torch.Tensor | None) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The softmax (images, classes) of a head's output, and its entropy (images,) in nats."""
    if logits is None or logits.dim() != 2:
        return None, None
    softmax = logits.double().softmax(dim=1)
    return softmax.float().cpu().numpy(), torch.special.entr(softmax).sum(dim=1).cpu().numpy()


def _run(network, caught, layer: str, images: torch.Tensor, image_ids: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """The network's output, and the maps of the layer (images, maps, h, w)."""
    device = next(network.parameters()).device
    size = f"{images.shape[3]} × {images.shape[2]} pixels as the network gets it"
    try:
        with torch.inference_mode():
            output = network(images.to(device))
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"image {image_ids[0]!r}: found {size}; {type(network).__name__} expected others "
            f"({str(error).splitlines()[0].rstrip('.')}). Set preprocessing, or leave the image out."
        ) from None
    maps = caught.maps
    if min(maps.shape[2:]) < 2:
        raise InputError(
            f"image {image_ids[0]!r}: found {size}, of which {layer} makes maps of {maps.shape[2]} × "
            f"{maps.shape[3]}; expected h, w > 1. Set preprocessing: resize, or an earlier layer."
        )
    for image, own in zip(image_ids, maps, strict=True):
        if not own.isfinite().all():
            raise InputError(
                f"image {image!r}: found NaN or infinity in the maps of {layer}; expected numbers. Check the "
                "weights and the preprocessing."
            )
        if not own.any():
            raise InputError(
                f"image {image!r}: found only zeros in the maps of {layer}, so it is like no other image; expected "
                "some activation. Check the preprocessing, or leave the image out."
            )
    return output, maps


def batches_by_shape(shapes: Sequence[tuple[int, int]], batch_size: int) -> list[list[int]]:
    """Positions of the images of each shape in turn, up to ``batch_size`` at once."""
    same: dict[tuple[int, int], list[int]] = {}
    for number, shape in enumerate(shapes):
        same.setdefault(shape, []).append(number)
    return [
        numbers[first : first + batch_size] for numbers in same.values() for first in range(0, len(numbers), batch_size)
    ]


@contextmanager
def exact() -> Iterator[None]:
    """While the block lasts, networks compute in full float32 and the same in every run.

    cuDNN's convolutions round to TF32 unless told otherwise, and choose their algorithm by a race. On a
    processor the rounding depends on how many threads share a convolution: here one takes it whole.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    before = cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark, matmul.allow_tf32
    cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark, matmul.allow_tf32 = False, True, False, False
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark, matmul.allow_tf32 = before
