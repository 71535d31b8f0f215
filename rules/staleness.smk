"""What makes a result stale: settings, code, and the content of what was read. See rules/README.md. No rules."""

import re

from ais.workflow.code_digest import code_digest, texts_digest


def options(settings_of, *keys):
    """The options string of a rule: just the settings that it uses, in canonical order.

    It is the first of the two params by which a rule is stale; it also is its command line's text.
    """

    def text(wildcards):
        settings = settings_of(wildcards)
        return study.command_line({key: settings[key] for key in keys})

    return text


def code(*scripts, texts=None):
    """The code digest of a rule's script: the second of the two params by which a rule is stale.

    ``texts`` is a folder of files that the script puts into its output as they are; they count by their bytes.
    """
    digests = [code_digest(SCRIPTS / script, SCRIPTS) for script in scripts]
    if texts:
        digests.append(texts_digest(SCRIPTS / texts))
    return " ".join(digests)


def comparisons(each, option="comparisons"):
    """The command line that names what the files of an input are about, in their order: animals/vgg16/paper."""
    return study.command_line({option: ["/".join(names.values()) for names in each]})


def joined(each):
    """The same for tables that are put together, with the columns that the names are written in."""
    columns = study.command_line({"columns": list(each[0])}) if each else ""
    return f"{columns} {comparisons(each)}"


def backbones_compared(wildcards):
    return comparisons(
        [{"stimuli": wildcards.stimuli, "backbone": name, "measure": wildcards.measure} for name in sorted(BACKBONES)]
    )


def similarities_compared(wildcards):
    return comparisons([dict(wildcards.items()) | {"measure": name} for name in ALIKE])


def gated(**artifacts):
    """Inputs that count by content: the HDF5 file at whatever time, and the digest beside it."""

    def digest_of(path):
        if callable(path):
            return lambda wildcards: digest_of(path(wildcards))
        if isinstance(path, list):
            return [digest_of(each) for each in path]
        return re.sub(r"\.\w+$", ".sha256", path)

    inputs = {name: ancient(path) for name, path in artifacts.items()}
    return inputs | {f"{name}_digest": digest_of(path) for name, path in artifacts.items()}


def made(path):
    """Outputs of a step that writes an artifact: the file, its digest, and how it was made."""
    stem = re.sub(r"\.\w+$", "", path)
    return {"artifact": path, "digest": f"{stem}.sha256", "made_with": f"{stem}.json"}
