//! Landscapes made by the program: layered hills, sun or moon, sea and sky in calm colours, each a small PNG.
//!
//! Only additions, multiplications, divisions and square roots are used, so that every machine makes the same bytes.

use super::chance::{Chance, Purpose};

/// A picture of the demo blog, ready to be stored as media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// A file name, such as `harbour-at-dusk.png`.
    pub name: String,
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
    /// The alternative text.
    pub alt: String,
}

/// How many different pictures all posts share.
pub const COUNT: usize = SCENES.len();

/// Wide enough for the column of a post on a sharp screen.
const WIDTH: u32 = 1200;
const HEIGHT: u32 = 750;

/// The shared pictures, made one by one as they are asked for.
pub fn pictures(seed: u64) -> impl Iterator<Item = Picture> {
    SCENES.iter().zip(0..).map(move |(scene, number)| Picture {
        name: format!("{}.png", scene.name),
        bytes: paint(
            scene,
            Chance::new(seed, Purpose::Pictures, number),
            WIDTH,
            HEIGHT,
        ),
        width: WIDTH,
        height: HEIGHT,
        alt: scene.alt.to_owned(),
    })
}

/// The text for someone who cannot see the picture with this number.
pub fn alt(number: usize) -> &'static str {
    SCENES[number % COUNT].alt
}

/// A line for under the picture with this number.
pub fn caption(number: usize) -> &'static str {
    SCENES[number % COUNT].caption
}

/// Red, green and blue from 0 to 255.
type Colour = [f64; 3];

/// What is in front of the hills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Front {
    Hills,
    Pines,
    Sea,
    Boat,
    Lighthouse,
}

/// What a landscape is made of. Places are measured from the top left, in heights of the picture.
struct Scene {
    name: &'static str,
    alt: &'static str,
    caption: &'static str,
    /// The sky from the top down to the horizon.
    sky: [u32; 3],
    sun: u32,
    sun_at: (f64, f64),
    sun_radius: f64,
    /// The farthest and the nearest hills.
    hills: [u32; 2],
    stars: bool,
    front: Front,
}

