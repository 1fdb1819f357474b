"""Personal data: what a table may tell of natural persons, and what can be done about it before it is published.

The publisher decides; these only point out and carry out. No list is sure: what is not found is not therefore absent.
"""

from catalogue.tables.contract import Decision
from catalogue.tables.personal.finding import suspects
from catalogue.tables.personal.remedies import remedied

__all__ = ["Decision", "remedied", "suspects"]
