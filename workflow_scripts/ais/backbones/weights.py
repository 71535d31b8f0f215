"""Weights: fetched by a library's tag or read from a checkpoint, checked, and frozen as safetensors.

A frozen file is named for its backbone, and says in its header what it holds: architecture, classes,
where the weights come from, and the preprocessing that belongs to them. Beside ``x.safetensors`` stand
``x.sha256``, the digest of its bytes, and ``x.json``, the same facts to read.
"""

import hashlib
import json
import logging
import pickle
import re
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save

from ais.artifacts import store
from ais.backbones import archives, networks, preprocessing
from ais.backbones import downloads as web
from ais.backbones.weight_kinds import kind_of
from ais.errors import InputError, some

log = logging.getLogger(__name__)

NESTED_UNDER = ("state_dict", "model_state_dict", "model", "teacher", "network", "net")
PARALLEL_PREFIX = "module."  # what DataParallel puts before every name
AUXILIARY_HEADS = ("aux1.", "aux2.", "AuxLogits.")
# The published DenseNet files carry the names of an older torchvision: norm.1 for norm1.
OLD_DENSENET = re.compile(r"(\.denselayer\d+\.(?:norm|relu|conv))\.([12])\.")


def tags(architecture: str) -> list[str]:
    """The tags of an architecture's published weights, without torchvision's floating DEFAULT."""
    library, name = networks.split(architecture)
    if library == "timm":
        import timm

        found = timm.list_pretrained(f"{name}.*") + timm.list_pretrained(name)
        return sorted({each.partition(".")[2] for each in found if each.startswith(f"{name}.")})
    from torchvision.models import get_model_weights

    return [weights.name for weights in get_model_weights(name)]


def fetch(architecture: str, tag: str, classes: int | None = None) -> torch.nn.Module:
    """The network with its library's own published weights, fetched by the library.

    Raises :class:`InputError` for ``DEFAULT`` and other words that are no tag, for another number
    of ``classes`` than the weights have, and where they cannot be had.
    """
    library, name = networks.split(architecture)
    known = tags(architecture)
    if tag not in known:
        hint = " DEFAULT changes from release to release." if tag == "DEFAULT" else ""
        listed = f"{library}'s tags: {', '.join(known)}" if known else f"a file, as {library} has no tag for it"
        raise InputError(f"weights: found {tag!r} for {architecture}; expected {listed}.{hint} Name one, or a file.")
    try:
        if library == "timm":
            import timm

            network = timm.create_model(f"{name}.{tag}", pretrained=True)
        else:
            from torchvision.models import get_model

            settings = {"aux_logits": False} if "aux_logits" in networks.construction(architecture) else {}
            network = get_model(name, weights=tag, progress=False, **settings)
    except OSError as error:
        raise InputError(
            f"weights: {tag} of {architecture} could not be fetched ({_first_line(error)}); expected a connection. "
            "Try again with network, or give a file that was fetched elsewhere."
        ) from None
    found = head_size(network)
    if classes not in (None, found):
        raise InputError(
            f"classes: found {classes}, but the weights {tag} of {architecture} have {found}. "
            f"Set classes: {found}, or leave it out."
        )
    return network.eval()


def notes(architecture: str, tag: str) -> list[str]:
    """What a library itself notes of the weights of a tag, such as that another network fits them better."""
    library, name = networks.split(architecture)
    if library != "timm":
        return []
    import timm

    return list(timm.get_pretrained_cfg(f"{name}.{tag}").notes or ())


