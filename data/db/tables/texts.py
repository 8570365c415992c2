"""What people write about: themes of a whole survey, and comments that speak of them."""

from sqlalchemy import (
    Column,
    Double,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from data.db.tables.columns import array, metadata, of, organization_id, tenant_key

survey_themes = Table(
    "survey_themes",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("language", Text, nullable=False),
    Column("force", Text, nullable=False, comment="of the questions; empty where they have none"),
    array("terms", Text),
    Column("authors", Integer, nullable=False, comment="distinct people; never below 10"),
    Column("base", Integer, nullable=False, comment="people who wrote or said anything there"),
    Column("sentiment", Double, comment="-1 to 1, rounded; null where not analysed"),
    Column("scored", Integer, comment="authors with a score, in fives; null where not linked"),
    Column("mean", Double, comment="their mean score, in wide steps"),
    Column("whole_n", Integer, comment="people of the survey with that score, as shown then"),
    Column("whole_mean", Double, comment="their mean score, as shown then"),
    Column("whole_sd", Double, comment="its standard deviation, as shown then"),
    tenant_key("survey_id", "id"),
    of("surveys", "survey_id"),
    comment="Themes of a survey's texts, per force and language; no author is in two of them.",
)

theme_comments = Table(
    "theme_comments",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("theme_id", Uuid, nullable=False),
    Column("position", SmallInteger, nullable=False, comment="an order that tells nothing"),
    Column("text", Text, nullable=False),
    tenant_key("survey_id", "theme_id", "position"),
    ForeignKeyConstraint(
        ["organization_id", "survey_id", "theme_id"],
        ["survey_themes.organization_id", "survey_themes.survey_id", "survey_themes.id"],
        ondelete="CASCADE",
        name="fk_theme_comments_themes",
    ),
    comment="Comments of a theme, without names and without anything of who wrote them.",
)
