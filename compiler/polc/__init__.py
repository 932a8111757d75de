"""The compiler of polc: from .pol files to settlement plans, and what is done with a plan."""

__version__ = "0.1.0"
