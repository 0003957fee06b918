"""From a command line to settings: this room is the only one, with `sim.__main__`, that knows Hydra.

Words are held against the names that exist before Hydra composes anything, so that a misspelt one is answered with the
nearest. Whatever Hydra, OmegaConf or the YAML reader find wrong afterwards is said in one sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import yaml
from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config.choices import of_world, options, regime_names, studies_in_words
from sim.config.faults import in_one_sentence
from sim.config.grammar import quoted
from sim.config.ranges import check, check_effect
from sim.config.schema import FITTED, SAMPLERS, Config, held_values
from sim.config.words import check_jobs, check_words
from sim.errors import InputError, folded
from sim.parameters import BEHAVIOUR, names_of
from sim.paths import shipped

SWEEP_FAULTS = (HydraException, OmegaConfBaseException, ValueError, TypeError, ArithmeticError, RecursionError)


def load(words: Iterable[str] = ()) -> Config:
    """Compose and check the settings that `words` (`key=value`) ask for.

    Parameters
    ----------
    words
        Hydra overrides, for example `["debug=fast", "regimes=[none,uflpa]"]`.

    Returns
    -------
    Config
        Typed settings; no attribute can be set again.

    Raises
    ------
    InputError
        If a name, a type or a range is wrong.
    """
    with _hydra():
        words = quoted(words)
        check_words(words, several=False)
        return _load_one(words)


def check_sweep(words: Sequence[str]) -> None:
    """Compose and check every job of a `--multirun` before the first of them starts.

    Raises
    ------
    InputError
        If a name, a type or a range is wrong in any job.
    """
    words = quoted(words)
    with _hydra():
        check_jobs(check_words(words, several=True))
        try:
            parser = OverridesParser.create(config_loader=GlobalHydra.instance().config_loader())
            (jobs,) = BasicSweeper.split_arguments(parser.parse_overrides(words), max_batch_size=None)
        except SWEEP_FAULTS as error:
            raise InputError(in_one_sentence(error)) from error
        for job in jobs:
            _load_one(job)


def typed(node: DictConfig, given: Iterable[str] = ()) -> Config:
    """Turn what Hydra composed into checked settings.

    Parameters
    ----------
    node
        Composed.
    given
        Keys of the command line. A parameter that was given is held at its value in every draw, also at that of the
        table (`design.held`).

    Returns
    -------
    Config

    Raises
    ------
    InputError
        If a value has the wrong type, is missing or is out of its range.
    """
    try:
        config = OmegaConf.to_object(node)
    except OmegaConfBaseException as error:
        raise InputError(in_one_sentence(error)) from error
    if not isinstance(config, Config):
        raise InputError("The settings are not those of conf/config.yaml: do not choose another with --config-name.")
    check(config)
    names = regime_names(config.world)
    against = config.against and folded(config.against, names)
    design = replace(config.design, held=_held(config, given))
    return replace(config, regimes=[folded(name, names) for name in config.regimes], against=against, design=design)


def _held(config: Config, given: Iterable[str]) -> list[str]:
    """Add the parameters that were given at the value of the table: `held_values` cannot tell them from others."""
    design = config.design
    if design.sampler not in (*SAMPLERS, *FITTED):
        return design.held
    named = {key.removeprefix("behaviour.") for key in given} & set(names_of(BEHAVIOUR))
    same = [name for name in names_of(BEHAVIOUR) if name in named - set(held_values(config))]
    return [*design.held, *same]


def register() -> None:
    """Make known to Hydra the types, by the name that `conf/config.yaml` starts from, and what fills its help."""
    ConfigStore.instance().store(name="schema", node=Config)
    OmegaConf.register_new_resolver("options", options, replace=True)
    OmegaConf.register_new_resolver("of_world", of_world, replace=True)
    OmegaConf.register_new_resolver("studies", studies_in_words, replace=True)


@contextmanager
def _hydra() -> Iterator[None]:
    """Compose beside a job of Hydra that may be under way."""
    register()
    instance = GlobalHydra.instance()
    under_way, instance.hydra = instance.hydra, None
    try:
        with initialize_config_dir(config_dir=str(shipped("conf")), version_base="1.3"):
            yield
    finally:
        GlobalHydra.instance().hydra = under_way


def _load_one(words: list[str]) -> Config:
    try:
        node = compose(config_name="config", overrides=words)
    except (HydraException, OmegaConfBaseException, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise InputError(in_one_sentence(error)) from error
    given = {word.partition("=")[0] for word in words}
    config = typed(node, given)
    check_effect(config, given)
    return config