const SCENES: [Scene; 12] = [
    Scene {
        name: "hills-at-dawn",
        alt: "Blue hills, one behind the other, under a pale pink sky with a low sun",
        caption: "The hills behind the village, a little after six.",
        sky: [0x8f_a9c4, 0xe8_c9c0, 0xfb_e6cf],
        sun: 0xff_f3dc,
        sun_at: (1.06, 0.36),
        sun_radius: 0.055,
        hills: [0xb9_b7c6, 0x34_4a5e],
        stars: false,
        front: Front::Hills,
    },
    Scene {
        name: "harbour-at-dusk",
        alt: "A small sailing boat on a calm sea at dusk, the sun just above the water",
        caption: "The last boat in, with the tide.",
        sky: [0x40_4a70, 0xc8_7f7a, 0xf4_bf87],
        sun: 0xff_e2ae,
        sun_at: (0.95, 0.53),
        sun_radius: 0.06,
        hills: [0x8d_6f82, 0x2c_3350],
        stars: false,
        front: Front::Boat,
    },
    Scene {
        name: "night-over-the-pines",
        alt: "A dark pine wood under a sky full of stars and a small moon",
        caption: "Clear until two, then cloud from the west.",
        sky: [0x0f_1730, 0x1e_2d52, 0x3c_5078],
        sun: 0xf1_ecd8,
        sun_at: (1.22, 0.22),
        sun_radius: 0.04,
        hills: [0x34_4668, 0x0a_1222],
        stars: true,
        front: Front::Pines,
    },
    Scene {
        name: "lighthouse-point",
        alt: "A white lighthouse on a dark headland above a blue-green sea",
        caption: "The point, seen from the coast path.",
        sky: [0x6f_a3b8, 0xb4_d0d0, 0xf0_e8d2],
        sun: 0xff_faec,
        sun_at: (0.42, 0.30),
        sun_radius: 0.045,
        hills: [0x8f_b1b3, 0x24_4a50],
        stars: false,
        front: Front::Lighthouse,
    },
    Scene {
        name: "green-valley",
        alt: "A green valley with soft hills and a high sun in a hazy sky",
        caption: "From the gate at the top of the lane.",
        sky: [0x9c_c4cf, 0xcf_e2d6, 0xf3_efd9],
        sun: 0xff_fdf0,
        sun_at: (0.36, 0.24),
        sun_radius: 0.05,
        hills: [0xb4_cdb8, 0x3a_5f45],
        stars: false,
        front: Front::Hills,
    },
    Scene {
        name: "autumn-wood",
        alt: "Pine trees before rust-coloured hills on a hazy autumn afternoon",
        caption: "The wood in the second week of October.",
        sky: [0xb9_a993, 0xe3_cda6, 0xf6_e6c4],
        sun: 0xff_f6da,
        sun_at: (1.12, 0.34),
        sun_radius: 0.06,
        hills: [0xcf_a27a, 0x4f_2f22],
        stars: false,
        front: Front::Pines,
    },
    Scene {
        name: "winter-morning",
        alt: "Snow-pale hills and a weak sun in a grey-blue winter sky",
        caption: "Eight degrees of frost, and no wind at all.",
        sky: [0xa9_b8c6, 0xcf_d8de, 0xee_ece6],
        sun: 0xff_fdf6,
        sun_at: (0.62, 0.38),
        sun_radius: 0.042,
        hills: [0xd7_dfe5, 0x71_8596],
        stars: false,
        front: Front::Pines,
    },
    Scene {
        name: "moon-over-the-bay",
        alt: "A full moon above a still bay, its light lying on the water",
        caption: "High water at five past eleven.",
        sky: [0x16_2038, 0x2c_4161, 0x5b_7690],
        sun: 0xf6_f0dc,
        sun_at: (0.72, 0.28),
        sun_radius: 0.06,
        hills: [0x3f_5673, 0x12_1d30],
        stars: true,
        front: Front::Sea,
    },
    Scene {
        name: "heather-moor",
        alt: "Purple heather hills rolling away under a lilac evening sky",
        caption: "The moor in the middle of August.",
        sky: [0x7c_78a6, 0xc3_a3be, 0xf2_d3c6],
        sun: 0xff_ecd6,
        sun_at: (0.36, 0.33),
        sun_radius: 0.05,
        hills: [0xb3_95b4, 0x46_2d52],
        stars: false,
        front: Front::Hills,
    },
    Scene {
        name: "open-sea",
        alt: "A small boat far out on a bright blue sea below a summer sky",
        caption: "Nothing to report, which is how we like it.",
        sky: [0x58_9cc4, 0xa6_cfde, 0xf0_f1e4],
        sun: 0xff_fef2,
        sun_at: (1.16, 0.22),
        sun_radius: 0.05,
        hills: [0x8f_b8c8, 0x1f_5878],
        stars: false,
        front: Front::Boat,
    },
    Scene {
        name: "last-light",
        alt: "Dark hills under a band of orange light, the sky above turning to night",
        caption: "Ten minutes after sunset.",
        sky: [0x1d_2744, 0x7a_4f6a, 0xee_9a5f],
        sun: 0xff_d08a,
        sun_at: (0.78, 0.36),
        sun_radius: 0.06,
        hills: [0x8a_5562, 0x15_1626],
        stars: false,
        front: Front::Hills,
    },
    Scene {
        name: "the-light-at-night",
        alt: "A lighthouse on its rock at nightfall, stars above a dark green sea",
        caption: "Two flashes every ten seconds.",
        sky: [0x12_2433, 0x27_4a58, 0x7d_9a90],
        sun: 0xf4_eed4,
        sun_at: (0.40, 0.20),
        sun_radius: 0.035,
        hills: [0x3d_6068, 0x0c_1a22],
        stars: true,
        front: Front::Lighthouse,
    },
];

/// Where the sea meets the sky.
const HORIZON: f64 = 0.6;

/// Samples on each side of a pixel where a shape has an edge; nine per pixel look smooth.
const SAMPLES: u32 = 3;

