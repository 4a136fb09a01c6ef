//! Plots of views, drawn here as SVG: one quiet bar for each day or month. Their numbers are in a table below.

use crate::blog::visits::Bar;

/// Each bar has a place of so many units …
const PLACE: usize = 10;
/// … of which it leaves one free at each side.
const MARGIN: usize = 1;
/// As high as the plot is in units; its size on the page is the style sheet's affair.
const HEIGHT: i64 = 100;
/// Of the days every seventh has its date below, the last one among them.
const LABEL_EVERY_DAYS: usize = 7;

/// A plot, ready to be written.
pub struct Plot {
    pub id: &'static str,
    pub title: &'static str,
    pub bars: Vec<Drawn>,
    pub width: usize,
    /// What the line at the top represents.
    pub top: i64,
    pub sum: i64,
    /// Whether a bar is a day or a month.
    pub unit: &'static str,
}

pub struct Drawn {
    pub x: usize,
    pub y: i64,
    pub width: usize,
    pub height: i64,
    /// `Sunday, 5 June 2016` or `June 2016`.
    pub name: String,
    /// What is below it; empty for most days.
    pub label: String,
    pub number: i64,
}

impl Plot {
    pub fn of_days(bars: &[Bar]) -> Self {
        let last = bars.len().saturating_sub(1);
        let labelled = |place: usize| (last - place).is_multiple_of(LABEL_EVERY_DAYS);
        Self::new("days", "The last 30 days", "day", bars, |place, bar| {
            let label = if labelled(place) {
                bar.day.strftime("%-d %b").to_string()
            } else {
                String::new()
            };
            (bar.day.strftime("%A, %-d %B %Y").to_string(), label)
        })
    }

    pub fn of_months(bars: &[Bar]) -> Self {
        Self::new("months", "The last 12 months", "month", bars, |_, bar| {
            (
                bar.day.strftime("%B %Y").to_string(),
                bar.day.strftime("%b").to_string(),
            )
        })
    }

    fn new(
        id: &'static str,
        title: &'static str,
        unit: &'static str,
        bars: &[Bar],
        names: impl Fn(usize, &Bar) -> (String, String),
    ) -> Self {
        let most = bars.iter().map(|bar| bar.number).max().unwrap_or(0);
        let top = round_up(most);
        let drawn = bars.iter().enumerate().map(|(place, bar)| {
            let (name, label) = names(place, bar);
            // One view among thousands is seen still.
            let height = (bar.number * HEIGHT / top).max(i64::from(bar.number > 0));
            Drawn {
                x: place * PLACE + MARGIN,
                y: HEIGHT - height,
                width: PLACE - 2 * MARGIN,
                height,
                name,
                label,
                number: bar.number,
            }
        });
        Self {
            id,
            title,
            bars: drawn.collect(),
            width: bars.len() * PLACE,
            top,
            sum: bars.iter().map(|bar| bar.number).sum(),
            unit,
        }
    }

    /// The plot in a sentence.
    pub fn description(&self) -> String {
        let unit = self.unit;
        match self.bars.iter().rev().max_by_key(|bar| bar.number) {
            Some(most) if most.number > 0 => format!(
                "{} in total; the busiest {unit} was {} with {}.",
                views(self.sum),
                most.name,
                number(most.number)
            ),
            _ => "No views.".to_owned(),
        }
    }

    pub fn total(&self) -> String {
        views(self.sum)
    }

    /// What the lines at the top and in the middle represent.
    pub fn scale(&self) -> [String; 2] {
        [number(self.top), number(self.top / 2)]
    }
}

impl Drawn {
    /// Where its place begins.
    pub fn begin(&self) -> usize {
        self.x - MARGIN
    }

    pub fn views(&self) -> String {
        views(self.number)
    }

    pub fn digits(&self) -> String {
        number(self.number)
    }
}

/// The next number that is easy to read: 10, 20, 40, 60 …; even, so that its half is whole.
fn round_up(most: i64) -> i64 {
    let mut step = 1;
    loop {
        for factor in [2, 4, 6, 8, 10] {
            if factor * step >= most {
                return factor * step;
            }
        }
        step *= 10;
    }
}

/// `12,345`.
pub fn number(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 view`, `12,345 views`.
pub fn views(views: i64) -> String {
    match views {
        1 => "1 view".to_owned(),
        views => format!("{} views", number(views)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_ends_at_a_round_number() {
        for (most, top) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (5, 6),
            (11, 20),
            (21, 40),
            (77, 80),
            (1234, 2000),
        ] {
            assert_eq!(round_up(most), top, "{most}");
        }
    }

    #[test]
    fn the_least_is_seen_and_the_most_fits() {
        let day = jiff::civil::date(2016, 6, 5);
        let bars: Vec<Bar> = [0, 1, 4000].map(|number| Bar { day, number }).into();
        let heights: Vec<i64> = Plot::of_days(&bars)
            .bars
            .iter()
            .map(|bar| bar.height)
            .collect();
        assert_eq!(heights, [0, 1, 100]);
        assert_eq!(
            Plot::of_days(&bars).description(),
            "4,001 views in total; the busiest day was Sunday, 5 June 2016 with 4,000."
        );
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(7), "7");
        assert_eq!(number(1234), "1,234");
        assert_eq!(number(123_456), "123,456");
        assert_eq!(views(1), "1 view");
    }
}
