//! Plateaus: stretches of training in which the network hardly moves compared with before and after.
//!
//! What counts is how far the parameters get in a window of steps. At a saddle of the loss they slow down, by orders of
//! magnitude if they pass it closely, and then speed up again as neurons escape. A plateau is a lowest speed with
//! speeds [`FACTOR`] times as high on both sides (the start has no side before it), so no unit of loss, weight or time
//! enters. A window and not a single step is looked at, because at a kink of the activation single steps hop to and fro
//! for ever; and plateaus between which the network has hardly moved, in proportion to its size, are one.

use super::arrays::Parameters;

/// How much faster the parameters move before and after a plateau.
pub const FACTOR: f64 = 4.0;

/// How far the parameters must move from one plateau to the next, in proportion to their norm.
pub const DISTANCE: f64 = 0.01;

/// A plateau of a training run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plateau {
    /// The step in it at which the parameters move least; of the end, the last step.
    pub step: usize,
    /// The step from which on they move at most [`FACTOR`] times as fast as then.
    pub from: usize,
    /// The last such step.
    pub to: usize,
    /// The mean squared error at `step`.
    pub mean_squared_error: f64,
    /// The network at `step`.
    pub parameters: Parameters,
    /// Whether this is where training has stopped, however fast it was still moving.
    pub is_end: bool,
    /// How far the parameters got in a step, on average over the window that ends at `step`.
    pub speed: f64,
}

impl Plateau {
    /// Whether the network has hardly moved from here to a later plateau.
    fn is_near(&self, later: &Plateau) -> bool {
        let pairs = self.parameters.entries().zip(later.parameters.entries());
        let [apart, size] = pairs.fold([0.0, 0.0], |[apart, size], (here, there)| {
            [apart + (here - there) * (here - there), size + there * there]
        });
        apart <= DISTANCE * DISTANCE * size
    }

    /// Both as one: at the end, or else where it is slower.
    fn merged(self, later: Plateau) -> Plateau {
        let (from, to) = (self.from, later.to);
        let slower = if later.is_end || later.speed < self.speed { later } else { self };
        Plateau { from, to, ..slower }
    }
}

/// Finds plateaus as a run goes on; it keeps no more networks than it has found plateaus.
#[derive(Debug, Default)]
pub(super) struct Finder {
    found: Vec<Plateau>,
    /// Step and speed of all windows so far.
    speeds: Vec<(usize, f64)>,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The slowest so far, since it was fast.
    Slowing(Option<(f64, Plateau)>),
    /// The highest speed so far, since it was slow.
    Speeding(f64),
}

impl Default for Phase {
    fn default() -> Phase {
        Phase::Slowing(None)
    }
}

impl Finder {
    /// Takes the speed in a window and what has come out at its end.
    pub(super) fn observe(&mut self, step: usize, speed: f64, mean_squared_error: f64, parameters: &Parameters) {
        self.speeds.push((step, speed));
        match &mut self.phase {
            Phase::Slowing(Some((slowest, _))) if speed > FACTOR * *slowest => {
                let Phase::Slowing(Some((slowest, plateau))) =
                    std::mem::replace(&mut self.phase, Phase::Speeding(speed))
                else {
                    return;
                };
                let plateau = self.stretch(slowest, plateau);
                self.found.push(plateau);
            }
            Phase::Slowing(Some((slowest, _))) if speed > *slowest => {}
            Phase::Speeding(fastest) if speed >= *fastest => *fastest = speed,
            Phase::Speeding(fastest) if speed * FACTOR > *fastest => {}
            phase => {
                let parameters = parameters.clone();
                let plateau =
                    Plateau { step, from: step, to: step, mean_squared_error, parameters, is_end: false, speed };
                *phase = Phase::Slowing(Some((speed, plateau)));
            }
        }
    }

