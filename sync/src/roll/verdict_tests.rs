//! Tables of what follows from what was seen.

use super::*;
use crate::roll::calibration;

const fn by(mean: f64, chance_lower: f64) -> Option<Difference> {
    Some(Difference { mean, error: 0.01, chance_lower })
}

fn good() -> Figures {
    Figures { days: 7, visits: 500, in_use_bp: 9_900, by_shops: true, ..Figures::default() }
}

fn judged(figures: &Figures) -> (Go, Vec<Reason>) {
    let nothing = calibration::of(&[]);
    verdict(&Evidence { figures, moved: [&[], &[]], foretold: [&nothing, &nothing] }, 7)
}

#[test]
fn a_bundle_goes_on_while_its_figures_hold_and_back_when_one_does_harm() {
    let table = [
        (good(), Go::On, vec![Reason::Holds]),
        (Figures { days: 6, ..good() }, Go::Stay, vec![Reason::Early]),
        (Figures { visits: 99, ..good() }, Go::Stay, vec![Reason::Few]),
        (Figures { visits: 0, in_use_bp: 0, ..good() }, Go::Stay, vec![Reason::Few]),
        (Figures { days: 27, visits: 12, ..good() }, Go::Stay, vec![Reason::Few]),
        (Figures { days: 28, visits: 12, ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { days: 28, visits: 0, in_use_bp: 0, ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { days: 28, visits: 12, in_use_bp: 0, ..good() }, Go::Back, vec![Reason::NotTaken]),
        (Figures { days: 3, in_use_bp: 0, ..good() }, Go::Stay, vec![Reason::Early, Reason::NotTaken]),
        (Figures { in_use_bp: 4_999, ..good() }, Go::Back, vec![Reason::NotTaken]),
        (Figures { kept: by(-0.2, 0.0005), ..good() }, Go::Back, vec![Reason::Margin]),
        (Figures { kept: by(-0.2, 0.002), ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { kept: by(-0.01, 0.0), ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { kept: by(-0.1, 0.0), by_shops: false, ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { kept: by(-0.3, 0.0), by_shops: false, ..good() }, Go::Back, vec![Reason::Margin]),
        (Figures { rate: by(-0.05, 0.0), kept: by(-0.02, 0.2), ..good() }, Go::Back, vec![Reason::Given]),
        (Figures { rate: by(-0.05, 0.0), kept: by(0.02, 0.8), ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { cut: by(0.3, 0.9999), ..good() }, Go::Back, vec![Reason::Cut]),
        (Figures { cut: by(-0.3, 0.0), ..good() }, Go::On, vec![Reason::Holds]),
        (Figures { days: 1, kept: by(-0.2, 0.0), ..good() }, Go::Back, vec![Reason::Margin]),
    ];
    for (figures, go, reasons) in table {
        assert_eq!(judged(&figures), (go, reasons), "{figures:?}");
    }
}

#[test]
fn what_has_moved_everywhere_is_no_harm_of_the_bundle() {
    let nothing = calibration::of(&[]);
    let moved = |verdict| {
        [Moved { of: "segment".into(), index_milli: 300, chance_milli: 40, verdict, has_risen: None }]
    };
    let (here, still, too) = (moved(Move::Moved), moved(Move::Still), moved(Move::Moved));
    let judged = |moved| verdict(&Evidence { figures: &good(), moved, foretold: [&nothing, &nothing] }, 7);
    assert_eq!(judged([&here, &still]), (Go::Back, vec![Reason::Drift]));
    assert_eq!(judged([&here, &too]).0, Go::On);
    assert_eq!(judged([&here, &[]]).0, Go::On, "nobody is without it");
    assert_eq!(judged([&still, &here]).0, Go::On);
}

#[test]
fn what_is_foretold_worse_than_before_goes_back() {
    let off = Calibration { verdict: Truth::Off, ..calibration::of(&[]) };
    let worse = Calibration { verdict: Truth::WorseThanBefore, ..off };
    let judged = |foretold| verdict(&Evidence { figures: &good(), moved: [&[], &[]], foretold }, 7);
    assert_eq!(judged([&worse, &off]), (Go::Back, vec![Reason::Value]));
    assert_eq!(judged([&off, &worse]), (Go::Back, vec![Reason::Response]));
    assert_eq!(judged([&off, &off]).0, Go::On, "the one before would be no better");
}
