"""Was the target met, how sure are we, and what would it take?"""

from attain import stats
from attain._attain import (
    Assessment,
    Cascade,
    Combined,
    Explanation,
    Plan,
    Report,
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

__all__ = [
    "Assessment",
    "AttainError",
    "Cascade",
    "Combined",
    "Explanation",
    "Fault",
    "FileError",
    "OutcomeError",
    "Plan",
    "PlanError",
    "Report",
    "RequestError",
    "StatsError",
    "Table",
    "Tally",
    "__version__",
    "assess",
    "schema",
    "stats",
    "tally",
]
