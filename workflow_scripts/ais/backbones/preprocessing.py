"""Preprocessing: from a picture to what a network takes. It belongs to the weights."""

import json
import math
from dataclasses import asdict, dataclass, replace

from ais.errors import InputError

INTERPOLATIONS = ("nearest", "bilinear", "bicubic")
CROP_MODES = ("center", "padded", "squash", "border")
BLACK = (0, 0, 0)


@dataclass(frozen=True)
class Preprocessing:
    """Resize, cut out the centre, scale to 0–1, subtract ``mean``, divide by ``std``.

    ``resize`` and ``crop`` in pixels, a side or (height, width), None to leave the picture as it is; ``mean`` and
    ``std`` per RGB channel. ``crop_mode`` as timm has it: of ``center`` and ``padded`` ``resize`` is the shorter side,
    of ``squash`` both, whatever the picture's shape, of ``border`` the longer. Where the picture is then smaller than
    ``crop``, it gets a border: black of ``padded`` and ``squash``, of the mean colour of ``border``.
    """

    resize: int | tuple[int, int] | None = 224
    crop: int | tuple[int, int] | None = None
    interpolation: str = "bilinear"
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    crop_mode: str = "center"

    def settings(self) -> dict:
        """All fields, without the usual crop mode: what is stored with weights and features."""
        return {key: value for key, value in asdict(self).items() if (key, value) != ("crop_mode", "center")}

    def to_json(self) -> str:
        """Canonical text, stored with the features."""
        return json.dumps(self.settings(), sort_keys=True)

    def changed(self, settings: dict) -> "Preprocessing":
        """The same with some fields replaced; raises TypeError for an unknown one, ValueError for a crop mode."""
        settings = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
        if settings.get("crop_mode", "center") not in CROP_MODES:
            raise ValueError
        return replace(self, **settings)


# Shorter side 224, no crop, ImageNet's mean and standard deviation (Truong et al. 2024).
PAPER = Preprocessing()


def resolve(wish: str, of_weights: dict | None) -> Preprocessing:
    """The preprocessing that a study asks for: ``weights``, ``paper``, or JSON whose keys change a base.

    ``of_weights`` is what was frozen with the weights, None where it cannot be done here. Raises :class:`InputError`
    for anything else.
    """
    bases = {"weights": None if of_weights is None else PAPER.changed(of_weights), "paper": PAPER}
    try:
        changes = {"base": wish} if wish in bases else json.loads(wish)
        base = bases[changes.pop("base", "weights")]
        if base is not None:
            return base.changed(changes)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(
            f"preprocessing: found {wish}; expected weights, paper, or a mapping of base, {', '.join(asdict(PAPER))}."
        ) from None
    raise InputError(
        "preprocessing: found weights whose own is of a kind that is not known here; expected one of the study's. "
        "Set preprocessing: paper, or a mapping with base: paper."
    )


def of_weights(architecture: str, tag: str | None = None) -> Preprocessing | None:
    """The preprocessing that a library publishes with the weights of a tag; None where it is of an unknown kind.

    Without a tag (weights of a file), that of the architecture's first published weights, or the paper's
    where there are none.
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
    return of_timm(timm.data.resolve_data_config(pretrained_cfg=settings.to_dict()))


def of_timm(settings: dict) -> Preprocessing | None:
    """timm's settings of a network's data (``input_size``, ``crop_pct``, ``crop_mode`` …); None of an unknown kind."""
    crop = settings["input_size"][1:]
    resize = tuple(math.floor(side / settings["crop_pct"]) for side in crop)
    mode = "padded" if settings["crop_mode"] == "center" and min(resize) < min(crop) else settings["crop_mode"]
    if mode not in CROP_MODES or settings["interpolation"] not in INTERPOLATIONS:
        return None
    return Preprocessing(
        resize=resize[0] if resize[0] == resize[1] else resize,
        crop=crop[0] if crop[0] == crop[1] else tuple(crop),
        interpolation=settings["interpolation"],
        mean=tuple(settings["mean"]),
        std=tuple(settings["std"]),
        crop_mode=mode,
    )


def shape(width: int, height: int, how: Preprocessing) -> tuple[int, int]:
    """Height and width of the tensor that :func:`apply` makes of a picture of this size, in pixels."""
    return _resized(width, height, how) if how.crop is None else _sides(how.crop)


def _sides(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)


def _resized(width: int, height: int, how: Preprocessing) -> tuple[int, int]:
    """Height and width of a picture of this size once it is resized."""
    if how.resize is None:
        return height, width
    tall, wide = _sides(how.resize)
    if how.crop_mode == "squash":
        return tall, wide
    if how.crop_mode != "border" and tall == wide:
        # torchvision's own rounding of the longer side: down.
        longer = int(tall * max(width, height) / min(width, height))
        return (longer, tall) if height > width else (tall, longer)
    ratio = (max if how.crop_mode == "border" else min)(height / tall, width / wide)
    return max(1, round(height / ratio)), max(1, round(width / ratio))


def apply(picture, how: Preprocessing):
    """Prepare a PIL picture: a tensor (3, h, w) float32, and the window of the picture that it shows.

    The window is (left, top, right, bottom) in pixels of the picture: all of it where nothing is cropped, and more
    where it has a border.
    """
    from torchvision.transforms import InterpolationMode, functional

    width, height = picture.size
    h, w = _resized(width, height, how)
    if (h, w) != (height, width):
        picture = functional.resize(picture, [h, w], InterpolationMode(how.interpolation), antialias=True)
    window = (0.0, 0.0, float(width), float(height))
    if how.crop is not None:
        tall, wide = _sides(how.crop)
        if how.crop_mode == "center" and (h < tall or w < wide):
            raise InputError(
                f"preprocessing: found a picture of {w} × {h} pixels after resizing; a crop of {how.crop} expects "
                "at least as many. Set resize to that or more."
            )
        top, left = _start(h, tall), _start(w, wide)
        # Beyond its edges a crop is black; the mean colour is laid there where it is asked for.
        fill = tuple(round(255 * value) for value in how.mean) if how.crop_mode == "border" else BLACK
        picture = _cropped(picture, left, top, wide, tall, fill)
        across, down = width / w, height / h
        window = (left * across, top * down, (left + wide) * across, (top + tall) * down)
    tensor = functional.convert_image_dtype(functional.pil_to_tensor(picture))
    return functional.normalize(tensor, list(how.mean), list(how.std)), window


def _start(side: int, crop: int) -> int:
    """Where a crop begins in a picture's side; negative where a border comes before. torchvision's own rounding."""
    return round((side - crop) / 2) if side >= crop else -((crop - side) // 2)


def _cropped(picture, left: int, top: int, wide: int, tall: int, fill: tuple[int, ...]):
    cut = picture.crop((left, top, left + wide, top + tall))  # black beyond the picture
    if min(left, top) >= 0 or fill == BLACK:
        return cut
    from PIL import Image

    ground = Image.new("RGB", (wide, tall), fill)
    inside = picture.crop((max(left, 0), max(top, 0), min(left + wide, picture.width), min(top + tall, picture.height)))
    ground.paste(inside, (max(-left, 0), max(-top, 0)))
    return ground
