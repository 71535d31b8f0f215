"""Alignment-importance heatmaps: which feature maps carry a network's agreement with people, and where.

snakemake --cores all                                 the demo
snakemake --cores all --configfile config/mine.yaml   a study of your own
"""

if not workflow.configfiles:

    configfile: f"{workflow.basedir}/config/demo.yaml"


include: "rules/study.smk"
include: "rules/paths.smk"
include: "rules/own_files.smk"
include: "rules/resources.smk"
include: "rules/storage.smk"
include: "rules/jobs.smk"
include: "rules/chapters.smk"
include: "rules/explored.smk"
include: "rules/drawn.smk"
include: "rules/staleness.smk"
include: "rules/slurm.smk"
include: "rules/corrections.smk"
include: "rules/messages.smk"
include: "rules/demo.smk"
include: "rules/stimuli.smk"
include: "rules/features.smk"
include: "rules/importance.smk"
include: "rules/pruning.smk"
include: "rules/inference.smk"
include: "rules/heatmaps.smk"
include: "rules/saliency.smk"
include: "rules/agreement.smk"
include: "rules/figures.smk"
include: "rules/explorer.smk"
include: "rules/report.smk"


report: "rules/report/study.rst"


rule all:
    """Everything that the study asks for."""
    default_target: True
    input:
        NOTES,
        PRUNING_SUMMARY,
        INFERENCE_SUMMARY,
        MAP_TABLES,
        TRANSFER_SUMMARIES,
        CATEGORY_SUMMARIES,
        HEATMAP_SUMMARY,
        HEATMAP_SHEETS,
        SALIENCY_SUMMARY,
        AGREEMENT_SUMMARIES,
        FIGURES,
        EXPLORER,
        EXPLORER_SETS,
        FINDINGS,


onstart:
    keep_all_in_the_log()
    refuse_what_jobs_would_miss(workflow)
    watch_jobs(workflow)
    tell_progress(workflow)


onsuccess:
    for line in what_was_found(LINES, INFERENCE_SUMMARY, EXPLORER, FINDINGS, STORED_IN):
        print(line)


onerror:
    for line in last_words(log, log_here):
        print(line, file=sys.stderr)
