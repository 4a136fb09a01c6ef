// What publishing or updating will do, in sentences.

/**
 * @param {object} plan
 * @param {boolean} plan.isUpdate whether the post is published already
 * @param {boolean} plan.isPage whether it is a standing page
 * @param {boolean} plan.isToCome whether its time is to come
 * @param {boolean} plan.isOver whether its time is over
 * @param {string} plan.time its time in words, with the zone
 */
export function effectOf({ isUpdate, isPage, isToCome, isOver, time }) {
  if (isUpdate && isToCome) return `Readers will see the new version on ${time}, and the current one until then.`;
  if (isUpdate) return `${isOver ? `${time} is in the past, so readers` : "Readers"} will see the new version immediately${isPage ? "" : ", and feeds will show it as updated"}${isOver ? "" : `: ${time}`}.`;
  const where = isPage ? "in the blog’s menu" : "on the blog and in its feeds";
  if (isToCome) return `It will appear ${where} on ${time}.`;
  return isOver ? `${time} is in the past, so it will appear ${where} immediately, with that date.` : `It will appear ${where} immediately: ${time}.`;
}

/**
 * What the dialog waits for; empty for nothing.
 * @param {number} uploads pictures that are on their way
 */
export const waitsFor = (uploads) => (uploads > 0 ? `Waiting for ${uploads === 1 ? "a picture" : `${uploads} pictures`} to upload.` : "");
