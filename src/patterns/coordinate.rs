//! The numbers of an enumeration: 64 or 128 bits with every overflow noticed, or integers of any size.

use crate::rational::Integer;
use num_integer::Integer as _;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::fmt::Debug;

/// A number doesn't fit: the enumeration is done again with wider numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overflow;

pub(super) trait Coordinate: Clone + Debug + PartialEq + Send + Sync {
    fn of(value: &Integer) -> Result<Self, Overflow>;
    fn integer(&self) -> Integer;
    fn sign(&self) -> Ordering;
    /// `sum_i left_i right_i`
    fn dot(left: &[Self], right: &[Self]) -> Result<Self, Overflow>;
    /// `a b + c d`
    fn cross(a: &Self, b: &Self, c: &Self, d: &Self) -> Result<Self, Overflow>;
    fn negated(&self) -> Self;
    /// `1 + floor |self / other|`, other != 0
    fn above_quotient(&self, other: &Self) -> Self;
    /// The larger of two numbers.
    fn larger(self, other: Self) -> Self;
    /// Bits of `|self|`.
    fn bits(&self) -> u64;
    /// `self / 2^by`, rounded to the nearest integer.
    fn rounded(&self, by: u64) -> Self;
    /// Divides by the greatest common divisor of all entries.
    fn make_primitive(vector: &mut [Self]);
}

/// Numbers of this size can be added and negated without a look.
const HALF: i64 = i64::MAX / 2;

impl Coordinate for i64 {
    fn of(value: &Integer) -> Result<i64, Overflow> {
        value.to_i64().filter(|value| value.abs() <= HALF).ok_or(Overflow)
    }
    fn integer(&self) -> Integer {
        Integer::from(*self)
    }
    fn sign(&self) -> Ordering {
        self.cmp(&0)
    }
    #[inline]
    fn dot(left: &[i64], right: &[i64]) -> Result<i64, Overflow> {
        // Each product is less than 2^124, and there are fewer than 8 before a look.
        let mut sum = 0_i128;
        for (left, right) in left.chunks(4).zip(right.chunks(4)) {
            sum += left.iter().zip(right).map(|(l, r)| i128::from(*l) * i128::from(*r)).sum::<i128>();
            if sum.unsigned_abs() >> 126 != 0 {
                return Err(Overflow);
            }
        }
        i64::try_from(sum).ok().filter(|sum| (-HALF..=HALF).contains(sum)).ok_or(Overflow)
    }
    fn cross(a: &i64, b: &i64, c: &i64, d: &i64) -> Result<i64, Overflow> {
        i64::dot(&[*a, *c], &[*b, *d])
    }
    fn negated(&self) -> i64 {
        -self
    }
    fn above_quotient(&self, other: &i64) -> i64 {
        1 + (self / other).abs()
    }
    fn larger(self, other: i64) -> i64 {
        self.max(other)
    }
    fn bits(&self) -> u64 {
        u64::from(64 - self.unsigned_abs().leading_zeros())
    }
    fn rounded(&self, by: u64) -> i64 {
        (self + (1 << (by - 1))) >> by
    }
    fn make_primitive(vector: &mut [i64]) {
        let mut content = 0_i64;
        for entry in vector.iter() {
            content = content.gcd(entry);
            if content == 1 {
                return;
            }
        }
        vector.iter_mut().for_each(|entry| *entry /= content.max(1));
    }
}

impl Coordinate for i128 {
    fn of(value: &Integer) -> Result<i128, Overflow> {
        value.to_i128().filter(|value| value.unsigned_abs() >> 126 == 0).ok_or(Overflow)
    }
    fn integer(&self) -> Integer {
        Integer::from(*self)
    }
    fn sign(&self) -> Ordering {
        self.cmp(&0)
    }
    fn dot(left: &[i128], right: &[i128]) -> Result<i128, Overflow> {
        let sum = left.iter().zip(right).try_fold(0_i128, |sum, (l, r)| sum.checked_add(l.checked_mul(*r)?));
        sum.filter(|sum| sum.unsigned_abs() >> 126 == 0).ok_or(Overflow)
    }
    fn cross(a: &i128, b: &i128, c: &i128, d: &i128) -> Result<i128, Overflow> {
        i128::dot(&[*a, *c], &[*b, *d])
    }
    fn negated(&self) -> i128 {
        -self
    }
    fn above_quotient(&self, other: &i128) -> i128 {
        1 + (self / other).abs()
    }
    fn larger(self, other: i128) -> i128 {
        self.max(other)
    }
    fn bits(&self) -> u64 {
        u64::from(128 - self.unsigned_abs().leading_zeros())
    }
    fn rounded(&self, by: u64) -> i128 {
        (self + (1 << (by - 1))) >> by
    }
    fn make_primitive(vector: &mut [i128]) {
        let content = vector.iter().fold(0_i128, |content, entry| content.gcd(entry)).max(1);
        vector.iter_mut().for_each(|entry| *entry /= content);
    }
}

impl Coordinate for Integer {
    fn of(value: &Integer) -> Result<Integer, Overflow> {
        Ok(value.clone())
    }
    fn integer(&self) -> Integer {
        self.clone()
    }
    fn sign(&self) -> Ordering {
        self.cmp(&Integer::zero())
    }
    fn dot(left: &[Integer], right: &[Integer]) -> Result<Integer, Overflow> {
        Ok(left.iter().zip(right).map(|(l, r)| l * r).sum())
    }
    fn cross(a: &Integer, b: &Integer, c: &Integer, d: &Integer) -> Result<Integer, Overflow> {
        Ok(a * b + c * d)
    }
    fn negated(&self) -> Integer {
        -self
    }
    fn above_quotient(&self, other: &Integer) -> Integer {
        Integer::from(1) + (self / other).abs()
    }
    fn larger(self, other: Integer) -> Integer {
        self.max(other)
    }
    fn bits(&self) -> u64 {
        self.bits()
    }
    fn rounded(&self, by: u64) -> Integer {
        (self + (Integer::from(1) << (by - 1))) >> by
    }
    fn make_primitive(vector: &mut [Integer]) {
        let content = vector.iter().fold(Integer::zero(), |content, entry| content.gcd(entry));
        if !content.is_zero() {
            vector.iter_mut().for_each(|entry| *entry /= &content);
        }
    }
}
