"""A whole number of rows parted among many, exactly: largest remainders, nobody above what they can hold."""

from collections.abc import Sequence


def parted(total: int, weights: Sequence[float], most: Sequence[int] | None = None) -> list[int]:
    """Whole shares in proportion to the weights; they add up to `total`, and none is above its `most`."""
    shares = [0] * len(weights)
    room = list(most) if most is not None else [total] * len(weights)
    assert sum(room) >= total >= 0, f"{total} do not fit into {sum(room)}"
    left = total
    while left:
        open_ = [n for n in range(len(weights)) if room[n] > 0]
        sum_ = sum(weights[n] for n in open_) or 1.0
        exact = {n: left * weights[n] / sum_ if sum_ else 0.0 for n in open_}
        given = {n: min(room[n], int(exact[n])) for n in open_}
        if not any(given.values()):
            # Less than one each: one to each of those with the largest remainders.
            by_remainder = sorted(open_, key=lambda n: (-exact[n], n))[:left]
            given = dict.fromkeys(by_remainder, 1)
        for n, more in given.items():
            shares[n] += more
            room[n] -= more
            left -= more
    return shares
