//! Pictures as SVG text. All lengths are whole pixels computed from whole numbers.
//!
//! Colours are written as fixed marks; the page's style sheet replaces them, so one picture serves light
//! and dark.

use plotters::{
    prelude::*,
    style::{
        FontStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

/// Text.
pub const INK: RGBColor = RGBColor(0x1b, 0x1b, 0x1f);
/// Less important text.
pub const MUTED: RGBColor = RGBColor(0x6b, 0x6b, 0x76);
/// Lines behind the figures.
pub const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xe3);
/// The figures themselves; the second is the light companion of the first.
pub const SERIES: [RGBColor; 3] =
    [RGBColor(0x1f, 0x6f, 0x8b), RGBColor(0xc9, 0x77, 0x2b), RGBColor(0x7a, 0x5b, 0xa8)];
/// What stood before.
pub const LIGHT: RGBColor = RGBColor(0xa9, 0xc9, 0xd8);

const WIDTH: i64 = 680;
const LABEL_WIDTH: i64 = 200;
const VALUE_WIDTH: i64 = 110;
const ROW: i64 = 42;
/// What the SVG writer makes 13 pixels of.
const FONT: i32 = 16;
/// Characters of a label on one line.
const LABEL_CHARS: usize = 26;

/// One row of a bar picture.
pub struct Bar {
    pub label: String,
    pub value: i64,
    pub text: String,
    /// A value to compare with, drawn lighter above.
    pub before: Option<(i64, String)>,
}

/// Horizontal bars with a label before and a number behind each. The legend names the lighter bars and
/// the others.
pub fn bars(rows: &[Bar], legend: Option<(&str, &str)>) -> String {
    let values = || rows.iter().flat_map(|row| [Some(row.value), row.before.as_ref().map(|b| b.0)]).flatten();
    let most = values().max().unwrap_or(0).max(1);
    let least = values().min().unwrap_or(0).min(0);
    let room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
    let at = |value: i64| LABEL_WIDTH + scale(value.saturating_sub(least), room, most.saturating_sub(least));
    let head = if legend.is_some() { 34 } else { 4 };
    let height = head + ROW * signed(rows.len()) + 4;
    draw(height, |canvas| {
        for (index, row) in rows.iter().enumerate() {
            let middle = head + ROW * signed(index) + ROW / 2;
            canvas.label(&row.label, LABEL_WIDTH - 12, middle);
            let bar = |value: i64, text: &str, y: i64, half: i64, color: RGBColor| {
                let (from, to) = (at(0).min(at(value)), at(0).max(at(value)).max(at(0) + 1));
                canvas.block((from, y - half), (to, y + half), color);
                canvas.text(text, (to + 6, y), HPos::Left, INK);
            };
            match &row.before {
                Some((value, text)) => {
                    bar(*value, text, middle - 9, 7, LIGHT);
                    bar(row.value, &row.text, middle + 8, 7, SERIES[0]);
                }
                None => bar(row.value, &row.text, middle, 10, SERIES[0]),
            }
        }
        canvas.line(&[(at(0), head), (at(0), height)], MUTED, 1);
        if let Some((before, after)) = legend {
            canvas.legend((LABEL_WIDTH, 0), before, LIGHT);
            canvas.legend((LABEL_WIDTH, 1), after, SERIES[0]);
        }
    })
}

/// One line or row of columns over the periods.
pub struct Series {
    pub name: String,
    pub values: Vec<Option<i64>>,
}

/// Lines over periods, or columns when there is one series and `as_columns`.
pub struct OverTime<'a> {
    pub periods: Vec<String>,
    pub series: Vec<Series>,
    /// How the vertical axis writes a value.
    pub axis: &'a dyn Fn(i64) -> String,
    pub as_columns: bool,
}

