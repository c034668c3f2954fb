"""Writes the tables of comparisons of two groups that `tests/attain/reference` compares with.

    pip install mpmath && python tests/attain/reference/make_two_groups.py

`two_groups_limits.csv` holds limits, and `two_groups_tests.csv` p-values, from the equations that
define them, at 30 digits (mpmath; a confidence is the `float` itself). Distributions are summed
term by term.
"""

import random
from functools import cache
from math import comb

import mpmath as mp
from make_quantiles import digits, normal_quantile
from tables import write

mp.mp.dps = 30
random.seed(20261201)
CONFIDENCES = [0.95, 1 - 1e-6]


def bisect(f, low, high):
    """The root of a function that is positive at low and not at high."""
    low, high = mp.mpf(low), mp.mpf(high)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def part(count, share):
    return count / share if count else mp.mpf(0)


def difference_score(x1, n1, x2, n2, at):
    """Mee's score of a difference, by the slope of the likelihood."""
    low, high = max(mp.mpf(0), -at), min(mp.mpf(1), 1 - at)
    if low >= high:
        return mp.sign(x1 / n1 - x2 / n2 - at) * mp.inf

    def slope(p):
        return part(x1, p + at) + part(x2, p) - part(n1 - x1, 1 - p - at) - part(n2 - x2, 1 - p)

    p = bisect(slope, low, high)
    variance = (p + at) * (1 - p - at) / n1 + p * (1 - p) / n2
    return (x1 / n1 - x2 / n2 - at) / mp.sqrt(variance)


def difference(groups, z):
    x1, n1, x2, n2 = groups
    estimate = x1 / n1 - x2 / n2

    def limit(sign, end):
        def inside(at):
            return z - sign * difference_score(*groups, at)

        # At the end there is no variance: the score has no bound, unless the estimate is there.
        return end if estimate == end else bisect(inside, estimate, end)

    return limit(1, mp.mpf(-1)), limit(-1, mp.mpf(1))


def odds_score(groups, z):
    """The lower limit; the upper one is one over that of the exchanged groups."""
    x1, n1, x2, n2 = groups
    room = min(x1, n2 - x2)
    if room == 0:
        return mp.mpf(0)

    def counts(shift):
        return x1 - shift, n2 - x2 - shift, n1 - x1 + shift, x2 + shift

    def inside(shift):
        return z - shift * mp.sqrt(sum(1 / count for count in counts(shift)))

    events1, rest2, rest1, events2 = counts(bisect(inside, 0, room))
    return events1 * rest2 / (rest1 * events2)


@cache
def tables(x1, n1, x2, n2):
    """The number of tables with each possible number of events in the first group."""
    events = x1 + x2
    return {
        k: mp.mpf(comb(n1, k) * comb(n2, events - k))
        for k in range(max(0, events - n2), min(n1, events) + 1)
    }


def table_tails(groups, odds):
    """P(X < x), P(X = x), P(X > x) of the noncentral hypergeometric distribution."""
    x1, n1, x2, n2 = (int(value) for value in groups)
    terms = {k: number * odds**k for k, number in tables(x1, n1, x2, n2).items()}
    whole = mp.fsum(terms.values())
    fewer = mp.fsum(term for k, term in terms.items() if k < x1)
    more = mp.fsum(term for k, term in terms.items() if k > x1)
    return fewer / whole, terms[x1] / whole, more / whole


def odds_exact(groups, tail, weight):
    x1, _, x2, n2 = groups
    if x1 == 0 or x2 == n2:
        return mp.mpf(0)

    def outside(ln_odds):
        _, own, more = table_tails(groups, mp.exp(ln_odds))
        return tail - more - weight * own

    return mp.exp(bisect(outside, -60, 60))


def both(lower, groups, *choices):
    x1, n1, x2, n2 = groups
    exchanged = lower((x2, n2, x1, n1), *choices)
    return lower(groups, *choices), 1 / exchanged if exchanged else mp.inf


def rate_difference(groups, z):
    x1, e1, x2, e2 = groups
    estimate = x1 / e1 - x2 / e2

    def score(at):
        b = x1 + x2 - (e1 + e2) * at
        # The larger root, of rate 2 = rate 1 - at.
        rate = (b + mp.sqrt(b * b + 4 * (e1 + e2) * x2 * at)) / (2 * (e1 + e2))
        return (estimate - at) / mp.sqrt((rate + at) / e1 + rate / e2)

    far = 100 * (z + 1) ** 2 * (1 / e1 + 1 / e2) + 10 * (x1 / e1 + x2 / e2)
    return (
        bisect(lambda at: z - score(at), estimate, estimate - far),
        bisect(lambda at: z + score(at), estimate, estimate + far),
    )


