"""Where jobs share no files with whoever starts them, as in a cloud: what they see lies in a storage. No rules.

All that is made goes there (--default-storage-provider), and each job takes its inputs from there into an empty folder.
The user's own files stay where they are: the small steps that read them run where snakemake is started, and of the
images a copy goes into the storage, for the steps that see them.
"""

import json
import os
import sys
from contextlib import suppress
from time import time

from snakemake_interface_executor_plugins.settings import SharedFSUsage

STARTED = time()
STORAGE = workflow.storage_settings
STORED_IN = STORAGE.default_storage_prefix if STORAGE and STORAGE.default_storage_provider else None

# Into how many jobs a step is cut goes by the size of a set. Jobs that do not see the user's files cannot count what
# lies in them: they are told, by a variable that every executor hands on. By it they also know that they see none,
# whatever an executor within a job assumes (Slurm's does).
SIZES = "AIS_SIZES"
SHARED = SIZES not in os.environ
if workflow.is_main_process:
    SHARED = STORAGE is None or SharedFSUsage.INPUT_OUTPUT in STORAGE.shared_fs_usage
if not SHARED:
    if workflow.is_main_process:
        os.environ[SIZES] = json.dumps({name: [images_in_set(name), judged_in(name)] for name in STIMULI})

    envvars:
        SIZES,


def seen_images_of(wildcards):
    """The images' folder for steps that see them in the manifest's order, which tells what each of them holds."""
    if SHARED or made_images(wildcards):
        return folder_of(wildcards)
    return [ancient(SHARED_IMAGES.format(**wildcards))]


def refuse_what_jobs_would_miss(workflow):
    """Before the first job: end where jobs would not be handed the scripts, or the study."""
    if STORAGE is None or SharedFSUsage.SOURCES in STORAGE.shared_fs_usage:
        return
    handed = {path for path in workflow.dag.get_sources() if not path.startswith("..")}
    for path in map(os.path.relpath, [SCRIPTS / "run", *workflow.configfiles]):
        if path not in handed:
            sys.exit(
                f"error: {path}: found that jobs elsewhere would not have it; expected it in a clone of git's, in which "
                "snakemake is started. Start it in the clone's own folder, with the study below it."
            )


def kept_here(path):
    """A small output that is to be read where snakemake was started, wherever the others go."""
    return local(path) if STORED_IN else path


def log_here(path):
    """A log as Snakemake names it; its copy, if it lies in a storage and can be had."""
    query = path.removesuffix(" (send to storage)")
    if query == path:
        return path
    return brought_here(workflow.storage_registry.default_storage_provider.object(query)) or path


def brought_here(stored):
    """The path of a copy of a log that this run left in a storage; None where it left none."""
    copy = stored.local_path()
    with suppress(Exception):  # whatever a storage says of what it does not have
        if stored.mtime() > STARTED:
            copy.parent.mkdir(parents=True, exist_ok=True)
            stored.retrieve_object()
            return os.path.relpath(copy)
    return None
