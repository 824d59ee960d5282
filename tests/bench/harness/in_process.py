"""The times of the parts, by Google Benchmark; instructions by callgrind."""
import json
import os
import subprocess

from harness.processes import BUILD, ROOT, unit_environment

PROGRAM = os.path.join(BUILD, "tests/bench/bench_in_process")


# Lookups that are compared with one another: many short turns, as a shared
# machine is slower or faster for seconds.
COMPARED = ("LookupJson/groups:(3/names:10|1000/names:10|3/names:10000)"
            "/addresses:4$")
COMPARED_TURNS = 41


def run(say, repetitions):
    """{benchmark: {"ns", "allocations"}}: medians of processor time."""
    if not os.path.exists(PROGRAM):
        raise RuntimeError("bench_in_process is not built: install "
                           "libbenchmark-dev and configure again")
    results = medians(".", 0.05, repetitions)
    results.update(medians(COMPARED, 0.02, COMPARED_TURNS))
    for name, result in results.items():
        allocations = result["allocations"]
        say(f"{name}: {result['ns']:,.1f} ns" +
            ("" if allocations is None else
             f", {allocations:.0f} allocations"))
    return results


def medians(which, seconds, repetitions):
    done = subprocess.run(
        [PROGRAM, "--benchmark_format=json", f"--benchmark_filter={which}",
         f"--benchmark_min_time={seconds}",
         "--benchmark_enable_random_interleaving=true",
         f"--benchmark_repetitions={repetitions}"],
        capture_output=True, text=True, env=unit_environment())
    if done.returncode != 0:
        raise RuntimeError("bench_in_process: " + done.stderr[-2000:])
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    return {row["run_name"]: {"ns": row["cpu_time"] * scale[row["time_unit"]],
                              "allocations": row.get("allocations")}
            for row in json.loads(done.stdout)["benchmarks"]
            if row.get("aggregate_name") == "median"}


def instructions():
    with open(os.path.join(ROOT,
                           "tests/bench/instructions/expected.json")) as file:
        return json.load(file)
