"""What the app shows, a view a module; each has `show`, which takes what is asked."""
