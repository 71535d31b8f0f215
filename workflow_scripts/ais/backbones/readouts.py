"""Readouts: from feature maps to the embedding in which images are compared."""

import threading
from collections.abc import Callable

import torch
from torch import nn

from ais.backbones import layers, networks
from ais.errors import InputError


def resolve(network: nn.Module, readout: str) -> str:
    """``pooled``, ``fully_connected`` or ``network`` for a wish that may also be ``auto``.

    ``auto``: fully connected where the head is flatten → Linear → ReLU → Linear, as VGG's and AlexNet's, else
    pooled (METHOD). ``network`` is the network's own rest, whatever it is: each masked map runs it again.
    Raises :class:`InputError` where a fully connected readout is asked of another network.
    """
    has_head = _hidden_layers(network) is not None
    if readout == "fully_connected" and not has_head:
        raise InputError(
            f"readout: asked for fully_connected; {type(network).__name__} has no head of the form flatten → "
            "Linear → ReLU → Linear → ReLU → Linear, as VGG and AlexNet have. Set readout: pooled."
        )
    return ("fully_connected" if has_head else "pooled") if readout == "auto" else readout


def _hidden_layers(network: nn.Module) -> nn.Sequential | None:
    """VGG's classifier up to the activation after its second hidden layer, else None."""
    classifier = getattr(network, "classifier", None)
    features = getattr(network, "features", None)
    if not isinstance(classifier, nn.Sequential) or not isinstance(features, nn.Sequential):
        return None
    steps = [step for step in classifier if not isinstance(step, nn.Dropout)]
    kinds = [type(step) for step in steps]
    if kinds[:4] != [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU] or kinds[4:] not in ([nn.Linear], [nn.Identity]):
        return None
    return nn.Sequential(*steps[:4])


class FullyConnected(nn.Module):
    """VGG's readout: pool each map, flatten, fc6, ReLU, fc7, ReLU. Evaluation mode: no dropout.

    ``layer`` names a module of ``network.features``; what follows it there must treat each map by itself
    (pooling, activation). Attributes: ``first_weight`` (hidden, maps, cells) and ``first_bias``
    (hidden,) of fc6, which is linear in the pooled maps.
    """

    def __init__(self, network: nn.Module, layer: str):
        super().__init__()
        hidden = _hidden_layers(network)
        prefix, _, number = layer.partition(".")
        if hidden is None or prefix != "features" or not number.isdigit():
            raise InputError(
                f"layer: found {layer!r}; a fully connected readout of {type(network).__name__} expects one of "
                "its features, as features.29. Set layer, or readout: pooled."
            )
        after = list(network.features)[int(number) + 1 :]
        mixing = [step for step in after if not isinstance(step, nn.ReLU | nn.MaxPool2d | nn.AvgPool2d | nn.Dropout)]
        if mixing:
            raise InputError(
                f"layer: found {layer!r}, which {type(mixing[0]).__name__} follows; a fully connected readout "
                "expects the deepest convolution's activation. Leave layer out, or set readout: pooled."
            )
        self.pooling = nn.Sequential(*_out_of_place(after), network.avgpool)
        first, *following = _out_of_place(hidden)
        self.following = nn.Sequential(*following)
        self.first = first

    @property
    def first_weight(self) -> torch.Tensor:
        """fc6's weights by map: (hidden, maps, cells)."""
        cells = 1
        for side in self.pooling[-1].output_size:
            cells *= side
        return self.first.weight.reshape(self.first.out_features, -1, cells)

    @property
    def first_bias(self) -> torch.Tensor:
        """fc6's bias (hidden,)."""
        return self.first.bias

    def cells(self, maps: torch.Tensor) -> torch.Tensor:
        """Each map (images, maps, h, w) after the network's own pooling, flattened: (images, maps, cells)."""
        return self.pooling(maps).flatten(2)

    def rest(self, hidden: torch.Tensor) -> torch.Tensor:
        """The embedding (…, m) from fc6's output (…, hidden): ReLU, fc7, ReLU."""
        return self.following(hidden)

    def rest_on_one_core(self) -> Callable[[torch.Tensor], torch.Tensor]:
        """:meth:`rest` of (images, hidden), for threads that call it thousands of times, each on its own core.

        On a CPU the product is oneDNN's, where torch has it: float32 as well, but by all of a processor's vector
        units, of which the usual library leaves half idle on some.
        """
        relu, fc7, last_relu = self.following
        if fc7.weight.device.type != "cpu" or not torch.backends.mkldnn.is_available():
            return self.rest
        weight, bias = fc7.weight.detach().to_mkldnn(), fc7.bias.detach().to_mkldnn()

        def rest(hidden: torch.Tensor) -> torch.Tensor:
            torch.set_num_threads(1)  # a new thread has all cores until told, and oneDNN asks the thread
            product = torch.ops.aten.mkldnn_linear(relu(hidden).to_mkldnn(), weight, bias)
            return last_relu(product.to_dense())

        return rest

    def embedding(self, maps: torch.Tensor) -> torch.Tensor:
        """The embedding (images, m) of maps (images, maps, h, w)."""
        return self.rest(self.first(self.cells(maps).flatten(1)))


