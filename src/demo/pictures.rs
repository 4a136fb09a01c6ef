//! The pictures of the demo blog: drawn for it, and embedded in the program.

use super::content::Description;

/// In the order of `assets/demo/pictures.toml`.
pub const FILES: [&[u8]; 12] = [
    include_bytes!("../../assets/demo/pictures/hills-at-dawn.png"),
    include_bytes!("../../assets/demo/pictures/harbour-at-dusk.png"),
    include_bytes!("../../assets/demo/pictures/night-over-the-pines.png"),
    include_bytes!("../../assets/demo/pictures/lighthouse-point.png"),
    include_bytes!("../../assets/demo/pictures/green-valley.png"),
    include_bytes!("../../assets/demo/pictures/autumn-wood.png"),
    include_bytes!("../../assets/demo/pictures/winter-morning.png"),
    include_bytes!("../../assets/demo/pictures/moon-over-the-bay.png"),
    include_bytes!("../../assets/demo/pictures/heather-moor.png"),
    include_bytes!("../../assets/demo/pictures/open-sea.png"),
    include_bytes!("../../assets/demo/pictures/last-light.png"),
    include_bytes!("../../assets/demo/pictures/the-light-at-night.png"),
];

/// A picture as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Such as `/media/3f/3fa0.png`.
    pub address: String,
    pub about: Description,
}

impl Picture {
    /// The HTML of the picture with a line below it, its own where `caption` is `None`.
    pub fn figure(&self, caption: Option<&str>) -> String {
        let Self { address, about } = self;
        format!(
            "<figure><img src=\"{address}\" alt=\"{}\" width=\"{}\" height=\"{}\" loading=\"lazy\"><figcaption>{}</figcaption></figure>",
            about.alt,
            about.width,
            about.height,
            caption.unwrap_or(&about.caption)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::content::Content;

    #[test]
    fn every_picture_is_a_small_png_of_the_size_that_its_entry_says() {
        let content = Content::read().unwrap();
        assert_eq!(content.pictures.len(), FILES.len());
        for (about, bytes) in content.pictures.iter().zip(FILES) {
            let reader = png::Decoder::new(std::io::Cursor::new(bytes));
            let size = reader.read_info().unwrap().info().size();
            assert_eq!(size, (about.width, about.height));
            assert!(bytes.len() < 60_000 && !about.alt.is_empty());
        }
    }
}
