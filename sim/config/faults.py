"""What Hydra, OmegaConf or the YAML reader find wrong, in one sentence."""

import re

import yaml

IN_WORDS = {"Float": "a number", "Integer": "a whole number", "bool": "true or false"}


def in_one_sentence(error: Exception) -> str:
    """Say in one sentence what Hydra, OmegaConf or the YAML reader found wrong."""
    cause = _deepest(error)
    if isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
        mark = cause.problem_mark
        return f"{mark.name}, line {mark.line + 1}: the YAML is broken, {cause.problem}."
    message = str(getattr(cause, "msg", None) or cause).partition("\n")[0]
    key = str(getattr(cause, "full_key", None) or "")
    wrong = re.search(r"Value '(.*?)'.*(Float|Integer|bool)", message)
    if wrong and key:
        return f"{key}={wrong[1]}: is not {IN_WORDS[wrong[2]]}."
    if "is not Optional" in message:
        return f"{key}=null: needs a value."
    return (f"{key}: " if key and key not in message else "") + message.rstrip(".") + "."


def _deepest(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