class _LastRun(threading.local):
    """Of a thread's last run of a network: the maps put in, what entered the last Linear, and the output."""

    def __init__(self):
        self.maps = None
        self.entered = None, 0  # and of how many outputs that Linear is
        self.output = None


class Rest:
    """What the network itself makes of the maps of ``layer``, up to what enters its classifier.

    The layer's output is replaced by given maps while a black image runs, so nothing that follows is written
    a second time. The network's hooks are this object's from then on. Safe in several threads.
    """

    def __init__(self, network: nn.Module, layer: str, image_size: tuple[int, int]):
        name, _, function = layer.partition(":")
        if function not in ("", "relu", "relu6"):  # these leave alone what they gave
            raise InputError(
                f"layer: found {layer!r}, whose {function} lies outside any module; readout network expects a module. "
                "Name another layer, or set readout: pooled."
            )
        self.network, self.layer, self.image_size = network, layer, image_size
        self.local = _LastRun()
        network.register_forward_hook(self._note_output)
        network.get_submodule(name).register_forward_hook(self._replace)
        for module in network.modules():
            if isinstance(module, nn.Linear):
                module.register_forward_pre_hook(self._note_input)

    def own(self) -> torch.Tensor:
        """The network's own embedding (images, m) in this thread's last run: what entered its classifier.

        Of a network without one, its output. Raises :class:`InputError` where the classifier is no Linear.
        """
        output = self.local.output
        embedding, classes = (output, 0) if networks.is_headless(self.network) else self.local.entered
        if embedding is None or embedding.dim() != 2 or (classes and output.shape[1:] != (classes,)):
            raise InputError(
                f"readout: asked for network; found no Linear that classifies in {type(self.network).__name__}; "
                "expected one. Set readout: pooled."
            )
        return embedding

    def embedding(self, maps: torch.Tensor) -> torch.Tensor:
        """The embedding (images, m) of maps (images, maps, h, w); raises :meth:`passed_by` where it sees more.

        Differentiable with respect to the maps.
        """
        parameter = next(self.network.parameters())
        self.local.maps = maps.to(parameter.device)
        try:
            self.network(torch.zeros(1, 3, *self.image_size, device=parameter.device))
        except torch.OutOfMemoryError:
            raise
        except RuntimeError:  # what passes by has another shape
            raise self.passed_by() from None
        finally:
            self.local.maps = None
        return self.own()

    def passed_by(self) -> InputError:
        """What to say where the classifier sees more of an image than the maps of this layer."""
        return InputError(
            f"layer: found that {self.layer} is not all that the classifier of {type(self.network).__name__} sees; "
            "readout network expects a layer that nothing passes by. Name another layer, or set readout: pooled."
        )

    def _replace(self, module, inputs, output):
        if self.local.maps is None:
            return None
        maps = layers.from_maps(self.network, module, output, self.local.maps)
        return maps.clone()  # an in-place function may follow

    def _note_input(self, module, inputs) -> None:
        self.local.entered = inputs[0], module.out_features

    def _note_output(self, module, inputs, output) -> None:
        self.local.output = output


def _out_of_place(steps) -> list[nn.Module]:
    return [nn.ReLU() if isinstance(step, nn.ReLU) else step for step in steps]
