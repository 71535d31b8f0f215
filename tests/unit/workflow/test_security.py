"""What the project's code must never do, read from the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "workflow_scripts").rglob("*.py"))
FORBIDDEN = {
    *("eval", "exec", "compile", "__import__"),
    *("pickle.load", "pickle.loads", "joblib.load", "marshal.loads", "shelve.open"),
    *("os.system", "os.popen", "subprocess.getoutput", "yaml.unsafe_load", "yaml.full_load"),
}
REQUIRED = {"torch.load": ("weights_only", True), "np.load": ("allow_pickle", False)}


def calls(tree):
    """The dotted name of each function called, and the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def offences(text: str) -> list[str]:
    found = []
    for name, call in calls(ast.parse(text)):
        settings = {keyword.arg: getattr(keyword.value, "value", None) for keyword in call.keywords}
        if name in FORBIDDEN or settings.get("shell") is True:
            found.append(name)
        if name in REQUIRED and settings.get(REQUIRED[name][0]) is not REQUIRED[name][1]:
            found.append(name)
        if name == "yaml.load" and "_Strict" not in ast.unparse(call):  # a SafeLoader, see ais.workflow.study
            found.append(name)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_that_could_run_a_users_file_as_code(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval(x)",
        "torch.load(p)",
        "torch.load(p, weights_only=False)",
        "np.load(p)",
        "run(x, shell=True)",
        "yaml.load(x)",
    ],
)
def test_each_offence_would_be_found(text):
    assert offences(text)


def test_rules_quote_every_path_and_every_text_of_a_users():
    """In a rule's command, files are quoted by Snakemake (:q), and options by the function that makes them."""
    texts = (
        "options",
        "images",
        "files",
        "source",
        "folds",
        "permutations",
        "curves",
        "sets",
        "pairs",
        "colours",
        "pictures",
        "names",
        "giver",
    )
    plain = {f"params.{name}" for name in texts}
    plain |= {"resources.device", "resources.similarities_mb", "threads"}
    # Their patterns allow nothing else.
    plain |= {f"wildcards.{name}" for name in ("split", "alignment", "shard", "shards", "first", "last")}
    for path in (ROOT / "rules").glob("*.smk"):
        for command in path.read_text(encoding="utf-8").split("    shell:\n")[1:]:
            for part in command.split("\n\n")[0].split("{")[1:]:
                name = part.split("}")[0]
                assert name.endswith(":q") or name in plain, f"{path.name}: {name}"
