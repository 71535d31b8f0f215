"""Features: frozen weights, and what each backbone makes of each image.

Wants: a set's manifest and images; a backbone's architecture and weights.
Gives: data/weights/{backbone}.safetensors and results/features/{stimuli}/{backbone}.h5.
"""


from ais.weight_names import is_weights_file


def weights_file_of(wildcards):
    weights = backbone_of(wildcards)["weights"]
    return weights if is_weights_file(weights) else []


localrules:
    freeze_weights,


rule freeze_weights:
    """Fetch a backbone's weights, check that they fit, and keep them: the only step that downloads."""
    input:
        weights=weights_file_of,
    output:
        **made(WEIGHTS),
    params:
        options=options(backbone_of, "architecture", "weights", "classes"),
        code=code("freeze_weights.py"),
    log:
        "results/logs/freeze_weights/{backbone}.log",
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "python {SCRIPTS:q}/freeze_weights.py"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule extract_features:
    """Run a backbone over the images of a set, and keep the maps of its deepest spatial layer."""
    input:
        **gated(weights=WEIGHTS),
        manifest=MANIFEST,
    output:
        **made(FEATURES),
    params:
        images=options(stimuli_of, "images"),
        options=options(backbone_of, "architecture", "classes", "layer", "readout", "preprocessing"),
        code=code("extract_features.py"),
    log:
        "results/logs/extract_features/{stimuli}/{backbone}.log",
    benchmark:
        "results/benchmarks/extract_features/{stimuli}/{backbone}.tsv"
    threads: 2
    resources:
        mem_mb=8000,
        runtime=120,
        gpu=GPU,
    shell:
        "python {SCRIPTS:q}/extract_features.py"
        " {params.images}"
        " --manifest {input.manifest:q}"
        " --weights {input.weights:q}"
        " {params.options}"
        " --device {STUDY[device]}"
        " --output {output.artifact:q} 2> {log:q}"
