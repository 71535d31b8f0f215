"""Numbers as text that a page opened from disk can take in: typed arrays in base64, in a script that assigns."""

import base64
import json

import numpy as np

LEVELS = 254  # of a quantised heatmap, above the lowest
UNDEFINED = 255


def text(array: np.ndarray, kind: str) -> str:
    """An array's bytes, little-endian, of the NumPy ``kind`` (``u1``, ``u2``, ``f4``), in base64."""
    return base64.b64encode(np.ascontiguousarray(array, dtype=f"<{kind}").tobytes()).decode("ascii")


def quantised(heatmaps: np.ndarray) -> dict[str, np.ndarray]:
    """Heatmaps (images, h, w) as ``codes`` (images, h, w) uint8, between each image's ``low`` and ``high`` (images,).

    A code c stands for low + (high − low) · c / 254, so that no value is off by more than 1/508 of its image's own
    range, whatever the range of the others; 255 is NaN. An image of NaN alone has ``low`` and ``high`` NaN.
    """
    heatmaps = np.asarray(heatmaps, dtype=np.float64)
    cells = heatmaps.reshape(len(heatmaps), -1)
    undefined = np.isnan(cells)
    some = ~undefined.all(axis=1)
    low, high = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    low[some], high[some] = np.nanmin(cells[some], axis=1), np.nanmax(cells[some], axis=1)
    low, high = np.float64(np.float32(low)), np.float64(np.float32(high))  # as they are shipped
    span = np.where(high > low, high - low, 1.0)
    level = np.clip((cells - low[:, None]) / span[:, None], 0.0, 1.0)
    codes = np.where(undefined, UNDEFINED, np.round(np.nan_to_num(level) * LEVELS)).astype(np.uint8)
    return {"codes": codes.reshape(heatmaps.shape), "low": low, "high": high}


def restored(codes: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The heatmaps (images, h, w) float64 that :func:`quantised` packed."""
    span = (np.asarray(high) - low)[:, None, None]
    values = np.asarray(low)[:, None, None] + span * (codes.astype(np.float64) / LEVELS)
    return np.where(codes == UNDEFINED, np.nan, values)


def packed_heatmaps(heatmaps: np.ndarray) -> dict[str, str]:
    """:func:`quantised` heatmaps as text."""
    parts = quantised(heatmaps)
    return {"codes": text(parts["codes"], "u1"), "low": text(parts["low"], "f4"), "high": text(parts["high"], "f4")}


def as_json(content) -> str:
    """JSON that may stand in a script or an HTML page: ASCII, and nothing in it closes or opens an element."""
    written = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def script(name: str, content: dict) -> str:
    """A script that gives ``content`` to the page under ``name``: from disk, a page may load nothing else."""
    holder = "window.explorerData"
    return f"{holder} = {holder} || {{}};\n{holder}[{as_json(name)}] = {as_json(content)};\n"


def records(table) -> list[dict]:
    """The rows of a pandas table, numbers as numbers and what is missing as None."""
    rows = []
    for row in table.to_dict("records"):
        rows.append({key: _plain(value) for key, value in row.items()})
    return rows


def _plain(value):
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value
