"""Reads a page of metrics and writes it again with prometheus_client, or says how it writes numbers.

text         the page on the standard input, parsed and written anew in the text format
openmetrics  parses the page strictly; writes how many samples it has
numbers      a list in JSON, each number as the library writes it, one a line
"""

import json
import sys

from prometheus_client import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from prometheus_client.utils import floatToGoString


class Parsed:
    """What generate_latest takes for a registry."""

    def __init__(self, families):
        self.families = families

    def collect(self):
        return self.families


what = sys.argv[1]
page = sys.stdin.read()
if what == "text":
    sys.stdout.write(generate_latest(Parsed(list(parse_text(page)))).decode())
elif what == "openmetrics":
    print(sum(len(family.samples) for family in parse_openmetrics(page)))
else:
    print("\n".join(floatToGoString(number) for number in json.loads(page)))
