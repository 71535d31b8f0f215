"""Networks by name: the architectures that torchvision and timm hold."""

import difflib
from collections.abc import Sequence

import torch

from ais.errors import InputError

LIBRARIES = ("torchvision", "timm")

# Auxiliary heads serve training alone, and the initialisers of these are slow. With their published
# weights torchvision's two Inceptions turn ImageNet normalisation into their own, inside the network.
CONSTRUCTION = {
    "torchvision/googlenet": {"aux_logits": False, "init_weights": False, "transform_input": True},
    "torchvision/inception_v3": {"aux_logits": False, "init_weights": False, "transform_input": True},
    "torchvision/vgg": {"init_weights": False},
}


def build(architecture: str, classes: int | None = None, initialised: bool = False) -> torch.nn.Module:
    """A network with random weights, in evaluation mode.

    ``architecture`` is ``torchvision/<name>`` or ``timm/<name>``; ``classes`` the size of its head
    (default: the library's own), 0 for none. ``initialised``: with the library's own random weights, rather than
    what is quickest to make and to be overwritten. Raises :class:`InputError` for a name that neither library knows.
    """
    library, name = split(architecture)
    head = {} if classes is None or (library == "torchvision" and classes == 0) else {"num_classes": classes}
    if library == "timm":
        import timm

        return timm.create_model(name, pretrained=False, **head).eval()
    import torchvision

    settings = construction(architecture)
    if initialised:
        settings = {key: value for key, value in settings.items() if key != "init_weights"}
    network = torchvision.models.get_model(name, weights=None, **head, **settings).eval()
    if classes == 0:
        network.set_submodule(head_of(network), torch.nn.Identity())
        network.num_classes = 0
    return network


def head_of(network: torch.nn.Module) -> str:
    """The name of the classifier: the network's last Linear. Raises :class:`InputError` where it has none."""
    linear = [name for name, module in network.named_modules() if isinstance(module, torch.nn.Linear)]
    if not linear:
        raise InputError(
            f"classes: found 0 for {type(network).__name__}, whose classifier is no Linear that could be left out; "
            "expected a number of classes. Leave classes out."
        )
    return linear[-1]


def construction(architecture: str) -> dict:
    """What the constructor of a torchvision network is told beyond the number of classes."""
    for prefix, settings in CONSTRUCTION.items():
        if architecture.startswith(prefix):
            return settings
    return {}


def split(architecture: str) -> tuple[str, str]:
    """Library and name: ``("timm", "resnet50")``; raises :class:`InputError` where there is no such network."""
    library, _, name = architecture.partition("/")
    if library in LIBRARIES and name in names(library):
        return library, name
    if library == "timm" and name.partition(".")[0] in names("timm"):
        bare, _, tag = name.partition(".")
        raise InputError(
            f"architecture: found {architecture!r}, a name with a tag; expected the name alone. "
            f"Give timm/{bare} as architecture and {tag} as weights."
        )
    known = [f"{each}/{one}" for each in LIBRARIES for one in names(each)]
    meant = architecture if library in LIBRARIES else f"torchvision/{architecture.rpartition('/')[2]}"
    raise InputError(
        f"architecture: found {architecture!r}; expected torchvision/<name> or timm/<name>. "
        f"{did_you_mean(meant, known)}"
    )


def names(library: str) -> list[str]:
    """All image classification networks of a library."""
    if library == "timm":
        import timm

        return timm.list_models()
    import torchvision

    return torchvision.models.list_models(module=torchvision.models)


def is_headless(network: torch.nn.Module) -> bool:
    """Whether the network has no classifier, so that it puts out its embedding."""
    return getattr(network, "num_classes", None) == 0


def native_size(network: torch.nn.Module) -> tuple[int, int]:
    """Height and width, in pixels, of the images that the architecture was made for."""
    if hasattr(network, "pretrained_cfg"):
        return tuple(network.pretrained_cfg["input_size"][1:])
    return (299, 299) if type(network).__name__ == "Inception3" else (224, 224)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A sentence that points from a misspelt name to what it may have meant."""
    close = difflib.get_close_matches(name, known, n=4, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else "Look the name up in the library's documentation."
