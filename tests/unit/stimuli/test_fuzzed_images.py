"""Damaged pictures: told in one line, or read as another library reads what is left of them."""

import io
import random

import cv2
import numpy as np
import pytest
from PIL import Image

from ais.errors import InputError
from ais.stimuli import decoding

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # it says what it finds odd
SIDE = 24
# A smooth picture and some noise, so that a row out of its place is seen, and lossy formats keep it well.
ACROSS, DOWN = np.meshgrid(np.linspace(20, 220, SIDE), np.linspace(40, 200, SIDE))
PICTURE = np.stack([ACROSS, DOWN, (ACROSS + DOWN) / 2], axis=-1)
PICTURE = (PICTURE + np.random.default_rng(0).integers(0, 8, PICTURE.shape)).astype(np.uint8)
# What two libraries may differ in when both read the same file: nothing, or the last bits of what was lossy.
FORMS = {
    ("PNG", "RGB"): 0, ("PNG", "L"): 0, ("PNG", "P"): 0, ("PNG", "RGBA"): None, ("BMP", "RGB"): 0, ("PPM", "RGB"): 0,
    ("TIFF", "RGB"): 0, ("TIFF", "L"): 0, ("JPEG", "RGB"): 12, ("JPEG", "L"): 12, ("WEBP", "RGB"): 12,
    ("GIF", "P"): None,
}  # fmt: skip


def written(form: str, mode: str) -> bytes:
    content = io.BytesIO()
    picture = Image.fromarray(PICTURE)
    picture = picture.quantize(64) if mode == "P" else picture.convert(mode)
    picture.save(content, form, **({"quality": 95} if form in ("JPEG", "WEBP") else {}))
    return content.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    content = bytearray(content)
    if chance.random() < 0.3:
        content = content[: chance.randrange(len(content))]
    for _ in range(chance.randrange(5)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.1:
        place = chance.randrange(len(content) + 1)
        content[place:place] = chance.randbytes(chance.randrange(40))
    return bytes(content)


def told_or_read(path, most: float | None) -> str:
    try:
        found = np.asarray(decoding.read_rgb(path))
    except InputError as error:
        assert "\n" not in str(error) and str(error).startswith(str(path))
        return "told"
    assert found.dtype == np.uint8 and found.ndim == 3 and found.shape[2] == 3 and min(found.shape[:2]) >= 2
    other = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if other is None or most is None:
        return "read"
    other = other[:, :, ::-1].astype(int)
    assert other.shape == found.shape, path.read_bytes()
    assert np.abs(other - found).mean() <= most, path.read_bytes()
    return "read by both"


def damaged_pictures(folder, first: int, last: int) -> list[str]:
    outcomes = []
    for seed in range(first, last):
        chance = random.Random(seed)
        form, mode = chance.choice(list(FORMS))
        path = folder / f"{seed}.{form.lower()}"
        path.write_bytes(damaged(written(form, mode), chance))
        outcomes.append(told_or_read(path, FORMS[form, mode]))
        path.unlink()
    return outcomes


@pytest.mark.parametrize(("form", "mode"), FORMS)
def test_what_is_whole_is_read_by_both(tmp_path, form, mode):
    path = tmp_path / f"whole.{form.lower()}"
    path.write_bytes(written(form, mode))
    assert told_or_read(path, FORMS[form, mode]) == ("read" if FORMS[form, mode] is None else "read by both")


def test_damaged_pictures(tmp_path):
    assert {"told", "read by both"} <= set(damaged_pictures(tmp_path, 0, 300))


@pytest.mark.long
@pytest.mark.parametrize("block", range(5))
def test_many_damaged_pictures(tmp_path, block):
    damaged_pictures(tmp_path, 1000 * (block + 1), 1000 * (block + 2))
