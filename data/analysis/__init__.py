"""Pure statistics over numbers and arrays. No input or output, nothing of ours but itself."""
