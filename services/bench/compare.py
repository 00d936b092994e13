"""Measures transformers, TRL and llama.cpp on the token ids and shapes of `./rejoinder bench lm training`, beside Rejoinder.

    python3 -m venv VENV && VENV/bin/pip install torch transformers peft trl gguf llama-cpp-python
    VENV/bin/python services/bench/compare.py

README.md beside it has the versions that worked and what each line means. Peers that are not installed are named and left out. Every peer runs in a process of its own, one after the other, on all cores:
a warm-up, then repeats; the table shows the median, the slowest and the fastest, and how Rejoinder compares in each precision.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import datetime
import importlib
import importlib.metadata
import importlib.util
import json
import multiprocessing
import os
import pathlib
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

sys.dont_write_bytecode = True  # a new file under services/ would let ./rejoinder build again

from peers.workload import THREADS, Figure, Job

REJOINDER = pathlib.Path(__file__).resolve().parents[2] / "rejoinder"
MOST_REPEATS = 100

# Figures as the bench names them, in the order of the table; the value is the table's title where another is clearer.
TITLES = {
    "sgemm 2048": "sgemm 2048 (the limit)",
    "memory read": "memory read (the limit)",
    "prefill 1x512, last logit": "",
    "prefill 4x256, last logit": "",
    "prefill 1x512, all logits": "",
    "prefill 4x256, all logits": "",
    "decode batch 1": "",
    "decode batch 4": "",
    "decode batch 8": "",
    "decode batch 16": "",
    "LoRA-DPO, packed pairs": "LoRA-DPO, reference computed",
    "LoRA-DPO, reference cached": "",
    "LoRA-DPO step, 4 pairs x 128": "LoRA-DPO step, reference computed",
    "the same, reference cached": "LoRA-DPO step, reference cached",
    "peak memory while training": "",
}


@dataclasses.dataclass(frozen=True)
class Engine:
    """What one process has measured, and how many cores others kept busy meanwhile: above a tenth the figures are doubtful."""

    label: str
    figures: list[Figure]
    took_seconds: float
    others_cores: float


# Rejoinder's side


def ours_of_file(path: pathlib.Path) -> dict[str, Any]:
    try:
        return checked_report(json.loads(path.read_text()), str(path))
    except OSError as e:
        sys.exit(f"--ours {path} cannot be read ({e.strerror}); name a file that ./rejoinder bench lm training --json has written")
    except ValueError:
        sys.exit(f"--ours {path} is no JSON; name a file that ./rejoinder bench lm training --json has written")


def checked_report(report: Any, source: str) -> dict[str, Any]:
    if isinstance(report, dict) and report.get("figures") and "precision" in report.get("machine", {}):
        return report
    sys.exit(f"{source} has no figures of a model; it should be what ./rejoinder bench lm training --json prints")


def run_ours(job: Job) -> dict[str, Any]:
    command = [REJOINDER, "bench", "lm", "training", "--json", "--precision", job.precision, "--repeats", str(job.repeats)]
    if job.model is not None:
        command += ["--model", job.model]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"./rejoinder bench failed with {done.returncode}; its reason stands above")
    return checked_report(json.loads(done.stdout), "./rejoinder bench")


def figures_of(report: dict[str, Any]) -> list[Figure]:
    fields = [field.name for field in dataclasses.fields(Figure)]
    return [Figure(*(each[field] for field in fields)) for each in report["figures"]]


def engine_of(report: dict[str, Any]) -> Engine:
    return Engine(f"rejoinder {report['machine']['precision']}", figures_of(report), 0, 0)


# The run


@contextlib.contextmanager
def watched() -> Iterator[Callable[[], tuple[float, float]]]:
    """Yields a function that, once the children have ended, tells the seconds and the cores that others kept busy meanwhile."""
    start, busy, own = time.perf_counter(), busy_seconds(), own_seconds()

    def others() -> tuple[float, float]:
        took = time.perf_counter() - start
        return took, max(0.0, (busy_seconds() - busy - (own_seconds() - own)) / took)

    yield others


def busy_seconds() -> float:
    """Of all cores since the start of the system: user, nice, system, irq, softirq and what a hypervisor took."""
    ticks = [int(n) for n in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks[:3]) + sum(ticks[5:])) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Of this process and its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def prints_to_stderr() -> None:
    """Keeps stdout for the table."""
    os.dup2(2, 1)


def measured_by(module: str, job: Job) -> list[Figure]:
    """Imports what the peer stands on, which the process that prints the table must not need."""
    return importlib.import_module(module).measure(job)


def measured_alone(label: str, module: str, job: Job) -> Engine:
    """Measures in a new process: no other peer's threads, and a peak of memory of its own."""
    print(f"measuring {label}", file=sys.stderr)
    context = multiprocessing.get_context("spawn")
    with watched() as others:
        with concurrent.futures.ProcessPoolExecutor(1, context, prints_to_stderr) as process:
            figures = process.submit(measured_by, module, job).result()
        return Engine(label, figures, *others())


