"""Which feature maps to take: the last activation with spatial extent before the network's head.

The last convolution by name is often the wrong one: an auxiliary head that never runs, a gate, a class
map, one branch of a concatenation. So one forward pass is traced, and read from its end.

A layer is named as in ``network.named_modules()``. Where an activation function is applied to a module's
output outside any module, as in torchvision's DenseNet, the name carries it: ``features:relu``.

Transformers keep a grid of tokens: their maps are the dimensions of the tokens' embedding, class and
register tokens apart.
"""

import difflib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torchvision.models import VisionTransformer

from ais.backbones import networks
from ais.errors import InputError

FUNCTIONS = {
    "relu": {functional.relu, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_},
    "relu6": {functional.relu6},
    "silu": {functional.silu},
    "hardswish": {functional.hardswish},
}
IDLE = (torch.nn.Identity, torch.nn.Dropout, torch.nn.Dropout2d)
# The layer before these is the one to study.
PASSING = (
    *IDLE,
    *(torch.nn.MaxPool2d, torch.nn.AvgPool2d, torch.nn.AdaptiveAvgPool2d, torch.nn.AdaptiveMaxPool2d),
)


@dataclass(frozen=True)
class Event:
    """Something in a forward pass put out a tensor: a module (leaf or not), or an activation function."""

    name: str
    tensor: int  # identity of the tensor; an in-place function puts out the one that it took
    shape: tuple[int, ...]  # (1, maps, h, w) of maps in whatever layout
    leaf: bool
    module: torch.nn.Module | None

    @property
    def spatial(self) -> bool:
        return len(self.shape) == 4 and min(self.shape[2:]) > 1

    @property
    def passing(self) -> bool:
        """Whether it changes no map but its size, or nothing at all, or is the whole network."""
        return isinstance(self.module, PASSING) or not self.name


def choose(network: torch.nn.Module, input_size: tuple[int, int], layer: str = "auto") -> tuple[str, tuple]:
    """The layer to study and the shape (maps, h, w) of its maps for an image of ``input_size`` (h, w).

    ``layer`` is a name, or ``auto``: the last activation with h, w > 1, pooling and class maps apart.
    Raises :class:`InputError` for a name that never runs or has no spatial extent, or where none has.
    """
    events = trace(network, input_size)
    if layer != "auto":
        found = [event for event in events if event.name == layer]
        if not found:
            close = difflib.get_close_matches(layer, [event.name for event in events], n=4)
            advice = f"Did you mean {' or '.join(close)}?" if close else "Leave layer out to take the last."
            raise InputError(
                f"layer: found {layer!r}, which {type(network).__name__} does not run; expected one of its "
                f"{len({event.name for event in events})} layers. {advice}"
            )
        if not found[-1].spatial:
            raise InputError(
                f"layer: found {layer!r}, whose output has the shape {found[-1].shape[1:]}; expected (maps, h, "
                "w) with h, w > 1. Choose an earlier layer."
            )
        return layer, found[-1].shape[1:]
    return _last_activation(network, events)


def made_by(network: torch.nn.Module, input_size: tuple[int, int], layer: str) -> str:
    """What gave a layer's maps their values: ``ReLU``, ``SiLU``, ``LayerNorm``, …, or a sum or concatenation.

    What later overwrites them in place, as a block's addition does with the output of its last normalisation, is not
    what made them.
    """
    recorder = _recorded(network, input_size)
    last = max(number for number, event in enumerate(recorder.events) if event.name == layer)
    tensor = recorder.events[last].tensor
    made = [
        number
        for number, event in enumerate(recorder.events[: last + 1])
        if event.tensor == tensor and event.leaf and not isinstance(event.module, IDLE)
    ]
    if not made or any(changed == tensor and made[-1] < before <= last for before, changed in recorder.changes):
        return "sum or concatenation"
    event = recorder.events[made[-1]]
    return event.name.rpartition(":")[2] if event.module is None else type(event.module).__name__


def candidates(network: torch.nn.Module, input_size: tuple[int, int]) -> list[tuple[str, tuple]]:
    """Every layer with spatial extent that a study could name, in the order of execution: name and (maps, h, w)."""
    found = {}
    for event in trace(network, input_size):
        if event.spatial and event.name:
            found.pop(event.name, None)  # a layer that runs twice counts where it ran last
            found[event.name] = event.shape[1:]
    return list(found.items())


