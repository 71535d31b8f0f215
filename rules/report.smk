"""Report: the pages that it opens on and leads to, which say in words what the tables say in numbers.

Wants: the summaries of all stages; of features and judgments, what they tell of themselves.
Gives: results/report/findings.html, study.html and a page a summary, for `--report` and for any browser; opening.html,
which is the report's first page; findings.txt, which is told at the end of a run.
"""

# The summaries that the study has, by the names of their tables, and where in the report each stands.
TABLES = {
    "gain": ([INFERENCE_SUMMARY], "Pruning", "inference", "Gain, table"),
    "heatmaps": ([HEATMAP_SUMMARY], "Heatmaps", "heatmaps_table", "Worth of kinds, table"),
    "saliency": (SALIENCY_SUMMARY, "Saliency", "saliency_table", "Saliency, table"),
    "agreement": (AGREEMENT_SUMMARY, "Agreement", "agreement_table", "Agreement, table"),
    "similarities": (SIMILARITIES_SUMMARY, "Agreement", "similarities_table", "Similarity measures, table"),
    "transfer": (TRANSFER_SUMMARIES, "Inference", "transfer_table", "Transfer, table"),
    "categories": (CATEGORY_SUMMARIES, "Inference", "categories_table", "Categories, table"),
    "notes": ([NOTES], "Stimuli", "notes", "Notes on the data, table"),
}
TABLES = {name: about for name, about in TABLES.items() if about[0]}
SEEN = combinations(stimuli=STIMULI, backbone=BACKBONES)
FINDINGS = "results/report/findings.html"
LINES = "results/report/findings.txt"


localrules:
    write_report,


rule write_report:
    """Write what was found in words, the study, and the summaries as tables that people read."""
    input:
        **gated(
            features=each_of(FEATURES, SEEN),
            judgments=each_of(JUDGMENTS, combinations(stimuli=JUDGED)),
        ),
        made_with=ancient(each_of(made(FEATURES)["made_with"], SEEN)),  # versions, told and never compared
        summaries=[path for paths, *_ in TABLES.values() for path in paths],
    output:
        findings=in_report(FINDINGS, "What was found", "findings", "Findings"),
        opening="results/report/opening.html",
        lines=kept_here(LINES),
        study=in_report("results/report/study.html", "The study", "study_page", "Stimuli"),
        pages=[
            in_report(f"results/report/{name}.html", title, caption, chapter)
            for name, (_, chapter, caption, title) in TABLES.items()
        ],
    log:
        "results/logs/write_report.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("write_report"),
    params:
        names=f"{study.command_line({'tables': list(TABLES)})} {comparisons(SEEN)}",
        options=options(the_explored, "study"),
        code=code("report/write_report.py", texts="ais/report/page"),
    shell:
        '"$AIS_RUN" report.write_report {params.options}'
        " {params.names} --summaries {input.summaries:q}"
        " --features {input.features:q}"
        " --judgments {input.judgments:q}"
        " --pages {output.pages:q}"
        " --findings {output.findings:q} --opening {output.opening:q} --lines {output.lines:q}"
        " --study-page {output.study:q} 2> {log:q}"
