// All the stories in one run: they share one browser and one demo blog, which take longer to make than to read.
// Any of them also runs by itself: node --test tests/browser/keyboard.mjs

import "./articles.mjs";
import "./life.mjs";
import "./saving.mjs";
import "./comments.mjs";
import "./moderation.mjs";
import "./keyboard.mjs";
import "./looks.mjs";
import "./mail.mjs";
import "./moving.mjs";
import "./narrow.mjs";
import "./passkeys.mjs";
import "./payloads.mjs";
import "./pictures.mjs";
import "./protected.mjs";
import "./quiet.mjs";
import "./reading.mjs";
import "./recordings.mjs";
import "./refused.mjs";
import "./sound.mjs";
import "./elsewhere.mjs";
import "./frame.mjs";
import "./galleries.mjs";
import "./visual.mjs";
import "./visual_acts.mjs";
import "./visual_pictures.mjs";
import "./writing.mjs";
