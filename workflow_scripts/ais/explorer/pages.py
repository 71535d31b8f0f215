"""The page: its parts put together in one file that loads nothing but the study's own data, and runs nothing else."""

import base64
import hashlib
from pathlib import Path

import matplotlib
import numpy as np

from ais.explorer.packing import as_json, text
from ais.heatmaps import overlays

PARTS = Path(__file__).parent / "page"
# In the order of their use; each says at its top what it holds.
SCRIPTS = (
    *("numbers", "painting", "elements", "state"),
    *("images", "networks", "beside", "summary", "maps", "saliency", "study", "main"),
)

BEGINNING = """\
window.explorerData = window.explorerData || {};
const content = JSON.parse(document.getElementById("content").textContent);
const views = {};
"""


def page(content: dict) -> str:
    """The HTML of the page; ``content`` is what it knows of the study before a set is chosen.

    Style and script stand in it, named by their digests in its content security policy, so that neither a name in the
    data nor anything else in it can run; pictures are only such as the data hold themselves.
    """
    parts = {name: (PARTS / name).read_text(encoding="utf-8") for name in ("page.html", "page.css")}
    script = "".join((PARTS / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\n{BEGINNING}{script}}})();\n'
    style = parts["page.css"]
    policy = (
        f"default-src 'none'; script-src 'sha256-{_digest(script)}' 'self' file:; style-src 'sha256-{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    filled = {"POLICY": policy, "STYLE": style, "CONTENT": as_json(content), "SCRIPT": script}
    html = parts["page.html"]
    for name, value in filled.items():
        before, after = html.split(f"@{name}@")
        html = before + value + after
    return html


def _digest(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode("ascii")


def colour_tables() -> dict[str, str]:
    """The 256 colours (256, 3) uint8 of each table that overlays are painted with, as text."""
    tables = {}
    for name in (*overlays.COLOURS, overlays.BOTH_WAYS):
        colours = matplotlib.colormaps[name](np.arange(256))[:, :3]
        tables[name] = text(np.round(255 * colours), "u1")
    return tables
