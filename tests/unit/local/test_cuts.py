from hypothesis import given
from hypothesis import strategies as st

from schakel_local.cuts import Cut


@given(st.binary(max_size=30), st.binary(max_size=30), st.lists(st.integers(1, 5), max_size=20))
def test_a_pattern_is_found_however_the_stream_is_cut_into_pieces(before: bytes, after: bytes, sizes: list[int]) -> None:
    pattern = b"COMMIT"
    stream, start = before + pattern + after, (before + pattern).find(pattern)
    cut, tail, passed = Cut(pattern=pattern), bytearray(), b""
    while stream:
        size = sizes.pop() if sizes else len(stream)
        piece, stream = stream[:size], stream[size:]
        if (rest := cut.rest(piece, tail)) is not None:
            assert cut.times == 0
            assert (passed + rest).find(pattern) == start
            return
        passed += piece
    raise AssertionError(passed)


@given(st.integers(0, 50), st.lists(st.binary(min_size=1, max_size=9), max_size=20))
def test_exactly_so_many_bytes_pass(count: int, pieces: list[bytes]) -> None:
    cut, passed = Cut(after=count), b""
    for piece in pieces:
        rest = cut.rest(piece, bytearray())
        passed += piece if rest is None else rest
        if rest is not None:
            break
    assert passed == b"".join(pieces)[:count]
