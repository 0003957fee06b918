"""Public files that users bring, as tables of this project: what does not fit is set aside and counted."""