const TIME_HEIGHT: i64 = 280;
const LEFT: i64 = 76;
const RIGHT: i64 = 24;
const BOTTOM: i64 = 36;
/// Width of a period's label with some air.
const PERIOD_WIDTH: i64 = 64;

/// Draws values over time.
pub fn over_time(what: &OverTime<'_>) -> String {
    let most = what.series.iter().flat_map(|series| series.values.iter().flatten()).max().copied();
    let step = nice_step(most.unwrap_or(0).max(1));
    let top_value = step.saturating_mul((most.unwrap_or(0).max(1) + step - 1) / step);
    let head = if what.as_columns { 14 } else { 40 };
    let room = (WIDTH - LEFT - RIGHT, TIME_HEIGHT - head - BOTTOM);
    let slots = signed(what.periods.len()).max(1);
    let x = |index: usize| LEFT + room.0 * (2 * signed(index) + 1) / (2 * slots);
    let y = |value: i64| TIME_HEIGHT - BOTTOM - scale(value.max(0), room.1, top_value);
    draw(TIME_HEIGHT, |canvas| {
        let mut value = 0;
        while value <= top_value {
            canvas.line(&[(LEFT, y(value)), (WIDTH - RIGHT, y(value))], GRID, 1);
            canvas.text(&(what.axis)(value), (LEFT - 8, y(value)), HPos::Right, MUTED);
            value += step;
        }
        let every = usize::try_from((slots * PERIOD_WIDTH + room.0 - 1) / room.0).unwrap_or(1).max(1);
        for (index, period) in what.periods.iter().enumerate().step_by(every) {
            canvas.text(period, (x(index), TIME_HEIGHT - BOTTOM + 16), HPos::Center, MUTED);
        }
        for ((number, series), color) in what.series.iter().enumerate().zip(SERIES.into_iter().cycle()) {
            if what.as_columns {
                canvas.columns(series, (room.0 / slots * 3 / 10).clamp(1, 30), (&x, &y), color);
            } else {
                canvas.legend((LEFT, number), &series.name, color);
                canvas.path(series, (&x, &y), color);
            }
        }
    })
}

/// A step of 1, 2 or 5 times a power of ten that cuts the range into three to seven parts.
fn nice_step(range: i64) -> i64 {
    let mut power = 1i64;
    loop {
        for step in [power, power.saturating_mul(2), power.saturating_mul(5)] {
            if range / step < 6 || step == i64::MAX {
                return step.max(1);
            }
        }
        power = power.saturating_mul(10);
    }
}

/// `value` of `of` in pixels out of `room`.
fn scale(value: i64, room: i64, of: i64) -> i64 {
    let wide = i128::from(value) * i128::from(room) / i128::from(of.max(1));
    i64::try_from(wide).unwrap_or(room)
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

type Place<'a> = (&'a dyn Fn(usize) -> i64, &'a dyn Fn(i64) -> i64);

/// A drawing area that swallows the errors a string cannot have.
struct Canvas<'a>(DrawingArea<SVGBackend<'a>, plotters::coord::Shift>);

