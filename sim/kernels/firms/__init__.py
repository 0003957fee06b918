"""What firms do in a week: choice, inspections as they meet them, lists, search, entry and exit, the zone."""
