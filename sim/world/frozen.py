"""Arrays that nothing may write: a kernel that tried would not compile."""

from typing import Any

import numpy as np


def frozen(data: Any) -> Any:
    """Make every array of a nested named tuple contiguous and read-only; plain numbers stay."""
    if isinstance(data, np.ndarray):
        array = np.ascontiguousarray(data)
        array.flags.writeable = False
        return array
    if isinstance(data, tuple):
        return type(data)(*(frozen(each) for each in data))
    return data
