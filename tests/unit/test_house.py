"""The nevers of the house: who may know whom. Read from the imports, inside functions too."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "workflow_scripts"
LIBRARY = SCRIPTS / "ais"
STAGES = {path.name for path in SCRIPTS.iterdir() if path.is_dir() and path.name not in ("ais", "__pycache__")}
# Each wing of the library, and those below it that it may know. errors, devices and leases are every wing's.
MAY_KNOW = {
    "artifacts": "",
    "stimuli": "artifacts",
    "backbones": "artifacts",
    "engine": "artifacts stimuli backbones",
    "inference": "artifacts stimuli engine",
    "heatmaps": "artifacts stimuli backbones engine",
    "saliency": "artifacts stimuli heatmaps",
    "figures": "artifacts",
    "explorer": "heatmaps",
    "report": "artifacts",
    "demo": "",
    "workflow": "backbones",
}


def imported(path: Path) -> set[str]:
    """The dotted names of modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def wing(name: str) -> str | None:
    """The wing that a module of the library stands in."""
    parts = name.split(".")
    return parts[1] if parts[0] == "ais" and len(parts) > 1 and (LIBRARY / parts[1]).is_dir() else None


@pytest.mark.parametrize("own", MAY_KNOW)
def test_imports_run_one_way(own):
    known = {wing(name) for path in (LIBRARY / own).glob("*.py") for name in imported(path)} - {None, own}
    assert known <= set(MAY_KNOW[own].split())


def test_every_wing_has_its_row():
    assert set(MAY_KNOW) == {path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__"}


def test_the_library_knows_neither_scripts_nor_snakemake():
    for path in LIBRARY.rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(path)} & (STAGES | {"snakemake"}), path


def test_scripts_know_the_library_and_not_each_other():
    for stage in STAGES:
        for path in (SCRIPTS / stage).glob("*.py"):
            assert not {name.split(".")[0] for name in imported(path)} & STAGES, path


def test_modules_are_imported_from_where_they_stand():
    """`from ais.engine import curve` is for notebooks: what a script runs must be known from its imports."""
    for path in SCRIPTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "ais":
                place = SCRIPTS.joinpath(*node.module.split("."))
                if place.is_dir():
                    for alias in node.names:
                        assert (place / f"{alias.name}.py").is_file(), f"{path}: {node.module}.{alias.name}"


NO_STAGES = {
    *("study", "paths", "own_files", "resources", "storage", "jobs", "chapters", "explored", "drawn"),
    *("staleness", "corrections", "messages", "slurm"),
}


def test_stages_have_the_same_names_everywhere():
    rules = {path.stem for path in (SCRIPTS.parent / "rules").glob("*.smk")}
    assert rules - STAGES == NO_STAGES


def test_no_benchmark_hides_the_stage_that_it_measures():
    """A script's own folder comes first where it imports from."""
    assert not STAGES & {path.stem for path in (SCRIPTS.parent / "tests/benchmarks").glob("*.py")}


@pytest.mark.parametrize("script", ["demo_picture.py", "explorer_picture.py", "architectures.py"])
def test_what_makes_the_readmes_pictures_and_tables_finds_what_it_imports(script):
    path = SCRIPTS.parent / "tests" / script
    subprocess.run([sys.executable, "-c", f"import runpy; runpy.run_path({str(path)!r})"], check=True)


@pytest.mark.parametrize(
    "script",
    [
        *("inference.summarise_gain", "heatmaps.draw_sheets", "stimuli.list_stimuli"),
        *(
            "figures.draw_gain",
            "figures.draw_pruning",
            "figures.draw_maps",
            "figures.draw_leak",
            "figures.draw_additivity",
            "figures.draw_saliency",
        ),
        "figures.draw_faithfulness",
        *("figures.draw_transfer", "figures.draw_categories", "inference.join_tables"),
        *("figures.draw_similarities", "heatmaps.summarise_heatmaps", "heatmaps.tell_transfer", "report.write_report"),
    ],
)
def test_what_formats_a_table_or_a_picture_loads_nothing_heavy(script):
    show = f"import sys, {script}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", show], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    assert not {"torch", "numba", "timm", "scipy.stats", "seaborn"} & set(loaded.stdout.split())


def test_what_a_wing_offers_a_notebook_is_there():
    import importlib

    for path in LIBRARY.iterdir():
        if path.is_dir() and path.name != "__pycache__":
            package = importlib.import_module(f"ais.{path.name}")
            for name in getattr(package, "__all__", []):
                assert getattr(package, name) is not None
