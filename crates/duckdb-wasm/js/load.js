// Loads engine/duckdb.js while the page runs, so that a missing file is an error that
// can be answered, not a page that does not start.
export const load = (url) => import(url);
