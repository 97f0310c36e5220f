// Lays out SQL in DuckDB's dialect. It takes a text and returns one; it must not know where the text is shown.
import { duckdb, formatDialect } from "sql-formatter";

/** The text, laid out. Throws for a text that cannot be parsed. */
export const format = (text) => formatDialect(text, { dialect: duckdb, keywordCase: "upper", tabWidth: 4 });
