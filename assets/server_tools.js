// Tools of the server that change or render a text: paste, convert, render.

/** After this many milliseconds a tool counts as out of reach. */
export const PATIENCE_MS = 8000;

/**
 * Asks a tool of the server; `null` where it cannot be reached or refuses.
 * @param {EditorForm} form
 * @param {"paste" | "convert" | "render" | "parts"} tool
 * @param {Record<string, string>} fields
 */
export async function askServer(form, tool, fields, patience = PATIENCE_MS) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, ...fields });
  try {
    const answer = await fetch(`/admin/posts/${tool}`, { method: "POST", body, signal: AbortSignal.timeout(patience) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
