"""What a user is told while it runs, and at the end. No rules."""

import logging
import os
import re
import shutil
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from ais.workflow import estimate
from ais.workflow.job_notes import NOTE
from ais.workflow.progress import Progress

SECONDS_BETWEEN = 15  # of two lines on how far it is, unless a stage is complete
SECONDS_AT_MOST = 60  # without one


class ProgressLines(logging.Handler):
    """Listens to Snakemake's log for jobs that begin and end, and tells how far the stages are.

    Its records carry events as Snakemake's interface for logger plugins describes them. A plugin itself would have to be
    installed as a package and asked for on each command line.
    """

    def __init__(self, progress):
        super().__init__(logging.INFO)
        self.progress, self.told = progress, monotonic()
        threading.Thread(target=self.keep_telling, daemon=True).start()

    def keep_telling(self):
        """While one long job runs, all the same."""
        while True:
            sleep(SECONDS_BETWEEN)
            with suppress(Exception), self.lock:
                if self.progress.running and monotonic() - self.told > SECONDS_AT_MOST:
                    self.tell()

    def tell(self, complete=None):
        self.told = monotonic()
        print(f"{complete} done: " if complete else "", self.progress.line(), sep="", file=sys.stderr)

    def emit(self, record):
        try:
            self.hear(str(getattr(record, "event", "")), record)
        except Exception:  # whatever becomes of these lines, the run goes on
            self.handleError(record)

    def hear(self, event, record):
        if event == "job_info":
            self.progress.start(record.jobid, record.rule_name)
        elif event == "job_error":
            self.progress.fail(record.jobid)
        elif event == "job_finished":
            complete = self.progress.finish(record.job_id)
            if complete or monotonic() - self.told > SECONDS_BETWEEN:
                self.tell(complete)


def is_no_step(record):
    """Whether a record of Snakemake's is other than its own words on each step."""
    own = ("job_started", "job_finished", "progress")
    return str(getattr(record, "event", "")) not in own and not str(record.msg).startswith("Select jobs to execute")


def keep_all_in_the_log():
    """However quiet Snakemake is to be: its log of a run keeps which jobs failed, of which the last words are made."""
    for handler in logging.getLogger("snakemake.logging").handlers:
        for each in handler.filters if isinstance(handler, logging.FileHandler) else []:
            if hasattr(each, "quiet"):
                each.quiet = frozenset()


def quiet_about(workflow):
    return {each.name.lower() for each in workflow.output_settings.quiet or ()}


def is_quiet(workflow):
    """Whether Snakemake is to be quiet about progress, or about all."""
    return bool(quiet_about(workflow) & {"all", "progress"})


def jobs_to_do(workflow):
    return [job for job in workflow.dag.needrun_jobs() if is_ours(job.rule) and job.rule.name != "all"]


def stages_in_order(workflow, jobs):
    """The stage of each rule of some jobs, that is, the name of the file it stands in, in the workflow's order."""
    stages = [Path(str(each)).stem for each in workflow.included]
    stage_of = {job.rule.name: Path(str(job.rule.snakefile)).stem for job in jobs}
    in_order = sorted(stage_of, key=lambda name: (stages.index(stage_of[name]), name))
    return {name: stage_of[name] for name in in_order}


def tell_progress(workflow):
    """From the first job on, tell how far the run is: beside Snakemake's own words, with `--quiet rules` in their place.

    Nothing where Snakemake is to be quiet about progress, or about all.
    """
    if is_quiet(workflow):
        return
    jobs = jobs_to_do(workflow)
    progress = Progress(Counter(job.rule.name for job in jobs), stages_in_order(workflow, jobs))
    logger = logging.getLogger("snakemake.logging")
    for handler in logger.handlers if "rules" in quiet_about(workflow) else []:
        if not isinstance(handler, logging.FileHandler):  # the log of a run keeps all
            handler.addFilter(is_no_step)
    logger.addHandler(ProgressLines(progress))


class EstimateLines(logging.Handler):
    """Tells how much work a run is where Snakemake tells how many jobs: before the first; at the end of a dry run.

    There it tells so twice, and only the first time knows what is to be done. Nothing in a job, nor in another's workflow.
    """

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = None

    def emit(self, record):
        try:
            if IS_MODULE or str(getattr(record, "event", "")) != "run_info" or is_quiet(workflow):
                return
            if not workflow.is_main_process:
                return
            first = self.lines is None
            self.lines = how_much(workflow) if first else self.lines
            if first != workflow.dryrun:
                print(*self.lines, sep="\n", file=sys.stderr)
        except Exception:  # whatever becomes of these lines, the run goes on
            self.handleError(record)


