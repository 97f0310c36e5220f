// Imports engine/duckdb.js at run time, so that a missing file is an error that can be handled. A static import would
// keep the page from starting.
export const load = (url) => import(url);
