"""Stimuli: the images of a set and their order, people's judgments in that order, and the folds.

Wants: a folder of images, judgments of their pairs in a form that people have, and where a set has it, a table of its
categories.
Gives: results/stimuli/{stimuli}.tsv, {stimuli}.judgments.h5, {stimuli}/{split}.folds.h5 and
{stimuli}.categories.tsv; and what was taken for what in reading them,
{stimuli}.notes.txt of the images, and all together results/stimuli/notes.tsv.
"""

# What is read in forms that people have: of each set its images, its judgments, and its saliency.
PICTURED = [{"stimuli": name, "source": "images"} for name in sorted(STIMULI)]
READ = [
    {"stimuli": name, "source": source}
    for name in sorted(STIMULI)
    for source in ("judgments", "fixations", "maps")
    if (name in JUDGED if source == "judgments" else source in STIMULI[name]["saliency"])
]


localrules:
    list_stimuli,
    share_images,
    read_judgments,
    read_categories,
    split_folds,
    list_notes,


rule list_stimuli:
    """List the images of a set, with what they contain: the only order there is."""
    input:
        images=images_of,
        folder=folder_of,
    output:
        manifest=MANIFEST,
        notes=IMAGE_NOTES,
    log:
        "results/logs/list_stimuli/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("list_stimuli"),
    params:
        options=options(stimuli_of, "transparency", "white"),
        code=code("stimuli/list_stimuli.py"),
    shell:
        '"$AIS_RUN" stimuli.list_stimuli --images={input.folder:q} {params.options}'
        " --output {output.manifest:q} --notes {output.notes:q} 2> {log:q}"


rule share_images:
    """Copy a set's images into the storage that jobs read from, where they see no other files."""
    input:
        images=images_of,
        folder=folder_of,
    output:
        images=directory(SHARED_IMAGES),
    log:
        "results/logs/share_images/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("share_images"),
    params:
        code=code("stimuli/share_images.py"),
    shell:
        '"$AIS_RUN" stimuli.share_images --images={input.folder:q} --output {output.images:q} 2> {log:q}'


rule read_judgments:
    """Bring people's judgments into the order of the images."""
    input:
        manifest=MANIFEST,
        images=folder_of,
        judgments=judgments_of,
        order=order_of,
    output:
        **made(JUDGMENTS),
    log:
        "results/logs/read_judgments/{stimuli}.log",
    wildcard_constraints:
        stimuli=one_of(JUDGED),
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("read_judgments"),
    params:
        files=judgment_files,
        options=lambda wildcards: study.command_line(how_read(wildcards)),
        code=code("stimuli/read_judgments.py"),
    shell:
        '"$AIS_RUN" stimuli.read_judgments'
        " --manifest {input.manifest:q}"
        " --images={input.images:q}"
        " {params.files}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule read_categories:
    """Bring a set's categories into the order of the images."""
    input:
        manifest=MANIFEST,
        categories=categories_of,
    output:
        table=CATEGORIES,
    log:
        "results/logs/read_categories/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("read_categories"),
    params:
        code=code("stimuli/read_categories.py"),
    shell:
        '"$AIS_RUN" stimuli.read_categories'
        " --manifest {input.manifest:q}"
        " --categories={input.categories:q}"
        " --output {output.table:q} 2> {log:q}"


rule split_folds:
    """Deal the pairs of a set into cross-validation folds."""
    input:
        manifest=MANIFEST,
        judgments=dealt_judgments(digest=False),
        judgments_digest=dealt_judgments(digest=True),
    output:
        **made(FOLDS),
    log:
        "results/logs/split_folds/{stimuli}/{split}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("split_folds"),
    params:
        files=dealt_from,
        options=options(all_folds, "folds", "seeds"),
        code=code("stimuli/split_folds.py"),
    shell:
        '"$AIS_RUN" stimuli.split_folds'
        " --manifest {input.manifest:q}"
        " --split {wildcards.split}"
        " {params.files} {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule list_notes:
    """What was taken for what in reading the study's data, and what is doubtful."""
    input:
        **gated(artifacts=[(JUDGMENTS if each["source"] == "judgments" else SALIENCY).format(**each) for each in READ]),
        images=each_of(IMAGE_NOTES, PICTURED),
    output:
        notes=in_report(NOTES, "Notes on the data, exact (TSV)", "notes", "Stimuli"),
    log:
        "results/logs/list_notes.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("list_notes"),
    params:
        options=comparisons(PICTURED + READ),
        code=code("stimuli/list_notes.py"),
    shell:
        '"$AIS_RUN" stimuli.list_notes {params.options} --artifacts {input.images:q} {input.artifacts:q}'
        " --output {output.notes:q} 2> {log:q}"
