"""The pipeline as named stages: ``run`` works through them, for one organisation or one survey.

Stands above ``data.pipeline`` and ``data.queries``: what is written ahead for requests to read is
what questions answer. What runs when: docs/pipeline.md.
"""

from data.stages.base import Stage, Work
from data.stages.listed import STAGES
from data.stages.run import run

__all__ = ["STAGES", "Stage", "Work", "run"]
