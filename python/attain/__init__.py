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
    Fault,
    FileError,
    OutcomeError,
    PlanError,
    RequestError,
    StatsError,
)

# Type checkers take it for true. The one in `typing` would be a tenth of the time that this takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from attain import stats

__all__ = [
    "Assessment",
    "AttainError",
    "Cascade",
    "CertificateExplanation",
    "Certification",
    "Combined",
    "Explanation",
    "Fault",
    "FileError",
    "Limits",
    "OutcomeError",
    "Plan",
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
    "schema",
    "stats",
    "tally",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Whoever judges targets has no need of the statistics: a third of the time of importing.
        if name == "stats":
            import attain.stats

            return attain.stats
        raise AttributeError(f"module 'attain' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
