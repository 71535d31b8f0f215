"""The demo's data, made on the spot from a seed: pictures, raters, gaze, and a network.

Wants: nothing.
Gives: results/demo/ with images, ratings.csv, gaze maps, the shapes' masks, and network.safetensors.
"""

DEMO_MEASURED = [each for each in MEASURED if STIMULI[each["stimuli"]]["images"] == "results/demo/images"]


localrules:
    make_demo,


rule make_demo:
    """Draw coloured shapes on textured backgrounds, and simulate people who compare and look at them."""
    output:
        **{kind: directory(f"results/demo/{kind}") for kind in ("images", "gaze", "shapes")},
        **{f"{kind}_digests": f"results/demo/{kind}.sha256" for kind in ("images", "gaze", "shapes")},
        ratings="results/demo/ratings.csv",
        attributes="results/demo/attributes.tsv",
    log:
        "results/logs/make_demo.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("make_demo"),
    params:
        options="--seed 1",
        code=code("demo/make_demo.py"),
    shell:
        '"$AIS_RUN" demo.make_demo {params.options} --output $(dirname {output.ratings:q}) 2> {log:q}'


rule train_demo_network:
    """Train a small network to name shape, colour and texture, and save it as a user's would be."""
    output:
        weights="results/demo/network.safetensors",
    log:
        "results/logs/train_demo_network.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_for("train_demo_network")
    resources:
        **asks("train_demo_network"),
    params:
        options="--seed 1",
        code=code("demo/train_demo_network.py"),
    shell:
        '"$AIS_RUN" demo.train_demo_network {params.options} --output {output.weights:q} 2> {log:q}'
