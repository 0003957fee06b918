"""Elementary functions, random draws by counter, and what is done to whole columns."""
