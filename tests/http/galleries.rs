//! Galleries on readers' pages: links without a script, and the script only where there is one.

use crate::blog::TestBlog;
use crate::pictures::{address, photo, uploaded};

const SCRIPT: &str = "script[data-next-picture]";

#[tokio::test]
async fn a_gallery_is_links_to_the_whole_pictures_and_brings_its_script_along() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let one = address(&uploaded(&nora, "boat.jpg", photo(1400, 700)).await);
    let other = address(&uploaded(&nora, "quay.jpg", photo(900, 900)).await);
    let plain = nora
        .publish("Ebb", &format!("![A boat]({one})\n\n![A quay]({other})"))
        .await;
    for address in [plain.as_str(), "/"] {
        let page = reader.open(address).await;
        assert_eq!(page.number_of(SCRIPT), 0, "{address}");
        assert!(!page.source().contains("gallery"), "{address}");
    }

    let body = format!(
        "<div class=\"gallery\">\n\n![A boat]({one} \"At noon\")\n![A quay]({other})\n\n</div>"
    );
    let path = nora.publish("Flood", &body).await;
    for address in [path.as_str(), "/"] {
        let page = reader.open(address).await;
        assert_eq!(page.links_of(".gallery a"), [one.clone(), other.clone()]);
        assert_eq!(page.texts(".gallery figcaption"), ["At noon"]);
        assert_eq!(page.number_of(SCRIPT), 1, "{address}");
        assert_eq!(page.attribute(SCRIPT, "data-close").unwrap(), "Close");
    }
    nora.change_settings(&[("Language", "de")]).await;
    let page = reader.open(&path).await;
    assert_eq!(page.attribute(SCRIPT, "data-close").unwrap(), "Schließen");
    let script = page.attribute(SCRIPT, "src").unwrap();
    assert_eq!(reader.open(&script).await.status, 200);
}
