"""Tables of a world: read, checked, compiled into frozen arrays; the seam at which names and dates stop."""
