"""What is held of whom, why and for how long: minimisation, retention, access, record of processing."""
