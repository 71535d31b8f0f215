"""Preprocessing: from a picture to what a network takes. It belongs to the weights."""

import json
import math
from dataclasses import asdict, dataclass, replace

from ais.errors import InputError

INTERPOLATIONS = ("nearest", "bilinear", "bicubic")


@dataclass(frozen=True)
class Preprocessing:
    """Resize the shorter side, cut out the centre, scale to 0–1, subtract ``mean``, divide by ``std``.

    ``resize`` and ``crop`` in pixels, None to leave the picture as it is; ``mean`` and ``std`` per RGB
    channel.
    """

    resize: int | None = 224
    crop: int | None = None
    interpolation: str = "bilinear"
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)

    def to_json(self) -> str:
        """Canonical text, stored with the features."""
        return json.dumps(asdict(self), sort_keys=True)

    def changed(self, settings: dict) -> "Preprocessing":
        """The same with some fields replaced; raises TypeError for an unknown one."""
        settings = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
        return replace(self, **settings)


# Shorter side 224, no crop, ImageNet's mean and standard deviation (Truong et al. 2024).
PAPER = Preprocessing()


def resolve(wish: str, of_weights: dict) -> Preprocessing:
    """The preprocessing that a study asks for: ``weights``, ``paper``, or JSON whose keys change a base.

    ``of_weights`` is what was frozen with the weights. Raises :class:`InputError` for anything else.
    """
    bases = {"weights": PAPER.changed(of_weights), "paper": PAPER}
    if wish in bases:
        return bases[wish]
    try:
        changes = json.loads(wish)
        return bases[changes.pop("base", "weights")].changed(changes)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(
            f"preprocessing: found {wish}; expected weights, paper, or a mapping of base, {', '.join(asdict(PAPER))}."
        ) from None


def of_weights(architecture: str, tag: str | None = None) -> Preprocessing:
    """The preprocessing that a library publishes with the weights of a tag.

    Without a tag (weights of a file), that of the architecture's first published weights, or the paper's
    where there are none. Raises :class:`InputError` for a way of cropping other than the centre's.
    """
    library, _, name = architecture.partition("/")
    if library == "torchvision":
        from torchvision.models import get_model_weights

        published = get_model_weights(name)
        transforms = (published[tag] if tag else next(iter(published))).transforms()
        return Preprocessing(
            resize=transforms.resize_size[0],
            crop=transforms.crop_size[0],
            interpolation=transforms.interpolation.value,
            mean=tuple(transforms.mean),
            std=tuple(transforms.std),
        )
    import timm

    settings = timm.get_pretrained_cfg(f"{name}.{tag}" if tag else name)
    if settings is None:
        return PAPER
    settings = timm.data.resolve_data_config(pretrained_cfg=settings.to_dict())
    if settings["crop_mode"] != "center":
        raise InputError(
            f"preprocessing: found the crop mode {settings['crop_mode']} for {architecture}; expected center. "
            "Set preprocessing: paper, or a mapping with base: paper."
        )
    crop = settings["input_size"][-1]
    return Preprocessing(
        resize=math.floor(crop / settings["crop_pct"]),
        crop=crop,
        interpolation=settings["interpolation"],
        mean=tuple(settings["mean"]),
        std=tuple(settings["std"]),
    )


def shape(width: int, height: int, how: Preprocessing) -> tuple[int, int]:
    """Height and width of the tensor that :func:`apply` makes of a picture of this size, in pixels."""
    if how.crop is not None:
        return how.crop, how.crop
    if how.resize is None:
        return height, width
    # torchvision's own rounding of the longer side: down.
    longer = int(how.resize * max(width, height) / min(width, height))
    return (longer, how.resize) if height > width else (how.resize, longer)


def apply(picture, how: Preprocessing):
    """Prepare a PIL picture: a tensor (3, h, w) float32, and the window of the picture that it shows.

    The window is (left, top, right, bottom) in pixels of the picture: all of it where nothing is cropped.
    """
    from torchvision.transforms import InterpolationMode, functional

    width, height = picture.size
    if how.resize is not None and how.resize != min(width, height):
        picture = functional.resize(picture, [how.resize], InterpolationMode(how.interpolation), antialias=True)
    tensor = functional.convert_image_dtype(functional.pil_to_tensor(picture))
    window = (0.0, 0.0, float(width), float(height))
    if how.crop is not None:
        h, w = tensor.shape[1:]
        if min(h, w) < how.crop:
            raise InputError(
                f"preprocessing: found a picture of {w} × {h} pixels after resizing; a crop of {how.crop} expects "
                "at least as many. Set resize to that or more."
            )
        top, left = round((h - how.crop) / 2), round((w - how.crop) / 2)
        tensor = functional.crop(tensor, top, left, how.crop, how.crop)
        across, down = width / w, height / h
        window = (left * across, top * down, (left + how.crop) * across, (top + how.crop) * down)
    return functional.normalize(tensor, list(how.mean), list(how.std)), window
