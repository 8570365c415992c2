"""The demo organisation: made-up people whose answers tell a planted story (docs/demo.md)."""

from data.demo.loading import NAME, RESPONDENTS, Demo, Progress, load
from data.demo.people import DEMO_PEOPLE, DemoPerson
from data.demo.rows import department_ids

__all__ = [
    "DEMO_PEOPLE",
    "NAME",
    "RESPONDENTS",
    "Demo",
    "DemoPerson",
    "Progress",
    "department_ids",
    "load",
]