def read_checkpoint(path: str | Path, prefix: str | None = None) -> dict[str, torch.Tensor]:
    """The state dict in a ``.safetensors`` file or a file of ``torch.save``, wherever in it the weights are nested.

    Those under the usual names (``state_dict``, ``model``, ``teacher`` …) go before others, else the most tensors that
    lie together. The ``prefix`` of names is taken off, which may begin with the place (``ema.backbone.``), and the
    prefix ``module.`` where all names have it. Nothing in the file is executed: what is no tensor is left out. Raises
    :class:`InputError` for files that hold something else, and for several sets of weights of which none is named.
    """
    path = Path(path)
    content = _content(path)
    places = dict(archives.tensors_in(content))
    if not places:
        found = f"the keys {some(map(str, content))}" if isinstance(content, dict) else type(content).__name__
        raise InputError(
            f"{path}: found {found}; expected a state dict, plain or nested. "
            "Save it with torch.save(network.state_dict(), path)."
        )
    largest = [place for place in places if len(places[place]) == max(map(len, places.values()))]
    usual = [place for place in (*NESTED_UNDER, "") if place in (places if place else largest)]
    chosen = usual[0] if usual else largest[0]
    if prefix and not _some_begin(places[chosen], prefix):
        # A network's name may come before its names: of the places that the prefix begins with, the innermost.
        named = [place for place in places if place and f"{prefix}.".replace("..", ".").startswith(f"{place}.")]
        if named:
            usual = [chosen := max(named, key=len)]
            prefix = prefix[len(chosen) + 1 :]
    if not usual and len(largest) > 1:
        listed = ", ".join(f"{place}." for place in largest[:5])
        raise InputError(
            f"{path}: found {len(largest)} sets of weights ({listed}); expected one. Set prefix to which: {listed}"
        )
    others = [place for place in largest if place != chosen]
    if chosen:
        beside = f"; there are as many under {some(others)} (prefix: {others[0]}. takes these)" if others else ""
        log.info("weights: those under %r of the file%s", chosen, beside)
    state = places[chosen]
    if all(name.startswith(PARALLEL_PREFIX) for name in state):
        state = {name.removeprefix(PARALLEL_PREFIX): value for name, value in state.items()}
    state = {OLD_DENSENET.sub(r"\1\2.", name): value for name, value in state.items()}
    return without_prefix(state, prefix, path) if prefix else state


def _content(path: Path):
    """What a checkpoint holds; objects that are no data are left out."""
    try:
        with open(path, "rb") as file:
            start = file.read(9)
        if path.suffix.lower() == ".safetensors" or (start[8:] == b"{" and start[6:8] == bytes(2)):
            return load_file(path)
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except (pickle.UnpicklingError, RuntimeError):  # torch refuses TorchScript by the one, objects by the other
            return archives.read(path)
    except (SafetensorError, RuntimeError, EOFError, OSError, zipfile.BadZipFile) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise InputError(
            f"{path}: not a readable checkpoint ({_first_line(error)}); expected a state dict. "
            "Fetch or save the file again."
        ) from None
    except (
        pickle.UnpicklingError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
    ):
        raise InputError(
            f"{path}: holds more than tensors, or is no checkpoint; expected a state dict, as nothing in a file is run "
            "here. Save it with torch.save(network.state_dict(), path) where the network was trained."
        ) from None


def _some_begin(state: dict[str, torch.Tensor], prefix: str) -> bool:
    return any(name.startswith((prefix, prefix.removeprefix(PARALLEL_PREFIX))) for name in state)


def without_prefix(state: dict[str, torch.Tensor], prefix: str, path: str | Path) -> dict[str, torch.Tensor]:
    """The tensors whose name begins with ``prefix``, under the rest of their names.

    Raises :class:`InputError` where none does.
    """
    if not any(name.startswith(prefix) for name in state):
        prefix = prefix.removeprefix(PARALLEL_PREFIX)  # which reading takes off where all names have it
    kept = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    if not kept:
        raise InputError(
            f"{path}: found names like {some(state, 3)}; expected some that begin with {prefix!r}. Correct the prefix."
        )
    return kept


