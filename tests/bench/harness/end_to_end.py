"""Queries a second through a real pdns_server, contestants in turn."""
import json
import random
import statistics
import subprocess

from harness.contestants import World, contestants
from harness.processes import LOAD


def load(world, server, seconds, *more):
    done = subprocess.run(
        [LOAD, "--port", str(server.port), "--groups", world.groups,
         "--expect", server.expect, "--seconds", str(seconds), *more],
        capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("bench_load: " + done.stderr)
    return json.loads(done.stdout)


def cpu_of(processes):
    total = {}
    for process in processes:
        for role, (user, kernel) in process.cpu().items():
            before = total.get(role, (0, 0))
            total[role] = (before[0] + user, before[1] + kernel)
    return total


def one_round(world, server, seconds, *more):
    """The load's result, with what the processors spent per query."""
    processes = world.shared + server.processes
    before, counted = cpu_of(processes), server.counters()
    result = load(world, server, seconds, *more)
    after, now = cpu_of(processes), server.counters()
    queries = max(1, now["udp-queries"] - counted["udp-queries"])
    result["cpu_us"] = {
        role: [round((after[role][i] - before.get(role, (0, 0))[i]) * 1e6 /
                     queries, 2) for i in (0, 1)]
        for role in after if role in before}
    result["packet_cache_hits"] = \
        now["packetcache-hit"] - counted["packetcache-hit"]
    return result


def check(name, result):
    """Measurements of wrong or cached answers are none."""
    if result["wrong"] or result["answered"] == 0:
        raise RuntimeError(f"{name}: wrong answers: {result}")
    if result["packet_cache_hits"]:
        raise RuntimeError(f"{name}: answered from PowerDNS' cache: {result}")


def median(rounds, field):
    return statistics.median(r[field] for r in rounds)


def summary(rounds):
    rates = [r["per_second"] for r in rounds]
    roles = rounds[0]["cpu_us"]
    return {
        "per_second": statistics.median(rates),
        "least": min(rates), "most": max(rates), "rates": rates,
        "lost": sum(r["lost"] for r in rounds),
        "checked": sum(r["checked"] for r in rounds),
        "p50_us": median(rounds, "p50_us"), "p99_us": median(rounds, "p99_us"),
        "p999_us": median(rounds, "p999_us"),
        "cpu_us": {role: [round(statistics.median(
            r["cpu_us"].get(role, [0, 0])[i] for r in rounds), 2)
            for i in (0, 1)] for role in roles},
    }


def processor_micros(result):
    """What PowerDNS, the backend and Redis spend on a query together: unlike
    queries a second, hardly touched by what else the machine does."""
    return sum(sum(part) for part in result["cpu_us"].values())


def race(starts):
    """Of [(rounds of ours, rounds of the other)], one for each start: medians
    of what rounds next to each other had for ratios, as the machine changes
    in between. `cost` is of processor time, the other way round."""
    def ratios(rounds):
        return [(ours["per_second"] / other["per_second"],
                 processor_micros(other) / processor_micros(ours))
                for ours, other in zip(*rounds)]

    def middle(pairs):
        return [round(statistics.median(values), 3) for values in zip(*pairs)]
    each = [ratios(rounds) for rounds in starts]
    ratio, cost = middle(sum(each, []))
    return {"ratio": ratio, "cost": cost,
            "starts": [middle(pairs) for pairs in each]}


def run(directory, runners, rounds, seconds, say):
    """{label: summary} of `runners`, {label: (contestant, options of
    PowerDNS)}."""
    found = rounds_of(directory, runners, rounds, seconds, say)
    return {label: summary(results) for label, results in found.items()}


def rounds_of(directory, runners, rounds, seconds, say):
    """{label: results}; every round asks every one of `runners` once, in an
    order of its own, as each leaves the machine in another state."""
    world = World(directory)
    servers = {}
    try:
        known = contestants()
        for label, (name, options) in runners.items():
            servers[label] = known[name](world, world.folder(label), options)
        results = {label: [] for label in runners}
        for number in range(rounds):
            for label in random.sample(list(runners), len(runners)):
                result = one_round(world, servers[label], seconds)
                check(label, result)
                results[label].append(result)
                say(f"round {number + 1}: {label}: "
                    f"{result['per_second']:,.0f}/s, "
                    f"p99 {result['p99_us'] / 1000:.1f} ms, "
                    f"lost {result['lost']}")
        return results
    finally:
        for server in servers.values():
            server.stop()
        world.stop()


def plain(names):
    """Contestants as they are, for run()."""
    return {name: (name, ()) for name in names}
