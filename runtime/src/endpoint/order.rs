//! The order in which endpoints of a list are compared: those that may contradict each other stand beside each other.

use super::meta::Meta;
use steadfast_core::path::PathShape;

/// The endpoints of a list, sorted by what their paths match and by their operations.
///
/// To compare each with all others takes the compiler seconds for some hundred endpoints; to sort them it takes
/// milliseconds.
#[derive(Debug)]
pub struct Order<const N: usize> {
    /// The shape of the path of each endpoint.
    pub(super) shapes: [PathShape; N],
    shape: Sorted<N>,
    operation: Sorted<N>,
    /// The endpoints whose paths can be at odds with paths of another shape, in the order of the list.
    special: [usize; N],
    special_count: usize,
}

impl<const N: usize> Order<N> {
    /// Sorts the endpoints.
    pub const fn of(all: &[&Meta; N]) -> Self {
        let mut shapes = [super::Path::new("").shape(); N];
        let (mut by_shape, mut by_operation) = ([0; N], [0; N]);
        let (mut special, mut special_count) = ([0; N], 0);
        let mut i = 0;
        while i < N {
            shapes[i] = all[i].path.shape();
            by_shape[i] = shapes[i].hash;
            if let Some(once) = &all[i].idempotent {
                by_operation[i] = once.operation_id;
            }
            if shapes[i].is_special {
                special[special_count] = i;
                special_count += 1;
            }
            i += 1;
        }
        let (shape, operation) = (Sorted::by(by_shape), Sorted::by(by_operation));
        Self { shapes, shape, operation, special, special_count }
    }

    /// The endpoints whose paths match what the path of this one does, itself among them, in the order of the list.
    pub(super) const fn of_shape(&self, index: usize) -> &[usize] {
        self.shape.group(index)
    }

    /// The endpoints of the operation of this one, in the order of the list; or all that are not idempotent.
    pub(super) const fn of_operation(&self, index: usize) -> &[usize] {
        self.operation.group(index)
    }

    /// The endpoints whose paths can be at odds with paths of another shape.
    pub(super) const fn special(&self) -> &[usize] {
        self.special.split_at(self.special_count).0
    }
}

/// The positions in a list, sorted by a number that each of them has, and by themselves where it is the same.
#[derive(Debug)]
struct Sorted<const N: usize> {
    positions: [usize; N],
    /// For each position, where the positions with its number begin and end in `positions`.
    groups: [(usize, usize); N],
}

impl<const N: usize> Sorted<N> {
    /// A merge sort, from runs of one position to the run of all.
    const fn by(numbers: [u64; N]) -> Self {
        let (mut from, mut to) = ([0; N], [0; N]);
        let mut i = 0;
        while i < N {
            from[i] = i;
            i += 1;
        }
        let mut length = 1;
        while length < N {
            let mut start = 0;
            while start < N {
                let middle = if start + length < N { start + length } else { N };
                let end = if middle + length < N { middle + length } else { N };
                let (mut left, mut right, mut at) = (start, middle, start);
                while at < end {
                    let is_left =
                        right == end || left < middle && numbers[from[left]] <= numbers[from[right]];
                    to[at] = if is_left { from[left] } else { from[right] };
                    if is_left {
                        left += 1;
                    } else {
                        right += 1;
                    }
                    at += 1;
                }
                start = end;
            }
            (from, to) = (to, from);
            length *= 2;
        }
        let mut groups = [(0, 0); N];
        let mut start = 0;
        while start < N {
            let mut end = start + 1;
            while end < N && numbers[from[end]] == numbers[from[start]] {
                end += 1;
            }
            let mut i = start;
            while i < end {
                groups[from[i]] = (start, end);
                i += 1;
            }
            start = end;
        }
        Self { positions: from, groups }
    }

    const fn group(&self, position: usize) -> &[usize] {
        let (start, end) = self.groups[position];
        self.positions.split_at(end).0.split_at(start).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn group_has_all_positions_of_one_number_in_their_order(numbers: [u64; 17], few in 1..6_u64) {
            let numbers = numbers.map(|number| number % few);
            let sorted = Sorted::by(numbers);
            for position in 0..numbers.len() {
                let same: Vec<_> = (0..numbers.len()).filter(|i| numbers[*i] == numbers[position]).collect();
                prop_assert_eq!(sorted.group(position), same);
            }
        }
    }
}
