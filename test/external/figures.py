"""Figures of recorded pages, computed with prometheus_client's parser and nothing else.

    figures.py DIR        DIR/ENDPOINT/MILLISECONDS.prom

Prints one JSON object: per endpoint, per label set of an engine, what it did since the first page that has it.
Written from the definitions of the figures, not from the program that is tested with it.
"""

import json
import math
import os
import re
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

# Labels of single families; all others name the engine.
FAMILY_LABELS = {
    "le", "pid", "source", "finished_reason", "reason", "sleep_state", "position", "transfer_type", "operation", "status",
}
MB = 2 ** 20

XFER = "vllm:nixl_xfer_time_seconds"
POST = "vllm:nixl_post_time_seconds"
BYTES = "vllm:nixl_bytes_transferred"
DESCRIPTORS = "vllm:nixl_num_descriptors"
COUNTERS = {
    "failedTransfers": "vllm:nixl_num_failed_transfers",
    "failedNotifications": "vllm:nixl_num_failed_notifications",
    "kvExpired": "vllm:nixl_num_kv_expired_reqs",
}
# Every counter and histogram of an engine can show that it started anew.
COUNTING = re.compile(r"(_total|_bucket|_sum|_count)$")


def plain(name):
    """Ray writes names in its own way."""
    for prefix in ("ray_vllm_", "ray_vllm:"):
        if name.startswith(prefix):
            return "vllm:" + name[len(prefix):]
    return name


def read(path):
    """The samples of a page, or None where it is none: that scrape is lost."""
    with open(path, "rb") as file:
        raw = file.read()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    openmetrics = re.search(r"^# TYPE \S+ \S+$", text, re.M) and text.rstrip().endswith("# EOF")
    if not openmetrics and (not text.endswith("\n") or text.lstrip().startswith("<")):
        return None
    try:
        families = list((parse_openmetrics if openmetrics else parse_text)(text))
    except Exception:
        return None
    samples = []
    for family in families:
        for sample in family.samples:
            samples.append((plain(sample.name), dict(sample.labels), float(sample.value)))
    return samples or None


def owner(labels):
    return tuple(sorted((name, value) for name, value in labels.items() if name not in FAMILY_LABELS))


class Engine:
    def __init__(self):
        self.last = {}
        self.total = {}
        self.created = {}
        self.restarts = 0

    def take(self, samples, restarted, seen_before):
        """samples: {(name, labels): value} of one page; seen_before: the endpoint had a page without this series."""
        counted = {}
        for key, value in samples.items():
            name = key[0]
            if math.isnan(value):
                continue
            if name.endswith("_created"):
                if key in self.created and self.created[key] != value:
                    restarted = True
                self.created[key] = value
            elif COUNTING.search(name):
                counted[key] = value
                if key in self.last and value < self.last[key]:
                    restarted = True
        if restarted:
            self.restarts += 1
            self.last = {key: 0.0 for key in self.last}
        for key, value in counted.items():
            if key in self.last:
                self.total[key] = self.total.get(key, 0.0) + value - self.last[key]
            else:
                self.total[key] = value if seen_before or restarted else 0.0
            self.last[key] = value

    def sum(self, name):
        values = [value for (own, labels), value in self.total.items() if own == name]
        return sum(values) if values else None

    def buckets(self, name):
        edges = {}
        for (own, labels), value in self.total.items():
            if own == name + "_bucket":
                edge = float(dict(labels)["le"])
                edges[edge] = edges.get(edge, 0.0) + value
        return sorted(edges.items())

    def percentile(self, name, q):
        count = self.sum(name + "_count")
        if not count:
            return None
        lower = 0.0
        for edge, value in self.buckets(name):
            if value >= q * count:
                return {"gt": lower * 1000, "le": None if math.isinf(edge) else edge * 1000}
            lower = edge
        return None

    def mean(self, name):
        count = self.sum(name + "_count")
        return self.sum(name + "_sum") / count if count else None

    def figures(self):
        def times(value, factor):
            return None if value is None else value * factor

        seconds = self.sum(XFER + "_sum")
        moved = self.sum(BYTES + "_sum")
        found = {
            "transfers": self.sum(XFER + "_count"),
            "avgTransferMs": times(self.mean(XFER), 1000),
            "p90TransferMs": self.percentile(XFER, 0.9),
            "avgPostMs": times(self.mean(POST), 1000),
            "p90PostMs": self.percentile(POST, 0.9),
            "avgMBPerTransfer": times(self.mean(BYTES), 1 / MB),
            "throughputMBps": moved / MB / seconds if seconds else None,
            "avgDescriptors": self.mean(DESCRIPTORS),
        }
        for figure, name in COUNTERS.items():
            found[figure] = self.sum(name + "_total")
        return found


def endpoint(folder):
    engines = {}
    start = None
    pages = 0
    for stamp in sorted(int(name[:-5]) for name in os.listdir(folder) if re.fullmatch(r"\d+\.prom", name)):
        samples = read(os.path.join(folder, f"{stamp}.prom"))
        if samples is None:
            continue
        anew = False
        by_engine = {}
        for name, labels, value in samples:
            if name == "process_start_time_seconds":
                anew = start is not None and value != start
                start = value
            elif name.startswith("vllm:") and "model_name" in labels:
                key = (name, tuple(sorted(labels.items())))
                by_engine.setdefault(owner(labels), {})[key] = value
        for key in by_engine:
            engines.setdefault(key, Engine())
        for key, engine in engines.items():
            engine.take(by_engine.get(key, {}), anew, pages > 0)
        pages += 1
    rows = []
    for key, engine in engines.items():
        labels = dict(key)
        row = {"engine": labels.get("engine", "0"), "model": labels.get("model_name"), "restarts": engine.restarts}
        rows.append({**row, **engine.figures()})
    rows.sort(key=lambda row: (int(row["engine"]), row["model"] or ""))
    return {"pages": pages, "engines": rows}


def main(folder):
    found = {name: endpoint(os.path.join(folder, name)) for name in sorted(os.listdir(folder))}
    json.dump(found, sys.stdout)


main(sys.argv[1])
