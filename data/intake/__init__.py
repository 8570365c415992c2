"""From survey files to rows."""
