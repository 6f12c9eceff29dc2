"""Asks prometheus_client: one request a line, one answer a line, both in JSON.

{"parse": PAGE, "format": "text" | "openmetrics"}   what its parser finds on a page
{"invent": SEED, "format": ...}                     a page of a registry that it makes up, and what its parser finds there
Values are written by repr, since JSON has no NaN.
"""

import json
import random
import sys

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Summary, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

LETTERS = ['"', "\\", "\n", "{", "}", ",", "=", "#", " ", "n", "x", "é", "模", "😀", "<b>", "\t", "\0", "\r", "0"]
KNOWN = [
    (Histogram, "vllm:nixl_xfer_time_seconds"),
    (Histogram, "vllm:iteration_tokens_total"),
    (Counter, "vllm:nixl_num_failed_transfers"),
    (Gauge, "vllm:kv_cache_usage_perc"),
]
LABELS = ["engine", "model_name", "source", "a", "B_2", "_c", "constructor", "toString"]


def parse(page, form):
    families = (parse_openmetrics if form == "openmetrics" else parse_text)(page)
    return [
        {
            "name": family.name,
            "type": family.type,
            "samples": [[s.name, list(s.labels.items()), repr(float(s.value))] for s in family.samples],
        }
        for family in families
    ]


def invent(seed, form):
    r = random.Random(seed)
    registry = CollectorRegistry()
    prefixes = ["vllm:nixl_", "vllm:nixl_", "vllm:nixl_", "vllm:other_", "python_", "http_", "agent_"]
    endings = ["", "", "_seconds", "_bytes", "_total", "_info", "_by_source"]
    for kind, name in KNOWN:
        if r.random() < 0.4:
            child = kind(name, text(r), ["engine", "model_name"], registry=registry).labels("0", text(r))
            move(r, kind, child, form)
    for index in range(r.randint(1, 6)):
        kind = r.choice([Counter, Gauge, Histogram, Summary, Info])
        name = r.choice(prefixes) + r.choice("xyz") + str(index) + r.choice(endings)
        if kind is Info and name.endswith("_info"):
            name = name[: -len("_info")]
        labels = r.sample(LABELS, r.randint(0, 4))
        options = {}
        if kind is Histogram:
            options["buckets"] = sorted({r.choice([1, 2.5, 1e6, 2097152, 0.005, 1e-9]) * r.randint(1, 99) for _ in range(5)})
        if name.endswith("_seconds") and kind in (Counter, Gauge, Histogram):
            options["unit"] = "seconds"
        metric = kind(name, text(r), labels, registry=registry, **options)
        for _ in range(r.randint(0, 3) if labels else 1):
            child = metric.labels(*[text(r) for _ in labels]) if labels else metric
            move(r, kind, child, form)
    page = (generate_openmetrics if form == "openmetrics" else generate_latest)(registry).decode()
    return {"page": page, "families": parse(page, form)}


def move(r, kind, child, form):
    exemplar = {"trace": r.choice(["", 'a"b', ", = x", "é"])} if form == "openmetrics" and r.random() < 0.3 else None
    if kind is Info:
        child.info({"version": text(r)})
    elif kind is Gauge:
        child.set(r.choice([number(r), -number(r), float("nan"), float("inf"), float("-inf")]))
    elif kind is Counter:
        child.inc(number(r), exemplar)
    else:
        for _ in range(r.randint(0, 5)):
            value = r.choice([r.random(), r.random() * 1e7, number(r)])
            child.observe(value, exemplar) if kind is Histogram else child.observe(value)


def number(r):
    return r.choice([0, 1, r.randint(0, 10**6), r.randint(0, 10**18), r.random(), r.random() * 10 ** r.randint(-300, 300)])


def text(r):
    return "".join(r.choice(LETTERS) for _ in range(r.randint(0, 6)))


for line in sys.stdin:
    request = json.loads(line)
    form = request["format"]
    try:
        answer = parse(request["parse"], form) if "parse" in request else invent(request["invent"], form)
    except ValueError as error:
        answer = {"refused": str(error)}
    print(json.dumps(answer), flush=True)
