"""Pictures of one coloured shape on a textured background, drawn by a rule."""

import colorsys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Neighbours are alike: two round shapes, two with four sides, two pointed ones; a circle of hues.
SHAPES = ("disc", "ring", "square", "cross", "triangle", "star")
COLOURS = {"red": 0.0, "orange": 0.085, "yellow": 0.155, "green": 0.36, "blue": 0.6, "purple": 0.78}
TEXTURES = ("stripes", "checks", "dots", "waves", "hatching", "clouds")

SIDE = 224  # of a picture, pixels
DIAMETERS = (92.0, 120.0)  # of a shape, pixels


@dataclass(frozen=True)
class Attributes:
    """What a picture shows: one of :data:`SHAPES`, of :data:`COLOURS` and of :data:`TEXTURES`."""

    shape: str
    colour: str
    texture: str


def draw(attributes: Attributes, random: np.random.Generator, side: int = SIDE) -> tuple[np.ndarray, np.ndarray]:
    """Draw a picture (side, side, 3) uint8, and where its shape is: (side, side) bool.

    Place, size and turn of the shape, scale and tint of the texture come from ``random``. A smaller
    ``side`` is a cutout at the same scale, not a smaller picture.
    """
    y, x = np.mgrid[0:side, 0:side] + 0.5
    tint = random.uniform(0, 1)
    level = _texture(attributes.texture, x, y, random)[..., None]
    light = np.array(colorsys.hsv_to_rgb(tint, 0.16, 0.90))
    dark = np.array(colorsys.hsv_to_rgb(tint + random.uniform(-0.08, 0.08), 0.30, 0.58))
    picture = dark + (light - dark) * level

    radius = random.uniform(*DIAMETERS) / 2
    margin = radius + 4
    centre_x, centre_y = random.uniform(margin, side - margin, 2)
    turn = random.uniform(-0.35, 0.35)
    shadow = _inside(attributes.shape, x - centre_x - 3, y - centre_y - 5, radius, turn, softness=5.0)
    picture *= 1 - 0.45 * shadow[..., None]
    paint = np.array(colorsys.hsv_to_rgb(COLOURS[attributes.colour] + random.uniform(-0.012, 0.012), 0.85, 0.92))
    shine = 1.08 - 0.28 * ((x - centre_x) + (y - centre_y) + 2 * radius) / (4 * radius)
    cover = _inside(attributes.shape, x - centre_x, y - centre_y, radius, turn, softness=0.8)
    picture += cover[..., None] * (paint * shine[..., None] - picture)
    picture += random.normal(0, 0.012, picture.shape)
    return np.round(255 * picture.clip(0, 1)).astype(np.uint8), cover > 0.5


def _texture(name: str, x: np.ndarray, y: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Brightness of the background, from 0 to 1."""
    turn = random.uniform(0, np.pi)
    period = random.uniform(17, 25)
    phase = random.uniform(0, 2 * np.pi, 2)
    u = (np.cos(turn) * x + np.sin(turn) * y) * 2 * np.pi / period + phase[0]
    v = (np.cos(turn) * y - np.sin(turn) * x) * 2 * np.pi / period + phase[1]
    if name == "clouds":
        waves = [
            np.cos((np.cos(a) * x + np.sin(a) * y) * 2 * np.pi / length + start) * length
            for a, length, start in zip(
                random.uniform(0, 2 * np.pi, 24), random.uniform(25, 90, 24), random.uniform(0, 7, 24), strict=True
            )
        ]
        return (0.5 + sum(waves) / 600).clip(0, 1)
    patterns: dict[str, Callable[[], np.ndarray]] = {
        "stripes": lambda: _edge(np.sin(u)),
        "checks": lambda: _edge(4 * np.sin(u / 1.3) * np.sin(v / 1.3)),
        "dots": lambda: _edge(1.6 * (np.cos(u) + np.cos(v)) - 1.1),
        "waves": lambda: _edge(np.sin(u + 1.6 * np.sin(v / 1.8))),
        "hatching": lambda: _edge(2.5 * (np.maximum(np.cos(u), np.cos(v)) - 0.86)),
    }
    return patterns[name]()


def _edge(value: np.ndarray) -> np.ndarray:
    """A soft step from 0 to 1 where ``value`` crosses 0."""
    return 1 / (1 + np.exp(-(4 * value).clip(-30, 30)))


def _inside(name: str, x: np.ndarray, y: np.ndarray, radius: float, turn: float, softness: float) -> np.ndarray:
    """How much of each pixel the shape covers, from 0 to 1; its edge is ``softness`` pixels wide."""
    x, y = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    x, y = x / radius, y / radius
    r, angle = np.hypot(x, y), np.arctan2(x, -y)
    depth = {
        "disc": lambda: 0.88 - r,
        "ring": lambda: 0.25 - np.abs(r - 0.70),
        "square": lambda: 0.78 - np.maximum(np.abs(x), np.abs(y)),
        "cross": lambda: np.maximum(
            np.minimum(0.95 - np.abs(x), 0.30 - np.abs(y)), np.minimum(0.95 - np.abs(y), 0.30 - np.abs(x))
        ),
        "triangle": lambda: 0.5 - r * np.cos((angle % (2 * np.pi / 3)) - np.pi / 3),
        "star": lambda: _depth_in_star(r, angle),
    }[name]()
    return (0.5 + depth * radius / softness).clip(0, 1)


def _depth_in_star(r: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """How far inside a five-pointed star of radius 1 a point is: by the edge from its tip to the valley."""
    from_tip = np.abs((angle + np.pi / 5) % (2 * np.pi / 5) - np.pi / 5)
    valley = 0.46 * np.array([np.cos(np.pi / 5), np.sin(np.pi / 5)])
    along = (valley - [1.0, 0.0]) / np.linalg.norm(valley - [1.0, 0.0])
    return along[1] * (1.0 - r * np.cos(from_tip)) + along[0] * r * np.sin(from_tip)
