"""A study's settings: checked against the schema, completed with its defaults, told in one line."""

import copy
import difflib
import json
import re
import shlex
from collections.abc import Callable, Collection
from pathlib import Path

import jsonschema
import yaml

from ais.backbones.weight_kinds import kind_of
from ais.errors import InputError, some
from ais.workflow import scores_from

MERGE = "tag:yaml.org,2002:merge"


def complete(config: dict, schema_path: str | Path, source: str, files_are_here: bool = True) -> dict:
    """Return ``config`` with every default filled in; ``source`` is the file's name for messages.

    Raises :class:`InputError` for the first key, in the file's order, that does not fit the schema, and for files that
    it names and are not there; these are not looked for where a job sees only its own inputs.
    """
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    _check_names(source, config)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(config))
    if errors:
        first = min(errors, key=lambda error: len(error.absolute_path))
        raise InputError(f"{source}, {_explain(first, schema['properties'])}")
    study = _with_defaults(copy.deepcopy(config), schema)
    for name, analysis in study["analyses"].items():
        if analysis["interval"] == "leave_out" and analysis["split"] != "images":
            raise InputError(
                f"{source}, analyses.{name}.interval: found leave_out with split: {analysis['split']}; expected split: "
                "images, as folds by pairs have no interval over images. Set it, or leave interval out."
            )
    for stimuli in study["stimuli"].values():
        stimuli.setdefault("judgments", None)
    scores_from.check(source, study["stimuli"])
    missing = []
    for name, stimuli in study["stimuli"].items():
        if isinstance(stimuli["judgments"], str | list):
            judgments = schema["properties"]["stimuli"]["patternProperties"]
            (judgments,) = (each["properties"]["judgments"] for each in judgments.values())
            stimuli["judgments"] = _with_defaults({"files": stimuli["judgments"]}, judgments)
        if stimuli["judgments"] is not None:
            _check_judgments(source, f"stimuli.{name}.judgments", stimuli["judgments"])
        missing += _missing_files(source, f"stimuli.{name}", stimuli)
    for name, backbone in study["backbones"].items():
        key = f"backbones.{name}.weights"
        backbone |= _weights(source, key, backbone["weights"])
        if kind_of(backbone["weights"]) == "file" and not _is_there(backbone["weights"], Path.is_file):
            missing.append((key, "file", backbone["weights"]))
    for name, analysis in study["analyses"].items():
        given = config.get("analyses", {}).get(name, {})
        for key in ("pruning", "prefixes"):
            if analysis["reweight"] != "none" and key in given:
                raise InputError(
                    f"{source}, analyses.{name}: found both {key} and reweight; expected one of them: "
                    "reweighted maps are all kept. Make it two analyses."
                )
    if all(analysis["reweight"] != "none" for analysis in study["analyses"].values()):
        raise InputError(
            f"{source}, analyses: found only reweighted ones; expected one that prunes, which they are the comparator "
            "to. Add it, as paper: {split: images}."
        )
    if files_are_here:
        _refuse_missing(source, missing)
    return study


def _check_judgments(source: str, key: str, judgments: dict) -> None:
    """Complete ``files`` and ``triplets`` to lists, of which one is empty; refuse keys that are the other's."""
    both = [name for name in ("files", "triplets") if name in judgments]
    if len(both) != 1:
        raise InputError(
            f"{source}, {key}: found {'both' if both else 'neither of'} the keys files and triplets; expected one of "
            "them. files are of ratings of pairs, triplets of odd ones out."
        )
    others = ("kind", "missing") if both == ["triplets"] else ("base",)
    others += () if both == ["triplets"] or judgments["odd"] == "third" else ("odd",)
    for name in others:
        if judgments[name] is not None:
            raise InputError(
                f"{source}, {key}.{name}: found it beside {both[0]}, which have no use for it; expected it with "
                f"{'files' if both == ['triplets'] else 'triplets'} alone. Remove it."
            )
    for name in ("files", "triplets"):
        given = judgments.get(name, [])
        judgments[name] = [given] if isinstance(given, str) else given


