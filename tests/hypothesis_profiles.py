"""How many examples a property test tries: its own moderate number, or a thousand.

python -m pytest tests/properties --hypothesis-profile=thorough
"""

from hypothesis import HealthCheck, settings

THOROUGH = "thorough"
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def register() -> None:
    """Make the profile known before pytest reads which one is asked."""
    settings.register_profile(THOROUGH, max_examples=1000, deadline=None)


def examples(moderate: int) -> settings:
    """The settings of a test that tries so many examples, or a thousand when asked to be thorough."""
    thorough = settings.get_current_profile_name() == THOROUGH
    return settings(max_examples=1000 if thorough else moderate, deadline=None, suppress_health_check=SLOW)
