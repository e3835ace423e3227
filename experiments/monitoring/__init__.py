"""Statistical process control: charts, rules, icons, and how often they cry wolf."""
