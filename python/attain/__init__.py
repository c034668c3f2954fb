"""Was the target met, how sure are we, and what would it take?"""

from __future__ import annotations

from attain._attain import (
    Assessment,
    Cascade,
    CertificateExplanation,
    Certification,
    Combined,
    Explanation,
    Limits,
    Plan,
    Replication,
    Report,
    Scoring,
    Table,
    Tally,
    __version__,
    assess,
    schema,
    tally,
)
from attain.errors import (
    AttainError,
    AttainWarning,
    Fault,
    FileError,
    OutcomeError,
    PlanError,
    RequestError,
    StatsError,
)

# Type checkers treat it as true. Importing it from `typing` takes a tenth of the import time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from attain import stats
    from attain._builder import (
        Goal,
        Indicator,
        Measures,
        PlanBuilder,
        count,
        mean,
        measure,
        plan,
        rate,
        ratio,
        share,
    )
    from attain._judge import judge

__all__ = [
    "Assessment",
    "AttainError",
    "AttainWarning",
    "Cascade",
    "CertificateExplanation",
    "Certification",
    "Combined",
    "Explanation",
    "Fault",
    "FileError",
    "Goal",
    "Indicator",
    "Limits",
    "Measures",
    "OutcomeError",
    "Plan",
    "PlanBuilder",
    "PlanError",
    "Replication",
    "Report",
    "RequestError",
    "Scoring",
    "StatsError",
    "Table",
    "Tally",
    "__version__",
    "assess",
    "count",
    "judge",
    "mean",
    "measure",
    "plan",
    "rate",
    "ratio",
    "schema",
    "share",
    "stats",
    "tally",
]


# Loaded when first used, because they take a third of the import time: names, and their modules.
_LATER = {
    "judge": "attain._judge",
    **dict.fromkeys(
        (
            "Goal",
            "Indicator",
            "Measures",
            "PlanBuilder",
            "count",
            "mean",
            "measure",
            "plan",
            "rate",
            "ratio",
            "share",
        ),
        "attain._builder",
    ),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        import importlib

        if name == "stats":
            return importlib.import_module("attain.stats")
        if name in _LATER:
            return getattr(importlib.import_module(_LATER[name]), name)
        raise AttributeError(f"module 'attain' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
