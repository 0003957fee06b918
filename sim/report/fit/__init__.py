"""Reports on a fit: what it simulates beside what was published, what it rests on, and whether its intervals hold."""
