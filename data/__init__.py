"""Everything without a screen. Never imports dash or plotly."""
