"""Scores of sessions, and the atoms and cells that figures are summed from."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from data.db.tables.columns import (
    NOT_STATED,
    array,
    flag,
    metadata,
    moment,
    of,
    organization_id,
    tenant_key,
)

session_scores = Table(
    "session_scores",
    metadata,
    organization_id(),
    Column("session_id", Uuid, nullable=False),
    Column("survey_id", Uuid, nullable=False),
    Column("user_id", Uuid),
    Column("department_id", Uuid, nullable=False, server_default=text(f"'{NOT_STATED}'")),
    Column("role", Text, nullable=False, server_default="", comment="'' where it is not stated"),
    Column("answered_on", Date, nullable=False, comment="in the organisation's time zone"),
    Column("pain_of_old", Double),
    Column("pull_of_new", Double),
    Column("anchors_to_old", Double),
    Column("anxiety_of_new", Double),
    Column("drive", Double),
    Column("resistance", Double),
    Column("readiness", Double),
    Column("outcome", Double),
    Column("segment", Text, nullable=False, server_default="unclassified"),
    flag("is_kept", True),
    flag("is_counted", True),
    Column("quality", Text, nullable=False, server_default="high"),
    array("flags", Text),
    Column("is_completed", Boolean),
    Column("seconds", Double),
    array("items", Double),
    tenant_key("session_id"),
    of("survey_sessions", "session_id"),
    Index("ix_session_scores_survey", "organization_id", "survey_id"),
    comment="One row a session. is_kept: not a duplicate. is_counted: also good enough. "
    "items: item scores 1-5 in order of question position, NaN where missing.",
)

analytics_atoms = Table(
    "analytics_atoms",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    array("departments", Uuid),
    array("roles", Text),
    array("periods", Date),
    Column("respondents", Integer, nullable=False, comment="at the last release"),
    Column("state", Text, nullable=False, comment="released, withdrawn or waiting"),
    Column("release", Integer, nullable=False, server_default=text("0")),
    moment("released_at"),
    tenant_key("survey_id", "atom"),
    of("surveys", "survey_id"),
    comment="The fixed groups of at least five people that every figure is summed from.",
)

atom_leaves = Table(
    "atom_leaves",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("department_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("period", Date, nullable=False),
    Column("atom", Integer, nullable=False),
    tenant_key("survey_id", "department_id", "role", "period"),
    of("surveys", "survey_id"),
)

analytics_cells = Table(
    "analytics_cells",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    Column("figure", Text, nullable=False),
    Column("n", Integer, nullable=False, comment="respondents in this figure's own base"),
    Column("total", Double, nullable=False),
    Column("squares", Double, nullable=False),
    Column("above", Integer, nullable=False, server_default=text("0")),
    array("products", Double),
    tenant_key("survey_id", "atom", "figure"),
    ForeignKeyConstraint(
        ["organization_id", "survey_id", "atom"],
        ["analytics_atoms.organization_id", "analytics_atoms.survey_id", "analytics_atoms.atom"],
        ondelete="CASCADE",
        name="fk_analytics_cells_atoms",
    ),
    comment="Released sums per atom and figure. Figures: data/analysis/cells.py.",
)

question_cells = Table(
    "question_cells",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    Column("question_id", Uuid, nullable=False),
    Column("n", Integer, nullable=False),
    Column("total", Double, nullable=False, comment="of item scores 1-5, reversed items turned"),
    Column("squares", Double, nullable=False),
    array("histogram", Integer),
    tenant_key("survey_id", "atom", "question_id"),
    ForeignKeyConstraint(
        ["organization_id", "survey_id", "atom"],
        ["analytics_atoms.organization_id", "analytics_atoms.survey_id", "analytics_atoms.atom"],
        ondelete="CASCADE",
        name="fk_question_cells_atoms",
    ),
    of("questions", "question_id"),
    comment="histogram: answers per point of the item's scale, lowest first, not turned.",
)

released_sessions = Table(
    "released_sessions",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("ledger", Text, nullable=False, comment="scores, texts or flows"),
    Column("session_id", Uuid, nullable=False),
    Column(
        "version",
        SmallInteger,
        nullable=False,
        server_default=text("0"),
        comment="0: as last released; others: figures this session was released with before",
    ),
    Column("respondent", Uuid, nullable=False, comment="user, else the session"),
    Column("atom", Integer, nullable=False),
    array("figures", Double),
    array("items", Double),
    array("classes", Integer),
    tenant_key("survey_id", "ledger", "session_id", "version"),
    of("surveys", "survey_id"),
    comment="What of each session the last release holds: the ledger that decides whether the next "
    "release could single somebody out. Owner only.",
)

release_classes = Table(
    "release_classes",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("ledger", Text, nullable=False),
    Column("class", Integer, nullable=False),
    Column("figure", Text, nullable=False, comment="'' for people still there"),
    Column("departed", Integer, nullable=False, server_default=text("0")),
    array("releases", Integer),
    tenant_key("survey_id", "ledger", "class"),
    of("surveys", "survey_id"),
    comment="People who were in exactly the same releases of a figure. departed: how many of them "
    "have left; counts only, no person. Owner only.",
)

role_cells = Table(
    "role_cells",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("category", SmallInteger, nullable=False),
    array("roles", Text),
    Column("figure", Text, nullable=False),
    Column("n", Integer, nullable=False, comment="respondents in this figure's own base"),
    Column("total", Double, nullable=False),
    Column("squares", Double, nullable=False),
    Column("above", Integer, nullable=False, server_default=text("0")),
    tenant_key("survey_id", "category", "figure"),
    of("surveys", "survey_id"),
    comment="The table by role of a whole survey, of its first release; gone with the next.",
)

role_crossings = Table(
    "role_crossings",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("figure", Text, nullable=False),
    Column("release", Integer, nullable=False, comment="an atom's first"),
    Column("category", SmallInteger, nullable=False),
    Column("respondents", Integer, nullable=False),
    flag("is_whole", True),
    tenant_key("survey_id", "figure", "release", "category"),
    of("surveys", "survey_id"),
    comment="How atoms and the table by role overlap: counts, kept to decide on later releases. "
    "is_whole: no later release split these people. Owner only.",
)

overlap_cells = Table(
    "overlap_cells",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    Column("earlier_survey_id", Uuid, nullable=False),
    Column("earlier_atom", Integer, nullable=False),
    Column("figure", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("total", Double, nullable=False),
    Column("earlier_total", Double, nullable=False),
    Column("product", Double, nullable=False),
    tenant_key("survey_id", "atom", "earlier_survey_id", "earlier_atom", "figure"),
    of("surveys", "survey_id"),
    comment="People who answered both waves, per pair of atoms: the covariance of a difference.",
)

survey_terms = Table(
    "survey_terms",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("language", Text, nullable=False),
    Column("term", Text, nullable=False),
    Column("authors", Integer, nullable=False, comment="distinct people; never below 5"),
    Column("base", Integer, nullable=False, comment="people who wrote anything in this language"),
    tenant_key("survey_id", "language", "term"),
    of("surveys", "survey_id"),
)

survey_flows = Table(
    "survey_flows",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("earlier_survey_id", Uuid, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("respondents", Integer, nullable=False),
    tenant_key("survey_id", "earlier_survey_id", "source", "target"),
    of("surveys", "survey_id"),
    comment="People by segment in the earlier and this wave; whole organisation, one release.",
)

data_versions = Table(
    "data_versions",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False, server_default=text("1")),
    moment("bumped_at", now=True),
    tenant_key("survey_id"),
    of("surveys", "survey_id"),
)
