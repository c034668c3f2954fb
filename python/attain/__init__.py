"""Was the target met, how sure are we, and what would it take?"""

from attain._attain import Table, __version__
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
    "PlanError",
    "RequestError",
    "Table",
    "__version__",
]
