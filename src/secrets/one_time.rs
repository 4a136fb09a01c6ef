//! One-time codes of an authenticator app (TOTP, RFC 6238), the picture that the app scans, and recovery codes on paper.

use super::hash;
use crate::error::{Error, Result};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Totp};

/// How many recovery codes one gets.
pub const RECOVERY_CODES: usize = 10;
/// Letters and digits that nobody mistakes for one another; 32 of them, so that each is five bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Two groups of five: 50 bits, and few tries.
const GROUP_CHARS: usize = 5;

/// What an app and the blog know of each other: the secret, and under which names the app shows it.
fn totp(secret: &[u8], title: &str, email: &str) -> Result<Totp> {
    // A colon parts the two names in the address, so neither may hold one.
    let plain = |name: &str| name.replace(':', " ");
    Builder::new()
        .with_secret(secret.to_vec())
        .with_issuer(Some(plain(title)))
        .with_account_name(plain(email))
        .build()
        .map_err(|error| Error::Internal(format!("one-time codes: {error:?}")))
}

/// The step whose code this is, at a time in seconds since 1970; a code of the step before or after counts too, for a clock
/// that is a little wrong.
pub fn step_of(secret: &[u8], code: &str, seconds: u64) -> Result<Option<i64>> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp(secret, "", "")?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The code that an app shows at a time.
pub fn code_at(secret: &[u8], seconds: u64) -> Result<String> {
    Ok(totp(secret, "", "")?.generate(seconds).to_string())
}

/// The secret as it is typed into an app, in groups of four.
pub fn in_letters(secret: &[u8]) -> Result<String> {
    let letters = totp(secret, "", "")?.secret().to_base32();
    let groups: Vec<&str> = (0..letters.len())
        .step_by(4)
        .map(|at| &letters[at..letters.len().min(at + 4)])
        .collect();
    Ok(groups.join(" "))
}

/// The secret as a QR code in SVG: black on white in any colours of the page, since cameras read no other.
pub fn picture(secret: &[u8], title: &str, email: &str) -> Result<String> {
    /// Modules of white around the code, ISO 18004.
    const QUIET: i32 = 4;
    let address = totp(secret, title, email)?
        .to_url()
        .map_err(|error| Error::Internal(format!("the address of one-time codes: {error:?}")))?;
    let code = QrCode::encode_text(&address, QrCodeEcc::Medium)
        .map_err(|error| Error::Internal(format!("a QR code: {error}")))?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in 0..size {
            if code.get_module(x, y) {
                path.extend(["M", &(x + QUIET).to_string(), " "]);
                path.extend([&(y + QUIET).to_string(), "h1v1h-1z"]);
            }
        }
    }
    let whole = size + 2 * QUIET;
    Ok(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {whole} {whole}\" role=\"img\" aria-label=\"QR code for an authenticator app\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// New recovery codes, as they are shown once.
pub fn recovery_codes() -> Result<Vec<String>> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let bytes: [u8; 2 * GROUP_CHARS] = super::random()?;
            let letters: String = bytes
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
                .collect();
            let (one, other) = letters.split_at(GROUP_CHARS);
            Ok(format!("{one}-{other}"))
        })
        .collect()
}

/// What is stored of a recovery code; capitals, spaces and dashes make no difference.
#[must_use]
pub fn recovery_hash(code: &str) -> Vec<u8> {
    let letters: String = code
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    hash(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // The RFC prints eight digits; six are the last of them.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(SECRET, seconds).unwrap(), code);
            assert_eq!(
                step_of(SECRET, code, seconds).unwrap(),
                Some(i64::try_from(seconds / 30).unwrap())
            );
        }
    }

    #[test]
    fn a_code_counts_for_a_step_before_and_after_and_no_longer() {
        let code = code_at(SECRET, 600).unwrap();
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        for (seconds, fits) in [
            (569, false),
            (570, true),
            (600, true),
            (659, true),
            (660, false),
        ] {
            assert_eq!(
                step_of(SECRET, &spaced, seconds).unwrap(),
                fits.then_some(20)
            );
        }
        for wrong in ["", "12345", "1234567", "abcdef", "-12345"] {
            assert_eq!(step_of(SECRET, wrong, 600).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn recovery_codes_differ_and_are_read_generously() {
        let codes = recovery_codes().unwrap();
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| code.len() == 11), "{codes:?}");
        let code = &codes[0];
        let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
        assert_eq!(recovery_hash(&typed), recovery_hash(code));
        assert_ne!(recovery_hash(code), recovery_hash(&codes[1]));
    }

    #[test]
    fn names_with_a_colon_make_a_picture_too() {
        let picture = picture(SECRET, "Tides: a diary", "ada@example.org").unwrap();
        assert!(picture.starts_with("<svg") && !picture.contains("style"));
        assert_eq!(
            in_letters(SECRET).unwrap(),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
    }
}