def measured_ours(job: Job) -> tuple[dict[str, Any], Engine]:
    print(f"measuring rejoinder {job.precision}", file=sys.stderr)
    with watched() as others:
        report = run_ours(job)
        took_seconds, others_cores = others()
    return report, dataclasses.replace(engine_of(report), took_seconds=took_seconds, others_cores=others_cores)


@dataclasses.dataclass(frozen=True)
class Peer:
    """What is measured, the module here that does it, and the pip packages that it stands on with the modules they bring."""

    name: str
    module: str
    packages: dict[str, str]

    def missing(self) -> list[str]:
        return [package for package, module in self.packages.items() if importlib.util.find_spec(module) is None]


LLAMA = "llama.cpp"
PEERS = (
    Peer("transformers", "peers.reading", {"torch": "torch", "transformers": "transformers"}),
    Peer("TRL", "peers.training", {"torch": "torch", "transformers": "transformers", "peft": "peft", "trl": "trl"}),
    Peer(LLAMA, "peers.llama", {"llama-cpp-python": "llama_cpp", "gguf": "gguf"}),
)


def jobs_of(peer: Peer, asked: argparse.Namespace) -> dict[str, Job]:
    """By the label of the table."""
    if peer.name != LLAMA:
        return {f"{peer.name} {dtype}": Job(dtype, asked.model, asked.repeats) for dtype in ("float32", "bfloat16")}
    files = list(asked.gguf)
    if asked.model is not None and asked.model.is_file():
        files.append(asked.model)
    jobs = {f"{LLAMA} {path.stem}": Job("", path, asked.repeats) for path in files}
    if asked.model is None:
        jobs |= {f"{LLAMA} {kind}": Job(kind, None, asked.repeats) for kind in ("F32", "BF16", "Q8_0")}
    return jobs


def measured_peers(asked: argparse.Namespace) -> tuple[list[Engine], list[str]]:
    """What was measured, and lines about what was left out."""
    engines, left_out = [], []
    for peer in (each for each in PEERS if each.name in asked.peers):
        if missing := peer.missing():
            left_out.append(f"{peer.name}: not measured, {', '.join(missing)} not installed; pip install {' '.join(missing)}")
            continue
        jobs = jobs_of(peer, asked)
        if not jobs:
            left_out.append(f"{peer.name}: not measured, it reads GGUF files and {asked.model} is a folder; name one with --gguf")
        for label, job in jobs.items():
            try:
                engines.append(measured_alone(label, peer.module, job))
            except concurrent.futures.BrokenExecutor:
                left_out.append(f"{label}: not measured, its process died of a signal; README.md knows of one reason")
            except Exception as e:  # a peer's failure is worth a line, not the figures of all others
                left_out.append(f"{label}: not measured, {type(e).__name__}: {e}")
    return engines, left_out


# The table


def table(ours: list[Engine], theirs: list[Engine]) -> str:
    columns = [f"{engine.label.removeprefix('rejoinder ')} / it" for engine in ours]
    lines = [f"{'':38} {'unit':8}{'median':>9}{'slowest':>9}{'fastest':>9}" + "".join(f"{each:>16}" for each in columns)]
    for name, title in TITLES.items():
        rows = [(engine, figure) for engine in ours + theirs for figure in engine.figures if figure.name == name]
        if rows:
            lines.append(title or name)
            lines += [row(engine, figure, ratios(ours, figure) if engine in theirs else []) for engine, figure in rows]
    return "\n".join(lines)