fn paint(scene: &Scene, mut chance: Chance, width: u32, height: u32) -> Vec<u8> {
    let mut canvas = Canvas::new(width, height);
    sky(&mut canvas, scene);
    if scene.stars {
        stars(&mut canvas, &mut chance);
    }
    sun(&mut canvas, scene);
    match scene.front {
        Front::Hills => hills(&mut canvas, scene, &mut chance, 5, 0.0),
        Front::Pines => hills(&mut canvas, scene, &mut chance, 5, 0.13),
        Front::Sea | Front::Boat | Front::Lighthouse => {
            far_shore(&mut canvas, scene, &mut chance);
            sea(&mut canvas, scene, &mut chance);
        }
    }
    match scene.front {
        Front::Boat => boat(&mut canvas, scene),
        Front::Lighthouse => lighthouse(&mut canvas, scene, &mut chance),
        Front::Sea => headland(&mut canvas, scene, &mut chance, 0.78),
        Front::Hills | Front::Pines => {}
    }
    canvas.png()
}

fn sky(canvas: &mut Canvas, scene: &Scene) {
    let [top, middle, bottom] = scene.sky.map(colour);
    let horizon = match scene.front {
        Front::Hills | Front::Pines => HORIZON - 0.12,
        Front::Sea | Front::Boat | Front::Lighthouse => HORIZON,
    };
    canvas.each(|_, y| {
        let down = (y / horizon).min(1.0);
        if down < 0.55 {
            mix(top, middle, smooth(down / 0.55))
        } else {
            mix(middle, bottom, smooth((down - 0.55) / 0.45))
        }
    });
}

fn stars(canvas: &mut Canvas, chance: &mut Chance) {
    for _ in 0..170 {
        let (x, y) = (canvas.aspect() * share(chance), 0.6 * share(chance));
        let size = 0.0013 + 0.0019 * share(chance) * share(chance);
        let strength = (1.0 - y / 0.62) * (0.35 + 0.65 * share(chance));
        disc(canvas, (x, y), size, [246.0, 240.0, 222.0], strength);
    }
}

/// The sun or the moon, within flat rings of its light.
fn sun(canvas: &mut Canvas, scene: &Scene) {
    let light = colour(scene.sun);
    for (times, strength) in [(7.5, 0.10), (4.6, 0.13), (2.9, 0.16), (1.8, 0.20)] {
        disc(
            canvas,
            scene.sun_at,
            scene.sun_radius * times,
            light,
            strength,
        );
    }
    disc(canvas, scene.sun_at, scene.sun_radius, light, 1.0);
}

/// Hills one behind the other, paler with distance; `trees` is the height of the pines on the two nearest, 0 for none.
fn hills(canvas: &mut Canvas, scene: &Scene, chance: &mut Chance, layers: u32, trees: f64) {
    let [far, near] = scene.hills.map(colour);
    for layer in 0..layers {
        let depth = f64::from(layer) / f64::from(layers - 1);
        let relief = Relief::new(chance);
        let (base, swing) = (0.54 + 0.34 * depth, 0.28 - 0.13 * depth);
        let steps = 1.5 + 1.3 * depth;
        let pines = if depth > 0.7 { trees * depth } else { 0.0 };
        let shade = mix(far, near, depth);
        canvas.below(shade, |x| {
            base - swing * relief.at(x * steps) - pines * relief.pines(x * (26.0 - 12.0 * depth))
        });
    }
}

fn far_shore(canvas: &mut Canvas, scene: &Scene, chance: &mut Chance) {
    let [far, near] = scene.hills.map(colour);
    for (swing, depth) in [(0.13, 0.05), (0.07, 0.3)] {
        let relief = Relief::new(chance);
        canvas.below(mix(far, near, depth), |x| {
            HORIZON + 0.02 - swing * relief.at(x * 2.0)
        });
    }
}

