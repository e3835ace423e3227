"""How far an effect holds when trends would not have been parallel (Rambachan and Roth 2023)."""
