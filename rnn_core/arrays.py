"""The two kinds of arrays: float64 numbers, and int64 ids and counts."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
