"""What of times and duplicates does not add up over atoms: once for the whole survey."""

from sqlalchemy import Column, Double, Integer, Table, Uuid

from data.db.tables.columns import count, metadata, of, organization_id, tenant_key

survey_medians = Table(
    "survey_medians",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("n", Integer, nullable=False, comment="completed sessions of known time; 0 where few"),
    Column("median_seconds", Double, comment="in steps of 5 s; null below 10 sessions"),
    count("beyond"),
    count("duplicates"),
    count("high"),
    count("medium"),
    count("low"),
    tenant_key("survey_id"),
    of("surveys", "survey_id"),
    comment="Of the last release. beyond: completed sessions longer than 4 h; duplicates: sessions "
    "of people who answered twice; high, medium, low: sessions by quality; all in fives, 0 below "
    "5.",
)
