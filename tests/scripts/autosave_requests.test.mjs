import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { autosaveAddress, refusalWords, reportOpen, sendForm, sendText } from "../../assets/autosave_requests.js";

const { fetch } = globalThis;
beforeEach(() => Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true }));
afterEach(() => {
  globalThis.fetch = fetch;
});

/** Lets every request be answered so; gives the requests. */
function answering(answer) {
  const requests = [];
  globalThis.fetch = async (address, options) => {
    requests.push({ address, ...options });
    return typeof answer === "function" ? answer() : answer;
  };
  return requests;
}

const json = (status, value) => new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
const page = (status) => new Response("<html></html>", { status, headers: { "content-type": "text/html" } });
const offline = () => {
  throw new TypeError("Failed to fetch");
};

test("a new post is sent where posts or pages begin, another one to its number", () => {
  assert.equal(autosaveAddress("post", ""), "/admin/posts/autosave");
  assert.equal(autosaveAddress("page", ""), "/admin/pages/autosave");
  assert.equal(autosaveAddress("page", "12"), "/admin/posts/12/autosave");
});

test("a text is sent as a form and follows no redirect", async () => {
  const requests = answering(json(200, { id: 12 }));
  const sent = await sendText("/x", { title: "A & b", act: "" });
  assert.deepEqual(sent, { result: "saved", answer: { id: 12 } });
  assert.equal(requests[0].address, "/x");
  assert.equal(String(requests[0].body), "title=A+%26+b&act=");
  assert.equal(requests[0].redirect, "manual");
});

test("each answer means one thing", async () => {
  const table = [
    [json(409, { chunks: [] }), { result: "conflict" }],
    [page(401), { result: "signed-out" }],
    [page(403), { result: "signed-out" }],
    [{ type: "opaqueredirect", status: 0 }, { result: "signed-out" }],
    [page(404), { result: "failed", again: false }],
    [json(422, {}), { result: "failed", again: false }],
    [page(413), { result: "failed", again: false }],
    [page(200), { result: "failed", again: true }],
    [page(409), { result: "failed", again: true }],
    [page(502), { result: "failed", again: true }],
    [new Response("{", { headers: { "content-type": "application/json" } }), { result: "failed", again: true }],
    [offline, { result: "failed", again: true }],
  ];
  for (const [answer, expected] of table) {
    answering(answer);
    const { result, again } = await sendText("/x", {});
    assert.deepEqual({ result, ...(again !== undefined && { again }) }, expected, `${answer.status}`);
  }
});

test("who refused is said: a proxy in front where the text is small enough for the server", () => {
  const small = refusalWords({ status: 413, ok: false }, 1000);
  assert.match(small, /proxy/);
  assert.doesNotMatch(refusalWords({ status: 413, ok: false }, 8 * 1024 * 1024), /proxy/);
  assert.match(refusalWords({ status: 418, ok: false }, 1), /418/);
});

test("a form is done where it leads on within the admin pages", async () => {
  const led = (url, redirected = true) => ({ ok: true, status: 200, redirected, url, text: async () => "<p>x</p>" });
  answering(led("http://blog.example/admin/posts/12"));
  assert.deepEqual(await sendForm("/admin/posts/12", new URLSearchParams()), { result: "done", address: "http://blog.example/admin/posts/12" });
  answering(led("http://blog.example/admin/sign-in?next=x"));
  const signedOut = await sendForm("/admin/posts/12", new URLSearchParams());
  assert.equal(signedOut.result, "page");
  assert.equal(signedOut.mayBeSignedOut, true);
  answering(led("http://blog.example/admin/posts/12", false));
  const refused = await sendForm("/admin/posts/12", new URLSearchParams());
  assert.equal(refused.html, "<p>x</p>");
  assert.equal(refused.mayBeSignedOut, false);
  answering(offline);
  assert.equal((await sendForm("/x", new URLSearchParams())).result, "failed");
});

test("who else has the post open is asked, and nothing is said where nobody answers", async () => {
  answering(json(200, { elsewhere: [{ author: "Ann" }] }));
  assert.deepEqual(await reportOpen("12", { csrf: "t" }), [{ author: "Ann" }]);
  answering(page(500));
  assert.equal(await reportOpen("12", {}), null);
  answering(offline);
  assert.equal(await reportOpen("12", {}), null);
});
