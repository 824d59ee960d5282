"""The table, the page and the plots, of the figures of one run."""
import os
import re

from harness import svg
from harness.end_to_end import processor_micros

RATIOS = [
    ("remote-unix", "constant-unix", 0.95),
    ("remote-http", "constant-http", 0.95),
    ("embedded", "constant-unix", 1.4),
    ("embedded", "lua-shared", 1.05),
    ("remote-unix", "lua-yes", 10),
]
CLOSE = [(ours, other) for ours, other, limit in RATIOS if limit < 1]
OURS = ("remote-unix", "remote-http", "remote-pipe", "pipe-unix", "pipe-abi",
        "embedded", "signed-unix", "signed-embedded")


def table(header, rows):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(header)] + rows)
              for i in range(len(header))]

    def line(cells):
        return "| " + " | ".join(
            cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    return "\n".join([line(header),
                      "|" + "|".join("-" * (w + 2) for w in widths) + "|"] +
                     [line(row) for row in rows])


def comparison(results):
    def part(result, role):
        user, kernel = result["cpu_us"].get(role, (0, 0))
        return f"{user:.1f} + {kernel:.1f}" if user + kernel >= 0.05 else "–"
    rows = []
    for name, r in results.items():
        backend = "constant" if name.startswith("constant") else "groupring"
        rows.append([
            name, f"{r['per_second']:,.0f}",
            f"{r['least']:,.0f} – {r['most']:,.0f}",
            f"{r['p50_us'] / 1000:.1f}", f"{r['p99_us'] / 1000:.1f}",
            f"{r['p999_us'] / 1000:.1f}", r["lost"], part(r, "pdns"),
            part(r, backend), part(r, "redis")])
    return table(["contestant", "queries/s", "rounds", "p50 ms", "p99 ms",
                  "p99.9 ms", "lost", "PowerDNS µs", "backend µs",
                  "Redis µs"], rows)


# groups, names, addresses: what that is, and the bars of memory in MB and of a
# start in seconds
MEASURED_SIZES = {
    (1000, 10000, 100): ("1,000 × 100 × 10,000", 150, 2),
    (3, 100000, 4): ("100,000 names", 130, 1.5),
    (3, 1000000, 4): ("1,000,000 names", 1000, 20),
}


def lookup_ns(results, groups, names, addresses):
    return results.get(f"LookupJson/groups:{groups}/names:{names}/addresses:"
                       f"{addresses}", {}).get("ns")


def ratios(ours, other, figures):
    """Of queries a second, and of processor time the other way round; None
    if the two did not race."""
    race = figures.get("pairs", {}).get(f"{ours} / {other}")
    if race:
        return race["ratio"], race["cost"]
    results = figures.get("end-to-end", {})
    if ours not in results or other not in results:
        return None
    return (results[ours]["per_second"] / results[other]["per_second"],
            processor_micros(results[other]) / processor_micros(results[ours]))


def pair_line(ours, other, race):
    return f"{ours} / {other}: {race['ratio']:.3f} (by processor time " \
        f"{race['cost']:.3f}); starts " + \
        ", ".join(f"{ratio:.2f} ({cost:.2f})" for ratio, cost in
                  sorted(race["starts"]))


def bars_reached(figures):
    """(what, measured, bar, reached) of everything that has a bar."""
    rows = []

    def bar(what, value, text, limit, at_least=False):
        good = value >= limit if at_least else value <= limit
        sign = "≥" if at_least else "≤"
        rows.append([what, text, f"{sign} {limit:g}", "yes" if good else "NO"])

    for ours, other, limit in RATIOS:
        found = ratios(ours, other, figures)
        if found is not None:
            bar(f"{ours} / {other}", found[0],
                f"{found[0]:.2f} (by processor time {found[1]:.2f})", limit,
                True)
    parts = figures.get("in-process", {})
    if parts:
        whole = lookup_ns(parts, 3, 10, 4)
        bar("whole lookup, JSON, µs", whole / 1000, f"{whole / 1000:.2f}", 2)
        pipe = parts["LookupPipe/3/10/4"]["ns"]
        bar("whole lookup, pipe ABI, µs", pipe / 1000, f"{pipe / 1000:.2f}",
            1)
        for what, grown, limit in (
                ("3 → 1,000 groups", (1000, 10, 4), 1.3),
                ("10 → 10,000 names", (3, 10000, 4), 1.3),
                ("10 → 1,000,000 names", (3, 1000000, 4), 1.6)):
            ratio = lookup_ns(parts, *grown) / whole
            bar(f"growth of a lookup, {what}", ratio, f"{ratio:.2f}", limit)
        allocations = parts["Resolve/3/10/4"]["allocations"]
        bar("allocations per query, resolver", allocations,
            f"{allocations:.0f}", 0)
        change = parts["ApplyOneChange/1000/10000/100"]["ns"] / 1e6
        bar("snapshot after one changed group, ms", change, f"{change:.2f}",
            20)
    if "propagation" in figures:
        p99 = figures["propagation"]["p99"]
        bar("propagation p99, ms", p99, f"{p99:.1f}", 10)
    for size in figures.get("scaling", []):
        shape = (size["groups"], size["names"], size["addresses"])
        if shape not in MEASURED_SIZES:
            continue
        what, most_mb, most_seconds = MEASURED_SIZES[shape]
        bar(f"memory, {what}, MB", size["rss_mb"], f"{size['rss_mb']:.0f}",
            most_mb)
        bar(f"start with {what}, s", size["start_ms"] / 1000,
            f"{size['start_ms'] / 1000:.2f}", most_seconds)
    if "change" in figures:
        changing = figures["change"]["changing"]
        least = changing.get("without_stalls", changing)["p999_us"] / 1000
        bar("p99.9 while groups change, ms", least,
            f"{least:.1f} (with the machine's stalls "
            f"{changing['p999_us'] / 1000:.1f})", 5)
    if "reading" in figures:
        quiet, busy = (
            figures["reading"][kind].get("without_stalls",
                                         figures["reading"][kind])
            for kind in ("quiet", "reading"))
        ratio = busy["p999_us"] / quiet["p999_us"]
        bar("p99.9 while everything is read / quiet", ratio, f"{ratio:.2f}", 2)
        worst = figures["reading"]["reading"]["worst_us"] / 1000
        bar("slowest answer while everything is read, ms", worst,
            f"{worst:.1f}", 20)
        lost = figures["reading"]["reading"]["lost"]
        bar("failed while everything is read", lost, str(lost), 0)
    if "checking" in figures:
        found = figures["checking"]
        bar("checker of 10,000 addresses every 5 s, processors",
            found["ftp"]["processors"], f"{found['ftp']['processors']:.2f}",
            0.5)
        bar("its memory, MB", found["ftp"]["rss_mb"],
            f"{found['ftp']['rss_mb']:.0f}", 100)
        bar("verdict to answer, p99, ms", found["verdicts"]["p99"],
            f"{found['verdicts']['p99']:.1f}", 5)
        for each in found["beside"]:
            bar(f"p99 beside a checker of {each['probes_per_second']:,} probes/s / "
                "alone", each["ratio"], f"{each['ratio']:.2f}", 1.05)
    return table(["bar", "measured", "wanted", "reached"], rows)


def checking_table(checking):
    return table(
        ["probe", "addresses", "every", "probes/s", "processors",
         "µs a probe", "probes/s of a processor", "MB"],
        [[probe, f"{r['addresses']:,}", f"{r['interval']} s",
          f"{r['connections_per_second']:,}", r["processors"],
          r["us_per_probe"], f"{1e6 / r['us_per_probe']:,.0f}", r["rss_mb"]]
         for probe, r in checking.items() if probe in ("ftp", "ftps")])


def scaling_table(figures):
    parts = figures.get("in-process", {})
    rows = []
    for size in figures["scaling"]:
        shape = (size["groups"], size["names"], size["addresses"])
        ns = lookup_ns(parts, *shape)
        rows.append([f"{value:,}" for value in shape] +
                    ["–" if ns is None else f"{ns / 1000:.2f}",
                     f"{size['start_ms']:,}", f"{size['rss_mb']:.0f}"])
    return table(["groups", "names", "addresses", "lookup µs", "start ms",
                  "memory MB"], rows)


def parts_table(figures):
    rows = []
    for name, part in figures["in-process"].items():
        unit, divisor = next(
            (unit, divisor) for unit, divisor in
            (("ms", 1e6), ("µs", 1e3), ("ns", 1)) if part["ns"] >= divisor or
            divisor == 1)
        allocations = part["allocations"]
        rows.append([re.sub(r"/", ", ", name, count=1).replace(":", " "),
                     f"{part['ns'] / divisor:.3g} {unit}",
                     "" if allocations is None else f"{allocations:.0f}"])
    return table(["part", "processor time", "allocations"], rows)


def change_table(change, busy="changing"):
    rows = []
    for kind in ("quiet", busy):
        whole = change[kind]
        ran = f"{kind}, the machine stood still {whole.get('stalls', '?')} " \
            f"times, {whole.get('stalls_ms', 0):.0f} ms"
        for what, part in ((ran, whole),
                           (f"{kind}, without that",
                            whole.get("without_stalls"))):
            if part is not None:
                rows.append(
                    [what] + [f"{part[p]:.0f}" for p in
                              ("p50_us", "p99_us", "p999_us")] +
                    ([whole["lost"], sum(whole["wrong"].values())]
                     if part is whole else ["", ""]))
    return table(["", "p50 µs", "p99 µs", "p99.9 µs", "lost", "wrong"], rows)


def threads_table(results):
    shapes = [(row[0], row[1]) for row in next(iter(results.values()))]
    rows = [[f"{receivers} × {distributors}"] +
            [f"{results[name][i][2]:,.0f}" +
             (f" ({results[name][i][4]} lost)" if results[name][i][4] else "")
             for name in results]
            for i, (receivers, distributors) in enumerate(shapes)]
    return table(["receiver × distributor", *results], rows)


def sections(figures):
    """(title, text) of each part that was measured."""
    if "end-to-end" in figures:
        yield "Queries a second", comparison(figures["end-to-end"])
    yield "Bars", bars_reached(figures)
    if "pairs" in figures:
        yield "Pairs, each start on its own", table(
            ["pair", "queries/s, by processor time, of each start"],
            [[pair, ", ".join(f"{ratio:.2f} ({cost:.2f})" for ratio, cost in
                              sorted(race["starts"]))]
             for pair, race in figures["pairs"].items()])
    if "scaling" in figures:
        yield "Scaling", scaling_table(figures)
    if "connections" in figures:
        yield "Connections", table(
            ["connections", "answers/s", "groupring µs each"],
            [[r["connections"], f"{r['per_second']:,.0f}", r["cpu_us"]]
             for r in figures["connections"]])
    if "propagation" in figures:
        yield "Propagation of a change, ms", table(
            list(figures["propagation"]), [figures["propagation"].values()])
    if "change" in figures:
        yield ("One group changed ten times a second, 1,000 groups × 100 "
               "addresses × 10,000 names"), change_table(figures["change"])
    if "reading" in figures:
        yield ("All pages and read commands asked in loops, 20 groups × "
               "100,000 names"), change_table(figures["reading"], "reading")
    if "checking" in figures:
        yield "A checker", checking_table(figures["checking"])
    if "threads" in figures:
        yield "Threads of PowerDNS, queries a second", \
            threads_table(figures["threads"])
    if "in-process" in figures:
        yield "Parts", parts_table(figures)
    counts = figures["instructions"]
    yield "Instructions per lookup", table(
        ["protocol", "instructions"],
        [[name, f"{count:,}"] for name, count in counts.items()
         if name != "compiler"])


def text(figures):
    return "\n\n".join(f"{title}\n\n{body}" for title, body in
                       sections(figures))


def plots(figures):
    """{file name: SVG}"""
    found = {}
    if "end-to-end" in figures:
        results = figures["end-to-end"]
        ordered = sorted(results.items(), key=lambda i: -i[1]["per_second"])
        found["comparison.svg"] = svg.bars(
            "Queries a second through PowerDNS (median; line: all rounds)",
            [(name, r["per_second"], f"{r['per_second']:,.0f}", name in OURS,
              r["least"], r["most"]) for name, r in ordered])
    parts = figures.get("in-process", {})
    if parts:
        def series(index, fixed):
            points = []
            for name, part in parts.items():
                numbers = re.findall(r"\d+", name)
                if not name.startswith("LookupJson") or len(numbers) != 3:
                    continue
                shape = [int(number) for number in numbers]
                rest = shape[:index] + shape[index + 1:]
                if rest == fixed:
                    points.append((shape[index], part["ns"] / 1000))
            return sorted(points)
        found["scaling.svg"] = svg.lines(
            "A whole lookup, JSON in to JSON out",
            "number of groups, names, or addresses of a group", "µs",
            {"groups (10 names)": series(0, [10, 4]),
             "names (3 groups)": series(1, [3, 4]),
             "addresses (3 groups)": series(2, [3, 10])})
    return found


def write(figures, folder):
    machine = figures["machine"]
    images = plots(figures)
    for name, image in images.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(image)
    lines = ["# Results", "",
             f"Of {machine['date']}, on {machine['processors']}, shared with "
             f"others (load {machine['load']:.1f} at the start) and with the "
             f"load generator; PowerDNS {machine['pdns']}, Redis "
             f"{machine['redis']}, groupring at {machine['commit']}. Written "
             "by `tests/bench/run --write`; README.md says how each figure "
             "comes about. Compare figures of one run only.", ""]
    for name in images:
        lines += [f"![{name[:-4]}]({name})", ""]
    for title, body in sections(figures):
        lines += [f"## {title}", "", body, ""]
    with open(os.path.join(folder, "results.md"), "w") as file:
        file.write("\n".join(lines))