class _Strict(yaml.SafeLoader):
    """YAML in which no key comes twice; the plain loader keeps the last and drops the others."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != MERGE:
                if key.value in seen:
                    raise InputError(
                        f"line {key.start_mark.line + 1}: found the key {key.value!r} a second time; expected each "
                        "once. Rename or remove one."
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def check_keys(path: str | Path) -> None:
    """Refuse a study's file in which a key comes twice. Raises :class:`InputError` that names the line."""
    try:
        yaml.load(Path(path).read_text(encoding="utf-8"), _Strict)
    except InputError as error:
        raise InputError(f"{path}, {error}") from None


def _check_names(source: str, config: dict) -> None:
    """Refuse names that YAML does not take for text."""
    for part, named in config.items():
        for name in named if isinstance(named, dict) else ():
            if not isinstance(name, str):
                raise InputError(
                    f"{source}, {part}: found the name {json.dumps(name)}; expected text. Put it in quotes."
                )


def _with_defaults(value, schema: dict):
    if isinstance(value, dict):
        for key, part in schema.get("properties", {}).items():
            if key not in value and "default" in part:
                value[key] = copy.deepcopy(part["default"])
        for key in value:
            value[key] = _with_defaults(value[key], _schema_of(key, schema))
    return value


def _schema_of(key: str, schema: dict) -> dict:
    if key in schema.get("properties", {}):
        return schema["properties"][key]
    patterns = schema.get("patternProperties", {})
    return next((part for pattern, part in patterns.items() if re.search(pattern, key)), {})


def _explain(error: jsonschema.ValidationError, top_level: Collection[str]) -> str:
    place = ".".join(str(step) for step in error.absolute_path) or "top level"
    found = json.dumps(error.instance, ensure_ascii=False)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = next(key for key in error.instance if not _schema_of(str(key), error.schema))
        if not known:
            return (
                f"{place}: found the name {unknown!r}; expected letters, digits, '-' and '_', "
                "beginning with a letter or digit. Rename it."
            )
        close = difflib.get_close_matches(str(unknown), known, n=1)
        advice = f"Did you mean {close[0]!r}?" if close else "Remove it."
        if unknown in top_level:
            advice = "Move it to the top level of the study: it holds for all."
        return f"{place}: found the unknown key {unknown!r}; expected {_one_of(known)}. {advice}"
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        about = error.schema["properties"][missing].get("description", "")
        return f"{place}: found no key {missing!r}, which has no default; expected it. Add it: {about}"
    if error.validator == "enum":
        close = difflib.get_close_matches(str(error.instance), map(str, error.validator_value), n=1)
        advice = f"Did you mean {close[0]!r}?" if close else "Choose one."
        choices = [each for each in error.validator_value if each is not None]
        return f"{place}: found {found}; expected {_one_of(choices)}. {advice}"
    about = " ".join(error.schema.get("description", "").split())
    words = re.fullmatch(r"\^\(?([\w|]+)\)?\$", error.validator_value) if error.validator == "pattern" else None
    if words:
        others = [kind for kind in error.schema["type"] if kind != "string"]
        return f"{place}: found {found}; expected {_one_of([*words[1].split('|'), *others])}. {about}"
    if error.validator == "type":
        expected = error.validator_value
        expected = _one_of(expected) if isinstance(expected, list) else expected
        return f"{place}: found {found}; expected a value of type {expected}. {about}"
    return f"{place}: found {found}; expected {error.validator} {error.validator_value}. {about}"


def _one_of(values) -> str:
    *first, last = map(str, values)
    return f"{', '.join(first)} or {last}" if first else last


def is_made_here(path: str) -> bool:
    """Whether a path of a study lies below results/, that is, is made by a rule (as the demo's are)."""
    return Path(path).parts[:1] == ("results",)


def _is_there(path: str, exists: Callable[[Path], bool]) -> bool:
    return is_made_here(path) or exists(Path(path))


