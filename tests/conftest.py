"""Examples made up by hypothesis may take their time: the first one may have to compile."""

from hypothesis import settings

settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")
