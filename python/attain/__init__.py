"""Was the target met, how sure are we, and what would it take?"""

from __future__ import annotations

from attain._attain import (
    Assessment,
    AssessmentBatches,
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
    assess_batches,
    cell_query,
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
    from attain import sources, stats
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
    from attain.sources import Imported

__all__ = [
    "Assessment",
    "AssessmentBatches",
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
    "Imported",
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
    "assess_batches",
    "cell_query",
    "count",
    "judge",
    "mean",
    "measure",
    "plan",
    "rate",
    "ratio",
    "schema",
    "share",
    "sources",
    "stats",
    "tally",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # The names that are not imported above: their modules take a third of the import time.
        import importlib

        if name not in __all__:
            raise AttributeError(f"module 'attain' has no attribute {name!r}")
        if name in ("sources", "stats"):
            return importlib.import_module(f"attain.{name}")
        module = {"judge": "attain._judge", "Imported": "attain.sources"}.get(name)
        module = importlib.import_module(module or "attain._builder")
        # Found at once the next time.
        found = globals()[name] = getattr(module, name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
