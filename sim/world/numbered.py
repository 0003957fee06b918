"""Words of tables as the numbers by which arrays hold them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def index_of(words: pd.Series, names: Sequence[str]) -> NDArray[np.int32]:
    """Find the index of each word; -1 where it is none of the names.

    Examples
    --------
    >>> index_of(pd.Series(["b", "c"]), ["a", "b"]).tolist()
    [1, -1]
    """
    return pd.Index(names).get_indexer(words).astype(np.int32)
