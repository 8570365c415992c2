"""Figures of voice recordings, for whole surveys only."""

from sqlalchemy import Column, Double, Integer, Table, Text, Uuid

from data.db.tables.columns import metadata, of, organization_id, tenant_key

survey_voices = Table(
    "survey_voices",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("figure", Text, nullable=False),
    Column(
        "category",
        Text,
        nullable=False,
        comment="of a distribution; empty for counts, means and categories put together",
    ),
    Column("recordings", Integer, nullable=False),
    Column("respondents", Integer, nullable=False, comment="distinct people; never below 5"),
    Column("value", Double, comment="the mean of a figure that is one"),
    tenant_key("survey_id", "figure", "category"),
    of("surveys", "survey_id"),
    comment="Released figures of completed recordings. Figures: data/analysis/voices.py.",
)
