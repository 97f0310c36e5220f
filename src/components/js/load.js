// What a part which is loaded late needs of the browser.

/** How often each address did not come. */
const failures = new Map();

/** A module by its address beside the page. Some browsers keep the failure of an address, so the next try has another. */
export const load = async (path) => {
  const address = new URL(path, document.baseURI);
  const failed = failures.get(path) ?? 0;
  if (failed > 0) address.search = `again=${failed}`;
  try {
    return await import(address);
  } catch (cause) {
    failures.set(path, failed + 1);
    throw cause;
  }
};

/** Resolves once what was changed just now has been painted and the page has nothing else to do. */
export const idle = () =>
  new Promise((resolve) => {
    const afterPaint = () => (window.requestIdleCallback ?? window.setTimeout)(() => resolve());
    requestAnimationFrame(() => requestAnimationFrame(afterPaint));
  });

/** Resolves in the next frame, before it is painted. */
export const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));

/** Has such a part save what is beside a button, and tells there where that fails. */
export const save = async (path, button, ...what) => {
  try {
    (await load(path)).save(button, ...what);
  } catch (cause) {
    button.before(`It was not saved: ${cause.message} `);
  }
};
