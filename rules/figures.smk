"""Figures: each drawn from a tidy table that lies beside it, at the width of one or two columns of a journal.

Wants: pruning curves and tables, the summaries of all stages, the leak by exposure, additivity, a table of the maps, scores
within and across categories, saliency's curves, the demo's heatmaps.
Gives: results/figures/{figure}.png, .pdf and .tsv, or {figure}/{stimuli}.… where a figure shows one set; what does not
fit one page goes on in .2.png, .3.png, …, while the PDF holds all pages.
"""

WITH_SPLITS = [each | {"split": ANALYSES[each["analysis"]]["split"]} for each in COMPARISONS]
WITH_CURVES = [each for each in WITH_SPLITS if each["analysis"] in PRUNED]  # reweighting has none
OF_IMAGES = {name: each for name, each in ANALYSES.items() if each["split"] == "images"}
STRATEGIES_MEASURED = combinations(
    backbone=BACKBONES, measure={measure_of(each, ranked=True) for each in OF_IMAGES.values()}
)
NETWORKS = named(MEASURED, "backbone", "measure")
NETWORKS_ALIKE = combinations(backbone=BACKBONES, rest={BUT_SIMILARITY[name] for name in ALIKE})
NETWORKS_INFERRED = named(INFERRED, "backbone", "measure")

FIGURES = ["results/figures/pruning_gain.png"]
FIGURES += each_of("results/figures/pruning_curves/{stimuli}.png", SETS if PRUNED else [])
FIGURES += each_of("results/figures/faithfulness/{stimuli}.png", SETS)
if INFERRED:
    FIGURES += ["results/figures/leak.png", "results/figures/additivity.png"]
    FIGURES += each_of("results/figures/important_maps/{stimuli}.png", INFERRED)
FIGURES += each_of("results/figures/saliency/{stimuli}.{source}.png", SALIENCY_COMPARISONS)
if HELD_TOGETHER:
    FIGURES += each_of("results/figures/agreement/{stimuli}.png", SETS)
if ALIKE_IN:
    FIGURES += each_of("results/figures/similarities/{stimuli}.png", ALIKE_IN)
if DEMO_MEASURED:
    FIGURES.append("results/figures/planted_truth.png")
if TRANSFERRED:
    FIGURES.append("results/figures/transfer.png")
if CATEGORISED:
    FIGURES.append("results/figures/categories.png")
if len({strategy_of(each) for each in OF_IMAGES.values()}) > 1:
    FIGURES += each_of("results/figures/strategies/{stimuli}.png", SETS)
FIGURES = list(dict.fromkeys(FIGURES))


localrules:
    draw_gain,
    draw_pruning,
    draw_leak,
    draw_additivity,
    draw_maps,
    draw_strategies,
    draw_transfer,
    draw_categories,
    draw_faithfulness,
    draw_saliency,
    draw_agreement,
    draw_similarities,
    draw_planted_truth,
    draw_time,


rule draw_gain:
    """What pruning gains: a panel a set, a row a network, all maps and the retained as dumbbells."""
    input:
        summary=INFERENCE_SUMMARY,
    output:
        **figure("pruning_gain", "Pruning", len(pages.dumbbells(SETS, list(BACKBONES), len(ANALYSES)))),
    log:
        "results/logs/draw_gain.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_gain"),
    params:
        code=code("figures/draw_gain.py"),
    shell:
        '"$AIS_RUN" figures.draw_gain --summary {input.summary:q}' " --output {output.png[0]:q} 2> {log:q}"