def _last_activation(network: torch.nn.Module, events: list[Event]) -> tuple[str, tuple]:
    classes = events[-1].shape[-1]
    for number in range(len(events) - 1, -1, -1):
        event, later = events[number], events[number + 1 :]
        if not event.spatial or event.passing:
            continue
        if not event.leaf and any(earlier.tensor == event.tensor for earlier in events[:number]):
            continue  # a container that only hands out what something inside it made
        known_as = [other for other in later if other.tensor == event.tensor and not other.passing]
        if any(other.leaf for other in known_as):
            continue  # overwritten by an in-place function
        is_class_map = event.shape[1] == classes and not any(
            isinstance(other.module, torch.nn.Linear) for other in later
        )
        if is_class_map and not networks.is_headless(network):
            continue
        if any("Attention" in type(other.module).__name__ or len(other.shape) == 3 for other in later):
            raise InputError(
                f"layer: found that {type(network).__name__} goes on after {event.name} with attention or tokens "
                "that form no grid; expected a network that pools its maps, or a transformer with a grid. Choose "
                "another architecture, or name a layer."
            )
        return (known_as[-1] if known_as else event).name, event.shape[1:]
    raise InputError(
        f"layer: {type(network).__name__} has no layer with spatial extent at this image size. Use larger images."
    )


def trace(network: torch.nn.Module, input_size: tuple[int, int]) -> list[Event]:
    """Run one black image through the network; every output of a module, in the order of execution.

    The last event is the network itself, under the name ``""``.
    """
    return _recorded(network, input_size).events


def _recorded(network: torch.nn.Module, input_size: tuple[int, int]) -> "_Recorder":
    recorder = _Recorder(network)
    handles = []
    for name, module in network.named_modules():
        leaf = not any(module.children())
        handles.append(module.register_forward_pre_hook(recorder.enter))
        handles.append(module.register_forward_hook(recorder.leave(name, leaf)))
    image = torch.zeros(1, 3, *input_size, device=next(network.parameters()).device)
    try:
        with torch.inference_mode(), recorder:
            network(image)
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"{type(network).__name__}: cannot take images of {input_size[0]} × {input_size[1]} pixels "
            f"({str(error).splitlines()[0].rstrip('.')}). Set preprocessing: weights, or resize to another side."
        ) from None
    finally:
        for handle in handles:
            handle.remove()
    return recorder


class _Recorder(TorchFunctionMode):
    """Notes what modules put out, and activation functions applied outside leaf modules.

    ``changes``: other functions that write into a tensor, as additions in place: before which event, into which.
    """

    def __init__(self, network: torch.nn.Module):
        super().__init__()
        self.network = network
        self.events: list[Event] = []
        self.changes: list[tuple[int, int]] = []
        self.alive = []  # an identity is one tensor's only while the tensor lives
        self.running: list[torch.nn.Module] = []

    def enter(self, module, inputs) -> None:
        self.running.append(module)

    def leave(self, name: str, leaf: bool):
        def hook(module, inputs, output):
            self.running.pop()
            if isinstance(output, torch.Tensor):
                self.alive.append(output)
                maps = as_maps(self.network, module, output)
                self.events.append(
                    Event(name, id(output), tuple((output if maps is None else maps).shape), leaf, module)
                )

        return hook

    def __torch_function__(self, function, types, args=(), kwargs=None):
        before = self._owner(args[0]) if args and isinstance(args[0], torch.Tensor) else None
        result = function(*args, **(kwargs or {}))
        name = next((name for name, functions in FUNCTIONS.items() if function in functions), None)
        in_leaf = self.running and not any(self.running[-1].children())
        if name and before and not in_leaf:
            self.alive.append(result)
            self.events.append(Event(f"{before}:{name}", id(result), tuple(result.shape), True, None))
        elif args and result is args[0] and _writes(getattr(function, "__name__", "")):
            self.changes.append((len(self.events), id(result)))
        return result

    def _owner(self, tensor: torch.Tensor) -> str | None:
        return next((event.name for event in reversed(self.events) if event.tensor == id(tensor)), None)


