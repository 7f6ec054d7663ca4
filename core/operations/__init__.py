"""Operations as nodes, named as torch names them: their arguments, how each is called, and what each refuses.

`core.codegen.operations` prints what `function` runs; a test executes the one and compares it with the other.
"""

from __future__ import annotations

from core.operations.calls import function
from core.operations.forms import FIELDS
from core.operations.memory import READS_OUTPUT, VIEWS
from core.operations.refusals import Refusal, operation_problem
from core.operations.spelling import documentation

__all__ = ["FIELDS", "READS_OUTPUT", "VIEWS", "Refusal", "documentation", "function", "operation_problem"]
