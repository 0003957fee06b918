"""`reroute convert` writes one file, tells what it set aside, and never writes over another."""

import pytest

from sim.config import load
from sim.errors import InputError
from sim.importers.command import run


def test_a_file_is_written_and_never_over_another(tmp_path, capsys):
    source, target = tmp_path / "list.csv", tmp_path / "new" / "listed.yaml"
    source.write_text("name,type,date\nMade-up Mill,Entity,2022-06-21\nDoe,Individual,2022-06-21\n", encoding="utf-8")
    words = [
        "command=convert",
        "convert.kind=entities",
        f"convert.file={source}",
        f"convert.to={target}",
        "convert.sender=overseas",
    ]
    run(load(words))
    told = capsys.readouterr()
    assert "{from: 2022-06-21, entities: 1}" in target.read_text(encoding="utf-8")
    assert str(target) in told.out
    assert "1 natural persons are dropped." in told.err
    with pytest.raises(InputError, match="is there already: name another file"):
        run(load(words))
