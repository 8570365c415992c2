"""Which atom a session is in: its leaf's, which no table says of sessions."""

SCORES = """
    SELECT s.*, l.atom
    FROM session_scores s
    JOIN surveys v ON v.organization_id = s.organization_id AND v.id = s.survey_id
    JOIN atom_leaves l
      ON l.organization_id = s.organization_id AND l.survey_id = s.survey_id
     AND l.department_id = s.department_id AND l.role = s.role
     AND l.period = CASE v.period
         WHEN 'wave' THEN (SELECT min(w.period) FROM atom_leaves w
                           WHERE w.organization_id = v.organization_id AND w.survey_id = v.id)
         ELSE date_trunc(v.period::text, s.answered_on)::date END
    WHERE s.survey_id = :survey AND s.is_kept AND s.is_counted
"""
"""Counted sessions of ``:survey`` with their scores and their atom."""
