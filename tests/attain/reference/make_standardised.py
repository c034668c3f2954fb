"""Writes the tables of standardised rates, inequality and life tables for `tests/attain/reference`.

    pip install numpy scipy pandas PHStatsMethods
    python tests/attain/reference/make_standardised.py

`phstats_*.csv` hold what England's PHStatsMethods answers; `inequality.csv` a least-squares fit by
numpy; `standardised_gamma.csv` the limits of Fay & Feuer (1997), Tiwari et al. (2006) and, for
ratios, Fay (1999) by scipy's quantiles of χ² and F; `life_tables.csv` a life table computed
forwards from a radix, as textbooks show it.
"""

import math

import numpy as np
import pandas as pd
from PHStatsMethods import ph_dsr, ph_ISRate, ph_ISRatio, ph_quantile
from scipy import optimize
from scipy import stats as st
from tables import joined, write

rng = np.random.default_rng(20240115)


def column(frame, word):
    names = {name.lower(): name for name in frame.columns}
    return names.get(word) or next(names[name] for name in names if word in name)


def strata(groups, bands, mean):
    """A data frame of random strata, `bands` to a group."""
    population = rng.integers(200, 5000, size=(groups, bands))
    rates = mean * np.exp(rng.normal(0, 0.5, size=(groups, bands)))
    return pd.DataFrame(
        {
            "group": np.repeat(np.arange(groups), bands),
            "events": rng.poisson(population * rates).ravel(),
            "population": population.ravel(),
            "standard": np.tile(rng.integers(500, 9000, size=bands), groups),
        }
    )


def direct():
    rows = []
    for mean in (0.0008, 0.01, 0.2):
        data = strata(12, 19, mean)
        for confidence in (0.95, 0.998):
            found = ph_dsr(
                data,
                "events",
                "population",
                "standard",
                group_cols="group",
                metadata=False,
                confidence=confidence,
                multiplier=100000,
                euro_standard_pops=False,
            )
            for (_, group), (_, answer) in zip(
                data.groupby("group"), found.iterrows(), strict=True
            ):
                assert answer["group"] == group["group"].iloc[0]
                lower, upper = (answer[column(found, word)] for word in ("lower", "upper"))
                rows.append(
                    [
                        joined(group["events"]),
                        joined(group["population"]),
                        joined(group["standard"]),
                        confidence,
                        *(repr(float(v)) for v in (answer["Value"], lower, upper)),
                    ]
                )
    write(
        "phstats_direct.csv",
        ["events", "population", "standard", "confidence", "value", "lower", "upper"],
        rows,
    )


def indirect():
    rows = []
    for mean in (0.0004, 0.01, 0.2):
        data = strata(12, 8, mean)
        data["reference_population"] = data["standard"] * 100
        data["reference_events"] = np.tile(
            rng.poisson(data["reference_population"].iloc[:8] * mean), 12
        )
        arguments = ("events", "population", "reference_events", "reference_population")
        ratio = ph_ISRatio(data, *arguments, group_cols="group", metadata=False)
        rate = ph_ISRate(data, *arguments, group_cols="group", metadata=False)
        for number, (_, group) in enumerate(data.groupby("group")):
            cells = []
            for found in (ratio, rate):
                answer = found[found["group"] == number].iloc[0]
                cells += [answer[column(found, word)] for word in ("value", "lower", "upper")]
            if group["events"].sum() == 0:
                continue  # it raises on, or skips, a count of 0
            rows.append(
                [joined(group[a]) for a in arguments] + [repr(float(cell)) for cell in cells]
            )
    header = ["events", "population", "reference_events", "reference_population"]
    header += [
        f"{what}_{part}" for what in ("ratio", "rate") for part in ("value", "lower", "upper")
    ]
    write("phstats_indirect.csv", header, rows)


def quantiles():
    rows = []
    for size in (3, 9, 10, 11, 23, 57, 100):
        for groups in (2, 5, 10):
            values = np.round(rng.normal(50, 12, size), 1 if size > 50 else 6)
            data = pd.DataFrame({"unit": np.arange(size), "value": values})
            for invert in (True, False):
                found = ph_quantile(data, "value", nquantiles=groups, invert=invert)
                cells = found[column(found, "quantile")]
                text = " ".join("nan" if pd.isna(v) else str(int(v)) for v in cells)
                rows.append([joined(values), groups, "highest" if invert else "lowest", text])
    write("phstats_quantile.csv", ["values", "groups", "first", "quantile"], rows)


def expit(x):
    return 1 / (1 + np.exp(-x))


