//! Time zones by their names: those to choose from, and the names of today for older ones.

use jiff::tz::TimeZone;

/// Regions of the time zone database whose names are places; the others are older names.
const REGIONS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// Older names that browsers and systems still give, and the names of today: links of the time zone database's file
/// `backward` (IANA, public domain).
const RENAMED: &[(&str, &str)] = &[
    ("Africa/Asmera", "Africa/Asmara"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Catamarca", "America/Argentina/Catamarca"),
    ("America/Cordoba", "America/Argentina/Cordoba"),
    ("America/Fort_Wayne", "America/Indiana/Indianapolis"),
    ("America/Godthab", "America/Nuuk"),
    ("America/Indianapolis", "America/Indiana/Indianapolis"),
    ("America/Jujuy", "America/Argentina/Jujuy"),
    ("America/Louisville", "America/Kentucky/Louisville"),
    ("America/Mendoza", "America/Argentina/Mendoza"),
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Dacca", "Asia/Dhaka"),
    ("Asia/Katmandu", "Asia/Kathmandu"),
    ("Asia/Macao", "Asia/Macau"),
    ("Asia/Rangoon", "Asia/Yangon"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("Asia/Ulan_Bator", "Asia/Ulaanbaatar"),
    ("Atlantic/Faeroe", "Atlantic/Faroe"),
    ("Europe/Kiev", "Europe/Kyiv"),
    ("Pacific/Enderbury", "Pacific/Kanton"),
    ("Pacific/Ponape", "Pacific/Pohnpei"),
    ("Pacific/Truk", "Pacific/Chuuk"),
    ("Canada/Atlantic", "America/Halifax"),
    ("Canada/Central", "America/Winnipeg"),
    ("Canada/Eastern", "America/Toronto"),
    ("Canada/Mountain", "America/Edmonton"),
    ("Canada/Newfoundland", "America/St_Johns"),
    ("Canada/Pacific", "America/Vancouver"),
    ("US/Alaska", "America/Anchorage"),
    ("US/Arizona", "America/Phoenix"),
    ("US/Central", "America/Chicago"),
    ("US/Eastern", "America/New_York"),
    ("US/Hawaii", "Pacific/Honolulu"),
    ("US/Mountain", "America/Denver"),
    ("US/Pacific", "America/Los_Angeles"),
    ("CET", "Europe/Brussels"),
    ("CST6CDT", "America/Chicago"),
    ("Cuba", "America/Havana"),
    ("EET", "Europe/Athens"),
    ("EST", "America/Panama"),
    ("EST5EDT", "America/New_York"),
    ("Egypt", "Africa/Cairo"),
    ("Eire", "Europe/Dublin"),
    ("GB", "Europe/London"),
    ("Hongkong", "Asia/Hong_Kong"),
    ("HST", "Pacific/Honolulu"),
    ("Iceland", "Atlantic/Reykjavik"),
    ("Iran", "Asia/Tehran"),
    ("Israel", "Asia/Jerusalem"),
    ("Jamaica", "America/Jamaica"),
    ("Japan", "Asia/Tokyo"),
    ("MET", "Europe/Brussels"),
    ("MST", "America/Phoenix"),
    ("MST7MDT", "America/Denver"),
    ("NZ", "Pacific/Auckland"),
    ("Poland", "Europe/Warsaw"),
    ("Portugal", "Europe/Lisbon"),
    ("PRC", "Asia/Shanghai"),
    ("PST8PDT", "America/Los_Angeles"),
    ("ROC", "Asia/Taipei"),
    ("ROK", "Asia/Seoul"),
    ("Singapore", "Asia/Singapore"),
    ("Turkey", "Europe/Istanbul"),
    ("W-SU", "Europe/Moscow"),
    ("WET", "Europe/Lisbon"),
    ("Etc/GMT", "UTC"),
    ("Etc/Greenwich", "UTC"),
    ("Etc/UCT", "UTC"),
    ("Etc/UTC", "UTC"),
    ("Etc/Universal", "UTC"),
    ("Etc/Zulu", "UTC"),
    ("GMT", "UTC"),
    ("Greenwich", "UTC"),
    ("UCT", "UTC"),
    ("Universal", "UTC"),
    ("Zulu", "UTC"),
];

/// The name of today for a zone that may be called by an older one; `None` for what is no zone.
#[must_use]
pub fn canonical(name: &str) -> Option<String> {
    let is_old = |(old, _): &&(&str, &str)| old.eq_ignore_ascii_case(name);
    let name = RENAMED
        .iter()
        .find(is_old)
        .map_or(name, |(_, today)| *today);
    TimeZone::get(name).ok()?.iana_name().map(ToOwned::to_owned)
}

/// The names of all zones that can be chosen, sorted: places, and UTC; `chosen` is among them whatever it is.
#[must_use]
pub fn to_choose_from(chosen: &str) -> Vec<String> {
    let is_place = |name: &str| {
        name.split_once('/')
            .is_some_and(|(region, _)| REGIONS.contains(&region))
    };
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| name == "UTC" || is_place(name))
        .filter(|name| !RENAMED.iter().any(|(old, _)| old == name))
        .collect();
    if !chosen.is_empty() {
        zones.push(chosen.to_owned());
    }
    zones.sort();
    zones.dedup();
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_names_lead_to_those_of_today() {
        for (name, today) in [
            ("Etc/UTC", "UTC"),
            ("utc", "UTC"),
            ("Zulu", "UTC"),
            ("Asia/Calcutta", "Asia/Kolkata"),
            ("US/Pacific", "America/Los_Angeles"),
            ("europe/lisbon", "Europe/Lisbon"),
        ] {
            assert_eq!(canonical(name).as_deref(), Some(today), "{name}");
        }
        assert_eq!(canonical("Mars/Olympus"), None);
        assert_eq!(canonical(""), None);
    }

    #[test]
    fn every_name_of_today_can_be_chosen() {
        let zones = to_choose_from("");
        for (old, today) in RENAMED {
            assert!(zones.iter().any(|zone| zone == today), "{today} for {old}");
            assert!(
                !zones.iter().any(|zone| zone == old),
                "{old} is an older name"
            );
        }
    }

    #[test]
    fn the_zone_that_is_set_is_always_among_them() {
        for zone in ["Etc/GMT+5", "Europe/Kiev", "Europe/Lisbon", "UTC"] {
            let zones = to_choose_from(zone);
            assert_eq!(
                zones.iter().filter(|name| *name == zone).count(),
                1,
                "{zone}"
            );
        }
    }
}
