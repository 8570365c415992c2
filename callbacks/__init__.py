"""What runs when something happens: a click, a call, a command, a clock tick."""
