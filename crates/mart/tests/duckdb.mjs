// One native DuckDB connection behind a pipe: a line of JSON in, {"sql": "..."}; a line out,
// {"columns", "types", "rows"} or {"error"}. {"script": "..."} runs any number of statements and
// answers nothing. The tests run the mart's SQL through it.
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
// As in the browser: what is not inside the engine is not there.
for (const setting of ['autoinstall_known_extensions', 'autoload_known_extensions']) {
    await connection.run(`SET ${setting} = false`);
}
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ ready: true });

for await (const line of createInterface({ input: process.stdin })) {
    try {
        const { sql, script } = JSON.parse(line);
        if (script !== undefined) {
            const statements = await connection.extractStatements(script);
            for (let at = 0; at < statements.count; at += 1) await (await statements.prepare(at)).run();
            answer({ columns: [], types: [], rows: [] });
            continue;
        }
        const statements = await connection.extractStatements(sql);
        if (statements.count !== 1) throw new Error(`${statements.count} statements, not one: ${sql}`);
        const reader = await connection.runAndReadAll(sql);
        answer({
            columns: reader.columnNames(),
            types: reader.columnTypes().map(String),
            rows: reader.getRowsJson(),
        });
    } catch (error) {
        answer({ error: error.message });
    }
}