def how_much(workflow):
    """How much work is to be done, in lines."""
    jobs = jobs_to_do(workflow)
    stage_of = stages_in_order(workflow, jobs)
    efforts = [(stage_of[job.rule.name], taken_by_job(job.rule.name, job.wildcards)) for job in jobs]
    efforts.sort(key=lambda effort: list(stage_of.values()).index(effort[0]))
    submitted = {workflow.dag._group.get(job, job) for job in jobs if job.rule.name not in workflow._localrules}
    elsewhere = workflow.dryrun or not workflow.local_exec
    return estimate.told(efforts, len(submitted) * elsewhere) if efforts else []


logging.getLogger("snakemake.logging").addHandler(EstimateLines())


def what_was_found(lines, summary, explorer, findings, storage=None):
    """At the end: what was found, what to distrust, and where to look; of what is there, or in ``storage``.

    Lines older than the summary, as after a part of the study was made anew, tell of another.
    """
    told = []
    if Path(lines).is_file() and not (Path(summary).is_file() and os.path.getmtime(summary) > os.path.getmtime(lines)):
        told = Path(lines).read_text(encoding="utf-8").splitlines()
    if storage:
        return [
            *told,
            f"The results are in {storage.rstrip('/')}/results: copy it, and open {findings} and {explorer}.",
        ]
    places = [path for path in (findings, explorer) if Path(path).is_file()]
    look = f"Look: {' and '.join(places)} (in a browser)." if places else "Done."
    return [*told, look, "To send it: the same command with --report report.zip makes one file of all."]


def full_disk(log):
    """What to say where the results' disk is full, so that a job, or Snakemake itself, could not even write it."""
    free = shutil.disk_usage("results" if os.path.isdir("results") else ".").free
    if free > 1_000_000 and "No space left on device" not in log:
        return []
    return [
        f"error: results: found {free // 1000} kB of free disk space; expected room for the results. Make room and run "
        "snakemake again: what is finished stays."
    ]


def last_words(snakemake_logs, log_here=str):
    """Why each job failed, each reason once: Slurm's, or the last line that it said, which tells what a user can mend.

    ``log_here`` brings a job's log here, and tells its path.
    """
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in snakemake_logs)
    said = {}
    for rule, message, logs in failed_jobs(text, log_here):
        own = [path for path in logs if "/slurm_logs/" not in path]
        lines = next(filter(None, map(last_line, own)), "")
        why = slurm_says(message, [path for path in logs if path not in own and Path(path).is_file()])
        if lines.startswith("error: ") or not why:
            said.setdefault(lines or "A job failed without a word.", ", ".join(own or logs))
        else:
            said.setdefault(f"error: {rule}: {why}.", ", ".join(logs))
    return [*(f"{line} (all of it: {path})" if path else line for line, path in said.items()), *full_disk(text)]


def last_line(path):
    """The last line of a failed job's log; none where it ended well, as others of its group may have."""
    lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
    return lines[-1] if lines and not NOTE.fullmatch(lines[-1]) else ""


def failed_jobs(text, log_here=str):
    """Of each job that Snakemake's log says failed, and did not end well later: its rule, the message, and its logs.

    A group of jobs fails as one, and all its logs are listed: those that say what they failed of are told.
    """
    finished = {match[1]: match.start() for match in re.finditer(r"^Finished jobid: (\d+)", text, flags=re.MULTILINE)}
    failed = r"^(?:Error in rule|    message: Error in group) ([\w.-]+):?\n((?:    .*\n)*)"
    for block in re.finditer(failed, text, flags=re.MULTILINE):
        name, rest = block[1], block[2]
        jobs = re.findall(r"^\s+jobid: (\d+)", rest, flags=re.MULTILINE)
        if jobs and all(finished.get(job, -1) > block.start() for job in jobs):
            continue
        message = re.search(r"^    message: (.*)", rest, flags=re.MULTILINE)
        listed = re.findall(r"^\s+log: (.+) \(check log file", rest, flags=re.MULTILINE)
        logs = [log_here(path) for path in dict.fromkeys(", ".join(listed).split(", ")) if path]
        slurms = [path for path in logs if "/slurm_logs/" in path]
        told = [path for path in logs if path not in slurms and re.match(r"error: |\w*Error\b", last_line(path))]
        yield name, message[1] if message else "", (told + slurms if told else logs)
