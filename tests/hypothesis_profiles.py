"""How many examples a property test tries: its own moderate number, the same each time, or a random thousand.

python -m pytest tests/properties --hypothesis-profile=thorough
"""

from hypothesis import HealthCheck, settings

REPEATABLE, THOROUGH = "repeatable", "thorough"
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def register() -> None:
    """Make both known before pytest reads which one is asked; unless it is, every run tries the same."""
    settings.register_profile(REPEATABLE, deadline=None, derandomize=True)
    settings.register_profile(THOROUGH, max_examples=1000, deadline=None)
    settings.load_profile(REPEATABLE)


def examples(moderate: int) -> settings:
    """The settings of a test that tries so many examples, or a thousand when asked to be thorough."""
    thorough = settings.get_current_profile_name() == THOROUGH
    return settings(max_examples=1000 if thorough else moderate, suppress_health_check=SLOW)
