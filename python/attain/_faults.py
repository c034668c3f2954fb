"""One fault raised as an error, for the modules written in Python."""

from __future__ import annotations

from typing import NoReturn

from attain.errors import Fault, FaultCode, RequestError


def refuse(
    code: FaultCode,
    argument: str | None,
    message: str,
    *,
    row: int | None = None,
    found: object = None,
    expected: str | None = None,
    hint: str | None = None,
) -> NoReturn:
    """Raises a `RequestError` with one fault; `found` is printed with `str`."""
    fault = Fault(
        code=code,
        column=argument,
        row=row,
        message=message,
        found=None if found is None else str(found),
        expected=expected,
        hint=hint,
    )
    raise RequestError(str(fault), [fault])