/// Water from the horizon down, with the light of the sun lying on it in strokes.
fn sea(canvas: &mut Canvas, scene: &Scene, chance: &mut Chance) {
    let near = mix(colour(scene.hills[1]), colour(scene.sky[0]), 0.25);
    let far = mix(colour(scene.sky[2]), near, 0.35);
    let light = colour(scene.sun);
    for band in 0..14 {
        let down = f64::from(band) / 14.0;
        let top = HORIZON + (1.0 - HORIZON) * down * (0.4 + 0.6 * down);
        let relief = Relief::new(chance);
        canvas.below(mix(far, near, smooth(down)), |x| {
            top - 0.010 * down * relief.at(x * 5.0)
        });
    }
    for _ in 0..46 {
        let down = share(chance);
        let y = HORIZON + 0.012 + (0.93 - HORIZON) * down * down;
        let x = scene.sun_at.0 + (share(chance) - 0.5) * (0.10 + 0.34 * down);
        let (long, thick) = (
            (0.02 + 0.07 * share(chance)) * (0.5 + down),
            0.0016 + 0.0030 * down,
        );
        canvas.shape(
            (x - long, y - thick, x + long, y + thick),
            light,
            0.5 - 0.25 * down,
            |at_x, at_y| {
                let (across, along) = ((at_y - y) / thick, (at_x - x) / long);
                across * across + along * along < 1.0
            },
        );
    }
}

fn boat(canvas: &mut Canvas, scene: &Scene) {
    let dark = colour(scene.hills[1]);
    let sail = mix(colour(scene.sky[2]), [255.0; 3], 0.4);
    let (x, y) = (scene.sun_at.0 * 0.62, 0.755);
    canvas.shape(
        (x - 0.11, y, x + 0.11, y + 0.035),
        dark,
        1.0,
        |at_x, at_y| {
            let deep = (at_y - y) / 0.035;
            (0.0..1.0).contains(&deep) && (at_x - x).abs() < 0.105 - 0.05 * deep * deep
        },
    );
    canvas.shape((x - 0.003, y - 0.25, x + 0.003, y), dark, 1.0, |_, _| true);
    triangle(canvas, (x + 0.008, y - 0.24, y - 0.015), 0.095, sail);
    triangle(
        canvas,
        (x - 0.008, y - 0.20, y - 0.015),
        -0.075,
        mix(sail, dark, 0.12),
    );
}

/// A sail: upright along one side from `top` to `foot`, and `wide` at its foot to the right or to the left.
fn triangle(canvas: &mut Canvas, (x, top, foot): (f64, f64, f64), wide: f64, shade: Colour) {
    let edges = (x.min(x + wide), top, x.max(x + wide), foot);
    canvas.shape(edges, shade, 1.0, |at_x, at_y| {
        let reach = (at_x - x) / wide;
        reach >= 0.0 && reach <= (at_y - top) / (foot - top)
    });
}

fn lighthouse(canvas: &mut Canvas, scene: &Scene, chance: &mut Chance) {
    headland(canvas, scene, chance, 0.72);
    let dark = colour(scene.hills[1]);
    let white = mix(colour(scene.sky[2]), [255.0; 3], 0.5);
    let lamp = mix(colour(scene.sun), [255.0, 214.0, 120.0], 0.6);
    let (x, foot, top) = (canvas.aspect() * 0.80, 0.735, 0.365);
    disc(canvas, (x, top - 0.022), 0.085, lamp, 0.22);
    disc(canvas, (x, top - 0.022), 0.045, lamp, 0.3);
    canvas.shape((x - 0.05, top, x + 0.05, foot), white, 1.0, |at_x, at_y| {
        (at_x - x).abs() < 0.026 + 0.018 * (at_y - top) / (foot - top)
    });
    let band = mix(dark, [176.0, 74.0, 62.0], 0.72);
    canvas.shape(
        (x - 0.05, 0.50, x + 0.05, 0.575),
        band,
        1.0,
        |at_x, at_y| (at_x - x).abs() < 0.026 + 0.018 * (at_y - top) / (foot - top),
    );
    canvas.shape(
        (x - 0.036, top - 0.006, x + 0.036, top + 0.004),
        dark,
        1.0,
        |_, _| true,
    );
    canvas.shape(
        (x - 0.017, top - 0.042, x + 0.017, top - 0.006),
        lamp,
        1.0,
        |_, _| true,
    );
    canvas.shape(
        (x - 0.024, top - 0.075, x + 0.024, top - 0.042),
        dark,
        1.0,
        |at_x, at_y| (at_x - x).abs() < 0.024 * (at_y - top + 0.075) / 0.033,
    );
}

