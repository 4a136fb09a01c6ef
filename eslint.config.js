// What `make lint-scripts` asks of the scripts that browsers get and of those that test them.

import js from "@eslint/js";
import globals from "globals";

const strict = {
  eqeqeq: "error",
  "no-else-return": "error",
  "no-implicit-coercion": "error",
  "no-shadow": "error",
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
};

export default [
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { files: ["assets/**/*.js"], languageOptions: { globals: globals.browser }, rules: strict },
  { files: ["tests/**/*.mjs", "assets/editor/*.mjs", "bench/*.mjs", "*.js"], languageOptions: { globals: globals.node } },
  // These hold functions that Playwright runs in a page.
  { files: ["tests/browser/*.mjs", "bench/*.mjs"], languageOptions: { globals: globals.browser } },
  { ignores: ["target/", "assets/editor/dist/", "node_modules/", "data/", "demo-data/"] },
];
