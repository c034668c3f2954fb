//! The functions that intervals are made of: normal, gamma, beta and Student distributions with
//! their inverses, and the hypergeometric distribution.
//!
//! An interval's limit is a quantile, and a quantile wants a tail probability that is right to the
//! last digits *relative to itself*, for counts from 0 to thousands of millions. Each tail here is
//! the density's own height (without cancellation, by deviance and Stirling's error) times a
//! factor: a continued fraction or a series where a parameter is small, a Gauss–Legendre sum where
//! it is large. Quantiles are found by Newton's method on the logarithm of the tail, on a scale on
//! which that logarithm is concave, so that it cannot fail to converge.
//!
//! These are plain functions on `f64`: outside their domain they give NaN; they never panic.

mod beta;
mod elementary;
mod gamma;
mod hypergeometric;
mod normal;
mod quadrature;
mod student;

pub use beta::{Split, beta_lower, beta_quantile, beta_upper};
pub use gamma::{gamma_lower, gamma_lower_quantile, gamma_upper, gamma_upper_quantile, ln_gamma};
pub use hypergeometric::hypergeometric_lower;
#[cfg(test)]
pub(crate) use hypergeometric::pascal;
pub use normal::{normal_cdf, normal_density, normal_quantile, normal_upper};
pub use student::{student_quantile, student_upper};

pub(crate) use beta::ln_beta_lower_by_height;
pub(crate) use elementary::exp_m1_less_u;
pub(crate) use gamma::{ln_gamma_tail_by_height, ln_poisson};
pub(crate) use hypergeometric::{ln_binomial, ln_hypergeometric};
