"""The refresh of ``mv_organization_analytics``: one row an organisation, for all at once."""

from sqlalchemy import Connection, text

from data.pipeline.locking import try_hold

_IS_POPULATED = text("""
    SELECT ispopulated FROM pg_matviews
    WHERE schemaname = 'public' AND matviewname = 'mv_organization_analytics'
""")


def refresh_overview(connection: Connection) -> int:
    """Refresh it while others read on; returns its rows, 0 where another refresh is under way.

    A view that was never filled (after a restore without data) cannot be refreshed concurrently.
    Owner's connection; the statement may stand in a transaction.
    """
    if not try_hold(connection, "refresh mv_organization_analytics"):
        return 0
    way = "CONCURRENTLY" if connection.scalar(_IS_POPULATED) else ""
    connection.execute(text(f"REFRESH MATERIALIZED VIEW {way} mv_organization_analytics"))
    counted = connection.scalar(text("SELECT count(*) FROM mv_organization_analytics"))
    return int(counted or 0)
