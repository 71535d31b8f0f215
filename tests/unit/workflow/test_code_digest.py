"""The code digest changes with the meaning of the code a script runs, and with nothing else."""

from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from ais.workflow.code_digest import _read, closure, code_digest, texts_digest

SCRIPTS = Path(__file__).parents[3] / "workflow_scripts"

FILES = {
    "stage/do_things.py": """from lib import used
from lib.deep import value


def main():
    'Do.'
    return used.f(value)
""",
    "lib/__init__.py": "",
    "lib/used.py": """def f(x):
    'Double.'
    # twice
    from lib import lazy
    return lazy.g(2 * x)
""",
    "lib/lazy.py": "import numpy\n\n\ndef g(x):\n    return x\n",
    "lib/deep.py": "value = 3\n",
    "lib/unused.py": "other = 1\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def digest(folder):
    _read.cache_clear()
    return code_digest(folder / "stage/do_things.py", folder)


def test_the_closure_holds_what_is_imported_however_indirectly(folder):
    found = {path.relative_to(folder).as_posix() for path in closure(folder / "stage/do_things.py", folder)}
    assert found == {"stage/do_things.py", "lib/__init__.py", "lib/used.py", "lib/lazy.py", "lib/deep.py"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lib/used.py", "# twice", "# two times"),
        ("lib/used.py", "Double.", "Twice as much."),
        ("lib/used.py", "2 * x", "(2  *  x)"),
        ("stage/do_things.py", "\n\n\ndef", "\n\n\n\n\ndef"),
        ("lib/unused.py", "1", "2"),
    ],
)
def test_what_does_not_matter_leaves_it_alone(folder, name, old, new):
    before = digest(folder)
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    assert digest(folder) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lib/used.py", "2 * x", "3 * x"),
        ("lib/lazy.py", "return x", "return -x"),
        ("lib/deep.py", "3", "4"),
        ("stage/do_things.py", "used.f(value)", "used.f(value + 1)"),
        ("lib/__init__.py", "", "import os\n"),
    ],
)
def test_what_matters_changes_it(folder, name, old, new):
    before = digest(folder)
    (folder / name).write_text((folder / name).read_text().replace(old, new, 1))
    assert digest(folder) != before


def test_the_place_of_the_folder_does_not_matter(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
    before = digest(folder)
    folder.rename(elsewhere)
    assert digest(elsewhere) == before


@pytest.mark.parametrize(
    "script", sorted(SCRIPTS.glob("[!a]*/*.py")), ids=lambda path: f"{path.parent.name}.{path.stem}"
)
def test_of_every_script_what_pythons_own_finder_finds(script):
    finder = ModuleFinder(path=[str(SCRIPTS)])
    finder.run_script(str(script))
    found = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    assert closure(script, SCRIPTS) == found


def test_texts_count_by_name_and_bytes(tmp_path):
    (tmp_path / "a.css").write_text("x")
    before = texts_digest(tmp_path)
    (tmp_path / "a.css").touch()
    assert texts_digest(tmp_path) == before
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    renamed = texts_digest(tmp_path)
    (tmp_path / "b.css").write_text("x ")
    assert len({before, renamed, texts_digest(tmp_path)}) == 3
