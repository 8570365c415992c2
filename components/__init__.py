"""How things look. Knows data, never pages or callbacks."""