impl Canvas<'_> {
    fn block(&self, from: (i64, i64), to: (i64, i64), color: RGBColor) {
        self.0.draw(&Rectangle::new([pixel(from), pixel(to)], color.filled())).unwrap_or_default();
    }

    fn line(&self, points: &[(i64, i64)], color: RGBColor, width: u32) {
        let points: Vec<(i32, i32)> = points.iter().copied().map(pixel).collect();
        self.0.draw(&PathElement::new(points, color.stroke_width(width))).unwrap_or_default();
    }

    fn text(&self, text: &str, at: (i64, i64), side: HPos, color: RGBColor) {
        let font = ("sans-serif", FONT, FontStyle::Normal).into_font();
        let style = TextStyle::from(font).color(&color).pos(Pos::new(side, VPos::Center));
        self.0.draw_text(text, &style, pixel(at)).unwrap_or_default();
    }

    /// A label on one or two lines, right-aligned.
    fn label(&self, label: &str, right: i64, middle: i64) {
        let lines = wrap(label);
        let offset = if lines.len() > 1 { 8 } else { 0 };
        for (index, line) in lines.iter().enumerate() {
            self.text(line, (right, middle - offset + 16 * signed(index)), HPos::Right, INK);
        }
    }

    /// The name of a series, the so-manyth from the left.
    fn legend(&self, (left, number): (i64, usize), name: &str, color: RGBColor) {
        let left = left + 190 * signed(number);
        self.block((left, 10), (left + 14, 20), color);
        self.text(name, (left + 20, 15), HPos::Left, INK);
    }

    fn columns(&self, series: &Series, half: i64, (x, y): Place<'_>, color: RGBColor) {
        for (index, value) in series.values.iter().enumerate() {
            if let Some(value) = value {
                self.block((x(index) - half, y(*value)), (x(index) + half, y(0)), color);
            }
        }
    }

    fn path(&self, series: &Series, (x, y): Place<'_>, color: RGBColor) {
        let point = |(index, value): (usize, &Option<i64>)| value.map(|value| (x(index), y(value)));
        let points: Vec<(i64, i64)> = series.values.iter().enumerate().filter_map(point).collect();
        self.line(&points, color, 2);
        for at in points {
            self.0.draw(&Circle::new(pixel(at), 4, color.filled())).unwrap_or_default();
        }
    }
}

fn pixel((x, y): (i64, i64)) -> (i32, i32) {
    let narrow = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    (narrow(x), narrow(y))
}

fn draw(height: i64, paint: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    {
        let size = (u32::try_from(WIDTH).unwrap_or(1), u32::try_from(height).unwrap_or(1));
        let canvas = Canvas(SVGBackend::with_string(&mut svg, size).into_drawing_area());
        paint(&canvas);
        canvas.0.present().unwrap_or_default();
    }
    svg
}

/// The label on at most two lines, cut at words, the rest as an ellipsis.
fn wrap(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in label.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let length = line.chars().count() + 1 + word.chars().count();
        if line.is_empty() {
            line.push_str(word);
        } else if length <= LABEL_CHARS {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    let is_cut = lines.len() > 2;
    lines.truncate(2);
    let last = lines.len().saturating_sub(1);
    for (index, line) in lines.iter_mut().enumerate() {
        let cut_here = is_cut && index == last;
        if cut_here || line.chars().count() > LABEL_CHARS {
            *line = line.chars().take(LABEL_CHARS - 1).collect::<String>() + "…";
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_fit_their_column() {
        assert_eq!(wrap("Coffee"), ["Coffee"]);
        assert_eq!(
            wrap("Here now and then, drinking chocolate"),
            ["Here now and then,", "drinking chocolate"]
        );
        let long = wrap("Here now and then, small receipts, drinking chocolate with marshmallows");
        assert_eq!(long.len(), 2);
        assert!(
            long.iter().all(|line| line.chars().count() <= LABEL_CHARS) && long[1].ends_with('…'),
            "{long:?}"
        );
        assert_eq!(wrap(&"x".repeat(90))[0].chars().count(), LABEL_CHARS);
    }

    #[test]
    fn axes_have_three_to_seven_round_steps() {
        for range in [1, 9, 10, 37, 99, 100, 1_234, 999_999, i64::MAX / 3, i64::MAX] {
            let step = nice_step(range);
            assert!(range / step < 6, "{range} by {step}");
            assert!(range < 6 || range / step >= 1, "{range} by {step}");
        }
    }

    #[test]
    fn names_from_outside_cannot_become_markup() {
        let row = Bar {
            label: "<script>".into(),
            value: i64::MAX,
            text: "&".into(),
            before: Some((i64::MIN, "<b>".into())),
        };
        let svg = bars(&[row], Some(("<i>", "\"")));
        assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("<i>"), "{svg}");
    }
}
