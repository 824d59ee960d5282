"""The times of the parts, by Google Benchmark; instructions by callgrind."""
import json
import os
import subprocess

from harness.processes import BUILD, ROOT

PROGRAM = os.path.join(BUILD, "tests/bench/bench_in_process")


def run(say, repetitions):
    """{benchmark: {"ns", "allocations"}}: medians of processor time."""
    if not os.path.exists(PROGRAM):
        raise RuntimeError("bench_in_process is not built: install "
                           "libbenchmark-dev and configure again")
    done = subprocess.run(
        [PROGRAM, "--benchmark_format=json", "--benchmark_min_time=0.05",
         "--benchmark_enable_random_interleaving=true",
         f"--benchmark_repetitions={repetitions}"],
        capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("bench_in_process: " + done.stderr[-2000:])
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    results = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row.get("aggregate_name") != "median":
            continue
        name = row["run_name"]
        results[name] = {
            "ns": row["cpu_time"] * scale[row["time_unit"]],
            "allocations": row.get("allocations")}
        allocations = row.get("allocations")
        say(f"{name}: {row['cpu_time']:,.1f} {row['time_unit']}" +
            ("" if allocations is None else
             f", {allocations:.0f} allocations"))
    return results


def instructions():
    with open(os.path.join(ROOT,
                           "tests/bench/instructions/expected.json")) as file:
        return json.load(file)