def _writes(function: str) -> bool:
    """Whether a tensor's function of this name writes into it: ``add_``, ``__iadd__``."""
    return function.startswith("__i") or (function.endswith("_") and not function.endswith("__"))


def token_grid(network: torch.nn.Module) -> tuple[int, int, int] | None:
    """How many tokens come before a transformer's grid, and the grid's height and width; None for others."""
    if isinstance(network, VisionTransformer):
        side = network.image_size // network.patch_size
        return 1, side, side
    grid = getattr(getattr(network, "patch_embed", None), "grid_size", None)
    return None if grid is None else (getattr(network, "num_prefix_tokens", 0), *grid)


def as_maps(network: torch.nn.Module, module: torch.nn.Module | None, output: torch.Tensor) -> torch.Tensor | None:
    """What a module puts out as maps (images, maps, h, w): as it is, its channels first, its tokens as a grid.

    None where it is none of these.
    """
    if output.dim() == 4:
        return output.permute(0, 3, 1, 2) if _channels_last(module) else output
    tokens = token_grid(network)
    if output.dim() == 3 and tokens is not None and output.shape[1] == tokens[0] + tokens[1] * tokens[2]:
        return output[:, tokens[0] :].transpose(1, 2).unflatten(2, tokens[1:])
    return None


def from_maps(network: torch.nn.Module, module: torch.nn.Module, output: torch.Tensor, maps: torch.Tensor):
    """Maps (images, maps, h, w) in the layout in which a module puts them out; the inverse of :func:`as_maps`.

    ``output`` (1, …) is what it put out; the tokens before the grid, which are no maps, stay as they are there.
    """
    if output.dim() == 4:
        return maps.permute(0, 2, 3, 1) if _channels_last(module) else maps
    before = output[:, : token_grid(network)[0]].expand(len(maps), -1, -1)
    return torch.cat([before, maps.flatten(2).transpose(1, 2)], dim=1)


def _channels_last(module: torch.nn.Module | None) -> bool:
    # Both libraries' LayerNorm2d, which is a LayerNorm too, keeps the channels first.
    return isinstance(module, torch.nn.LayerNorm) and not type(module).__name__.endswith("2d")


def pooled(network: torch.nn.Module, output: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
    """Each map as the network pools it, (images, maps): its mean over space, or a transformer's class token.

    A distilled transformer takes the mean of its class and its distillation token, some others that of all tokens.
    ``output`` is what the layer put out, ``maps`` the same as maps.
    """
    if output.dim() == 3 and isinstance(network, _distilled()):
        return output[:, :2].mean(dim=1)
    if output.dim() == 3 and getattr(network, "global_pool", None) == "avg" and _includes_prefix(network):
        return output.mean(dim=1)
    by_class_token = isinstance(network, VisionTransformer) or getattr(network, "global_pool", None) == "token"
    if output.dim() == 3 and by_class_token:
        return output[:, 0]
    return maps.mean(dim=(2, 3))


def _distilled() -> type | tuple:
    """timm's class of distilled transformers, if timm was needed at all."""
    deit = sys.modules.get("timm.models.deit")
    return deit.VisionTransformerDistilled if deit else ()


def _includes_prefix(network: torch.nn.Module) -> bool:
    return getattr(network, "pool_include_prefix", False) is True


@contextmanager
def capturing(network: torch.nn.Module, layer: str) -> Iterator[threading.local]:
    """While the block lasts, what ``layer`` put out last in this thread; no hook is left behind.

    ``.maps`` (images, maps, h, w) and ``.pooled`` (images, maps). The output is cloned, since a following
    in-place function would overwrite it. ``layer`` is one that :func:`choose` gave.
    """
    name, _, function = layer.partition(":")
    caught = threading.local()

    def hook(module, inputs, output):
        output = output.detach().clone()
        output = getattr(functional, function)(output) if function else output
        caught.maps = as_maps(network, module, output).contiguous()
        caught.pooled = pooled(network, output, caught.maps)

    handle = network.get_submodule(name).register_forward_hook(hook)
    try:
        yield caught
    finally:
        handle.remove()