def _missing_files(source: str, key: str, stimuli: dict) -> list[tuple[str, str, str]]:
    """What a set names and is not there, as the study alone shows: key, kind and path of each."""
    folders = {"images": stimuli["images"], "saliency.maps": stimuli["saliency"].get("maps")}
    judgments = stimuli["judgments"] or {"files": [], "triplets": [], "order": None}
    files = {f"judgments ({n})": path for n, path in enumerate(judgments["files"] + judgments["triplets"], start=1)}
    files |= {
        "judgments.order": judgments["order"],
        "categories": stimuli["categories"],
        "saliency.fixations": stimuli["saliency"].get("fixations"),
    }
    missing = []
    either = ("saliency.maps", "saliency.fixations")
    for wanted, paths, kind in (("folder", folders, Path.is_dir), ("file", files, Path.is_file)):
        for part, path in paths.items():
            exists = Path.exists if part in either else kind
            if path is not None and set("{}") & set(path):
                raise InputError(f"{source}, {key}.{part}: found {path}; expected a path without braces. Rename it.")
            if path is not None and not _is_there(path, exists):
                missing.append((f"{key}.{part}", wanted, path))
    return missing


def _refuse_missing(source: str, missing: list[tuple[str, str, str]]) -> None:
    if not missing:
        return
    key, wanted, path = missing[0]
    if len(missing) == 1:
        raise InputError(
            f"{source}, {key}: found no {wanted} {path}; expected one, relative to {Path.cwd()}. {_nearby(Path(path))}"
        )
    listed = ", ".join(f"{key} ({path})" for key, _, path in missing)
    raise InputError(
        f"{source}: found {len(missing)} of the files that it names missing: {listed}; expected them relative to "
        f"{Path.cwd()}. Put them there, or correct the paths: data/README.md says where published data is had."
    )


def _nearby(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no {path.parent} either: correct the path."
    close = difflib.get_close_matches(path.name, [each.name for each in path.parent.iterdir()], n=3)
    return f"Correct the path: beside it lie {some(close)}." if close else "Correct the path, or put it there."


def _weights(source: str, key: str, given: str | dict) -> dict:
    """What a backbone's weights are made from: ``weights``, ``sha256``, ``prefix`` and ``seed``."""
    if isinstance(given, str):
        given = {"random": 0} if kind_of(given) == "random" else {"from": given}
    places = [given[name] for name in ("from", "path", "url") if name in given] + ["random"] * ("random" in given)
    if len(places) != 1:
        raise InputError(f"{source}, {key}: found the keys {some(given)}; expected one of url, path and random.")
    weights = places[0]
    if weights.upper() == "DEFAULT":
        raise InputError(
            f"{source}, {key}: found {weights}, which means other weights in another release; "
            "expected a tag that stays, or a file. Name the tag, as IMAGENET1K_V1."
        )
    if "path" in given and kind_of(weights) == "url":
        raise InputError(f"{source}, {key}.path: found {weights}; expected a file. Set url to fetch one.")
    if "path" in given and kind_of(weights) != "file":
        weights = f"./{weights}"  # a file, whatever its name
    return {
        "weights": weights,
        "sha256": given.get("sha256"),
        "prefix": given.get("prefix"),
        "seed": given.get("random"),
    }


def command_line(settings: dict) -> str:
    """Settings as canonical command-line text: sorted, quoted, what is not set left out.

    ``{"similarity": "cosine", "folds": 5, "order": None}`` → ``--folds 5 --similarity cosine``. Equal
    settings give equal text, so a step is stale exactly when its text changes.
    """
    words = []
    for key in sorted(settings):
        value = settings[key]
        if value is None:
            continue
        if isinstance(value, dict):
            value = json.dumps(value, sort_keys=True)
        option = f"--{key.replace('_', '-')}"
        values = [str(item) for item in value] if isinstance(value, list) else [str(value)]
        if len(values) == 1 and values[0].startswith("-"):  # a folder's name may; it is no option
            words.append(shlex.quote(f"{option}={values[0]}"))
        else:
            words += [option, *map(shlex.quote, values)]
    return " ".join(words)
