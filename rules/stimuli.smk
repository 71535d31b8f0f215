"""Stimuli: the images of a set and their order, people's judgments in that order, and the folds.

Wants: a folder of images, and judgments of their pairs in a form that people have.
Gives: results/stimuli/{stimuli}.tsv, {stimuli}.judgments.h5 and {stimuli}/{split}.folds.h5.
"""

from ais.image_files import is_image


def images_of(wildcards):
    """Every image file of a set; a folder that a rule makes counts as a whole."""
    folder = Path(stimuli_of(wildcards)["images"])
    if study.is_made_here(str(folder)):
        return str(folder)
    return sorted(str(path) for path in folder.iterdir() if is_image(path))


localrules:
    list_stimuli,
    read_judgments,
    split_folds,


rule list_stimuli:
    """List the images of a set, with what they contain: the only order there is."""
    input:
        images=images_of,
    output:
        manifest=MANIFEST,
    params:
        options=options(stimuli_of, "images"),
        code=code("list_stimuli.py"),
    log:
        "results/logs/list_stimuli/{stimuli}.log",
    resources:
        mem_mb=1000,
        runtime=30,
    shell:
        "python {SCRIPTS:q}/list_stimuli.py"
        " {params.options}"
        " --output {output.manifest:q} 2> {log:q}"


def judgment_options(wildcards):
    judgments = stimuli_of(wildcards)["judgments"]
    files = " ".join(study.command_line({"judgments": file}) for file in judgments["files"])
    return f"{files} {study.command_line({key: judgments[key] for key in ('kind', 'order')})}"


rule read_judgments:
    """Bring people's judgments into the order of the images."""
    input:
        manifest=MANIFEST,
        judgments=lambda wildcards: stimuli_of(wildcards)["judgments"]["files"],
        order=lambda wildcards: stimuli_of(wildcards)["judgments"]["order"] or [],
    output:
        **made(JUDGMENTS),
    params:
        options=judgment_options,
        code=code("read_judgments.py"),
    log:
        "results/logs/read_judgments/{stimuli}.log",
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "python {SCRIPTS:q}/read_judgments.py"
        " --manifest {input.manifest:q}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule split_folds:
    """Deal the pairs of a set into cross-validation folds."""
    input:
        manifest=MANIFEST,
    output:
        **made(FOLDS),
    params:
        options=study.command_line({"folds": STUDY["folds"]["number"], "seeds": STUDY["folds"]["seeds"]}),
        code=code("split_folds.py"),
    log:
        "results/logs/split_folds/{stimuli}/{split}.log",
    resources:
        mem_mb=2000,
        runtime=30,
    shell:
        "python {SCRIPTS:q}/split_folds.py"
        " --manifest {input.manifest:q}"
        " --split {wildcards.split}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"
