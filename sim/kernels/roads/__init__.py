"""Routes and their costs, goods on the way, ports."""
