"""Tables of a world: their schema, reading, and every fault told at once."""
