// Pictures: dropped into the editor, sent again where the network fails, chosen in the dialog, and read without a jump.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { open, press, pressPublish, setUp, somebody } from "./people.mjs";

const UPLOAD = /\/admin\/media\/upload/;

const body = (page) => page.getByLabel("Body");
const words = (page) => body(page).inputValue();
const uploads = (page) => page.getByRole("list", { name: "Uploads" }).getByRole("listitem");
const dialogOf = (page) => page.getByRole("dialog", { name: "Picture" });

/** An author in the editor of a new post. */
async function writing(t) {
  const blog = await newBlog(t);
  const page = await somebody(t);
  await setUp(page, blog);
  await open(page, blog.at("/admin/posts/new"));
  await page.getByLabel("Title").fill("Harbour");
  return { blog, page };
}

/** A picture with as many colours as a photo has; the browser itself makes it. */
function photo(page, width, height) {
  return page.evaluate(
    async ([width, height]) => {
      const canvas = new OffscreenCanvas(width, height);
      const paint = canvas.getContext("2d");
      const sky = paint.createLinearGradient(0, 0, width, height);
      sky.addColorStop(0, "#234");
      sky.addColorStop(0.5, "#c96");
      sky.addColorStop(1, "#8bd");
      paint.fillStyle = sky;
      paint.fillRect(0, 0, width, height);
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height],
  );
}

/** Drops files upon the text, or pastes them into it. */
async function bring(page, how, ...files) {
  await page.evaluate(
    ([how, files]) => {
      const transfer = new DataTransfer();
      for (const { name, bytes } of files) {
        const type = { jpg: "image/jpeg", avif: "image/avif" }[name.split(".").pop()] ?? "application/pdf";
        transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
      }
      const area = document.querySelector("textarea[name=body]");
      const about = { bubbles: true, cancelable: true };
      if (how === "drop") {
        area.dispatchEvent(new DragEvent("dragover", { ...about, dataTransfer: transfer }));
        area.dispatchEvent(new DragEvent("drop", { ...about, dataTransfer: transfer }));
      } else {
        area.dispatchEvent(new ClipboardEvent("paste", { ...about, clipboardData: transfer }));
      }
    },
    [how, files],
  );
}

/** Lets no upload through until it is opened. */
async function gate(page, address) {
  let pass;
  const opened = new Promise((resolve) => (pass = resolve));
  await page.route(address, async (route) => {
    await opened;
    await route.continue();
  });
  return pass;
}

const underWay = (page) => page.locator("form.editor").getAttribute("data-uploads");

