"""Questions: ``question(principal, filters) -> answer``; the only way anything reads analytics.

What leaves this package is safe to show to that principal (docs/privacy.md).
"""
