"""Writes the 50-digit tables of quantiles that `tests/attain/reference` compares with.

    pip install mpmath scipy && python tests/attain/reference/make_quantiles.py

Tails are computed with mpmath at 50 digits from power series and from the continued fractions of
the NIST handbook (DLMF 8.7.1, 8.9.2, 8.17.22), quantiles by Newton's method on the logarithm of the
tail until the step is below 1e-40; scipy only says where to start. Every probability is the `float`
itself, digit for digit, not the decimal that it is written as.
"""

import mpmath as mp
from scipy import special as sp
from scipy import stats as st
from tables import write

mp.mp.dps = 50
TINY = mp.mpf(10) ** -48

# Tails of two-sided confidences from 0.5 to 1 - 1e-9.
TAILS = [(1 - c) / 2 for c in (0.5, 0.8, 0.95, 0.998, 0.999999, 1 - 1e-9)]


def lentz(first, partials):
    """First + a1/(b1 + a2/(b2 + ...)) for pairs (a, b)."""
    value = first
    c, d = value, mp.mpf(0)
    for a, b in partials:
        d = 1 / (b + a * d)
        c = b + a / c
        value *= c * d
        if abs(c * d - 1) < TINY:
            return value
    raise ArithmeticError("no convergence")


def gamma_height(a, x):
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a))


def gamma_lower(a, x):
    term = 1 / a
    total, n = term, a
    while term > total * TINY:
        n += 1
        term *= x / n
        total += term
    return gamma_height(a, x) * total


def gamma_upper(a, x):
    def partials():
        n = 1
        while True:
            yield -n * (n - a), x + 2 * n + 1 - a
            n += 1

    return gamma_height(a, x) / lentz(x + 1 - a, partials())


def beta_height(a, b, x, y):
    return mp.exp(
        a * mp.log(x) + b * mp.log(y) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    )


def beta_lower(a, b, x, y):
    """I_x(a, b) for x not far beyond the mean."""

    def partials():
        m = 0
        while True:
            yield (
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
                mp.mpf(1),
            )
            m += 1
            if b == m:
                # The numerator is 0 from here on: the fraction has ended.
                while True:
                    yield mp.mpf(0), mp.mpf(1)
            yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), mp.mpf(1)

    return beta_height(a, b, x, y) / a / lentz(mp.mpf(1), partials())


def gamma_lower_quantile(a, p):
    a, p = mp.mpf(a), mp.mpf(p)
    x = mp.mpf(sp.gammaincinv(float(a), float(p)))
    while True:
        lower = gamma_lower(a, x)
        step = mp.log(p / lower) * lower / gamma_height(a, x)
        x *= mp.exp(step)
        if abs(step) < mp.mpf(10) ** -22:
            return x


def gamma_upper_quantile(a, q):
    a, q = mp.mpf(a), mp.mpf(q)
    x = mp.mpf(sp.gammainccinv(float(a), float(q)))
    while True:
        # The fraction needs x above 0 by a margin; small x have a large lower tail instead.
        upper = gamma_upper(a, x) if x > max(a, 1) else 1 - gamma_lower(a, x)
        step = mp.log(upper / q) * upper / gamma_height(a, x)
        x *= mp.exp(step)
        if abs(step) < mp.mpf(10) ** -22:
            return x


def beta_quantile(a, b, p):
    """The lower quantile and its distance from 1."""
    a, b, p = mp.mpf(a), mp.mpf(b), mp.mpf(p)
    start = st.beta.ppf(float(p), float(a), float(b))
    rest = st.beta.isf(float(p), float(b), float(a))
    x, y = (mp.mpf(start), 1 - mp.mpf(start)) if start < 0.5 else (1 - mp.mpf(rest), mp.mpf(rest))
    while True:
        lower = beta_lower(a, b, x, y) if x < (a + 1) / (a + b + 2) else 1 - beta_lower(b, a, y, x)
        step = mp.log(p / lower) * lower / beta_height(a, b, x, y)
        odds = x / y * mp.exp(step)
        x, y = odds / (1 + odds), 1 / (1 + odds)
        if abs(step) < mp.mpf(10) ** -22:
            return x, y


def normal_quantile(p):
    p = mp.mpf(p)
    z = mp.mpf(st.norm.ppf(float(p)))
    for _ in range(4):
        lower = mp.erfc(-z / mp.sqrt(2)) / 2
        z += mp.log(p / lower) * lower / mp.npdf(z)
    return z


def digits(value):
    return mp.nstr(value, 25, min_fixed=0, max_fixed=0)


def main():
    probabilities = [*TAILS, 1e-300, 1e-100, 1e-20, 1e-12, 0.01, 0.074, 0.076, 0.3, 0.42, 0.49]
    write(
        "normal_quantiles.csv",
        ["p", "z"],
        [(repr(p), digits(normal_quantile(p))) for p in probabilities],
    )

    shapes = [0.5, 1, 1.5, 2, 3, 7, 10.5, 19, 19.99, 20, 21, 50, 100, 1e3, 12345, 1e6]
    rows = [
        (
            repr(float(a)),
            repr(p),
            digits(gamma_lower_quantile(a, p)),
            digits(gamma_upper_quantile(a, p)),
        )
        for a in shapes
        for p in TAILS
    ]
    rows += [
        (
            repr(1e9),
            repr(p),
            digits(gamma_lower_quantile(1e9, p)),
            digits(gamma_upper_quantile(1e9, p)),
        )
        for p in TAILS[2::3]
    ]
    write("gamma_quantiles.csv", ["a", "tail", "lower", "upper"], rows)

    pairs = [
        (0.5, 0.5),
        (0.5, 1.5),
        (0.5, 10.5),
        (0.5, 1e9),
        (1, 1),
        (1, 2),
        (2, 1),
        (1, 20),
        (20, 1),
        (1, 1e9),
        (1e9, 1),
        (3, 18),
        (18, 3),
        (10, 11),
        (19, 20),
        (20, 19),
        (20, 21),
        (25, 1e6),
        (1e6, 25),
        (100, 100),
        (150, 51),
        (999, 2),
        (2, 999),
        (1e3, 1e6),
        (1e6, 1e3),
        (3e5, 7e5),
        (1e6, 1e6),
        (12345.5, 0.5),
        (1e6, 0.5),
        (10.5, 1e9 - 9),
        (1e5, 1e9 - 1e5),
    ]
    rows = []
    for a, b in pairs:
        for p in TAILS if max(a, b) < 1e9 or min(a, b) < 100 else TAILS[2:6:3]:
            x, y = beta_quantile(a, b, p)
            rows.append((repr(float(a)), repr(float(b)), repr(p), digits(x), digits(y)))
    for a, b, p in [
        (5e8, 5e8 + 1, TAILS[2]),
        (9e8, 1e8 + 1, TAILS[5]),
        (1e9, 0.5, TAILS[3]),
    ]:
        x, y = beta_quantile(a, b, p)
        rows.append((repr(float(a)), repr(float(b)), repr(p), digits(x), digits(y)))
    write("beta_quantiles.csv", ["a", "b", "p", "at", "rest"], rows)

    rows = []
    for degrees in [1, 2, 3, 4.5, 7, 29, 39, 41, 100, 1e4, 1e6]:
        for p in TAILS:
            x, y = beta_quantile(degrees / 2, 0.5, 2 * p)
            rows.append((repr(float(degrees)), repr(p), digits(-mp.sqrt(degrees * y / x))))
    write("student_quantiles.csv", ["degrees", "p", "t"], rows)


if __name__ == "__main__":
    main()
