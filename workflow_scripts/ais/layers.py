"""Which feature maps to take: the last activation with spatial extent before the network's head.

The last convolution by name is often the wrong one: an auxiliary head, a gate, a class map, one
branch of a concatenation. So one forward pass is traced, every tensor function of it, and the way is
followed back from the network's output to the last tensor with height and width above 1.

A layer's name is that of the module which puts the tensor out, as in ``named_modules()``. Where an
activation function is applied to a module's output outside any module, as in torchvision's DenseNet,
the name carries it: ``features:relu``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from ais.errors import InputError
from ais.networks import did_you_mean

ACTIVATIONS = {name: getattr(functional, name) for name in ("relu", "relu6", "silu", "hardswish")}
POOLINGS = {"max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"}
WEIGHTED = {"linear", "conv2d"}


@dataclass(frozen=True)
class Layer:
    """A tensor that can be taken as feature maps; ``shape`` (maps, h, w) for one image."""

    name: str
    shape: tuple[int, int, int]
    chosen: bool
    why: str


@dataclass(frozen=True)
class Step:
    """One tensor function of a forward pass, by the numbers of the steps whose tensors it took.

    ``again`` applies the same function to another tensor in place of the first; ``weight`` is the
    second argument of a convolution or linear map, ``bias`` the third.
    """

    function: str
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    again: Callable[[torch.Tensor], torch.Tensor] | None = None
    weight: torch.Tensor | None = None
    bias: torch.Tensor | None = None

    @property
    def spatial(self) -> bool:
        return len(self.shape) == 4 and min(self.shape[2:]) > 1


@dataclass(frozen=True)
class Trace:
    """A forward pass of one image: its steps, of which the last gave the output, and who put them out.

    ``modules``: module name → (number of the step whose tensor it put out in its last call, whether
    it merely handed its input on). Step 0 is the image.
    """

    steps: list[Step]
    modules: dict[str, tuple[int, bool]]
    output: int

    def name(self, step: int) -> str | None:
        """The layer that a step's tensor is known by: of nested modules the outermost."""
        owners = [name for name, (number, handed_on) in self.modules.items() if number == step and not handed_on]
        if owners:
            return min(owners, key=lambda name: name.count("."))
        function = self.steps[step].function
        if function in ACTIVATIONS:
            owner = self.name(self.steps[step].inputs[0])
            return f"{owner}:{function}" if owner and ":" not in owner else None
        return None

    def number(self, name: str) -> int | None:
        """The step of a layer's tensor, None where the trace has no such layer."""
        owner, _, function = name.partition(":")
        if owner not in self.modules:
            return None
        step = self.modules[owner][0]
        if not function:
            return step
        following = [n for n, each in enumerate(self.steps) if each.function == function and step in each.inputs]
        return following[0] if following else None


def trace(network: torch.nn.Module, input_size: tuple[int, int]) -> Trace:
    """Run one black image of ``input_size`` (height, width) through the network, and note every step."""
    recorder = _Recorder()
    parameter = next(network.parameters())
    image = torch.zeros(1, 3, *input_size, device=parameter.device)
    recorder.register(image, Step("input", (), tuple(image.shape)))
    handles = [
        module.register_forward_hook(partial(recorder.leave, name)) for name, module in network.named_modules() if name
    ]
    try:
        with torch.no_grad(), recorder:
            output = network(image)
    finally:
        for handle in handles:
            handle.remove()
    if not isinstance(output, torch.Tensor):
        raise InputError(f"{type(network).__name__}: puts out {type(output).__name__}; expected one tensor of class scores.")
    return Trace(recorder.steps, recorder.modules, recorder.latest[id(output)])


class _Recorder(TorchFunctionMode):
    """Notes each tensor function that takes a tensor which descends from the image."""

    def __init__(self):
        super().__init__()
        self.steps: list[Step] = []
        self.modules: dict[str, tuple[int, bool]] = {}
        self.latest: dict[int, int] = {}  # id of a tensor → the step that last wrote it
        self.alive = []  # an id is that of one tensor only while the tensor lives

    def register(self, tensor: torch.Tensor, step: Step) -> None:
        self.alive.append(tensor)
        self.latest[id(tensor)] = len(self.steps)
        self.steps.append(step)

    def leave(self, name: str, module: torch.nn.Module, inputs: tuple, output) -> None:
        if isinstance(output, torch.Tensor) and id(output) in self.latest:
            step = self.latest[id(output)]
            came_in = [self.latest.get(id(tensor)) for tensor in _tensors(inputs)]
            # An in-place module's input is its output by now, but it wrote it: only what ran no
            # function hands on. ``began`` is not needed, as a step is registered by its writer alone.
            self.modules[name] = step, step in came_in and not self._wrote(module, step)

    def _wrote(self, module: torch.nn.Module, step: int) -> bool:
        raise NotImplementedError

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        taken = [tensor for tensor in _tensors([args, kwargs]) if id(tensor) in self.latest]
        inputs = tuple(self.latest[id(tensor)] for tensor in taken)
        versions = {id(tensor): tensor._version for tensor in taken}
        result = function(*args, **kwargs)
        return result


def _tensors(value) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
