"""Lines of the table: what was measured, the aim, and whether it was met."""

import statistics
from collections.abc import Sequence


def line(label: str, text: str) -> str:
    """Write what has no aim."""
    return f"{label:<28}{text}"


def figure(label: str, text: str, *, aim: str, met: bool) -> str:
    """Write a figure beside its aim."""
    return f"{line(label, text)}  [aim {aim}: {'met' if met else 'SHORT'}]"


def percentile(values: Sequence[float], percent: int) -> float:
    """Give a percentile in the unit of ``values``; infinite when there is nothing to judge by."""
    if len(values) < 2:
        return float("inf")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def both(values: Sequence[float]) -> str:
    """Write p50 and p99 of seconds in milliseconds."""
    return f"p50 {percentile(values, 50) * 1000:.0f} ms, p99 {percentile(values, 99) * 1000:.0f} ms"
