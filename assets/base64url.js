// Base64url without padding (RFC 4648, section 5), in which passkeys are sent.

/**
 * @param {string} base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function toBytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | null} buffer
 * @returns {string | null}
 */
export function toText(buffer) {
  if (!buffer) return null;
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