/// Land in the near corner on the right, its back at about `top`.
fn headland(canvas: &mut Canvas, scene: &Scene, chance: &mut Chance, top: f64) {
    let relief = Relief::new(chance);
    let right = canvas.aspect();
    for (shade, lower) in [(0.86, 0.0), (1.0, 0.09)] {
        let dark = mix(colour(scene.hills[0]), colour(scene.hills[1]), shade);
        canvas.below(dark, |x| {
            let inland = ((x - right * 0.46) / (right * 0.30)).clamp(0.0, 1.0);
            1.04 + lower
                - (1.04 - top) * smooth(inland)
                - 0.05 * inland * relief.at(x * 6.0 + lower * 9.0)
        });
    }
}

fn disc(canvas: &mut Canvas, (x, y): (f64, f64), radius: f64, shade: Colour, strength: f64) {
    let edges = (x - radius, y - radius, x + radius, y + radius);
    canvas.shape(edges, shade, strength, |at_x, at_y| {
        (at_x - x) * (at_x - x) + (at_y - y) * (at_y - y) < radius * radius
    });
}

/// The outline of a range of hills: random heights at even steps, joined smoothly, with finer ones on top.
struct Relief([f64; Relief::POINTS]);

impl Relief {
    const POINTS: usize = 256;

    fn new(chance: &mut Chance) -> Self {
        let mut points = [0.0; Self::POINTS];
        points.fill_with(|| share(chance));
        Self(points)
    }

    fn point(&self, step: f64) -> f64 {
        self.0[usize::from(byte(step - 256.0 * (step / 256.0).floor()))]
    }

    fn wave(&self, x: f64) -> f64 {
        let step = x.floor();
        let [left, right] = [self.point(step), self.point(step + 1.0)];
        left + (right - left) * smooth(x - step)
    }

    /// From 0 (a valley) to about 1 (a summit).
    fn at(&self, x: f64) -> f64 {
        0.62 * self.wave(x)
            + 0.26 * self.wave(2.3 * x + 17.0)
            + 0.09 * self.wave(6.1 * x + 41.0)
            + 0.03 * self.wave(15.0 * x + 83.0)
    }

    /// Pointed trees side by side, each with its own height from 0.35 to 1.
    fn pines(&self, x: f64) -> f64 {
        let tree = |x: f64| {
            let step = x.floor();
            let from_trunk = (x - step - 0.5).abs() * 2.0;
            (1.0 - from_trunk) * (0.35 + 0.65 * self.point(step))
        };
        tree(x).max(0.9 * tree(1.37 * x + 0.4))
    }
}

