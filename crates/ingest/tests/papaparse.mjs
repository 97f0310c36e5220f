// Papa Parse, as its users call it, over files: node papaparse.mjs FILE…
// Writes one JSON array: for each file its rows, all values as texts, and whether an error was said.
import { readFileSync } from "node:fs";
import Papa from "papaparse";

const read = (path) => {
  const { data, errors, meta } = Papa.parse(readFileSync(path, "utf8"), {
    header: true,
    dynamicTyping: true,
    skipEmptyLines: true,
  });
  const fields = meta.fields ?? [];
  const text = (value) => (value === null || value === undefined ? null : String(value));
  return { rows: data.map((row) => fields.map((field) => text(row[field]))), failed: errors.length > 0 };
};
process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)));
