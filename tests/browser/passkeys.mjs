// Signing in: a passkey is made in the profile and signs its owner in; a link invites somebody; and when a session has
// ended while a page was open, a dialog on that page signs in again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { AUTHOR, open, press, setUp, somebody } from "./people.mjs";

/** Passkeys belong to a name, so this blog is met as localhost. */
async function blogWithName(t) {
  const blog = await newBlog(t, "--url", "http://localhost:PORT");
  blog.origin = blog.origin.replace("127.0.0.1", "localhost");
  return blog;
}

/** A device with a finger on it that always fits, inside Chromium. */
async function withAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    keys: async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    forgetFinger: () => devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false }),
  };
}

async function signOut(page) {
  await press(page.getByRole("button", { name: "Sign out" }));
}

test("a passkey made in the profile signs its owner in, until it is removed", async (t) => {
  const blog = await blogWithName(t);
  const page = await somebody(t);
  const device = await withAuthenticator(page);
  await setUp(page, blog);
  await open(page, blog.at("/admin/profile"));
  await page.getByLabel("Passkey name").fill("Laptop");
  await Promise.all([
    page.waitForURL("**/admin/profile?done=added"),
    page.getByRole("button", { name: "Add a passkey" }).click(),
  ]);
  await page.getByText("Laptop", { exact: true }).waitFor();
  const [key] = await device.keys();
  assert.equal(key.rpId, "localhost");
  assert.ok(key.isResidentCredential, "the device itself knows whose it is");
  assert.deepEqual(await barriers(page), []);

  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This device already has a passkey for this blog.").waitFor();

  await signOut(page);
  await open(page, blog.at("/admin/settings"));
  await Promise.all([
    page.waitForURL("**/admin/settings"),
    page.getByRole("button", { name: "Sign in with a passkey" }).click(),
  ]);
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await open(page, blog.at("/admin/profile"));
  await page.getByText("last used").waitFor();

  await signOut(page);
  await device.forgetFinger();
  await open(page, blog.at("/admin/sign-in"));
  const refused = page.waitForResponse("**/admin/passkeys/enter/begin");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await refused;
  assert.match(page.url(), /sign-in/, "the device alone, without its finger, opens nothing");

  await page.getByLabel("Email").fill(AUTHOR.email);
  await page.getByLabel("Password").fill(AUTHOR.password);
  await press(page.getByRole("button", { name: "Sign in", exact: true }));
  await open(page, blog.at("/admin/profile"));
  await press(page.getByRole("button", { name: "Remove the passkey Laptop" }));
  await page.getByRole("status").getByText("Passkey removed.").waitFor();
  await signOut(page);
  await open(page, blog.at("/admin/sign-in"));
  assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).count(), 0);
});

test("a link invites somebody, who chooses a name and a password", async (t) => {
  const blog = await blogWithName(t);
  const operator = await somebody(t);
  await setUp(operator, blog);
  await press(operator.getByRole("link", { name: "People" }));
  assert.deepEqual(await barriers(operator), []);
  await operator.getByLabel("Name").fill("Bo");
  await operator.getByLabel("Email").fill("bo@example.org");
  await press(operator.getByRole("button", { name: "Create invitation" }));
  const link = await operator.getByLabel("Link").inputValue();
  assert.ok(link.startsWith(`${blog.origin}/admin/sign-in/link?key=`), link);

  const invited = await somebody(t, { javaScriptEnabled: false });
  await open(invited, link);
  await invited.getByLabel("Name").fill("Bo Quay");
  await invited.getByLabel("Password").fill("seven slow grey herons");
  await press(invited.getByRole("button", { name: "Sign in" }));
  await invited.getByRole("link", { name: "Bo Quay" }).waitFor();
  assert.equal(await invited.getByRole("link", { name: "People" }).count(), 0);
});

/** The address of the module, as the editor's own script names it. */
function moduleAddress(page) {
  return page.evaluate(async () => {
    const read = async (address) => (await fetch(address)).text();
    const autosave = (await read("/admin/posts/new")).match(/\/assets\/autosave\.[^"]+/)[0];
    return (await read(autosave)).match(/\/assets\/sign_in_again\.[^"]+/)[0];
  });
}

test("a page whose session ended goes on after signing in over it", async (t) => {
  const blog = await blogWithName(t);
  const page = await somebody(t);
  await setUp(page, blog);
  await open(page, blog.at("/admin/settings"));
  const token = () => page.locator('main input[name="csrf"]').first().inputValue();
  const before = await token();
  const module = await moduleAddress(page);
  await page.getByLabel("Blog title").fill("Typed and not saved");
  const other = await page.context().newPage();
  await open(other, blog.at("/admin/posts/"));
  await signOut(other);

  const signingIn = page.evaluate(async (address) => {
    const { signInAgain } = await import(address);
    const [one, same] = await Promise.all([signInAgain(), signInAgain()]);
    return one === same && one;
  }, module);
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.waitFor();
  assert.deepEqual(await barriers(page), []);
  assert.equal(await dialog.getByLabel("Email").inputValue(), AUTHOR.email);
  await dialog.getByLabel("Password").fill("a wrong password");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").getByText("Wrong email or password").waitFor();
  await dialog.getByLabel("Password").fill(AUTHOR.password);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await signingIn, await token());
  assert.notEqual(await token(), before);
  assert.equal(await page.getByLabel("Blog title").inputValue(), "Typed and not saved");
  await press(page.getByRole("button", { name: "Save settings" }));
  await page.getByRole("status").getByText("Saved").waitFor();
});
