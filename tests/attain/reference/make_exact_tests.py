"""Writes the tables of tail probabilities that `tests/attain/reference` compares with.

    pip install mpmath && python tests/attain/reference/make_exact_tests.py

`exact_tests_share.csv` and `exact_tests_count.csv` hold P(X ≤ x) and P(X ≥ x) with all and with
half of the probability of x, at 50 digits, from the continued fractions of `make_quantiles.py`.
For whole numbers up to 400 the script compares them with the sum of the exact probabilities, as
fractions. A goal is the `float` itself.
"""

import random
from fractions import Fraction
from math import comb

import mpmath as mp
from make_quantiles import beta_lower, digits, gamma_lower, gamma_upper
from tables import write

random.seed(20240611)


def beta_tail(a, b, p):
    """I_p(a, b)."""
    p = mp.mpf(p)
    if a <= 0:
        return mp.mpf(1)
    if b <= 0:
        return mp.mpf(0)
    a, b = mp.mpf(a), mp.mpf(b)
    if p < a / (a + b):
        return beta_lower(a, b, p, 1 - p)
    return 1 - beta_lower(b, a, 1 - p, p)


def share_tails(x, n, p):
    """P(X ≤ x), P(X ≥ x), and both with half of the probability of x."""
    x, n = mp.mpf(x), mp.mpf(n)
    at_least = beta_tail(x, n - x + 1, p)
    beyond = beta_tail(x + 1, n - x, p)
    other = 1 - mp.mpf(p)
    at_most = beta_tail(n - x, x + 1, other)
    fewer = beta_tail(n - x + 1, x, other)
    if x == int(x) and n == int(n) and n <= 400:
        exact = Fraction(p)
        total = sum(
            comb(int(n), k) * exact**k * (1 - exact) ** int(n - k) for k in range(int(x) + 1)
        )
        assert abs(at_most / (mp.mpf(total.numerator) / total.denominator) - 1) < 1e-30, (x, n, p)
    return at_most, at_least, (at_most + fewer) / 2, (at_least + beyond) / 2


def count_tail(a, mu):
    """P(a, μ) and Q(a, μ)."""
    if a == 0:
        return mp.mpf(1), mp.mpf(0)
    a, mu = mp.mpf(a), mp.mpf(mu)
    if mu < a + 1:
        lower = gamma_lower(a, mu)
        return lower, 1 - lower
    upper = gamma_upper(a, mu)
    return 1 - upper, upper


def count_tails(x, mu):
    at_least, fewer = count_tail(x, mu)
    beyond, at_most = count_tail(x + 1, mu)
    return at_most, at_least, (at_most + fewer) / 2, (at_least + beyond) / 2


def share_cases():
    goals = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.02, 1e-4]
    cases = [(16, 17, 0.99), (28, 28, 0.9), (0, 20, 0.05), (160, 200, 0.8), (12.3, 30.7, 0.6)]
    cases += [(0.4, 1.0, 0.5), (0.4, 0.9, 0.7), (3.2, 3.9, 0.99), (999_000_000, 1e9, 0.999)]
    for _ in range(150):
        n = 10 ** random.uniform(0, 6)
        goal = random.choice(goals)
        x = n * goal + random.gauss(0, 2.5) * (n * goal * (1 - goal)) ** 0.5
        if random.random() < 0.6:
            n, x = round(n), round(x)
        cases.append((min(max(x, 0), n), n, goal))
    return cases


def count_cases():
    cases = [
        (0, 3.7),
        (1, 5.0),
        (12, 20.0),
        (120, 98.0),
        (0.25, 0.7),
        (7.5, 3.25),
        (10**9, 1.00005e9),
    ]
    for _ in range(150):
        mu = 10 ** random.uniform(-1, 6)
        x = max(mu + random.gauss(0, 2.5) * mu**0.5, 0)
        cases.append((round(x) if random.random() < 0.6 else x, mu))
    return cases


COLUMNS = ["below", "above", "mid_p_below", "mid_p_above"]

if __name__ == "__main__":
    write(
        "exact_tests_share.csv",
        ["events", "denominator", "goal", *COLUMNS],
        [
            [repr(float(x)), repr(float(n)), repr(p), *map(digits, share_tails(x, n, p))]
            for x, n, p in share_cases()
        ],
    )
    write(
        "exact_tests_count.csv",
        ["events", "expected", *COLUMNS],
        [[repr(float(x)), repr(mu), *map(digits, count_tails(x, mu))] for x, mu in count_cases()],
    )
