"""How often a clinician uses a documentation tool, and what one use does to one note."""

import numpy as np
from numpy.typing import NDArray

from data_connectors.synthetic.departments import positions
from data_connectors.synthetic.world import Floats, Ints, World


def use_probability(world: World, department: Ints, week: Ints, clinician: Ints) -> Floats:
    """(N,) chance that the tool is used for an eligible visit."""
    chosen, staff = world.parameters, world.staff
    personal = np.where(staff.heavy[clinician], chosen.heavy_use, chosen.light_use)
    borrowed = np.isin(department, positions("contaminated"))
    personal = np.where(borrowed, personal * staff.keen[clinician], personal)
    return np.asarray(
        world.rollout["ambient-a"][department, week] * personal
        + world.rollout["ambient-b"][department, week] * chosen.null_use
        + world.rollout["template"][department, week] * chosen.template_use
    )


def log_effect(world: World, department: Ints, clinician: Ints, used: NDArray[np.bool_]) -> Floats:
    """(N,) change of the log of note minutes by the use of the tool.

    A clinician's effect over all notes is the declared one: the effect of one use is it divided by use.
    """
    chosen = world.parameters
    heavy = np.log1p(chosen.heavy_effect) / chosen.heavy_use
    light = np.log1p(chosen.light_effect) / chosen.light_use
    ambient = np.where(world.staff.heavy[clinician], heavy, light)
    template = np.log1p(chosen.template_effect) / chosen.template_use
    with_a = np.isin(department, positions("ambient-a") + positions("contaminated"))
    with_template = np.isin(department, positions("template"))
    return np.asarray(used * (ambient * with_a + template * with_template))
