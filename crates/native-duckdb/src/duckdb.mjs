// DuckDB behind a pipe, for tests: `node duckdb.mjs native` or `node duckdb.mjs wasm`.
// The process reads one JSON request a line and writes one JSON answer a line. First it writes {"ready": true}.
//   {"sql": "…"}     native: {"columns", "types", "rows"}; wasm: {"arrow"}, the Arrow stream in base64
//   {"script": "…"}  native only: runs all statements, answers {}
//   any error        {"error": "…"}
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// As in the browser: no extension is installed or loaded.
const SETTINGS = ['autoinstall_known_extensions', 'autoload_known_extensions'].map((name) => `SET ${name} = false`);

/** Native DuckDB: its values as JSON. */
async function native() {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    for (const setting of SETTINGS) await connection.run(setting);
    const run = async (script) => {
        const statements = await connection.extractStatements(script);
        for (let at = 0; at < statements.count; at += 1) await (await statements.prepare(at)).run();
        return {};
    };
    const query = async (sql) => {
        const statements = await connection.extractStatements(sql);
        if (statements.count !== 1) throw new Error(`${statements.count} statements, not one: ${sql}`);
        const reader = await connection.runAndReadAll(sql);
        return {
            columns: reader.columnNames(),
            types: reader.columnTypes().map(String),
            rows: reader.getRowsJson(),
        };
    };
    return ({ sql, script }) => (script === undefined ? query(sql) : run(script));
}

/** DuckDB-Wasm: the bytes that it sends. The calls are those of the page: start, poll, fetch. */
async function wasm() {
    const require = createRequire(import.meta.url);
    const files = fileURLToPath(new URL('../../../node_modules/@duckdb/duckdb-wasm/dist/', import.meta.url));
    const { createDuckDB, NODE_RUNTIME, VoidLogger } = require(`${files}duckdb-node-blocking.cjs`);
    const bundle = (name) => ({ mainModule: `${files}duckdb-${name}.wasm`, mainWorker: '' });
    const database = await createDuckDB({ mvp: bundle('mvp'), eh: bundle('eh') }, new VoidLogger(), NODE_RUNTIME);
    await database.instantiate();
    database.open({});
    const connection = database.connect();
    const id = connection.useUnsafe((_, id) => id);
    for (const setting of SETTINGS) connection.query(setting);
    return ({ sql }) => {
        let head = database.startPendingQuery(id, sql, true);
        while (head === null) head = database.pollPendingQuery(id);
        const pieces = [head];
        for (;;) {
            const piece = database.fetchQueryResults(id);
            if (piece === null) continue;
            if (piece.length === 0) break;
            pieces.push(piece);
        }
        return { arrow: Buffer.concat(pieces).toString('base64') };
    };
}

const write = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const answer = await { native, wasm }[process.argv[2]]();
write({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
    try {
        write(await answer(JSON.parse(line)));
    } catch (error) {
        write({ error: error.message });
    }
}