def unwrapped(network: torch.nn.Module, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state dict without what a trainer puts before all names (Lightning's ``model.``), if it fits without it.

    As it is where some names lack the prefix, or what is left is not exactly the network's.
    """
    needed = {name for name in network.state_dict() if not name.endswith("num_batches_tracked")}
    if needed <= state.keys():
        return state
    parts = next(iter(state)).split(".")
    for number in range(1, len(parts)):
        prefix = ".".join(parts[:number]) + "."
        bare = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
        if len(bare) == len(state) and needed <= bare.keys() <= network.state_dict().keys():
            log.info("weights: taken without the %r before all their names", prefix)
            return bare
    return state


def fit(network: torch.nn.Module, state: dict[str, torch.Tensor], path: str | Path, head: str | None = None) -> None:
    """Load a checkpoint's state dict into the network.

    ``head``: the name of the head that the network was built without; what the checkpoint holds of it, as the
    projection of a self-supervised one, is left out. Raises :class:`InputError` that lists what is missing,
    unexpected or of another shape.
    """
    expected = network.state_dict()
    if head is not None:
        state = {name: value for name, value in state.items() if name in expected or not name.startswith(f"{head}.")}
    if not any(name.startswith(AUXILIARY_HEADS) for name in expected):
        state = {name: value for name, value in state.items() if not name.startswith(AUXILIARY_HEADS)}
    # Checkpoints older than torch 0.4.1 lack this count, which evaluation mode does not use.
    missing = {name for name in expected.keys() - state.keys() if not name.endswith("num_batches_tracked")}
    unexpected = state.keys() - expected.keys()
    misshapen = [name for name in expected if name in state and state[name].shape != expected[name].shape]
    heads = {(len(expected[name]), len(state[name])) for name in misshapen if state[name].dim()}
    same_inside = all(state[name].shape[1:] == expected[name].shape[1:] for name in misshapen)
    built_with = head_size(network)
    if not missing and not unexpected and same_inside and len(heads) == 1 and (pair := heads.pop())[0] == built_with:
        raise InputError(
            f"{path}: its head ({', '.join(misshapen)}) has {pair[1]} classes; expected {built_with}. "
            f"Set classes: {pair[1]}."
        )
    problems = [f"missing {some(missing)}"] if missing else []
    problems += [f"unexpected {some(unexpected)}"] if unexpected else []
    shapes = [f"{name} ({_shape(state[name])}, expected {_shape(expected[name])})" for name in misshapen[:3]] + (
        [f"{len(misshapen) - 3} more"] if len(misshapen) > 3 else []
    )
    problems += [f"wrong shape {', '.join(shapes)}"] if shapes else []
    if problems:
        raise InputError(
            f"{path}: does not fit {type(network).__name__} with {built_with} classes: {'; '.join(problems)}. "
            f"{_remedy(network, expected, state, missing)}"
        )
    # Some modules (torchvision's MNASNet) ask which version of themselves wrote the file: that of today, as the
    # names and shapes are its.
    state = OrderedDict(state)
    state._metadata = expected._metadata
    network.load_state_dict(state, strict=False)


def _remedy(network, expected: dict, state: dict, missing: set[str]) -> str:
    """What would make a checkpoint fit: a prefix taken off, a head left out, or else other weights."""
    heads = [name for name, module in network.named_modules() if isinstance(module, torch.nn.Linear)][-1:]
    body = {name for name in expected if not name.startswith(tuple(f"{head}." for head in heads))}
    if heads and missing and not missing & body:
        return "It has no head: set classes: 0."
    last = max((name for name in body if expected[name].dim()), key=len)
    found = {name.removesuffix(last) for name in state if name.endswith(last)} - {""}
    needed = [name for name in body if not name.endswith("num_batches_tracked")]
    fitting = sorted(prefix for prefix in found if all(prefix + name in state for name in needed))
    if fitting:
        has_head = all(prefix + name in state for prefix in fitting for name in expected.keys() - body)
        return f"Set prefix: {' or '.join(fitting)}{'' if has_head else ', and classes: 0.'}"  # a prefix ends in a dot
    return "Name the architecture these weights were trained in, or other weights."


def head_size(network: torch.nn.Module) -> int:
    """How many classes the network tells apart; 0 without a head."""
    if hasattr(network, "num_classes"):
        return network.num_classes
    return [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1].out_features


def freeze(network: torch.nn.Module, path: str | Path, facts: dict) -> None:
    """Write the network's weights and facts to ``path`` (``.safetensors``), digest and facts beside it."""
    path = Path(path)
    state = {name: value.detach().cpu().contiguous().clone() for name, value in network.state_dict().items()}
    # One entry: the order of several is not the same in every run.
    content = save(state, metadata={"facts": json.dumps(facts, sort_keys=True)})
    store.write_bytes(path, content)
    store.write_text(path.with_suffix(".sha256"), f"{hashlib.sha256(content).hexdigest()}  {path.name}\n")
    store.write_text(path.with_suffix(".json"), json.dumps(facts, indent=2, sort_keys=True) + "\n")


def prepare(
    architecture: str,
    weights: str,
    classes: int | None = None,
    sha256: str | None = None,
    prefix: str | None = None,
    seed: int = 0,
    downloads: str | Path = "data/weights/downloads",
) -> tuple[torch.nn.Module, dict]:
    """The network with its weights, and the facts that are frozen with them.

    ``weights``: a tag, a checkpoint, the address of one, or ``random`` (see :mod:`ais.backbones.weight_kinds`); the
    digest ``sha256`` and the ``prefix`` of names are a checkpoint's, the ``seed`` that of random weights.
    """
    kind, told = kind_of(weights), []
    if kind == "tag":
        network = fetch(architecture, weights, classes)
        source, belongs = {"tag": weights}, preprocessing.of_weights(architecture, weights)
        told = notes(architecture, weights)
    elif kind == "random":
        torch.manual_seed(seed)
        network = networks.build(architecture, classes, initialised=True)
        source, belongs = {"random": seed}, preprocessing.of_weights(architecture)
    else:
        path = web.fetch(weights, downloads, sha256) if kind == "url" else Path(weights)
        digest = store.file_digest(path)
        if sha256 not in (None, digest):
            raise InputError(
                f"{path}: found the digest {digest}; expected {sha256}, as weights.sha256 says. Check both."
            )
        network = networks.build(architecture, classes)
        state = read_checkpoint(path, prefix)
        head = networks.head_of(networks.build(architecture)) if classes == 0 else None
        fit(network, state if prefix else unwrapped(network, state), path, head)
        source = {"url": weights, "sha256": digest} if kind == "url" else {"file": path.name, "sha256": digest}
        belongs = preprocessing.of_weights(architecture)
        log.info("preprocessing: a file does not tell, so that of %s's published weights is assumed", architecture)
    facts = {
        "architecture": architecture,
        "classes": head_size(network),
        "source": source,
        "preprocessing": belongs and belongs.settings(),
    }
    if told:
        facts["notes"] = told
    return network, facts


def read_facts(path: str | Path) -> dict:
    """What a frozen file says of itself: architecture, classes, source, preprocessing.

    Raises :class:`InputError` for another file, and where it has changed since it was frozen.
    """
    path = Path(path)
    remedy = f"Delete {path} and run snakemake again."
    if store.file_digest(path) != store.recorded_digest(path):
        raise InputError(
            f"{path}: changed since it was frozen; expected the digest in {path.with_suffix('.sha256')}. {remedy}"
        )
    try:
        with safe_open(path, "pt") as file:
            return json.loads(file.metadata()["facts"])
    except (SafetensorError, KeyError, TypeError, ValueError):
        raise InputError(f"{path}: not written by freeze_weights.py. {remedy}") from None


def load(network: torch.nn.Module, path: str | Path) -> None:
    """Load a frozen file into the network it was frozen from; every name and shape must match."""
    fit(network, read_checkpoint(path), path)


def _shape(tensor: torch.Tensor) -> str:
    return " × ".join(map(str, tensor.shape)) or "a number"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