/// Colours in rows from the top left.
struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn new(width: u32, height: u32) -> Self {
        let pixels = vec![[0.0; 3]; width as usize * height as usize];
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The width, where the height is 1.
    fn aspect(&self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }

    fn unit(&self) -> f64 {
        1.0 / f64::from(self.height)
    }

    /// Gives every pixel the colour at its middle.
    fn each(&mut self, shade: impl Fn(f64, f64) -> Colour) {
        let unit = self.unit();
        let places =
            (0..self.height).flat_map(|row| (0..self.width).map(move |column| (column, row)));
        for (pixel, (column, row)) in self.pixels.iter_mut().zip(places) {
            *pixel = shade(
                (f64::from(column) + 0.5) * unit,
                (f64::from(row) + 0.5) * unit,
            );
        }
    }

    /// Fills everything below a line, with soft edges.
    fn below(&mut self, shade: Colour, line: impl Fn(f64) -> f64) {
        let (unit, width) = (self.unit(), self.width as usize);
        for column in 0..self.width {
            let edges = [1.0, 3.0, 5.0].map(|sixth| line((f64::from(column) + sixth / 6.0) * unit));
            for row in 0..self.height {
                let foot = (f64::from(row) + 1.0) * unit;
                let covered: f64 = edges
                    .iter()
                    .map(|edge| ((foot - edge) / unit).clamp(0.0, 1.0))
                    .sum();
                if covered > 0.0 {
                    let pixel = &mut self.pixels[row as usize * width + column as usize];
                    *pixel = mix(*pixel, shade, covered / 3.0);
                }
            }
        }
    }

    /// Fills what is inside, within edges given as left, top, right, bottom.
    fn shape(
        &mut self,
        (left, top, right, bottom): (f64, f64, f64, f64),
        shade: Colour,
        strength: f64,
        inside: impl Fn(f64, f64) -> bool,
    ) {
        let (unit, width) = (self.unit(), self.width as usize);
        let within = |value: f64, low: f64, high: f64| (low..=high).contains(&value);
        let samples = f64::from(SAMPLES);
        for row in 0..self.height {
            if !within(f64::from(row), top / unit - 1.0, bottom / unit + 1.0) {
                continue;
            }
            for column in 0..self.width {
                if !within(f64::from(column), left / unit - 1.0, right / unit + 1.0) {
                    continue;
                }
                let hits = (0..SAMPLES * SAMPLES)
                    .filter(|sample| {
                        let x = (f64::from(column) + (f64::from(sample % SAMPLES) + 0.5) / samples)
                            * unit;
                        let y =
                            (f64::from(row) + (f64::from(sample / SAMPLES) + 0.5) / samples) * unit;
                        within(x, left, right) && within(y, top, bottom) && inside(x, y)
                    })
                    .map(|_| 1.0)
                    .sum::<f64>();
                let pixel = &mut self.pixels[row as usize * width + column as usize];
                *pixel = mix(*pixel, shade, strength * hits / (samples * samples));
            }
        }
    }

    fn png(&self) -> Vec<u8> {
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flatten()
            .map(|value| byte(*value))
            .collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&bytes));
        debug_assert!(written.is_ok(), "memory takes any picture that has pixels");
        file
    }
}

fn colour(hex: u32) -> Colour {
    let [_, red, green, blue] = hex.to_be_bytes();
    [red, green, blue].map(f64::from)
}

fn mix(from: Colour, to: Colour, part: f64) -> Colour {
    [0, 1, 2].map(|channel| from[channel] + (to[channel] - from[channel]) * part)
}

/// From 0 to 1 with a slow start and a slow end.
fn smooth(part: f64) -> f64 {
    part * part * (3.0 - 2.0 * part)
}

/// A number from 0 to 1.
fn share(chance: &mut Chance) -> f64 {
    let steps = u32::try_from(chance.below(1 << 24)).unwrap_or(0);
    f64::from(steps) / f64::from(1 << 24)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is brought between 0 and 255 first, and whole steps are what a byte is for"
)]
fn byte(value: f64) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(number: usize, seed: u64) -> Vec<u8> {
        paint(
            &SCENES[number],
            Chance::new(seed, Purpose::Pictures, 0),
            60,
            40,
        )
    }

    #[test]
    fn the_same_seed_paints_the_same_bytes_and_another_does_not() {
        for number in 0..COUNT {
            assert_eq!(small(number, 1), small(number, 1));
            assert_ne!(small(number, 1), small(number, 2));
        }
    }

    #[test]
    fn a_picture_is_a_png_of_its_size_and_small() {
        let picture = pictures(1).next().unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(&picture.bytes))
            .read_info()
            .unwrap();
        assert_eq!(reader.info().size(), (picture.width, picture.height));
        assert!(picture.bytes.len() < 60_000, "{}", picture.bytes.len());
    }

    #[test]
    fn every_picture_has_its_own_name_and_words() {
        let names: std::collections::BTreeSet<_> = SCENES.iter().map(|scene| scene.name).collect();
        assert_eq!(names.len(), COUNT);
        assert!(
            SCENES
                .iter()
                .all(|scene| !scene.alt.is_empty() && !scene.caption.is_empty())
        );
    }
}
