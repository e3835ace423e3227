"""Blocks of periods as clusters: the blocks t for a regression over time.

Four blocks of consecutive periods on each side of the start, as in Ibragimov and Muller 2010. A broken line
cannot be fitted within one block, so the blocks are clusters instead, with CR2 errors and Satterthwaite
degrees of freedom (Bell and McCaffrey 2002).
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.blocks_t import BLOCKS
from experiments.inference.cr2 import inverse_root, satterthwaite
from experiments.inference.serial_regression import Error, Floats, SerialRegression


def time_blocks(fit: SerialRegression, gradient: Floats) -> Error:
    """CR2 with eight blocks; needs at least four periods on each side."""
    block, influence = _blocks(fit)[fit.period], fit.influence(gradient)
    basis = np.linalg.qr(fit.rows)[0]
    root = np.zeros((2 * BLOCKS, len(block)))
    for number in range(2 * BLOCKS):
        rows = np.flatnonzero(block == number)
        root[number, rows] = inverse_root(basis[rows]) @ influence[rows]
    own = np.sum(root**2, axis=1)
    return Error(root=root, degrees_of_freedom=satterthwaite(own, (root @ basis).T))


def _blocks(fit: SerialRegression) -> NDArray[np.intp]:
    """(P,) block of each period, 0 .. 7."""
    sides = np.split(np.arange(len(fit.times)), [fit.n_before])
    parts = [part for side in sides for part in np.array_split(side, BLOCKS)]
    return np.repeat(np.arange(len(parts)), [len(part) for part in parts])
