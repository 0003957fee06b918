"""How functions are compiled: the decorators, linking, tuples by reference."""
