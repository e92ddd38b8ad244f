"""`make bench`: prints every figure, one block after the other; `make bench ONLY=meter` prints one."""

from __future__ import annotations

import sys

from benchmarks.meter import meter_cost
from benchmarks.report import report
from benchmarks.run import comparison, faults, harness_share, memory, throughput

BENCHMARKS = {
    "meter": meter_cost,
    "harness": harness_share,
    "comparison": comparison,
    "faults": faults,
    "throughput": throughput,
    "memory": memory,
    "report": report,
}


def main(wanted: list[str]) -> None:
    for name, measure in BENCHMARKS.items():
        if not wanted or name in wanted:
            print("\n".join(measure()), end="\n\n", flush=True)  # noqa: T201


main(sys.argv[1:])