test("a dropped picture is sent while the author writes on, and readers see it without a jump", async (t) => {
  const { blog, page } = await writing(t);
  const bytes = await photo(page, 1400, 900);
  let permalink;

  await t.test("its place is marked, its progress shown, and writing goes on", async () => {
    const pass = await gate(page, UPLOAD);
    await body(page).fill("Before.");
    await bring(page, "drop", { name: "boat [1].jpg", bytes });
    await uploads(page).getByText("boat [1].jpg", { exact: true }).waitFor();
    await page.getByRole("progressbar", { name: "Upload of boat [1].jpg" }).waitFor();
    assert.match(await words(page), /^Before\.\n\n!\[Uploading boat 1 \.jpg…\]\(\)\n\n$/);
    assert.equal(await underWay(page), "1");
    assert.equal(await uploads(page).getByRole("button", { name: "Retry" }).count(), 0);
    await body(page).press("Control+End");
    await body(page).pressSequentially("After, ");
    pass();
    await page.locator('form.editor[data-uploads="0"]').waitFor();
    await body(page).pressSequentially("all the same.");
    assert.match(await words(page), /^Before\.\n\n!\[\]\(\/media\/[0-9a-f]{32}\.webp\)\n\nAfter, all the same\.$/);
    assert.equal(await uploads(page).count(), 0);
    await page.unroute(UPLOAD);
  });

  await t.test("the published post leaves its place free before it is there", async () => {
    await pressPublish(page);
    permalink = blog.at(await page.getByRole("link", { name: "View post" }).getAttribute("href"));
    const stranger = await somebody(t);
    const pass = await gate(stranger, /\/media\//);
    await stranger.goto(permalink, { waitUntil: "domcontentloaded" });
    const after = stranger.getByText("After, all the same.");
    const place = async () => (await after.boundingBox()).y;
    const before = await place();
    pass();
    const image = stranger.getByRole("article").locator("img");
    await image.evaluate((img) => img.decode());
    // A copy's height is a whole number of its own pixels, which makes less than one of the page.
    const jump = Math.abs((await place()) - before);
    assert.ok(jump < 0.5, `nothing jumps, not even by ${jump}`);
    const { srcset, width, height } = await image.evaluate((img) => ({
      srcset: img.srcset,
      width: img.getAttribute("width"),
      height: img.getAttribute("height"),
    }));
    assert.match(srcset, / 480w, .* 960w, .* 1400w$/);
    assert.deepEqual([width, height], ["1400", "900"]);
    const shown = await image.evaluate((img) => img.currentSrc);
    assert.ok(srcset.split(", ").slice(0, 2).some((copy) => shown.endsWith(copy.split(" ")[0])), "a copy is enough");
  });
});

test("what the network loses is sent again, and what is no picture never", async (t) => {
  const { page } = await writing(t);
  const bytes = await photo(page, 300, 200);
  await body(page).focus();

  await t.test("a pasted picture whose network fails waits for its button", async () => {
    await page.route(UPLOAD, (route) => route.abort());
    await bring(page, "paste", { name: "boat.jpg", bytes });
    const retry = uploads(page).getByRole("button", { name: "Retry" });
    await retry.waitFor();
    assert.equal(await underWay(page), "0", "nobody waits for it");
    assert.match(await words(page), /Uploading boat\.jpg/);
    await page.unroute(UPLOAD);
    await retry.click();
    await uploads(page).waitFor({ state: "detached" });
    assert.match(await words(page), /^!\[\]\(\/media\/[0-9a-f]{32}\.webp\)\n\n$/);
  });

  await t.test("back on the network, everything is sent again by itself", async () => {
    await body(page).fill("");
    await page.context().setOffline(true);
    await bring(page, "paste", { name: "boat.jpg", bytes });
    await uploads(page).getByRole("button", { name: "Retry" }).waitFor();
    await page.context().setOffline(false);
    await uploads(page).waitFor({ state: "detached" });
    assert.match(await words(page), /^!\[\]\(\/media\//);
  });

  await t.test("a file that is no picture is refused with a sentence, and can be put away", async () => {
    await body(page).fill("Words.");
    await bring(page, "drop", { name: "boat.jpg", bytes: [1, 2, 3] });
    await uploads(page).getByText("Daybook can’t read this file as a picture.").waitFor();
    await uploads(page).getByRole("button", { name: "Remove the upload of boat.jpg" }).click();
    assert.equal((await words(page)).trim(), "Words.");
    await bring(page, "drop", { name: "boat.jpg", bytes }, { name: "timetable.pdf", bytes: [1, 2, 3] });
    await uploads(page).getByText("Daybook can’t read this file as a picture.").waitFor();
    await page.locator('form.editor[data-uploads="0"]').waitFor();
    assert.match(await words(page), /^Words\.\s+!\[\]\(\/media\/\S+\)\s*$/, "the other one comes all the same");
    await uploads(page).getByRole("button", { name: "Remove" }).click();
  });
});

test("an answer that is not the blog's is said in words at the picture, and the others go on", async (t) => {
  const { page } = await writing(t);
  const bytes = await photo(page, 300, 200);
  const proxy = (status) => `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr>nginx</body></html>`;
  const answers = {
    "The proxy in front of the blog rejected this file as too large. Raise the proxy’s limit, then retry.": { status: 413, contentType: "text/html", body: proxy(413) },
    "The proxy in front of the blog can’t reach it. Retrying soon.": { status: 502, contentType: "text/html", body: proxy(502) },
    "Something other than the blog responded. Retrying soon.": { status: 200, contentType: "application/json", body: '{"address":"/med' },
    "The server couldn’t accept the file (500). Retrying soon.": { status: 500, contentType: "text/html", body: "" },
    "You’re signed out. Sign in, then retry.": { status: 401, contentType: "application/json", body: '{"problem":"You are not signed in."}' },
  };
  await body(page).fill("Before.\n\nAfter.");
  for (const [says, answer] of Object.entries(answers)) {
    await t.test(says, async () => {
      await page.route(/media\/upload\?name=large/, (route) => route.fulfill(answer));
      await body(page).evaluate((area) => area.setSelectionRange(7, 7));
      // Three at once: two are sent at the same time, and the third waits for neither of them for ever.
      await bring(page, "drop", ...["large 1.jpg", "large 2.jpg", "small.jpg"].map((name) => ({ name, bytes })));
      await uploads(page).getByText(says, { exact: true }).nth(1).waitFor();
      await page.waitForFunction(() => /!\[\]\(\/media\//.test(document.querySelector("[name=body]").value));
      assert.doesNotMatch(await words(page), /Uploading/, "the text promises nothing");
      await page.unroute(/media\/upload\?name=large/);
      for (const name of ["large 1.jpg", "large 2.jpg"]) {
        await uploads(page).getByRole("button", { name: `Retry the upload of ${name}` }).click({ timeout: 1000 }).catch(() => {});
      }
      await page.waitForFunction(() => document.querySelectorAll(".uploads li").length === 0);
      const pictures = (await words(page)).match(/!\[\]\(\/media\/\S+\)/g);
      assert.equal(pictures.length, 3);
      assert.match(await words(page), /^Before\.\s+<div class="gallery">\s+(?:!\[\]\(\/media\/\S+\)\s+){3}<\/div>\s+After\.\s*$/);
      await body(page).fill("Before.\n\nAfter.");
    });
  }
});

test("an AVIF is refused with true words, and never said to be uploaded", async (t) => {
  const { page } = await writing(t);
  await page.evaluate(() => {
    window.said = [];
    const status = document.querySelector(".picture-tools [role=status]");
    new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
  });
  await bring(page, "drop", { name: "photo.avif", bytes: [0, 0, 0, 32] });
  await uploads(page).getByText("Daybook can’t read AVIF pictures yet.").waitFor();
  const said = await page.evaluate(() => window.said);
  assert.ok(said.length > 0 && said.every((words) => words.startsWith("photo.avif: Daybook can’t read AVIF pictures yet.")), said.join(" | "));
  assert.equal(await words(page), "", "nothing is left in the text");
  const bytes = await photo(page, 300, 200);
  await bring(page, "drop", { name: "photo.avif", bytes: [0, 0, 0, 32] }, { name: "boat.jpg", bytes });
  await page.waitForFunction(() => window.said.some((words) => /AVIF picture.*Uploading boat\.jpg\.$/.test(words)));
  await page.locator('form.editor[data-uploads="0"]').waitFor();
});

test("the dialog takes a file or a picture of the library, and says how it is placed in the text", async (t) => {
  const { blog, page } = await writing(t);
  const bytes = await photo(page, 900, 600);
  const dialog = dialogOf(page);
  const choose = () => page.getByRole("button", { name: "Choose pictures" }).click();

  await t.test("a file is described while it is sent", async () => {
    await choose();
    await dialog.getByText("The library is empty").waitFor();
    assert.deepEqual(await barriers(page), []);
    const file = { name: "boat.jpg", mimeType: "image/jpeg", buffer: Buffer.from(bytes) };
    await dialog.getByLabel("Choose a file").setInputFiles(file);
    await dialog.getByLabel("Alternative text").fill('A "red" boat');
    await dialog.getByLabel("Caption").fill("Low tide & sun");
    await dialog.getByLabel("Small").check();
    await dialog.getByLabel("Right").check();
    assert.deepEqual(await barriers(page), []);
    await dialog.getByText("The picture has been uploaded.").waitFor();
    await dialog.getByRole("button", { name: "Insert" }).press("Enter");
    assert.match(
      await words(page),
      /^<figure class="float-right"><img src="\/media\/\S+\.webp" alt="A &quot;red&quot; boat" width="240"><figcaption>Low tide &amp; sun<\/figcaption><\/figure>\n\n$/,
    );
    assert.equal(await dialog.isVisible(), false);
  });

  await t.test("the library offers it again, by its name", async () => {
    await body(page).press("Control+End");
    await choose();
    await dialog.getByLabel("Search the library").fill("train");
    await dialog.getByText("No pictures match.").waitFor();
    await dialog.getByLabel("Search the library").fill("boa");
    await dialog.getByRole("button", { name: "boat.jpg" }).click();
    await dialog.getByLabel("Alternative text").fill("Again");
    await dialog.getByRole("button", { name: "Insert" }).press("Enter");
    assert.match(await words(page), /<\/figure>\n\n!\[Again\]\(\/media\/\S+\)\n\n$/);
  });

  await t.test("Escape leaves the text as it was", async () => {
    const before = await words(page);
    await choose();
    await page.keyboard.press("Escape");
    assert.equal(await words(page), before);
    assert.ok(await body(page).evaluate((area) => area === document.activeElement));
  });

  await t.test("readers see the caption, and the text flows around the picture", async () => {
    await body(page).press("Control+End");
    await body(page).pressSequentially("Words around it.");
    await pressPublish(page);
    const stranger = await somebody(t);
    await open(stranger, blog.at(await page.getByRole("link", { name: "View post" }).getAttribute("href")));
    const figure = stranger.getByRole("figure");
    await figure.getByText("Low tide & sun").waitFor();
    assert.equal(await figure.evaluate((element) => getComputedStyle(element).float), "right");
    const image = stranger.getByRole("img", { name: 'A "red" boat' });
    assert.equal((await image.boundingBox()).width, 240);
  });
});

test("without scripts a picture comes in by a form", async (t) => {
  const blog = await newBlog(t);
  const helper = await somebody(t);
  await open(helper, blog.at("/healthz"));
  const buffer = Buffer.from(await photo(helper, 300, 200));
  const page = await somebody(t, { javaScriptEnabled: false });
  await setUp(page, blog);
  await open(page, blog.at("/admin/media/"));
  await page.getByLabel("Add a picture or recording", { exact: true }).setInputFiles({ name: "boat.jpg", mimeType: "image/jpeg", buffer });
  await press(page.getByRole("button", { name: "Upload" }));
  await page.getByRole("heading", { level: 1, name: "boat.jpg" }).waitFor();
  await page.getByLabel("Alternative text").fill("A boat");
  await press(page.getByRole("button", { name: "Save" }));
  await page.getByRole("status").getByText("Saved").waitFor();
  await open(page, blog.at("/admin/media/?show=unused"));
  await page.getByRole("link", { name: "boat.jpg" }).waitFor();
});