def ratios(ours: list[Engine], theirs: Figure) -> list[float | None]:
    """Ours over theirs, for each of ours that has such a figure."""
    found = [{figure.name: figure.median for figure in engine.figures}.get(theirs.name) for engine in ours]
    return [value and value / theirs.median for value in found]


def row(engine: Engine, figure: Figure, compared: list[float | None]) -> str:
    cells = "".join(f"{number(value):>9}" for value in (figure.median, figure.slowest, figure.fastest))
    return f"  {engine.label:36} {figure.unit:8}{cells}" + "".join(f"{'-' if r is None else f'{r:.2f}':>16}" for r in compared)


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def header(load: float, reports: list[dict[str, Any]]) -> Iterator[str]:
    cpu = [line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    yield f"date: {datetime.date.today()}"
    yield f"cpu: {cpu[0] if cpu else platform.machine()}, {THREADS} cores, as many threads"
    yield f"load before: {load:.2f}"
    packages = {name for peer in PEERS for name, module in peer.packages.items() if importlib.util.find_spec(module)}
    versions = (f"{name} {importlib.metadata.version(name)}" for name in sorted(packages))
    yield f"python {platform.python_version()}; " + ", ".join(versions)
    for facts in (report["machine"] for report in reports):
        yield "rejoinder " + ", ".join(f"{key} {facts.get(key, 'unknown')}" for key in ("precision", "rejoinder", "engine", "java", "model", "date"))


def conduct(engine: Engine) -> str:
    return f"{engine.label}: {engine.took_seconds:.0f} s, others kept {engine.others_cores:.2f} cores busy"


def repeats(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= MOST_REPEATS:
        return int(text)
    raise argparse.ArgumentTypeError(f"repeats of {text} is outside 1 to {MOST_REPEATS}")


def existing(text: str) -> pathlib.Path:
    path = pathlib.Path(text).resolve()
    if path.exists():
        return path
    raise argparse.ArgumentTypeError(f"{text} is no file and no folder; ./rejoinder model fetch prints where it keeps a model")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", type=pathlib.Path, nargs="+", metavar="FILE", help="what ./rejoinder bench lm training --json printed, instead of running it")
    parser.add_argument(
        "--precision",
        nargs="+",
        choices=("float32", "bfloat16", "int8"),
        default=("float32", "bfloat16", "int8"),
        help="of Rejoinder, one run each; all three if not given",
    )
    parser.add_argument("--model", type=existing, metavar="PATH", help="folder with safetensors, or GGUF file; random weights of SmolLM2-135M's shape if not given")
    parser.add_argument("--gguf", type=existing, nargs="+", default=[], metavar="PATH", help="more files for llama.cpp")
    parser.add_argument("--peers", nargs="+", choices=[peer.name for peer in PEERS], default=[peer.name for peer in PEERS], help="all if not given")
    parser.add_argument("--repeats", type=repeats, default=5, metavar="N", help=f"of every measurement after a warm-up, 1 to {MOST_REPEATS}; 5 if not given")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched: a peer that looks for an update would be timed with it
    load = os.getloadavg()[0]
    if asked.ours:
        reports = [ours_of_file(path) for path in asked.ours]
        ours = [engine_of(report) for report in reports]
    else:
        reports, ours = map(list, zip(*(measured_ours(Job(each, asked.model, asked.repeats)) for each in asked.precision)))
    theirs, left_out = measured_peers(asked)
    print("\n".join(header(load, reports)))
    print("\n".join(conduct(engine) for engine in ours + theirs if engine.took_seconds))
    if left_out:
        print("\n".join(left_out))
    print("\ntok/s, GFLOP/s, GB/s: above 1 Rejoinder is faster; s, MiB: below 1 it needs less")
    print(table(ours, theirs))


if __name__ == "__main__":
    main()
