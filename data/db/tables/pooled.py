"""Sums over people of an earlier wave who answered no later one: figures over several waves."""

from sqlalchemy import (
    Column,
    Date,
    Double,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from data.db.tables.columns import (
    array,
    flag,
    metadata,
    of,
    organization_id,
    tenant_key,
)

pooled_blocks = Table(
    "pooled_blocks",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("later_survey_id", Uuid, nullable=False, comment="the last wave not answered"),
    Column("block", Integer, nullable=False, comment="0: this pair of waves was summed"),
    array("atoms", Integer),
    array("releases", Integer),
    array("departments", Uuid),
    array("roles", Text),
    array("periods", Date),
    Column("release", Integer, nullable=False, comment="of these people in the ledger; 0: nobody"),
    flag("is_shown", True),
    Column(
        "seen",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="of block 0: releases of later waves that were looked at for late answers",
    ),
    tenant_key("survey_id", "later_survey_id", "block"),
    of("surveys", "survey_id"),
    comment="Atoms whose people without later answers are summed together. releases: of the atoms "
    "at that time. is_shown: false for ever once an atom was released again.",
)

pooled_cells = Table(
    "pooled_cells",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("later_survey_id", Uuid, nullable=False),
    Column("block", Integer, nullable=False),
    Column("figure", Text, nullable=False),
    Column("n", Integer, nullable=False, comment="respondents in this figure's own base"),
    Column("total", Double, nullable=False),
    Column("squares", Double, nullable=False),
    Column("above", Integer, nullable=False, server_default=text("0")),
    tenant_key("survey_id", "later_survey_id", "block", "figure"),
    ForeignKeyConstraint(
        ["organization_id", "survey_id", "later_survey_id", "block"],
        [
            "pooled_blocks.organization_id",
            "pooled_blocks.survey_id",
            "pooled_blocks.later_survey_id",
            "pooled_blocks.block",
        ],
        ondelete="CASCADE",
        name="fk_pooled_cells_blocks",
    ),
)