rule draw_pruning:
    """Alignment while maps are added, the most important first: a set's networks."""
    input:
        **gated(curves=of_set(PRUNING, WITH_CURVES)),
        tables=of_set(PRUNING_TABLE, WITH_CURVES),
        ceilings=of_set(CEILING, [each for each in COMPARED if each["analysis"] in PRUNED]),
    output:
        **figure("pruning_curves/{stimuli}", "Pruning", len(pages.facets(SETS[:1], list(BACKBONES), 5))),
    log:
        "results/logs/draw_pruning/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_pruning"),
    params:
        options=comparisons_of_set(WITH_CURVES),
        code=code("figures/draw_pruning.py"),
    shell:
        '"$AIS_RUN" figures.draw_pruning {params.options} --curves {input.curves:q}'
        " --tables {input.tables:q} --ceilings {input.ceilings:q}"
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_leak:
    """The gain by how many of a pair's images were in training: what folds by pairs learn of the images."""
    input:
        tables=each_of(LEAK, INFERRED),
    output:
        **figure("leak", "Pruning", facets(INFERRED)),
    log:
        "results/logs/draw_leak.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_leak"),
    params:
        options=comparisons(INFERRED),
        code=code("figures/draw_leak.py"),
    shell:
        '"$AIS_RUN" figures.draw_leak {params.options} --tables {input.tables:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_additivity:
    """What the top maps cost masked together, against the sum of what each costs alone."""
    input:
        tables=each_of(ADDITIVITY, INFERRED),
    output:
        **figure("additivity", "Inference", facets(INFERRED)),
    log:
        "results/logs/draw_additivity.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_additivity"),
    params:
        options=comparisons(INFERRED),
        code=code("figures/draw_additivity.py"),
    shell:
        '"$AIS_RUN" figures.draw_additivity {params.options} --tables {input.tables:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_maps:
    """Which feature maps of a set matter, and how stable their order is."""
    input:
        tables=of_set(MAP_TABLE, INFERRED),
    output:
        **figure("important_maps/{stimuli}", "Inference", len(pages.listed(NETWORKS_INFERRED, 3))),
    log:
        "results/logs/draw_maps/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_maps"),
    params:
        options=comparisons_of_set(INFERRED),
        code=code("figures/draw_maps.py"),
    shell:
        '"$AIS_RUN" figures.draw_maps {params.options} --tables {input.tables:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_strategies:
    """Alignment with unseen images by strategy of pruning, beside all maps."""
    input:
        summary=INFERENCE_SUMMARY,
    output:
        **figure("strategies/{stimuli}", "Pruning", len(pages.strategies(STRATEGIES_MEASURED, len(OF_IMAGES)))),
    log:
        "results/logs/draw_strategies/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_strategies"),
    params:
        code=code("figures/draw_strategies.py"),
    shell:
        '"$AIS_RUN" figures.draw_strategies --summary {input.summary:q} --stimuli {wildcards.stimuli:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_transfer:
    """What the maps that one set keeps change on another."""
    input:
        summary=TRANSFER_SUMMARY,
    output:
        **figure("transfer", "Inference", len(pages.matrices(TRANSFERRED, len(PAIRED)))),
    log:
        "results/logs/draw_transfer.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_transfer"),
    params:
        code=code("figures/draw_transfer.py"),
    shell:
        '"$AIS_RUN" figures.draw_transfer --summary {input.summary:q} --output {output.png[0]:q} 2> {log:q}'


