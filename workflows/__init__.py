"""What people do: refresh, plan, evaluate, decide, publish. Every entry takes a Viewer first."""
