"""Was the target met, how sure are we, and what would it take?"""

from attain._attain import Plan, Table, __version__, schema
from attain.errors import (
    AttainError,
    Fault,
    FileError,
    OutcomeError,
    PlanError,
    RequestError,
)

__all__ = [
    "AttainError",
    "Fault",
    "FileError",
    "OutcomeError",
    "Plan",
    "PlanError",
    "RequestError",
    "Table",
    "__version__",
    "schema",
]
