"""What runs when something happens: parse, call, return."""
