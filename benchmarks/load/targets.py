"""The ratios that the project wants to reach, and then to beat, against what a run found."""

# scenario, figure, ours, theirs, reach, beat; for rates more is better.
WANTED = [
    ("k1000", "cpu_us", "bearward", "haproxy", 1.25, 1.0),
    ("k1000", "cpu_us", "bearward", "haproxy-jwt", 0.50, 0.35),
    ("k1000", "cpu_us", "bearward", "nginx-lua", 0.45, 0.33),
    ("k1000", "cpu_us", "bearward", "spring", 0.09, 0.06),
    ("k1000", "rps", "bearward", "haproxy-jwt", 2.0, 2.8),
    ("k1000", "rps", "bearward", "spring", 12, 15),
    ("cold-rs256", "cpu_us", "bearward", "haproxy-jwt", 1.0, 0.8),
    ("cold-es256", "cpu_us", "bearward", "haproxy-jwt", 1.0, 0.85),
    ("bad", "cpu_us", "bearward", "haproxy-jwt", 1.15, 0.9),
    ("paced", "p99_ms", "bearward", "haproxy-jwt", 0.9, 0.6),
    ("paced", "p99_ms", "bearward", "haproxy", 1.25, 0.9),
    ("k1000", "cpu_us", "bearward", "relay", 1.45, 1.15),
]
FIGURES = {"cpu_us": "CPU per request", "rps": "requests/s", "p99_ms": "p99"}


def verdict(value, reach, beat, more):
    good = (lambda limit: value >= limit) if more else (lambda limit: value <= limit)
    return "beaten" if good(beat) else "reached" if good(reach) else "missed"


def targets(results):
    """A table of the targets whose scenarios were run."""
    lines = ["### Targets", "", "| what | ratio | reach | beat | |", "| --- | --- | --- | --- | --- |"]
    for scenario, figure, ours, theirs, reach, beat in WANTED:
        rows = results.get(scenario, {})
        if ours in rows and theirs in rows:
            value = rows[ours][figure] / rows[theirs][figure]
            lines.append(f"| {FIGURES[figure]}, {scenario}, {ours} ÷ {theirs} | {value:.2f} | {reach} | {beat} | "
                         f"{verdict(value, reach, beat, figure == 'rps')} |")
    for scenario, pick, what, reach, beat in (
            ("k1000", lambda rows: rows["bearward"]["rss_mb"], "resident memory under load, MB", 130, 90),
            ("start", lambda rows: rows["bearward"], "start to first authenticated 200 on one CPU, ms", 600, 300)):
        if scenario in results:
            value = pick(results[scenario])
            lines.append(f"| {what} | {value:,.0f} | {reach} | {beat} | {verdict(value, reach, beat, False)} |")
    return "\n".join(lines) + "\n"