def inequality():
    """Least squares by numpy; limits from the joint covariance, Fieller's by root finding."""
    scales = {
        "identity": (lambda y: y, lambda x: x, lambda _: 1.0),
        "log": (np.log, np.exp, np.exp),
        "logit": (
            lambda y: np.log(y / (1 - y)),
            expit,
            lambda x: expit(x) * (1 - expit(x)),
        ),
    }
    rows = []
    for scale, (there, back, steepness) in scales.items():
        for size in (3, 5, 10, 10, 10):
            population = rng.integers(500, 30000, size)
            share = population / population.sum()
            middle = np.cumsum(share) - share / 2
            y = there(0.3) + 0.4 * middle + rng.normal(0, 0.05, size)
            error = rng.uniform(0.005, 0.05, size)
            design = np.column_stack([np.sqrt(share), np.sqrt(share) * middle])
            solver = np.linalg.pinv(design) @ np.diag(np.sqrt(share))
            a, b = solver @ y
            covariance = solver @ np.diag(error**2) @ solver.T
            first, last = back(a), back(a + b)
            z = st.norm.ppf(0.975)

            def spread(gradient, covariance=covariance):
                gradient = np.array(gradient)
                return math.sqrt(gradient @ covariance @ gradient)

            at_first, at_last = steepness(a), steepness(a + b)
            half = z * spread([at_last - at_first, at_last])
            limits = [last - first - half, last - first + half]
            if scale == "identity":

                def excess(ratio, a=a, b=b, spread=spread, z=z):
                    # last − ratio·first against z of its own standard errors
                    return abs(a + b - ratio * a) - z * spread([1 - ratio, 1])

                estimate = (a + b) / a
                ratio = [
                    optimize.brentq(excess, 0.0, estimate, xtol=1e-14),
                    optimize.brentq(excess, estimate, estimate + 20.0, xtol=1e-14),
                ]
            else:
                gradient = np.array([at_last / last - at_first / first, at_last / last])
                half = z * spread(gradient)
                ratio = [last / first * math.exp(-half), last / first * math.exp(half)]
            rows.append(
                [
                    scale,
                    joined(back(y)),
                    joined(error),
                    joined(population),
                    *(repr(float(v)) for v in (last - first, *limits, last / first, *ratio, first)),
                ]
            )
    header = [
        "scale",
        "values",
        "errors",
        "population",
        "slope",
        "slope_lower",
        "slope_upper",
    ]
    write(
        "inequality.csv",
        [*header, "relative", "relative_lower", "relative_upper", "intercept"],
        rows,
    )


def life_tables():
    rows = []
    for bands in (2, 5, 10, 19, 20):
        for _ in range(3):
            ages = np.array([0, 1, *range(5, 5 * bands, 5)][:bands], dtype=float)
            population = rng.integers(300, 20000, bands).astype(float)
            rates = 0.0004 * np.exp(0.068 * ages) * rng.uniform(0.7, 1.3, bands)
            rates[0] = 0.006
            deaths = rng.binomial(population.astype(int), np.minimum(rates, 0.9)).astype(float)
            deaths[-1] = max(deaths[-1], 3)
            death_rate = deaths / population
            width = np.diff(ages)
            lived = np.full(bands - 1, 0.5)
            lived[0] = 0.1
            q = width * death_rate[:-1] / (1 + width * (1 - lived) * death_rate[:-1])
            alive = 100000 * np.concatenate([[1], np.cumprod(1 - q)])
            dead = alive[:-1] - alive[1:]
            years = np.append(width * (alive[1:] + lived * dead), alive[-1] / death_rate[-1])
            to_come = np.cumsum(years[::-1])[::-1]
            expectancy = to_come / alive
            of_q = np.where(deaths[:-1] > 0, q**2 * (1 - q) / np.maximum(deaths[:-1], 1), 0)
            weighted = alive[:-1] ** 2 * ((1 - lived) * width + expectancy[1:]) ** 2 * of_q
            weighted = np.append(
                weighted,
                alive[-1] ** 2 / death_rate[-1] ** 4 * deaths[-1] / population[-1] ** 2,
            )
            variance = np.cumsum(weighted[::-1])[::-1] / alive**2
            cells = (ages, deaths, population, expectancy, variance)
            rows.append([joined(cell) for cell in cells])
    write("life_tables.csv", ["ages", "deaths", "population", "years", "variance"], rows)


def gamma_limits():
    # Its own generator: the other tables stay as they are.
    own = np.random.default_rng(20261201)
    rows = []
    for strata_of_one in (1, 2, 5, 19):
        for mean in (0.2, 3, 40):
            for spread in (0.1, 2.5):
                population = np.round(np.exp(own.normal(8, spread / 2, strata_of_one))) + 5
                standard = np.round(1000 * np.exp(own.normal(0, spread, strata_of_one))) + 1
                events = own.poisson(mean, strata_of_one).astype(float)
                others = own.poisson(mean, strata_of_one).astype(float)
                if events.sum() + others.sum() == 0:
                    others[0] = 1
                w = standard / population

                def sums(x, w=w):
                    return (w * x).sum(), (w * w * x).sum()

                def lower(y, v):
                    return 0 if y == 0 else v / (2 * y) * st.chi2.ppf(0.025, 2 * y * y / v)

                def upper(y, v):
                    return v / (2 * y) * st.chi2.isf(0.025, 2 * y * y / v)

                (y, v), (z, u), top = sums(events), sums(others), w.max()
                per = 100000 / standard.sum()
                ratio_lower = 0
                if y > 0:
                    degrees = 2 * y * y / v, 2 * (z + top) ** 2 / (u + top**2)
                    ratio_lower = y / (z + top) * st.f.ppf(0.025, *degrees)
                ratio_upper = math.inf
                if z > 0:
                    degrees = 2 * (y + top) ** 2 / (v + top**2), 2 * z * z / u
                    ratio_upper = (y + top) / z * st.f.isf(0.025, *degrees)
                limits = [
                    lower(y, v) * per,
                    upper(y + top, v + top**2) * per,
                    lower(y, v) * per,
                    upper(y + w.mean(), v + (w**2).mean()) * per,
                    ratio_lower,
                    ratio_upper,
                ]
                cells = [joined(column) for column in (events, others, population, standard)]
                rows.append(cells + [repr(float(limit)) for limit in limits])
    header = ["events", "others", "population", "standard"]
    names = ("fay_feuer", "tiwari", "ratio")
    header += [f"{name}_{side}" for name in names for side in ("lower", "upper")]
    write("standardised_gamma.csv", header, rows)


if __name__ == "__main__":
    gamma_limits()
    direct()
    indirect()
    quantiles()
    inequality()
    life_tables()
