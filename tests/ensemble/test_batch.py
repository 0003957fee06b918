import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.ensemble.plan.design import Block
from sim.store.batch import Failure, decode, encode, stored_failures

MONTHS = ("2021-01", "2021-02", "2021-03")
COLUMNS = ("a|b|c", "d", "e")
BLOCK = Block(range(4, 5), range(10, 16))


@pytest.fixture
def values() -> np.ndarray:
    random = np.random.default_rng(3)
    values = random.lognormal(0, 5, (len(BLOCK), len(MONTHS), len(COLUMNS))).astype(np.float32)
    values[0, 0] = [0.0, -0.0, np.finfo(np.float32).tiny]
    return values


def stored(tmp_path, values, status):
    path = tmp_path / "batch.parquet"
    path.write_bytes(encode("none", BLOCK, MONTHS, COLUMNS, values, status))
    return path


def test_values_come_back_bit_for_bit(tmp_path, values):
    path = stored(tmp_path, values, np.zeros((len(BLOCK), 4), np.int64))
    assert decode(path, COLUMNS, len(MONTHS)).tobytes() == values.tobytes()
    assert decode(path, ["e", "a|b|c"], len(MONTHS)).tobytes() == np.ascontiguousarray(values[:, :, [2, 0]]).tobytes()
    assert stored_failures(path) == []


def test_pandas_reads_it_alone(tmp_path, values):
    frame = pd.read_parquet(stored(tmp_path, values, np.zeros((len(BLOCK), 4), np.int64)))
    assert frame.columns.tolist() == ["regime", "draw", "run", "month", *COLUMNS]
    row = frame[(frame["run"] == 12) & (frame["month"] == "2021-02")]
    assert row["regime"].tolist() == ["none"]
    assert row["draw"].tolist() == [4]
    assert (row[list(COLUMNS)].to_numpy()[0] == values[2, 1]).all()


def test_duckdb_reads_many_alone(tmp_path, values):
    status = np.zeros((len(BLOCK), 4), np.int64)
    for name in ("none", "ban"):
        (tmp_path / f"{name}.parquet").write_bytes(encode(name, BLOCK, MONTHS, COLUMNS, values, status))
    query = f"""SELECT regime, draw, month, "a|b|c" FROM '{tmp_path}/*.parquet' WHERE run = 12 ORDER BY regime, month"""
    expected = [(name, 4, month, values[2, i, 0]) for name in ("ban", "none") for i, month in enumerate(MONTHS)]
    assert duckdb.sql(query).fetchall() == expected


def test_a_failed_run_has_no_rows_and_says_where_it_stopped(tmp_path, values):
    status = np.zeros((len(BLOCK), 4), np.int64)
    status[3] = [1, 57, 7, 12]
    path = stored(tmp_path, values, status)
    assert stored_failures(path) == [Failure("none", 4, 13, 1, 57, 7, 12)]
    assert decode(path, COLUMNS, len(MONTHS)).tobytes() == np.delete(values, 3, axis=0).tobytes()


def test_a_batch_in_which_all_failed_is_a_batch(tmp_path, values):
    path = stored(tmp_path, values, np.ones((len(BLOCK), 4), np.int64))
    assert len(stored_failures(path)) == len(BLOCK)
    assert decode(path, COLUMNS, len(MONTHS)).shape == (0, len(MONTHS), len(COLUMNS))


def test_equal_values_make_equal_files(values):
    status = np.zeros((len(BLOCK), 4), np.int64)
    one, other = (encode("none", BLOCK, MONTHS, COLUMNS, values.copy(), status) for _ in range(2))
    assert one == other


def test_floats_are_split_and_compressed(tmp_path, values):
    path = stored(tmp_path, values, np.zeros((len(BLOCK), 4), np.int64))
    column = pq.read_metadata(path).row_group(0).column(4)
    assert column.compression == "ZSTD"
    assert "BYTE_STREAM_SPLIT" in column.encodings