rule draw_categories:
    """Which maps carry the border between categories, and which the order inside."""
    input:
        tables=each_of(CATEGORY_MAPS, CATEGORISED),
    output:
        **figure("categories", "Inference", facets(CATEGORISED, list_rows=5)),
    log:
        "results/logs/draw_categories.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_categories"),
    params:
        options=comparisons(CATEGORISED),
        code=code("figures/draw_categories.py"),
    shell:
        '"$AIS_RUN" figures.draw_categories {params.options} --tables {input.tables:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_faithfulness:
    """What is lost when the hottest cells are masked or only they are kept, by kind of heatmap."""
    input:
        summary=HEATMAP_SUMMARY,
    output:
        **figure("faithfulness/{stimuli}", "Heatmaps", len(pages.listed(NETWORKS, 5, 2))),
    log:
        "results/logs/draw_faithfulness/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_faithfulness"),
    params:
        code=code("figures/draw_faithfulness.py"),
    shell:
        '"$AIS_RUN" figures.draw_faithfulness --summary {input.summary:q} --stimuli {wildcards.stimuli:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_saliency:
    """Precision and recall of every kind of heatmap against saliency, and each kind's difference to activation."""
    input:
        summary=SALIENCY_SUMMARY,
        curves=of_set(SALIENCY_CURVES, SALIENCY_COMPARISONS),
    output:
        **figure("saliency/{stimuli}.{source}", "Saliency", len(pages.listed(NETWORKS, 3))),
        **figure("saliency_grid/{stimuli}.{source}", "Saliency", len(pages.listed(NETWORKS, 5)), prefix="grid_"),
    log:
        "results/logs/draw_saliency/{stimuli}.{source}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_saliency"),
    params:
        curves=comparisons_of_set(SALIENCY_COMPARISONS),
        options=options(the_study, "heatmap_scores"),
        code=code("figures/draw_saliency.py"),
    shell:
        '"$AIS_RUN" figures.draw_saliency {params.curves} {params.options} --curves {input.curves:q}'
        " --summary {input.summary:q}"
        " --output {output.png[0]:q} --output-grid {output.grid_png[0]:q} 2> {log:q}"


rule draw_agreement:
    """How far backbones agree in their heatmaps, beside their activation."""
    input:
        summary=AGREEMENT_SUMMARY,
    output:
        **figure("agreement/{stimuli}", "Agreement", len(named(MEASURED, "measure"))),
    log:
        "results/logs/draw_agreement/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_agreement"),
    params:
        code=code("figures/draw_agreement.py"),
    shell:
        '"$AIS_RUN" figures.draw_agreement --summary {input.summary:q} --stimuli {wildcards.stimuli:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_similarities:
    """How far similarity measures of a backbone agree in the maps and in the heatmaps, beyond their activation."""
    input:
        summary=SIMILARITIES_SUMMARY,
    output:
        **figure("similarities/{stimuli}", "Agreement", len(pages.similarities(NETWORKS_ALIKE))),
    log:
        "results/logs/draw_similarities/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_similarities"),
    params:
        code=code("figures/draw_similarities.py"),
    shell:
        '"$AIS_RUN" figures.draw_similarities --summary {input.summary:q} --stimuli {wildcards.stimuli:q}'
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_planted_truth:
    """Whether the demo's heatmaps fall on the shapes, as they must."""
    input:
        **gated(heatmaps=each_of(HEATMAPS, DEMO_MEASURED)),
        manifest=each_of(MANIFEST, DEMO_MEASURED[:1]),
        shapes=ancient("results/demo/shapes"),
        shapes_digests="results/demo/shapes.sha256",
    output:
        **figure("planted_truth", "Demo", facets(DEMO_MEASURED)),
    log:
        "results/logs/draw_planted_truth.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_planted_truth"),
    params:
        options=comparisons(DEMO_MEASURED),
        code=code("figures/draw_planted_truth.py"),
    shell:
        '"$AIS_RUN" figures.draw_planted_truth {params.options} --heatmaps {input.heatmaps:q}'
        " --manifest {input.manifest:q}"
        " --shapes {input.shapes:q}"
        " --output {output.png[0]:q} 2> {log:q}"


rule draw_time:
    """Where a study's time went, by rule and by node. On demand, and no part of a study: it differs from run to run."""
    output:
        png=["results/benchmarks/time.png", "results/benchmarks/time.2.png"],
        pdf="results/benchmarks/time.pdf",
        table="results/benchmarks/time.tsv",
    log:
        "results/logs/draw_time.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_time"),
    params:
        code=code("figures/draw_time.py"),
    shell:
        '"$AIS_RUN" figures.draw_time --logs $(dirname {log:q}) --output {output.png[0]:q} 2> {log:q}'
