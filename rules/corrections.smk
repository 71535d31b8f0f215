"""Where Snakemake itself is corrected: what it does, why that is wrong here, since which version. No rules.

Each touches the rules of this workflow alone, not those of a workflow that has it as a module. Held against
Snakemake 9.27; tests/workflow/test_corrections.py fails where what is corrected is no longer what it was. Where a
public setting would do, it is taken: rerun-incomplete and the like stand in config/profiles.
"""

import os
import re
import sys
from types import SimpleNamespace

from snakemake.dag import DAG
from snakemake.io import IOFile, _IOFile
from snakemake.jobs import GroupJob, Job
from snakemake.persistence import PersistenceBase


def is_ours(rule):
    return rule is not None and os.path.realpath(rule.snakefile).startswith(f"{os.path.realpath(ROOT)}{os.sep}")


# 1. Inputs count by content, of whatever size.
#    Snakemake compares those above a megabyte by date alone (since 7.19), unless each user gives
#    --max-checksum-file-size on each command line or in a profile: a touched photograph would extract all features
#    anew. A Snakefile cannot set it, as settings are made after it is read. Ancient inputs have a digest beside them
#    that counts instead, and need no hashing.
_is_checksum_eligible = _IOFile.is_checksum_eligible


async def is_checksum_eligible(file, threshold):
    if not is_ours(file.rule):
        return await _is_checksum_eligible(file, threshold)
    return not file.is_ancient and await _is_checksum_eligible(file, sys.maxsize)


_IOFile.is_checksum_eligible = is_checksum_eligible


# 2. Shards are no part of staleness.
#    Snakemake reruns a job whose set of inputs is another (since 7.8), and a missing file's job as one that has never
#    run. A step that puts shards together takes the options, the code and the digests that its shards take, so it is
#    stale by itself: their number makes nothing stale, nor does deleting them. `scattergather` has the same set of
#    inputs, `temp` the same missing files. A shard of another number, never made, is as stale as the whole is.
_input_changed, _input_checksums = PersistenceBase._input_changed, PersistenceBase.input_checksums


def input_changed(persistence, job, file=None):
    return not (is_ours(job.rule) and "shards" in job.input.keys()) and _input_changed(persistence, job, file)


def input_checksums(persistence, job, path):
    if is_ours(job.rule) and "shards" in job.wildcards.keys() and not os.path.exists(job.output[0]):
        whole = re.sub(r"\.shards/[^/]+$", ".h5", job.output[0])
        job = SimpleNamespace(output=[IOFile(whole)])
    return _input_checksums(persistence, job, path)


PersistenceBase._input_changed, PersistenceBase.input_checksums = input_changed, input_checksums


# 3. A result whose making nobody recorded is made again.
#    Only the Snakemake that a user started records what a file was made from (since 8.0), but the one that runs a job
#    elsewhere (on a cluster's node) takes the mark off that says the file is not yet complete. If the first is killed
#    meanwhile, the file stays without a record, and is kept whatever is changed afterwards. So the job's own leaves
#    the mark for the first to take off; who finds it makes the file again.
_finished = PersistenceBase.finished


async def finished(persistence, job):
    if persistence.dag.workflow.is_main_process or not is_ours(job.rule):
        await _finished(persistence, job)


PersistenceBase.finished = finished


# 4. What an interrupted run left unfinished is made again without being asked to.
#    Snakemake refuses to go on unless told --rerun-incomplete, which the profiles say but a plain command line does
#    not. Nothing here is ever half-written, so there is nothing to decide. And a second run beside the first is told
#    that the folder is locked, not that its files are incomplete and should be made again.
_check_incomplete = DAG.check_incomplete


async def check_incomplete(dag):
    if not dag.ignore_incomplete:  # as a job does, of its own files
        dag.forcefiles.update(file for file in await dag.incomplete_files() if is_ours(file.rule))
        await _check_incomplete(_WithoutOurs(dag))


class _WithoutOurs:
    """The jobs of a workflow as it was, less what is ours of its incomplete files."""

    def __init__(self, dag):
        self._dag = dag

    def __getattr__(self, name):
        return getattr(self._dag, name)

    async def incomplete_files(self):
        return [file for file in await self._dag.incomplete_files() if not is_ours(file.rule)]


DAG.check_incomplete = check_incomplete


# 5. What a user must mend is not tried again.
#    Snakemake's retries (`retries` in a profile) are for what dies: a node, a job that had too little memory or time. It
#    repeats as well what ended with a message to the user, which would end so again, after another wait in the queue.
_restart_times, _group_restart_times = Job.restart_times, GroupJob.restart_times


def is_to_be_mended(job):
    for log in job.log if is_ours(job.rule) else []:
        log = brought_here(log.storage_object) if log.is_storage else log
        if log and os.path.isfile(log):
            with open(log, encoding="utf-8", errors="replace") as file:
                if (file.read().splitlines() or [""])[-1].startswith("error: "):
                    return True
    return False


Job.restart_times = property(lambda job: 0 if is_to_be_mended(job) else _restart_times.fget(job))
GroupJob.restart_times = property(
    lambda group: 0 if any(map(is_to_be_mended, group.jobs)) else _group_restart_times.fget(group)
)
