"""What is done with a policy: load, resolve, check, lower, plan, settle, explain; the backends and the command line."""
