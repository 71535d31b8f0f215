"""The demo's data, made on the spot from a seed: pictures, raters, gaze, and a network.

Wants: nothing.
Gives: results/demo/ with images, ratings.csv, gaze maps, the shapes' masks, and network.safetensors.
"""


localrules:
    make_demo,


rule make_demo:
    """Draw coloured shapes on textured backgrounds, and simulate people who compare and look at them."""
    output:
        images=directory("results/demo/images"),
        gaze=directory("results/demo/gaze"),
        shapes=directory("results/demo/shapes"),
        ratings="results/demo/ratings.csv",
        attributes="results/demo/attributes.tsv",
    params:
        options="--seed 1",
        code=code("make_demo.py"),
    log:
        "results/logs/make_demo.log",
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {SCRIPTS:q}/make_demo.py {params.options} --output results/demo 2> {log:q}"


rule train_demo_network:
    """Train a small network to name shape, colour and texture, and save it as a user's would be."""
    output:
        weights="results/demo/network.safetensors",
    params:
        options="--seed 1",
        code=code("train_demo_network.py"),
    log:
        "results/logs/train_demo_network.log",
    threads: 2
    resources:
        mem_mb=4000,
        runtime=20,
    shell:
        "python {SCRIPTS:q}/train_demo_network.py {params.options} --output {output.weights:q} 2> {log:q}"
