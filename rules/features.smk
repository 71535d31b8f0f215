"""Features: frozen weights, and what each backbone makes of each image.

Wants: a set's manifest and images; a backbone's architecture and weights.
Gives: data/weights/{backbone}.safetensors and results/features/{stimuli}/{backbone}.h5.
"""


localrules:
    freeze_weights,


rule freeze_weights:
    """Fetch a backbone's weights, check that they fit, and keep them: the only step that downloads."""
    input:
        weights=weights_file_of,
    output:
        **made(WEIGHTS),
    log:
        "results/logs/freeze_weights/{backbone}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("freeze_weights"),
    params:
        options=options(backbone_of, "architecture", "weights", "classes", "sha256", "prefix", "seed"),
        code=code("features/freeze_weights.py"),
    shell:
        '"$AIS_RUN" features.freeze_weights {params.options} --output {output.artifact:q} 2> {log:q}'


rule extract_features:
    """Run a backbone over the images of a set, and keep the maps of its deepest spatial layer."""
    input:
        **gated(weights=WEIGHTS),
        manifest=MANIFEST,
        images=seen_images_of,
    output:
        **made(FEATURES),
    log:
        "results/logs/extract_features/{stimuli}/{backbone}.log",
    group:
        grouped_by_giver("images", scored_in)
    conda:
        "../envs/environment.yaml"
    threads: threads_for("extract_features")
    resources:
        **asks("extract_features"),
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(backbone_of, "architecture", "classes", "layer", "readout", "preprocessing"),
        code=code("features/extract_features.py"),
    shell:
        '"$AIS_RUN" features.extract_features'
        " --images={input.images:q}"
        " --manifest {input.manifest:q}"
        " --weights {input.weights:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads}"
        " --output {output.artifact:q} 2> {log:q}"
