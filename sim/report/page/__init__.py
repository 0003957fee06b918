"""The page, the answer and the tables of a study."""
