//! Random numbers for series that chance alone makes: splitmix64.

pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// By Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// The number of exponential waits that fit into the mean.
    pub(crate) fn poisson(&mut self, mean: f64) -> f64 {
        let mut waited = -(1.0 - self.uniform()).ln();
        let mut events = 0.0;
        while waited < mean {
            events += 1.0;
            waited -= (1.0 - self.uniform()).ln();
        }
        events
    }

    pub(crate) fn binomial(&mut self, trials: u32, share: f64) -> f64 {
        f64::from((0..trials).filter(|_| self.uniform() < share).count() as u32)
    }

    /// A whole number below another.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.uniform() * end as f64) as usize
    }
}
