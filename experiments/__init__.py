"""From measurements and a design to an estimate, its checks and a decision."""
