"""Writes the tables of effects for `tests/attain/reference`.

pip install numpy scipy statsmodels && python tests/attain/reference/make_effects.py
"""

import numpy as np
import statsmodels.api as sm
from scipy import stats as st
from tables import joined, write

rng = np.random.default_rng(20240917)


def fitted(counts, model, offset=None):
    """Twice: the errors are those of the weights that the last step began with."""
    glm = sm.GLM(counts, model, family=sm.families.Poisson(), offset=offset)
    once = glm.fit(tol=1e-14, maxiter=300)
    return glm.fit(start_params=once.params, tol=1e-14, maxiter=300)


def season(kind, period, pairs, length):
    time = np.arange(length)
    if kind == "harmonics":
        waves = [
            f(2 * np.pi * k * time / period) for k in range(1, pairs + 1) for f in (np.cos, np.sin)
        ]
        return np.column_stack(waves)
    if kind == "terms":
        return np.column_stack([(time % period == s).astype(float) for s in range(1, period)])
    return np.empty((length, 0))


def gradient_of_overall(params, model, without, days, after):
    """Of the logarithm of expected over counterfactual; by differences, so not by our formula."""
    gradient = []
    for place in range(len(params)):
        step = np.zeros(len(params))
        step[place] = 1e-5 / max(1.0, np.abs(model[:, place]).max())
        ends = []
        for sign in (1, -1):
            moved = params + sign * step
            expected = (days * np.exp(model @ moved))[after].sum()
            ends.append(np.log(expected / (days * np.exp(without @ moved))[after].sum()))
        gradient.append((ends[0] - ends[1]) / (2 * step[place]))
    return np.array(gradient)


def limits(log, error, quantile):
    return [np.exp(log), np.exp(log - quantile * error), np.exp(log + quantile * error)]


def interrupted():
    rows = []
    cases = [
        ("none", 0, 0, 24, 18, False, 40),
        ("none", 0, 0, 24, 18, True, 40),
        ("none", 0, 0, 12, 11, False, 6),
        ("harmonics", 12, 1, 60, 48, True, 150),
        ("harmonics", 12, 2, 60, 57, False, 150),
        ("harmonics", 52, 2, 200, 190, True, 12),
        ("terms", 4, 0, 32, 26, True, 300),
        ("terms", 12, 0, 72, 60, True, 90),
        ("terms", 12, 0, 120, 119, False, 20000),
    ]
    for kind, period, pairs, length, start, slope, level in cases:
        for spread in (0, 4):
            time = np.arange(length)
            days = 28.0 + rng.integers(0, 4, length)
            mean = level * days / 30 * np.exp(0.004 * (time - start))
            if period:
                mean = mean * (1 + 0.3 * np.cos(2 * np.pi * time / period))
            mean = mean * np.where(time >= start, 0.8, 1.0)
            if spread:
                mean = mean * rng.gamma(level / spread, spread / level, length)
            counts = rng.poisson(mean).astype(float)
            columns = [np.ones(length), time - start, (time >= start).astype(float)]
            if slope:
                columns.append(np.where(time >= start, time - start, 0.0))
            own = np.column_stack(columns)
            model = np.column_stack([own, season(kind, period, pairs, length)])
            fit = fitted(counts, model, np.log(days))
            degrees = length - model.shape[1]
            dispersion = float(np.sum((counts - fit.mu) ** 2 / fit.mu) / degrees)
            without = model.copy()
            without[:, 2] = 0
            if slope:
                without[:, 3] = 0
            counterfactual = days * np.exp(without @ fit.params)
            after = time >= start
            log = np.log(fit.mu[after].sum() / counterfactual[after].sum())
            gradient = gradient_of_overall(fit.params, model, without, days, after)
            covariance = fit.cov_params()
            error = float(np.sqrt(gradient @ covariance @ gradient))
            cells = [dispersion]
            for quantile in (
                st.t.ppf(0.975, degrees) * np.sqrt(max(1, dispersion)),
                st.norm.ppf(0.975),
            ):
                cells += limits(log, error, quantile)
                for place in (1, 2, 3):
                    if place == 3 and not slope:
                        cells += [np.nan] * 3
                    else:
                        cells += limits(fit.params[place], fit.bse[place], quantile)
            residuals = (counts - fit.mu) / np.sqrt(fit.mu)
            residuals = residuals - residuals.mean()
            cells.append(np.sum(residuals[1:] * residuals[:-1]) / np.sum(residuals**2))
            rows.append(
                [
                    joined(counts),
                    joined(days),
                    start,
                    kind,
                    period,
                    pairs,
                    int(slope),
                    *(repr(float(cell)) for cell in cells),
                ]
            )
    header = ["counts", "exposures", "start", "season", "period", "pairs", "slope_change"]
    header.append("dispersion")
    for variation in ("quasi", "poisson"):
        for name in ("overall", "trend", "level", "slope"):
            header += [f"{variation}_{name}_{part}" for part in ("ratio", "lower", "upper")]
    header.append("autocorrelation")
    write("interrupted_series.csv", header, rows)


def differences():
    rows = []
    for units, taking, level in ((2, 1, 60), (3, 1, 40), (8, 3, 25), (30, 10, 5), (40, 2, 300)):
        for spread in (0, 4):
            part = np.arange(units) < taking
            size = rng.gamma(2, level / 2, units) + 1
            before = rng.poisson(size)
            effect = np.where(part, 0.7, 0.9)
            noise = rng.gamma(10 / spread, spread / 10, units) if spread else 1
            after = rng.poisson(size * effect * noise)
            counts = np.concatenate([before, after]).astype(float)
            if before[part].sum() * after[part].sum() == 0:
                continue
            keep = before + after > 0
            columns = [np.tile(np.eye(units)[:, unit], 2) for unit in range(units) if keep[unit]]
            post = np.repeat([0.0, 1.0], units)
            columns += [post, post * np.tile(part, 2)]
            rows_kept = np.tile(keep, 2)
            model = np.column_stack(columns)[rows_kept]
            fit = fitted(counts[rows_kept], model)
            degrees = int(keep.sum()) - 2
            chi = float(np.sum((counts[rows_kept] - fit.mu) ** 2 / fit.mu))
            dispersion = chi / degrees if degrees else np.nan
            quantile = (
                st.t.ppf(0.975, degrees) * np.sqrt(max(1, dispersion))
                if degrees
                else st.norm.ppf(0.975)
            )
            cells = limits(fit.params[-1], fit.bse[-1], quantile)
            cells += limits(fit.params[-1], fit.bse[-1], st.norm.ppf(0.975))[1:]
            rows.append(
                [
                    joined(before),
                    joined(after),
                    joined(part.astype(int)),
                    degrees,
                    *(repr(float(cell)) for cell in [*cells, dispersion]),
                ]
            )
    header = ["before", "after", "took_part", "degrees", "ratio", "lower", "upper"]
    header += ["poisson_lower", "poisson_upper", "dispersion"]
    write("difference_in_differences.csv", header, rows)


interrupted()
differences()