    /// The plateau with its ends: how far the speed stays low around its step.
    fn stretch(&self, slowest: f64, plateau: Plateau) -> Plateau {
        let low = |speed: &f64| *speed <= FACTOR * slowest;
        let at = self.speeds.partition_point(|(step, _)| *step < plateau.step);
        let before = self.speeds[..at].iter().rev().take_while(|(_, speed)| low(speed)).last();
        let after = self.speeds[at..].iter().take_while(|(_, speed)| low(speed)).last();
        let end = |found: Option<&(usize, f64)>| found.map_or(plateau.step, |(step, _)| *step);
        Plateau { from: end(before), to: end(after), ..plateau }
    }

    /// All plateaus, the end last.
    pub(super) fn finish(mut self, step: usize, mean_squared_error: f64, parameters: Parameters) -> Vec<Plateau> {
        let speed = self.speeds.last().map_or(0.0, |(_, speed)| *speed);
        let end = Plateau { step, from: step, to: step, mean_squared_error, parameters, is_end: true, speed };
        let end = match std::mem::take(&mut self.phase) {
            Phase::Slowing(Some((slowest, plateau))) => Plateau { from: self.stretch(slowest, plateau).from, ..end },
            _ => end,
        };
        self.found.push(end);
        let mut plateaus: Vec<Plateau> = Vec::new();
        for plateau in self.found {
            match plateaus.pop() {
                Some(last) if last.is_near(&plateau) => plateaus.push(last.merged(plateau)),
                last => plateaus.extend(last.into_iter().chain([plateau])),
            }
        }
        plateaus
    }
}

#[cfg(test)]
#[allow(clippy::float_arithmetic)]
mod tests {
    use super::*;

    fn plateaus(speeds: &[f64]) -> Vec<(usize, usize, usize)> {
        let mut finder = Finder::default();
        // Each step leads far away.
        let parameters = |step| Parameters::normal(9, 1, 1, false, 1.0, step as u64);
        speeds.iter().enumerate().for_each(|(step, speed)| finder.observe(step, *speed, 1.0, &parameters(step)));
        shown(finder.finish(speeds.len(), 1.0, parameters(speeds.len())))
    }

    fn shown(found: Vec<Plateau>) -> Vec<(usize, usize, usize)> {
        assert!(found.iter().enumerate().all(|(i, plateau)| plateau.is_end == (i + 1 == found.len())));
        found.iter().map(|plateau| (plateau.from, plateau.step, plateau.to)).collect()
    }

    #[test]
    fn slow_stretches_and_the_end_are_found() {
        // Slow from the start; slow between two fast stretches; slow at the end.
        let speeds = [1.0, 2.0, 8.0, 64.0, 8.0, 3.0, 2.0, 3.0, 9.0, 50.0, 20.0, 5.0, 1.0, 0.1];
        assert_eq!(plateaus(&speeds), [(0, 0, 1), (4, 6, 7), (13, 14, 14)]);
        // A unit of speed makes no difference.
        let smaller: Vec<f64> = speeds.iter().map(|speed| speed * 1e-12).collect();
        assert_eq!(plateaus(&smaller), plateaus(&speeds));
    }

    #[test]
    fn what_only_trembles_is_no_plateau() {
        assert_eq!(plateaus(&[10.0, 9.0, 7.0, 9.5, 6.0, 4.0, 5.0, 3.0]), [(0, 8, 8)]);
        assert_eq!(plateaus(&[1.0, 9.0, 5.0, 8.0, 4.0, 9.0]), [(0, 0, 0), (6, 6, 6)]);
        assert_eq!(plateaus(&[]), [(0, 0, 0)]);
        // Nothing moves at all.
        assert_eq!(plateaus(&[0.0, 0.0]), [(0, 2, 2)]);
    }

    #[test]
    fn plateaus_at_one_place_are_one() {
        let mut finder = Finder::default();
        let parameters = Parameters::normal(3, 1, 1, false, 1.0, 1);
        let speeds = [9.0, 1.0, 9.0, 0.5, 9.0, 1.0, 9.0];
        speeds.iter().enumerate().for_each(|(step, speed)| finder.observe(step, *speed, 1.0, &parameters));
        assert_eq!(shown(finder.finish(7, 1.0, Parameters::normal(3, 1, 1, false, 1.0, 2))), [(1, 3, 5), (7, 7, 7)]);
    }
}
