"""Means and products of deviations of a few columns: sums that add without losing digits.

Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance" (American Statistician 37): parts
are put together by their means, so that a large mean does not swallow a small variance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """n rows of k columns. mean (k,). products (k, k): sums of products of deviations from the mean."""

    n: int
    mean: Floats
    products: Floats

    @classmethod
    def of_rows(cls, rows: Floats) -> "Moments":
        """Of rows (n, k), n of at least 1."""
        mean = rows.mean(axis=0)
        away = rows - mean
        return cls(n=len(rows), mean=mean, products=away.T @ away)

    @classmethod
    def of_sums(cls, n: int, sums: Floats, cross: Floats) -> "Moments":
        """Of plain sums (k,) and sums of products (k, k), as a cube keeps them; n of at least 1.

        Squares that hardly exceed what the mean makes of them are rounding, and count as no variation. Raises
        ValueError where they are smaller: such sums cannot belong together.
        """
        products = cross - np.outer(sums, sums) / n
        own, rounding = np.diag(products), ROUNDING * np.diag(cross)
        if (own < -rounding).any():
            raise ValueError("the sum of squares is smaller than the sum allows")
        varies = own > rounding
        return cls(n=n, mean=sums / n, products=np.where(np.outer(varies, varies), products, 0.0))

    def __add__(self, other: "Moments") -> "Moments":
        n = self.n + other.n
        apart = other.mean - self.mean
        return Moments(
            n=n,
            mean=self.mean + apart * other.n / n,
            products=self.products + other.products + np.outer(apart, apart) * self.n * other.n / n,
        )