def cases(rows, largest):
    found = [
        (56, 70, 48, 80),
        (9, 10, 3, 10),
        (6, 7, 2, 7),
        (5, 56, 0, 29),
        (0, 10, 0, 20),
        (10, 10, 0, 20),
        (10, 10, 10, 10),
        (1, 1, 0, 1),
        (7, 34, 1, 34),
        (0, 29, 5, 56),
    ]
    for _ in range(rows):
        n1, n2 = (round(10 ** random.uniform(0.5, largest)) for _ in range(2))
        found.append((random.randint(0, n1), n1, random.randint(0, n2), n2))
    return found


def cell(value):
    return digits(value).replace("+inf", "inf")


def limits():
    rows = []
    for case in cases(6, 2.2):
        groups = tuple(mp.mpf(value) for value in case)
        factor = mp.sqrt((groups[1] + groups[3]) / (groups[1] + groups[3] - 1))
        for c in CONFIDENCES:
            tail = (1 - mp.mpf(c)) / 2
            z = -normal_quantile(tail)
            found = [
                *difference(groups, z),
                *difference(groups, z * factor),
                *both(odds_score, groups, z),
                *both(odds_score, groups, z * factor),
                *both(odds_exact, groups, tail, 1),
                *both(odds_exact, groups, tail, mp.mpf(1) / 2),
                *rate_difference(groups, z),
            ]
            rows.append([*(repr(float(v)) for v in case), repr(c), *map(cell, found)])
    names = [
        "mee",
        "miettinen_nurminen",
        "odds_cornfield",
        "odds_miettinen_nurminen",
        "odds_exact",
        "odds_mid_p",
        "rate_difference",
    ]
    header = ["x1", "n1", "x2", "n2", "confidence"]
    ends = [f"{name}_{end}" for name in names for end in ("lower", "upper")]
    write("two_groups_limits.csv", header + ends, rows)


def total(masses, x, sign):
    limit = masses[x] * (1 + sign * mp.mpf(10) ** -7)
    return mp.fsum(mass for mass in masses.values() if mass <= limit)


def exact_test(masses, x):
    """Both tails, and the two-sided p-value: exact, and by mid-P."""
    fewer = mp.fsum(mass for k, mass in masses.items() if k < x)
    more = mp.fsum(mass for k, mass in masses.items() if k > x)
    own, half = masses[x], masses[x] / 2
    p = total(masses, x, 1)
    middle = (p + total(masses, x, -1)) / 2
    return [fewer + own, more + own, p, fewer + half, more + half, middle]


def poisson(mean, most):
    return {k: mp.exp(k * mp.log(mean) - mean - mp.loggamma(k + 1)) for k in range(most)}


def e_test(x1, e1, x2, e2):
    rate = mp.mpf(x1 + x2) / (e1 + e2)
    most = int(max(e1, e2) * rate + 16 * mp.sqrt(max(e1, e2) * rate) + 60)

    def standardised(a, b):
        if a == b == 0:
            return mp.mpf(0)
        return (mp.mpf(a) / e1 - mp.mpf(b) / e2) / mp.sqrt(mp.mpf(a) / e1**2 + mp.mpf(b) / e2**2)

    own = standardised(x1, x2)
    slack = abs(own) * mp.mpf(10) ** -20
    first, second = poisson(e1 * rate, most), poisson(e2 * rate, most)
    below = above = either = mp.mpf(0)
    for a, mass1 in first.items():
        for b, mass2 in second.items():
            found, mass = standardised(a, b), mass1 * mass2
            below += mass if found <= own + slack else 0
            above += mass if found >= own - slack else 0
            either += mass if abs(found) >= abs(own) - slack else 0
    return [below, above, either]


def tests():
    rows = []
    for case in [case for case in cases(8, 1.5) if case[0] + case[2] > 0]:
        x1, n1, x2, n2 = case
        events = x1 + x2
        whole = comb(n1 + n2, events)
        table = {k: number / whole for k, number in tables(*case).items()}
        share = mp.mpf(n1) / (n1 + n2)
        binomial = {
            k: mp.binomial(events, k) * share**k * (1 - share) ** (events - k)
            for k in range(events + 1)
        }
        found = [
            *exact_test(table, x1),
            *exact_test(binomial, x1),
            *e_test(x1, mp.mpf(n1), x2, mp.mpf(n2)),
        ]
        rows.append([*(repr(float(v)) for v in case), *map(digits, found)])
    names = ["fisher", "fisher_mid_p", "exact_conditional", "mid_p", "e_test"]
    sides = [f"{name}_{side}" for name in names for side in ("below", "above", "p")]
    write("two_groups_tests.csv", ["x1", "n1", "x2", "n2", *sides], rows)


if __name__ == "__main__":
    limits()
    tests()
