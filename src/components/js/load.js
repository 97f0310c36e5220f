// Imports a module of the page. Its address is known when the page runs, so no bundler may look for it before.
export const load = (path) => import(new URL(path, document.baseURI).href);
