//! Similar guests: products that the same guests buy, item by item.
//!
//! Cosine on co-purchase counts, each guest counting 1/√(number of different products), because who buys
//! everything says little; shrunk by n / (n + 10), n the guests who bought both.

use super::history::History;

/// Guests who bought both products at which half of the likeness is believed.
pub const SHRINK: f64 = 10.0;
/// Nearest products that are kept for each.
pub const NEAREST: usize = 20;

/// For each product the nearest others, nearest first, likeness in ten-thousandths; from the visits of known
/// guests before a day.
#[must_use]
pub fn nearest(
    history: &History,
    until: i32,
    progress: &mut dyn FnMut(usize, usize),
) -> Vec<Vec<(u16, u16)>> {
    let mut pairs = Pairs::of(history.products.len());
    let mut own: Vec<u16> = Vec::new();
    for guest in 0..history.guests() {
        if guest % 65_536 == 0 {
            progress(guest, history.guests());
        }
        own.clear();
        own.extend(
            history.visits_of(guest).take_while(|seen| seen.day < until).flat_map(|seen| seen.products),
        );
        own.sort_unstable();
        own.dedup();
        pairs.add(&own);
    }
    (0..history.products.len()).map(|product| pairs.nearest(product)).collect()
}

/// Weights and counts of the guests who bought two products, for each pair once.
struct Pairs {
    products: usize,
    /// Row `i` holds the pairs of `i` with every later product; the diagonal stands apart.
    weights: Vec<f64>,
    guests: Vec<u32>,
    own: Vec<f64>,
}

impl Pairs {
    fn of(products: usize) -> Pairs {
        let pairs = products * products.saturating_sub(1) / 2;
        Pairs { products, weights: vec![0.0; pairs], guests: vec![0; pairs], own: vec![0.0; products] }
    }

    /// Where the pairs of a product with the later ones begin.
    const fn row(&self, product: usize) -> usize {
        product * (2 * self.products - product).saturating_sub(1) / 2
    }

    /// Adds a guest with their different products, ascending.
    fn add(&mut self, own: &[u16]) {
        let different = u32::try_from(own.len()).unwrap_or(u32::MAX);
        let weight = 1.0 / libm::sqrt(f64::from(different.max(1)));
        for (at, product) in own.iter().enumerate() {
            let product = usize::from(*product);
            if let Some(sum) = self.own.get_mut(product) {
                *sum += weight;
            }
            let begin = self.row(product);
            let row = begin..begin + self.products.saturating_sub(product + 1);
            let (Some(weights), Some(guests)) = (self.weights.get_mut(row.clone()), self.guests.get_mut(row))
            else {
                continue;
            };
            for other in own.get(at + 1..).unwrap_or_default() {
                let place = usize::from(*other) - product - 1;
                if let (Some(sum), Some(count)) = (weights.get_mut(place), guests.get_mut(place)) {
                    *sum += weight;
                    *count += 1;
                }
            }
        }
    }

    fn nearest(&self, product: usize) -> Vec<(u16, u16)> {
        let own = self.own.get(product).copied().unwrap_or(0.0);
        let mut near: Vec<(u16, u16)> = (0..self.products)
            .filter(|other| *other != product)
            .filter_map(|other| {
                let (low, high) = (product.min(other), product.max(other));
                let place = self.row(low) + (high - low - 1);
                let guests = f64::from(*self.guests.get(place)?);
                let both = *self.weights.get(place)?;
                let cosine = both / libm::sqrt(own * self.own.get(other)?);
                let likeness = libm::round(cosine * guests / (guests + SHRINK) * 10_000.0);
                Some((u16::try_from(other).ok()?, whole(likeness)))
            })
            .filter(|(_, likeness)| *likeness > 0)
            .collect();
        near.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        near.truncate(NEAREST);
        near
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within 0 and 10000")]
fn whole(number: f64) -> u16 {
    // No number is 0: where nobody bought one of the two, nothing is known.
    if number.is_nan() { 0 } else { number.clamp(0.0, 10_000.0) as u16 }
}
