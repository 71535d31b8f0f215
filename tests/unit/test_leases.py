"""A GPU a job: sixteen processes on three devices that are none, some of them killed while they hold one."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ais import leases
from ais.errors import InputError

SCRIPTS = Path(__file__).parents[2] / "workflow_scripts"

# Leases a device and notes itself there; whoever was there before must have ended.
JOB = """
import os, sys, time
from pathlib import Path
from ais import leases
device = leases.take()
assert os.environ["CUDA_VISIBLE_DEVICES"] == device in {"one", "two", "three"}
assert "torch" not in sys.modules
folder, own, dies = Path(sys.argv[1]), os.getpid(), sys.argv[2] == "dies"
holder = folder / f"{device}.holder"
before = int(holder.read_text() or 0) if holder.exists() else 0
stat = Path(f"/proc/{before}/stat")
alive = bool(before) and stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
note = folder / f"{own}.note"
note.write_text(f"{device} {'beside another' if alive else 'alone'}")
note.rename(folder / f"{own}.held")  # whole at once: whoever sees it may read it, or kill its writer
holder.write_text(str(own))
time.sleep(60 if dies else 0.05)
holder.write_text("")
"""


@pytest.fixture(autouse=True)
def no_scheduler(monkeypatch, tmp_path):
    for name in (*leases.SCHEDULED, "CUDA_VISIBLE_DEVICES", "AIS_LEASED"):
        monkeypatch.setenv(name, "")  # so that what a test sets is undone
        monkeypatch.delenv(name)
    monkeypatch.setenv("AIS_LEASES", str(tmp_path))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_sixteen_jobs_on_three_devices_each_alone_though_some_are_killed(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS), "CUDA_VISIBLE_DEVICES": "one, two,three"}

    def started(end):
        command = [sys.executable, "-c", JOB, str(tmp_path), end]
        return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)

    def holds(process):
        return (tmp_path / f"{process.pid}.held").exists()

    dying = [started("dies") for _ in range(5)]
    living = [started("lives") for _ in range(11)]
    try:
        until = time.monotonic() + 60
        waiting = list(dying)
        while waiting:
            assert time.monotonic() < until
            for process in [each for each in waiting if holds(each)]:
                process.send_signal(signal.SIGKILL)
                waiting.remove(process)
            time.sleep(0.02)
        said = [process.communicate(timeout=60)[1] for process in living]
    finally:
        for process in [*dying, *living]:
            process.kill()
            process.wait()
    assert [process.returncode for process in living] == [0] * 11, said
    assert [process.returncode for process in dying] == [-signal.SIGKILL] * 5
    held = [path.read_text().split(maxsplit=1) for path in tmp_path.glob("*.held")]
    assert len(held) == 16
    assert {how for _, how in held} == {"alone"}
    assert {device for device, _ in held} == {"one", "two", "three"}


def in_another(code, **environment):
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)} | environment
    command = [sys.executable, "-c", f"import os; from ais import leases\n{code}"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def test_a_leased_device_is_busy_until_its_holder_ends(tmp_path):
    holder = in_another("leases.take(); print('held', flush=True); input()", CUDA_VISIBLE_DEVICES="7")
    try:
        assert holder.stdout.readline() == "held\n"
        assert not leases._locked(leases._path("7"))
        assert leases._locked(leases._path("8"))
    finally:
        holder.kill()
        holder.wait()
    assert leases._locked(leases._path("7"))


def test_what_a_job_starts_uses_its_lease_and_does_not_prolong_it():
    child = "import subprocess; subprocess.Popen(['sleep', '60'], start_new_session=True, stdout=subprocess.DEVNULL)"
    again = "assert leases.take() is None and os.environ['CUDA_VISIBLE_DEVICES'] == '7'"
    holder = in_another(
        f"leases.take()\n{again}\n{child}; print('held', flush=True); input()", CUDA_VISIBLE_DEVICES="7"
    )
    assert holder.stdout.readline() == "held\n"
    (left,) = psutil.Process(holder.pid).children()
    try:
        holder.kill()
        holder.wait()
        assert leases._locked(leases._path("7"))
    finally:
        left.kill()


@pytest.mark.parametrize("scheduler", leases.SCHEDULED)
def test_what_a_scheduler_gave_is_taken_as_it_is(monkeypatch, scheduler):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setenv(scheduler, "12")
    assert leases.take() is None
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0,1"


@pytest.mark.parametrize(
    ("named", "devices"), [("", []), ("-1", []), ("1,-1,2", ["1"]), (" 3,GPU-a b,3", ["3", "GPU-a b"])]
)
def test_devices_are_the_users_own_as_cuda_reads_them(monkeypatch, named, devices):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert leases.devices() == devices
    if not devices:
        assert leases.take() is None
        assert os.environ["CUDA_VISIBLE_DEVICES"] == named  # so that asking for cuda stays an error


def test_without_a_wish_devices_are_all_by_uuid_and_of_a_partitioned_one_its_instances(monkeypatch, tmp_path):
    listed = """GPU 0: NVIDIA A100 (UUID: GPU-aa)
GPU 1: NVIDIA A100 (UUID: GPU-bb)
  MIG 1g.5gb Device 0: (UUID: MIG-cc)
  MIG 1g.5gb Device 1: (UUID: MIG-dd)
"""
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n[ $1 = -L ] && cat <<'END'\n{listed}END\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert leases.devices() == ["GPU-aa", "MIG-cc", "MIG-dd"]
    tool.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed'; exit 9\n")
    assert leases.devices() == []


def test_a_folder_that_cannot_be_used_is_told_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("AIS_LEASES", str(tmp_path / "absent"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.raises(InputError, match=r"absent/ais-gpu-\w+\.lock: found No such file .* Set AIS_LEASES"):
        leases.take()


def test_a_script_that_asks_for_cuda_has_its_lease_before_torch_is_imported(tmp_path):
    """Told by the order of what is said: the lease, then that this machine's torch finds no such GPU."""
    code = tmp_path / "probe.py"
    code.write_text("import os, sys; print(sys.argv[1:], 'torch' in sys.modules, os.environ['CUDA_VISIBLE_DEVICES'])")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ais.leases", "probe", "--device", "cuda"],
        env=os.environ | {"PYTHONPATH": f"{SCRIPTS}{os.pathsep}{tmp_path}", "CUDA_VISIBLE_DEVICES": "5,6"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == "GPU 5, leased\n"
    assert done.stdout == "['--device', 'cuda'] False 5\n"
    runner = (SCRIPTS / "run").read_text()
    assert '*" --device cuda "*) set -- ais.leases "$@"' in runner
